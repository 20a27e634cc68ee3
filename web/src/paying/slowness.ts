/** How long a payment has been under way, for the words beside it. Pure. */

export type Slowness = "paying" | "slow" | "long";

const SLOW_FROM_SECONDS = 5;
const LONG_FROM_SECONDS = 60;
/** After ten seconds the box office asks for pauses of a third of the time waited: so a page that was just opened knows too. */
const AT_LEAST: readonly (readonly [pause: number, seconds: number])[] = [
  [20, 60],
  [2, 10],
];

/** `seen`: seconds since this page first saw it. `pause`: seconds until the next look, as the box office says. */
export function slowness(seen: number, pause: number | null): Slowness {
  const known = AT_LEAST.find(([from]) => pause !== null && pause >= from)?.[1] ?? 0;
  const seconds = Math.max(seen, known);
  return seconds >= LONG_FROM_SECONDS ? "long" : seconds >= SLOW_FROM_SECONDS ? "slow" : "paying";
}
