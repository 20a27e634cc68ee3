/** The browser's history round a sign-in: one entry for the page that led to it, not two. */

/** Called on the sign-in's entry, right after `path` led to it. */
export function cameFrom(path: string): void {
  history.replaceState({ from: path }, "");
}

/** Goes back to `path` if the entry before this one is that page; false if it is not. */
export function goBackTo(path: string): boolean {
  const state: unknown = history.state;
  const isBefore = typeof state === "object" && state !== null && "from" in state && state.from === path;
  if (isBefore) history.back();
  return isBefore;
}
