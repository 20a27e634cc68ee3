/** What a countdown says at which moment. Pure. */

/** Seconds left at which words are said: politely, and at the last one at once. */
export const SAID_AT = [300, 120, 60, 30] as const;
/** Seconds left at which more time is offered. */
export const OFFERED_AT = [120, 30] as const;
const ASSERTIVE_FROM = 30;

/** The moment that lies between two looks at the clock: `before` was above it, `now` is not. */
export function passed<T extends number>(moments: readonly T[], before: number, now: number): T | null {
  return moments.filter((moment) => before > moment && now <= moment).at(-1) ?? null;
}

export const urgency = (moment: number): "polite" | "assertive" => (moment <= ASSERTIVE_FROM ? "assertive" : "polite");

/** The least that ExtendHold gains; less changes nothing. */
const GAIN_SECONDS_MIN = 60;

/** Whether ExtendHold gains enough now: of a hold that has hardly begun it does not. `holdSeconds`: what it gives, from now on. */
export const gainsNow = (secondsLeft: number, holdSeconds: number) => holdSeconds - secondsLeft >= GAIN_SECONDS_MIN;

/** Whether ExtendHold gains enough, now or later. */
export function canExtend(extendableUntil: string | null, holdEnds: string | null): boolean {
  return extendableUntil !== null && holdEnds !== null && Date.parse(extendableUntil) - Date.parse(holdEnds) >= GAIN_SECONDS_MIN * 1000;
}
