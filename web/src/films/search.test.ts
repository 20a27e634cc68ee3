import { expect, test } from "vitest";
import type { ListedFilm, Programme } from "../api/shapes";
import { addressOf, found, genresOf, matches, wantedFilms } from "./search";

const film = (title: string, genres: string[] = [], director = "N. N.") =>
  ({ movie_id: title, title, genres, director }) as ListedFilm;
const titles = (films: ListedFilm[], query: Record<string, string>, programme?: Programme) =>
  found(films, wantedFilms(query), programme).map((one) => one.film.title);

test("words find titles by the beginnings of their words, in any order", () => {
  expect(matches("mood in", film("In the Mood for Love"))).toBe(true);
  expect(matches("ood", film("In the Mood for Love"))).toBe(false);
});

test("accents and case do not count", () => {
  expect(matches("AMELIE", film("Amélie"))).toBe(true);
  expect(matches("yi yí", film("Yi Yi"))).toBe(true);
});

test.each(["8", "8½", "8 ½", "8 1/2", "81/2", "8 1⁄2", "½ fellini"])("%s finds 8½", (words) =>
  expect(matches(words, film("8½", [], "Federico Fellini"))).toBe(true),
);

test.each(["8 1/3", "18", "12"])("%s does not find 8½", (words) => expect(matches(words, film("8½"))).toBe(false));

test("words find a title without the spaces between them", () => {
  expect(matches("inthemo", film("In the Mood for Love"))).toBe(true);
  expect(matches("nthemo", film("In the Mood for Love"))).toBe(false);
});

test("a director's name finds their films", () => {
  expect(matches("lang", film("M", [], "Fritz Lang"))).toBe(true);
});

test("no words leave all films, a genre its own", () => {
  const films = [film("M", ["crime"]), film("Ran", ["war", "drama"])];
  expect(titles(films, { q: " " })).toHaveLength(2);
  expect(titles(films, { genre: "drama" })).toEqual(["Ran"]);
  expect(genresOf(films)).toEqual(["crime", "drama", "war"]);
});

const at = (movie_time: string, more: object = {}) => ({ movie_time, language: null, formats: [], access: [], cancelled_at: null, ...more });
const DAY = {
  movies: [
    { movie_id: "M", events: [at("2026-11-25T20:00:00Z", { language: "de" }), at("2026-11-25T10:00:00Z")] },
    { movie_id: "Ran", events: [at("2026-11-25T12:00:00Z", { cancelled_at: "2026-11-24T10:00:00.000Z" })] },
  ],
} as unknown as Programme;
const FILMS = [film("M"), film("Ran"), film("Vertigo")];

test("a cinema's day leaves the films that it shows, with their times in order", () => {
  const [only, ...others] = found(FILMS, wantedFilms({ cinema: "lisboa" }), DAY);
  expect([only?.film.title, others]).toEqual(["M", []]);
  expect(only?.showings.map((one) => one.movie_time)).toEqual(["2026-11-25T10:00:00Z", "2026-11-25T20:00:00Z"]);
});

test("a showing that is called off shows no film", () => expect(titles(FILMS, { cinema: "lisboa", q: "ran" }, DAY)).toEqual([]));

test("a language leaves the times in that language", () => {
  const [only] = found(FILMS, wantedFilms({ cinema: "lisboa", language: "de" }), DAY);
  expect(only?.showings).toHaveLength(1);
  expect(titles(FILMS, { cinema: "lisboa", language: "fr" }, DAY)).toEqual([]);
});

test("what is wanted is read from the address that says it", () => {
  const wanted = wantedFilms({ q: "in the mood", genre: "drama", cinema: "lisboa", day: "2026-11-26", access: "captions" });
  const query = Object.fromEntries(new URL(addressOf(wanted), "https://page.invalid").searchParams);
  expect(wantedFilms(query)).toEqual(wanted);
  expect(addressOf(wantedFilms({}))).toBe("/");
});

test("day and language belong to a cinema, and go with it", () => {
  expect(addressOf({ ...wantedFilms({ cinema: "lisboa", day: "2026-11-26", language: "de", q: "m" }), theaterId: "" })).toBe("/?q=m");
  expect(wantedFilms({ day: "2026-11-26", language: "de" })).toEqual(wantedFilms({}));
});
