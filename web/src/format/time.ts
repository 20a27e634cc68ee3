/** Times as the theater's clock shows them, whatever the browser's zone is. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const kept = formats.get(key) ?? new Intl.DateTimeFormat(language, options);
  formats.set(key, kept);
  return kept;
}

/** 19:30, also where the language would say 7:30 PM: a programme's times stand in columns. */
export function clock(language: string, zone: string, time: string): string {
  return format(language, { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(time));
}

/** The theater's local day of a moment, as in 2026-11-30. */
export function localDay(zone: string, time: Date | string): string {
  return format("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(time));
}

export function localHour(zone: string, time: string): number {
  return Number(format("en", { timeZone: zone, hour: "2-digit", hourCycle: "h23" }).format(new Date(time)));
}

/** A day, which has no zone: `2026-11-30` as "Monday, 30 November". */
export function longDay(language: string, day: string): string {
  return format(british(language), { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" }).format(midday(day));
}

export function shortDay(language: string, day: string): { weekday: string; number: string; month: string } {
  const part = (options: Intl.DateTimeFormatOptions) =>
    format(british(language), { timeZone: "UTC", ...options }).format(midday(day));
  return { weekday: part({ weekday: "short" }), number: part({ day: "numeric" }), month: part({ month: "short" }) };
}

export function dayAfter(day: string): string {
  return new Date(midday(day).getTime() + 86_400_000).toISOString().slice(0, 10);
}

/** 130 seconds as 2:10. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

const midday = (day: string) => new Date(`${day}T12:00:00Z`);
const british = (language: string) => (language === "en" ? "en-GB" : language); // "30 November", as in Europe's cinemas

const TWO_DIGITS = "\u2007\u2007"; // figure spaces

/** Whole minutes; of a number that is not known yet the room that it takes, so that nothing moves when it is. */
export const inMinutes = (seconds: number | undefined) => (seconds === undefined ? TWO_DIGITS : Math.floor(seconds / 60));
