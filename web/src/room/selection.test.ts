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
