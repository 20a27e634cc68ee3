/** A theater's day as a printed programme has it: its showings by the clock, under the parts of the day. Pure. */

import type { Programme, ProgrammeFilm, ProgrammeShowing } from "../api/shapes";
import { localDay, localHour } from "../format/time";
import { fits, wantedOf, type Wanted } from "../parts/wanted";

export type PartOfDay = "late" | "morning" | "afternoon" | "evening";
export interface Entry {
  film: ProgrammeFilm;
  showing: ProgrammeShowing;
}
export interface Part {
  part: PartOfDay;
  entries: Entry[];
}

export function printed(programme: Programme, wanted: Wanted = wantedOf({})): Part[] {
  const entries = programme.movies
    .flatMap((film) => film.events.map((showing) => ({ film, showing })))
    .filter(({ showing }) => fits(showing, wanted))
    .sort((a, b) => a.showing.movie_time.localeCompare(b.showing.movie_time) || a.film.title.localeCompare(b.film.title));
  const parts: Part[] = [];
  for (const entry of entries) {
    const part = partOf(localHour(programme.time_zone, entry.showing.movie_time));
    const last = parts.at(-1);
    if (last?.part === part) last.entries.push(entry);
    else parts.push({ part, entries: [entry] });
  }
  return parts;
}

export function partOf(hour: number): PartOfDay {
  if (hour < 5 || hour >= 22) return "late";
  if (hour < 12) return "morning";
  return hour < 17 ? "afternoon" : "evening";
}

export type Sale = "open" | "closed" | "called off";

/** By the server's clock: `now` is the answer's `as_of`, moved on by the time since. */
export function saleOf(showing: Pick<ProgrammeShowing, "sales_end" | "cancelled_at">, now: number): Sale {
  if (showing.cancelled_at) return "called off";
  return Date.parse(showing.sales_end) <= now ? "closed" : "open";
}

/** The days of the strip: those with showings, and the one that is looked at. */
export function daysOf(programme: Programme): string[] {
  return [...new Set([...programme.dates, programme.date])].sort();
}

export const isToday = (programme: Programme, day: string) => localDay(programme.time_zone, programme.as_of) === day;
