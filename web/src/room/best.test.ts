import { expect, test } from "vitest";
import { roomOf, statesOf, type Room, type States } from "../holding/seats";
import { bestAvailable, leftAlone, mended, replacement } from "./best";

const LEGEND = { s: "standard", p: "premium", w: "wheelchair", c: "companion" };

/** Rows from the screen: `.` free, `#` sold, `|` an aisle, `w` and `c` free places of those categories. */
function drawn(...lines: string[]): { room: Room; states: States } {
  const rows = lines.map((line, depth) => {
    const row = String.fromCharCode(65 + depth);
    const marks = [...line].filter((mark) => mark !== "|");
    const gaps = [...line].flatMap((mark, at) => (mark === "|" ? [[...line.slice(0, at)].filter((one) => one !== "|").length] : []));
    const category = marks.map((mark) => (mark === "w" || mark === "c" ? mark : "s")).join("");
    return { row, gaps, offset: null, seats: marks.map((_, at) => `${row}${at + 1}`), category };
  });
  const room = roomOf({ rows, legend: LEGEND });
  const status = Object.fromEntries(lines.map((line, at) => [String.fromCharCode(65 + at), [...line].filter((one) => one !== "|").map((one) => (one === "#" ? "b" : "e")).join("")]));
  return { room, states: statesOf(room, { status }) };
}

const offered = (lines: string[], count: number, wheelchair = false) => {
  const { room, states } = drawn(...lines);
  const offer = bestAvailable(room, states, { count, wheelchair }, 0);
  return offer && `${offer.sitting}: ${offer.seats.join(" ")}`;
};

test.each([
  ["the middle, two thirds back", ["......", "......", "......", "......"], 2, "together: C3 C4"],
  ["one seat in an odd row", [".....", ".....", "....."], 1, "together: B3"],
  ["moves by one rather than leave one alone", ["....."], 2, "together: A1 A2"],
  ["rows weigh more than columns", [".......", ".......", "...#...", "......."], 1, "together: C3"],
  ["no aisle between while a block is whole", ["..|..", "..|..", "..|.."], 2, "together: B1 B2"],
  ["leaves one when it must", ["#...#"], 2, "leaving one: A1 A2"],
  ["across an aisle when no block is long enough", ["#..|..#"], 4, "across an aisle: A2 A3 A4 A5"],
  ["two neighbouring rows, one behind the other", ["##..##", "##..##"], 4, "two rows: A3 A4 B3 B4"],
  ["apart in as few parts as there can be", ["..#.#", "#####", "....#"], 5, "apart: C2 C3 C4 A1 A2"],
  ["nothing when there are too few", ["#.#", "###"], 2, null],
  ["wheelchair places are not offered unasked", ["wc....", "......"], 2, "together: B3 B4"],
  ["a wheelchair place when one is asked for, its companion beside it", ["wc....", "......", "......"], 2, "together: A1 A2"],
  ["wheelchair places to anyone, once nothing else is left", ["wc####"], 2, "together: A1 A2"],
  ["but no companion's seat without a wheelchair place", ["#c####"], 1, null],
])("%s", (what, lines, count, expected) => {
  const shown = offered(lines, count, what.includes("asked for"));
  if (expected === "leaving one: A1 A2") expect(shown).toMatch(/^leaving one: A(2 A3|3 A4)$/);
  else expect(shown).toBe(expected);
});

test("within three in a hundred of the best it is chance that chooses, so that fewer buyers collide", () => {
  const { room, states } = drawn("......", "......", "......", "......");
  const found = new Set([0, 0.3, 0.6, 0.99].map((chance) => bestAvailable(room, states, { count: 1 }, chance)?.seats[0]));
  expect([...found].sort()).toEqual(["C3", "C4"]);
});

test("a seat that was lost is replaced beside the rest", () => {
  const { room, states } = drawn("......", "..#...", "......");
  expect(replacement(room, states, ["B4", "B5"])).toBe("B6");
});

test("a single seat left over is seen, and mended by moving over", () => {
  const { room, states } = drawn("......");
  expect(leftAlone(room, states, ["A2", "A3"])).toEqual(["A1"]);
  expect(mended(room, states, ["A2", "A3"])).toEqual(["A1", "A2"]);
  expect(leftAlone(room, states, ["A1", "A2"])).toEqual([]);
});
