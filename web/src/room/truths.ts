/** Whether seats can be had: five truths that are not each other, and the good one. Pure. */

import type { SeatMap } from "../api/shapes";
import { isOnSale } from "../holding/seats";

export type Truth =
  | { is: "open"; left: number }
  | { is: "called off" }
  | { is: "closed" }
  | { is: "sold out" }
  | { is: "all held"; seconds: number }
  | { is: "all being paid" };

/** Truths in which no seat is free: for a visitor who has the last ones, they read differently. */
const NONE_FREE: readonly Truth["is"][] = ["sold out", "all held", "all being paid"];
export const isNoneFree = (truth: Truth | undefined): boolean => truth !== undefined && NONE_FREE.includes(truth.is);

export function truthOf(map: SeatMap): Truth {
  if (map.cancelled_at) return { is: "called off" };
  if (!isOnSale(map)) return { is: "closed" };
  const left = Object.values(map.remaining).reduce((sum, count) => sum + count, 0);
  if (left > 0) return { is: "open", left };
  const isHeld = Object.values(map.status).some((row) => row.includes("h"));
  if (!isHeld) return { is: "sold out" };
  if (!map.next_release) return { is: "all being paid" }; // such a seat has no end that could be told
  return { is: "all held", seconds: Math.max(0, (Date.parse(map.next_release) - Date.parse(map.as_of)) / 1000) };
}
