/** Which films a visitor's words and choices leave. Pure. */

import type { ListedFilm } from "../api/shapes";

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

export function chosen(films: readonly ListedFilm[], words: string, genre: string): ListedFilm[] {
  return films.filter((film) => matches(words, film) && (!genre || film.genres.includes(genre)));
}
