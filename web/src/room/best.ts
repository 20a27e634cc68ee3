/**
 * Best available: which seats a group is offered first. One pure function, for page and desk; the server decides.
 *
 * A seat costs its distance to a focal point, on the room's centre line two thirds back, rows weighing 1.4 times columns;
 * a group costs its seats' mean. The first way of sitting that the room still has is taken, at the least cost.
 */

import { isOrdinary, type Room, type Seat, type States } from "../holding/seats";

export interface Wish {
  count: number;
  /** One of the group sits in a wheelchair: their place, and companions' seats beside it. */
  wheelchair?: boolean;
}
/** How the group sits, best first. */
export type Sitting = "together" | "leaving one" | "across an aisle" | "two rows" | "apart";
export interface Offer {
  seats: string[];
  sitting: Sitting;
}
type Group = Seat[];

const ROW_WEIGHT = 1.4;
const BACK = 2 / 3;
const ALIKE = 1.03; // groups that cost this much more than the best are as good: buyers at one moment collide less

/** `chance`: a number from 0 to 1. Null if there are not so many seats. */
export function bestAvailable(room: Room, states: States, wish: Wish, chance: number): Offer | null {
  const free = (seat: Seat) => states.get(seat.id) === "free";
  if (wish.wheelchair) return offer(room, free, wish.count, chance, hasItsWheelchairPlace);
  const ordinary = (seat: Seat) => free(seat) && isOrdinary(seat);
  return offer(room, ordinary, wish.count, chance) ?? offer(room, free, wish.count, chance, companionsAreCovered);
}

function offer(
  room: Room,
  usable: (seat: Seat) => boolean,
  count: number,
  chance: number,
  allowed: (group: Group) => boolean = () => true,
): Offer | null {
  const cost = costIn(room);
  const choose = (groups: Group[]) => cheapest(groups.filter(allowed), cost, chance);
  const blocks = room.rows.flatMap((row) => runs(row, usable, false));
  const together = blocks.flatMap((block) => windows(block, count));
  const ways: [Sitting, () => Group | null][] = [
    ["together", () => choose(together.filter((group) => !leavesOne(group, blocks)))],
    ["leaving one", () => choose(together)],
    ["across an aisle", () => choose(room.rows.flatMap((row) => runs(row, usable, true)).flatMap((block) => windows(block, count)))],
    ["two rows", () => choose(inTwoRows(room, usable, count))],
    ["apart", () => apart(blocks, count, cost, allowed)],
  ];
  for (const [sitting, way] of ways) {
    const group = way();
    if (group) return { seats: group.map((seat) => seat.id), sitting };
  }
  return null;
}

export function costIn(room: Room): (seat: Seat) => number {
  const columns = room.rows.flat().map((seat) => seat.column);
  const centre = (Math.min(...columns) + Math.max(...columns)) / 2;
  const depth = (room.rows.length - 1) * BACK;
  return (seat) => Math.hypot(seat.column - centre, ROW_WEIGHT * (seat.depth - depth));
}

/** Seats of a row that are usable and side by side; an aisle parts them unless `acrossAisles`. */
function runs(row: readonly Seat[], usable: (seat: Seat) => boolean, acrossAisles: boolean): Seat[][] {
  const found: Seat[][] = [];
  let run: Seat[] = [];
  for (const seat of row) {
    if (usable(seat)) run.push(seat);
    if (run.length && (!usable(seat) || (seat.aisleAfter && !acrossAisles))) {
      found.push(run);
      run = [];
    }
  }
  return run.length ? [...found, run] : found;
}

function windows(run: Seat[], count: number): Group[] {
  return Array.from({ length: Math.max(0, run.length - count + 1) }, (_, at) => run.slice(at, at + count));
}

function leavesOne(group: Group, blocks: Seat[][]): boolean {
  const block = blocks.find((one) => one.includes(group[0] as Seat)) ?? [];
  const before = block.indexOf(group[0] as Seat);
  const after = block.length - before - group.length;
  return before === 1 || after === 1;
}

function inTwoRows(room: Room, usable: (seat: Seat) => boolean, count: number): Group[] {
  if (count < 2) return [];
  const groups: Group[] = [];
  for (let depth = 0; depth + 1 < room.rows.length; depth++) {
    const [front, back] = [depth, depth + 1].map((at) => runs(room.rows[at] ?? [], usable, false));
    for (let ahead = Math.floor(count / 2); ahead <= Math.ceil(count / 2); ahead++)
      for (const a of front?.flatMap((run) => windows(run, ahead)) ?? [])
        for (const b of back?.flatMap((run) => windows(run, count - ahead)) ?? []) if (overlap(a, b)) groups.push([...a, ...b]);
  }
  return groups;
}

function overlap(a: Group, b: Group): boolean {
  const [first, last] = [(group: Group) => group[0]?.column ?? 0, (group: Group) => group.at(-1)?.column ?? 0];
  return first(a) <= last(b) && first(b) <= last(a);
}

/** In as few parts as there can be, and nobody alone if that costs no further part. */
function apart(blocks: Seat[][], count: number, cost: (seat: Seat) => number, allowed: (group: Group) => boolean): Group | null {
  const group: Group = [];
  let left = blocks;
  while (group.length < count) {
    const missing = count - group.length;
    const longest = Math.max(0, ...left.map((run) => run.length));
    if (longest === 0) return null;
    const size = missing - longest === 1 && longest > 2 ? longest - 1 : Math.min(missing, longest);
    const part = cheapest(left.flatMap((run) => windows(run, size)), cost, 0) as Group;
    group.push(...part);
    left = left.flatMap((run) => runs(run, (seat) => !part.includes(seat), false));
  }
  return allowed(group) ? group : null;
}

function cheapest(groups: Group[], cost: (seat: Seat) => number, chance: number): Group | null {
  if (groups.length === 0) return null;
  const costs = groups.map((group) => group.reduce((sum, seat) => sum + cost(seat), 0) / group.length);
  const least = Math.min(...costs);
  const alike = groups.filter((_, at) => (costs[at] as number) <= least * ALIKE);
  return alike[Math.min(alike.length - 1, Math.floor(chance * alike.length))] ?? null;
}

const count = (group: Group, category: string) => group.filter((seat) => seat.category === category).length;
const companionsAreCovered = (group: Group) => count(group, "companion") <= count(group, "wheelchair");
const hasItsWheelchairPlace = (group: Group) => count(group, "wheelchair") === 1 && companionsAreCovered(group);

/** A free seat for one that was lost: as near as can be to the rest of the group. */
export function replacement(room: Room, states: States, rest: readonly string[]): string | null {
  const seats = rest.map((id) => room.byId.get(id)).filter((seat) => seat !== undefined);
  const fromFocus = costIn(room);
  const far = (seat: Seat) =>
    seats.length ? Math.min(...seats.map((other) => Math.hypot(other.column - seat.column, ROW_WEIGHT * (other.depth - seat.depth)))) : fromFocus(seat);
  const free = room.rows.flat().filter((seat) => states.get(seat.id) === "free" && isOrdinary(seat) && !rest.includes(seat.id));
  return free.reduce<Seat | null>((best, seat) => (best === null || far(seat) < far(best) ? seat : best), null)?.id ?? null;
}

/** Free seats that the selection leaves alone between it and the next taken seat, aisle or end. */
export function leftAlone(room: Room, states: States, chosen: readonly string[]): string[] {
  const taken = new Set(chosen);
  const free = (seat: Seat) => states.get(seat.id) === "free";
  return room.rows.flatMap((row) =>
    runs(row, free, false)
      .flatMap((block) => runs(block, (seat) => !taken.has(seat.id), false).filter((rest) => rest.length === 1 && block.length > 1))
      .map((rest) => (rest[0] as Seat).id),
  );
}

/** The selection moved by one seat so that it leaves none alone; else the best that leaves none. */
export function mended(room: Room, states: States, chosen: readonly string[]): string[] | null {
  for (const by of [-1, 1]) {
    const moved = chosen.map((id) => {
      const seat = room.byId.get(id);
      return seat && room.rows[seat.depth]?.[seat.place + by];
    });
    const ids = moved.map((seat) => seat?.id ?? "");
    const fits = moved.every((seat) => seat && isOrdinary(seat) && states.get(seat.id) === "free");
    if (fits && leftAlone(room, states, ids).length === 0) return ids;
  }
  const offered = bestAvailable(room, states, { count: chosen.length }, 0);
  return offered?.sitting === "together" ? offered.seats : null;
}
