import { expect, test } from "vitest";
import { roomOf, statesOf } from "../holding/seats";
import { Selection } from "./selection";

const room = roomOf({ legend: { s: "standard" }, rows: [{ row: "A", gaps: [], offset: null, seats: ["A1", "A2", "A3", "A4", "A5", "A6"], category: "ssssss" }] });
const map = (letters: string) => statesOf(room, { status: { A: letters } });
const opened = (letters = "eeeeee") => {
  const selection = new Selection(room, 4, () => 0);
  selection.see(map(letters));
  return selection;
};

test("the best seats together are chosen before the visitor does anything", () => {
  expect(opened().chosen.value).toEqual(["A3", "A4"]);
});

test("another number brings other seats, within what an order may have", () => {
  const selection = opened();
  selection.howMany(9);
  expect(selection.count.value).toBe(4);
  expect(selection.chosen.value).toHaveLength(4);
});

test("one seat too many takes the place of the one that was chosen first", () => {
  const selection = opened();
  selection.tap("A6");
  expect(selection.chosen.value).toEqual(["A4", "A6"]);
  selection.tap("A4");
  expect(selection.chosen.value).toEqual(["A6"]);
});

test("a taken seat cannot be chosen", () => {
  const selection = opened("beeeee");
  selection.tap("A1");
  expect(selection.chosen.value).not.toContain("A1");
});

test("a poll that changes other seats moves nothing of one's own", () => {
  const selection = opened();
  selection.see(map("beeeee"));
  expect(selection.chosen.value).toEqual(["A3", "A4"]);
  expect(selection.said.value?.what).toBe("offered");
});

test("a chosen seat that goes is said, the rest stays, and one tap replaces it", () => {
  const selection = opened();
  selection.see(map("eeehee"));
  expect(selection.chosen.value).toEqual(["A3"]);
  expect(selection.lost.value).toEqual(["A4"]);
  expect(selection.said.value).toEqual({ what: "lost", seats: ["A4"] });
  selection.replace("A4");
  expect(selection.chosen.value).toEqual(["A3", "A2"]);
  expect(selection.lost.value).toEqual([]);
});

test("a map that shows one's own hold before its answer takes nothing away", () => {
  const selection = opened();
  expect(selection.ask()).toEqual(["A3", "A4"]);
  selection.see(map("eehhee"));
  expect(selection.chosen.value).toEqual(["A3", "A4"]);
  expect(selection.lost.value).toEqual([]);
  selection.answered();
  expect(selection.lost.value).toEqual(["A3", "A4"]);
});

test("both untouched seats are lost: that is said until the visitor acts, and an older map offers neither again", () => {
  const selection = opened();
  selection.ask();
  selection.answered();
  selection.lose(["A3", "A4"]);
  selection.see(map("eeeeee")); // as of before the refusal
  selection.see(map("eehhee"));
  selection.holdsNothing();
  expect(selection.lost.value).toEqual(["A3", "A4"]);
  expect(selection.chosen.value).toEqual([]);
  expect(selection.said.value).toEqual({ what: "lost", seats: ["A3", "A4"] });
});

test("untouched seats that a map shows taken are not silently replaced by the next map", () => {
  const selection = opened();
  selection.see(map("eehhee"));
  selection.see(map("eehhee"));
  expect(selection.lost.value).toEqual(["A3", "A4"]);
  expect(selection.chosen.value).toEqual([]);
});

test("while the map is older than a refusal, no act brings the refused seats", () => {
  const selection = opened();
  selection.lose(["A3", "A4"]);
  selection.tap("A3");
  expect(selection.chosen.value).toEqual([]);
  selection.replace("A3");
  selection.replace("A4");
  expect(selection.chosen.value).toHaveLength(2);
  expect(selection.chosen.value.filter((id) => ["A3", "A4"].includes(id))).toEqual([]);
  selection.howMany(2);
  expect(selection.chosen.value.filter((id) => ["A3", "A4"].includes(id))).toEqual([]);
});

test("a refused seat that map after map shows free is free again", () => {
  const selection = opened();
  selection.lose(["A3"]);
  expect(selection.states.value.get("A3")).toBe("held");
  for (let maps = 0; maps <= 3; maps++) selection.see(map("eeeeee"));
  expect(selection.states.value.get("A3")).toBe("free");
});

test("a refused seat that a newer map shows held is as the maps say from then on", () => {
  const selection = opened();
  selection.lose(["A3"]);
  selection.see(map("eeheee"));
  selection.see(map("eeeeee"));
  expect(selection.states.value.get("A3")).toBe("free");
});

test("another seat is never one that was lost, even where it has come free", () => {
  const selection = opened();
  selection.see(map("eehhee"));
  selection.see(map("eeeeee"));
  selection.replace("A3");
  expect(["A3", "A4"]).not.toContain(selection.chosen.value[0]);
});

test("once every seat is gone, another is not to be had, and that is said", () => {
  const selection = opened();
  selection.see(map("bbbbbb"));
  selection.replace("A3");
  selection.replace("A4");
  expect([selection.chosen.value, selection.lost.value]).toEqual([[], []]);
  expect(selection.said.value).toEqual({ what: "too few", count: 2 });
});

test("where there were too few seats for an offer, a later map brings it", () => {
  const selection = opened("ebbbbb");
  expect(selection.said.value?.what).toBe("too few");
  selection.see(map("eebbbb"));
  expect(selection.chosen.value).toEqual(["A1", "A2"]);
});

test("seats that one holds oneself are not held by somebody else", () => {
  const selection = opened("eehhee");
  selection.holdsAlready(["A3", "A4"]);
  selection.see(map("eehheb"));
  expect(selection.chosen.value).toEqual(["A3", "A4"]);
  expect(selection.states.value.get("A3")).toBe("free");
  expect(selection.lost.value).toEqual([]);
});

test("a seat that one held and others have now is lost like any other", () => {
  const selection = opened("eehhee");
  selection.holdsAlready(["A3", "A4"]);
  selection.lose(["A4"]);
  selection.see(map("eehhee"));
  expect([selection.states.value.get("A3"), selection.states.value.get("A4")]).toEqual(["free", "held"]);
  expect(selection.chosen.value).toEqual(["A3"]);
});

test("what one is paying for cannot be chosen, and other seats can", () => {
  const selection = new Selection(room, 4, () => 0);
  selection.expect();
  selection.see(map("eehhee"));
  expect(selection.chosen.value).toEqual([]);
  selection.isPaying(["A3", "A4"]);
  selection.tap("A3");
  expect(selection.chosen.value).toEqual(["A1", "A2"]);
});

test("what was chosen before a sign-in is taken up again, and what went meanwhile is said", () => {
  const selection = opened("ebeeee");
  selection.takeUp(["A1", "A2"]);
  expect(selection.chosen.value).toEqual(["A1"]);
  expect(selection.lost.value).toEqual(["A2"]);
});

test("a seat left alone is a warning that one tap mends", () => {
  const selection = opened();
  selection.chosen.value = ["A2", "A3"];
  expect(selection.alone.value).toEqual(["A1"]);
  selection.mend();
  expect(selection.chosen.value).toEqual(["A1", "A2"]);
  expect(selection.alone.value).toEqual([]);
});
