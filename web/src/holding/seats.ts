/** The room as it is drawn, from GetEventDetail's layout, and its seats' states, from SeatMap's letters. Pure. */

import type { EventDetail, RoomRow, SeatMap } from "../api/shapes";

export interface Seat {
  id: string;
  row: string;
  /** Where it stands, in seats: from the room's left edge, aisles counted, and from the screen. */
  column: number;
  depth: number;
  /** Its place in its row, aisles not counted. */
  place: number;
  number: string;
  category: string;
  /** An aisle follows it. */
  aisleAfter: boolean;
  /** It stands at an aisle, or at the row's end. */
  aisle: boolean;
}
export interface Room {
  rows: Seat[][];
  byId: ReadonlyMap<string, Seat>;
  /** In seats, aisles counted. */
  width: number;
}
export type State = "free" | "held" | "sold" | "off";
export type States = ReadonlyMap<string, State>;

const OF_LETTER: Record<string, State> = { e: "free", h: "held", b: "sold", x: "off" };

export function roomOf(detail: Pick<EventDetail, "rows" | "legend">): Room {
  const rows = detail.rows.map((row, depth) => seatsOf(row, depth, detail.legend));
  const all = rows.flat();
  return {
    rows,
    byId: new Map(all.map((seat) => [seat.id, seat])),
    width: Math.max(1, ...all.map((seat) => seat.column + 1)),
  };
}

function seatsOf({ row, gaps, offset, seats, category }: RoomRow, depth: number, legend: Record<string, string>): Seat[] {
  return seats.map((id, place) => {
    const aislesBefore = gaps.filter((gap) => gap <= place).length;
    const aisleAfter = gaps.includes(place + 1);
    return {
      id,
      row,
      depth,
      place,
      column: (offset ?? 0) + place + aislesBefore,
      number: id.slice(row.length),
      category: legend[category[place] ?? ""] ?? "standard",
      aisleAfter,
      aisle: aisleAfter || gaps.includes(place) || place === 0 || place === seats.length - 1,
    };
  });
}

export function statesOf(room: Room, map: Pick<SeatMap, "status">): States {
  return new Map(
    room.rows.flat().map((seat) => [seat.id, OF_LETTER[map.status[seat.row]?.[seat.place] ?? ""] ?? "off"]),
  );
}

/** Seats whose state is another one than before: all that a poll has to touch. */
export function changed(before: States, after: States): string[] {
  return [...after].filter(([id, state]) => before.get(id) !== state).map(([id]) => id);
}

/** Whether seats can be added, by the server's clock. */
export const isOnSale = (map: Pick<SeatMap, "on_sale" | "sales_end" | "as_of" | "cancelled_at">) =>
  map.on_sale && !map.cancelled_at && map.sales_end > map.as_of;

export const isOrdinary = (seat: Seat) => seat.category !== "wheelchair" && seat.category !== "companion";
