/** The seats that a visitor chose before signing in, kept for the way back; and the key of the hold that is being made. */

const KEPT = "wanted seats";
const LONGEST_MS = 30 * 60_000;

export interface Wanted {
  eventId: string;
  seats: readonly string[];
}

export function keep(wanted: Wanted): void {
  sessionStorage.setItem(KEPT, JSON.stringify({ ...wanted, at: Date.now() }));
}

export const isKept = (): boolean => sessionStorage.getItem(KEPT) !== null;

/** What was kept for this showing, once. */
export function takeBack(eventId: string): readonly string[] | null {
  const text = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (!text) return null;
  const kept = JSON.parse(text) as Wanted & { at: number };
  return kept.eventId === eventId && Date.now() - kept.at < LONGEST_MS ? kept.seats : null;
}
