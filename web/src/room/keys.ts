/** Where a key leads from a seat: the grid's keyboard. Pure. */
import type { Room, Seat } from "../holding/seats";


const ROWS_OF_A_PAGE = 5;

export interface Key {
  key: string;
  ctrl: boolean;
}

/** The seat that takes the focus, or null if the key means nothing here. Arrows cross aisles. */
export function seatAfter({ key, ctrl }: Key, at: Seat, room: Room): Seat | null {
  const row = room.rows[at.depth] ?? [];
  switch (key) {
    case "ArrowLeft":
      return row[at.place - 1] ?? at;
    case "ArrowRight":
      return row[at.place + 1] ?? at;
    case "ArrowUp":
      return inRow(room, at.depth - 1, at);
    case "ArrowDown":
      return inRow(room, at.depth + 1, at);
    case "PageUp":
      return inRow(room, Math.max(0, at.depth - ROWS_OF_A_PAGE), at);
    case "PageDown":
      return inRow(room, Math.min(room.rows.length - 1, at.depth + ROWS_OF_A_PAGE), at);
    case "Home":
      return (ctrl ? room.rows[0]?.[0] : row[0]) ?? at;
    case "End":
      return (ctrl ? room.rows.at(-1)?.at(-1) : row.at(-1)) ?? at;
    default:
      return /^[a-z]$/i.test(key) && !ctrl ? rowNamed(room, key.toUpperCase(), at) : null;
  }
}

/** The seat of another row that stands nearest to the same column. */
function inRow(room: Room, depth: number, at: Seat): Seat {
  const row = room.rows[depth] ?? [];
  const away = (seat: Seat) => Math.abs(seat.column - at.column);
  return row.reduce<Seat | null>((best, seat) => (best === null || away(seat) < away(best) ? seat : best), null) ?? at;
}

/** The next row whose name begins with the letter, from the seat's own on, and around. */
function rowNamed(room: Room, letter: string, at: Seat): Seat | null {
  const depths = room.rows.map((_, depth) => (at.depth + 1 + depth) % room.rows.length);
  const found = depths.find((depth) => room.rows[depth]?.[0]?.row.startsWith(letter));
  return found === undefined ? null : inRow(room, found, at);
}
