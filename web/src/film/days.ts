/** A film's showings in a theater, by the theater's local days. Pure. */

import type { Showing } from "../api/shapes";
import { localDay } from "../format/time";

export interface Day {
  day: string;
  showings: Showing[];
}

export function byDay(showings: readonly Showing[], zone: string): Day[] {
  const days = new Map<string, Showing[]>();
  const inOrder = [...showings].sort((a, b) => a.movie_time.localeCompare(b.movie_time));
  for (const showing of inOrder) {
    const day = localDay(zone, showing.movie_time);
    days.set(day, [...(days.get(day) ?? []), showing]);
  }
  return [...days].map(([day, its]) => ({ day, showings: its }));
}
