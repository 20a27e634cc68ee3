/** Which films a visitor's words and choices leave. Pure. They live in the page's address. */

import type { ListedFilm, Programme, ProgrammeShowing } from "../api/shapes";
import { fits, queryOf, wantedOf, type Query, type Wanted as Facts } from "../parts/wanted";
import { routes } from "../routes";

export interface Wanted extends Facts {
  words: string;
  genre: string;
  /** Day and facts are a cinema's: without one they are empty. */
  theaterId: string;
  day: string;
}
export interface Found {
  film: ListedFilm;
  /** Of the cinema's day, in order; empty where no cinema is chosen. */
  showings: ProgrammeShowing[];
}

export function wantedFilms(query: Query): Wanted {
  const { q: words = "", genre = "", cinema: theaterId = "", day = "" } = query;
  const facts = wantedOf(theaterId ? query : {});
  return { words, genre, theaterId, day: theaterId ? day : "", ...facts };
}

export function addressOf({ words, genre, theaterId, day, ...facts }: Wanted): string {
  const ofTheCinema = theaterId ? { cinema: theaterId, day, ...facts } : {};
  return routes.films + queryOf({ q: words, genre, ...ofTheCinema });
}

/** NFKD writes a fraction's sign as its numbers, which are words of their own: 8½ is 8 1 2. */
const FRACTIONS = /[\u00bc-\u00be\u2150-\u215f\u2189]/g;

const wordsOf = (text: string) =>
  text
    .replace(FRACTIONS, " $&")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** Every word begins a word of the title (or of the director's name), or the title begins with them, whatever stands
 * between; accents and case do not count. */
export function matches(words: string, film: Pick<ListedFilm, "title" | "director">): boolean {
  const inside = wordsOf(`${film.title} ${film.director}`);
  const wanted = wordsOf(words);
  return wanted.every((word) => inside.some((one) => one.startsWith(word))) || inside.join("").startsWith(wanted.join(""));
}

export function genresOf(films: readonly ListedFilm[]): string[] {
  return [...new Set(films.flatMap((film) => film.genres))].sort();
}

/** `programme`: of the cinema and day that are chosen. */
export function found(films: readonly ListedFilm[], wanted: Wanted, programme?: Programme): Found[] {
  return films
    .filter((film) => matches(wanted.words, film) && (!wanted.genre || film.genres.includes(wanted.genre)))
    .map((film) => ({ film, showings: programme ? showingsOf(film, wanted, programme) : [] }))
    .filter(({ showings }) => !programme || showings.length > 0);
}

function showingsOf({ movie_id }: ListedFilm, wanted: Wanted, programme: Programme): ProgrammeShowing[] {
  return programme.movies
    .filter((film) => film.movie_id === movie_id)
    .flatMap((film) => film.events)
    .filter((showing) => !showing.cancelled_at && fits(showing, wanted))
    .sort((a, b) => a.movie_time.localeCompare(b.movie_time));
}
