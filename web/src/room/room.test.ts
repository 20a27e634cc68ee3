import { expect, test } from "vitest";
import type { SeatMap } from "../api/shapes";
import { changed, roomOf, statesOf } from "../holding/seats";
import { seatAfter } from "./keys";
import { truthOf } from "./truths";

const room = roomOf({
  legend: { s: "standard", p: "premium" },
  rows: [
    { row: "A", gaps: [2], offset: 1, seats: ["A1", "A2", "A3", "A4"], category: "sspp" },
    { row: "B", gaps: [], offset: null, seats: ["B1", "B2", "B3", "B4", "B5", "B6"], category: "ssssss" },
    ...["C", "D", "E", "F", "G"].map((row) => ({ row, gaps: [], offset: null, seats: [`${row}1`, `${row}2`], category: "ss" })),
  ],
});
const seat = (id: string) => room.byId.get(id) as NonNullable<ReturnType<typeof room.byId.get>>;
const after = (key: string, from: string, ctrl = false) => seatAfter({ key, ctrl }, seat(from), room)?.id ?? null;

test("a seat stands where its row begins, aisles counted", () => {
  expect(room.rows[0]?.map((one) => one.column)).toEqual([1, 2, 4, 5]);
  expect(room.rows[0]?.map((one) => one.aisle)).toEqual([true, true, true, true]);
  expect(seat("A3").category).toBe("premium");
  expect(room.width).toBe(6);
});

test("arrows cross aisles and stay in the room", () => {
  expect(after("ArrowRight", "A2")).toBe("A3");
  expect(after("ArrowRight", "A4")).toBe("A4");
  expect(after("ArrowDown", "A3")).toBe("B5");
  expect(after("ArrowUp", "A1")).toBe("A1");
});

test("Home and End, with Ctrl the room's, PageDown five rows, a letter its row", () => {
  expect([after("Home", "A3"), after("End", "A1"), after("Home", "G2", true), after("End", "A1", true)]).toEqual(["A1", "A4", "A1", "G2"]);
  expect(after("PageDown", "A1")).toBe("F2");
  expect(after("PageDown", "F1")).toBe("G1");
  expect([after("d", "A1"), after("x", "A1"), after("?", "A1")]).toEqual(["D2", null, null]);
});

test("a poll touches only the seats that changed", () => {
  const before = statesOf(room, { status: { A: "eeee", B: "eeeeee" } });
  const now = statesOf(room, { status: { A: "ehee", B: "eeeeeb" } });
  expect(changed(before, now)).toEqual(["A2", "B6"]);
  expect(changed(now, now)).toEqual([]);
});

const map = (change: Partial<SeatMap>): SeatMap => ({
  event_id: "ev_1",
  as_of: "2026-11-25T12:00:00Z",
  status: { A: "bbbb" },
  remaining: { standard: 0 },
  next_release: null,
  poll_after: 2,
  on_sale: true,
  sales_end: "2026-11-25T20:00:00Z",
  cancelled_at: null,
  layout_version: "1",
  ...change,
});

test.each([
  ["open", map({ status: { A: "ebbb" }, remaining: { standard: 1 } }), { is: "open", left: 1 }],
  ["sold out", map({}), { is: "sold out" }],
  ["all held", map({ status: { A: "bhhb" }, next_release: "2026-11-25T12:02:10Z" }), { is: "all held", seconds: 130 }],
  ["all being paid", map({ status: { A: "bhhb" } }), { is: "all being paid" }],
  ["closed", map({ on_sale: false }), { is: "closed" }],
  ["closed by the server's clock", map({ sales_end: "2026-11-25T12:00:00Z" }), { is: "closed" }],
  ["called off, whatever else", map({ on_sale: false, cancelled_at: "2026-11-20T10:00:00Z" }), { is: "called off" }],
])("%s", (_, seen, truth) => expect(truthOf(seen)).toEqual(truth));
