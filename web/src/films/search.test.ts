import { expect, test } from "vitest";
import type { ListedFilm } from "../api/shapes";
import { chosen, genresOf, matches } from "./search";

const film = (title: string, genres: string[] = [], director = "N. N.") =>
  ({ movie_id: title, title, genres, director }) as ListedFilm;

test("words find titles by the beginnings of their words, in any order", () => {
  expect(matches("mood in", film("In the Mood for Love"))).toBe(true);
  expect(matches("ood", film("In the Mood for Love"))).toBe(false);
});

test("accents and case do not count", () => {
  expect(matches("AMELIE", film("Amélie"))).toBe(true);
  expect(matches("yi yí", film("Yi Yi"))).toBe(true);
});

test("half a number is found as it is written", () => {
  expect(matches("8", film("8½"))).toBe(true);
});

test("a director's name finds their films", () => {
  expect(matches("lang", film("M", [], "Fritz Lang"))).toBe(true);
});

test("no words leave all films, a genre its own", () => {
  const films = [film("M", ["crime"]), film("Ran", ["war", "drama"])];
  expect(chosen(films, " ", "")).toHaveLength(2);
  expect(chosen(films, "", "drama").map((one) => one.title)).toEqual(["Ran"]);
  expect(genresOf(films)).toEqual(["crime", "drama", "war"]);
});
