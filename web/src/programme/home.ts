/** The theater that was looked at last: the programme opens there. */

import { signal } from "@preact/signals";

const KEPT = "theater";
const last = signal<string | null>(localStorage.getItem(KEPT));

export const homeTheater = (): string | null => last.value;

export function visit(theaterId: string): void {
  if (last.peek() === theaterId) return;
  last.value = theaterId;
  localStorage.setItem(KEPT, theaterId);
}
