/** Who is signed in on this device. Requests take the token from here; only a sign-in, and the API's 401, change it. */

import { computed, signal } from "@preact/signals";

export interface Session {
  name: string;
  token: string;
  /** Brings another token when this one ends. */
  refreshToken: string | null;
  /** When this token ends, by this device's clock. */
  lapsesAt?: number;
}

export const lapseOf = (seconds: number, now: number) => now + seconds * 1000;

const KEPT = "session";

const current = signal<Session | null>(stored());
export const session = computed(() => current.value);

export function begin(next: Session): void {
  localStorage.setItem(KEPT, JSON.stringify(next));
  current.value = next;
}

export function end(): void {
  localStorage.removeItem(KEPT);
  current.value = null;
}

/** What another tab signed in or out. */
export function followOtherTabs(): void {
  addEventListener("storage", (event) => {
    const isAll = event.key === null; // localStorage.clear()
    if (event.key === KEPT || isAll) current.value = stored();
  });
}

/** As of now, whichever tab wrote it. */
export function stored(): Session | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return isSession(kept) ? kept : null;
  } catch {
    return null;
  }
}

function isSession(value: unknown): value is Session {
  return typeof value === "object" && value !== null && "token" in value && typeof value.token === "string";
}
