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

const plain = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Every word begins a word of the title (or of the director's name); accents and case do not count. */
export function matches(words: string, film: Pick<ListedFilm, "title" | "director">): boolean {
  const text = plain(`${film.title} ${film.director}`);
  const inside = text.split(/[^\p{L}\p{N}]+/u);
  return plain(words)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .every((word) => inside.some((one) => one.startsWith(word)));
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
