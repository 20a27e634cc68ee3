/** What a visitor wants of showings: their language, format and access. Pure. It lives in the page's address. */

import type { Programme, ProgrammeShowing } from "../api/shapes";

export interface Wanted {
  language: string;
  format: string;
  access: string;
}
export type Query = Record<string, string | undefined>;

export const wantedOf = ({ language = "", format = "", access = "" }: Query): Wanted => ({ language, format, access });

/** `?language=de&access=captions`; without anything to say, nothing. */
export function queryOf(values: Record<string, string>): string {
  const said = Object.entries(values).filter(([, value]) => value !== "");
  return said.length ? `?${new URLSearchParams(said).toString()}` : "";
}

export function fits(showing: ProgrammeShowing, { language, format, access }: Wanted): boolean {
  return (
    (!language || showing.language === language) &&
    (!format || showing.formats.includes(format)) &&
    (!access || showing.access.some((one) => one === access))
  );
}

/** What the day's showings can be filtered by: an empty list means that the plan says nothing of it. */
export function choicesOf(programme: Programme): { languages: string[]; formats: string[]; access: string[] } {
  const showings = programme.movies.flatMap((film) => film.events);
  const distinct = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))].sort();
  return {
    languages: distinct(showings.map((one) => one.language)),
    formats: distinct(showings.flatMap((one) => one.formats)),
    access: distinct(showings.flatMap((one) => one.access)),
  };
}
