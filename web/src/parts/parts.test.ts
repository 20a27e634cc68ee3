import { expect, test } from "vitest";
import type { Programme, ProgrammeShowing } from "../api/shapes";
import { speak } from "../texts";
import { capital, genreName } from "./genres";
import { choicesOf, fits, queryOf, wantedOf } from "./wanted";

const showing = (more: Partial<ProgrammeShowing>) => ({ language: null, formats: [], access: [], ...more }) as unknown as ProgrammeShowing;
const GERMAN = showing({ language: "de", formats: ["35mm"], access: ["captions"] });

test("filters leave what fits all of them", () => {
  expect(fits(GERMAN, wantedOf({}))).toBe(true);
  expect(fits(GERMAN, { language: "de", format: "35mm", access: "captions" })).toBe(true);
  expect(fits(GERMAN, { language: "de", format: "70mm", access: "" })).toBe(false);
});

test("a day can be filtered by what its showings say, each once", () => {
  const programme = { movies: [{ events: [GERMAN, GERMAN] }, { events: [showing({ language: "fr" }), showing({})] }] } as unknown as Programme;
  expect(choicesOf(programme)).toEqual({ languages: ["de", "fr"], formats: ["35mm"], access: ["captions"] });
});

test("an address says what is wanted and nothing else", () => {
  expect(queryOf({ language: "", access: "" })).toBe("");
  expect(queryOf({ q: "8½ & more", language: "" })).toBe("?q=8%C2%BD+%26+more");
  expect(wantedOf({ language: "de", utm: "x" })).toEqual({ language: "de", format: "", access: "" });
});

test("genres are words of the page's language with a capital, known or not", async () => {
  expect(["drama", "science_fiction", "science-fiction", "slow cinema"].map(genreName)).toEqual(["Drama", "Science fiction", "Science fiction", "Slow cinema"]);
  await speak("es").catch(() => undefined); // the test has no document whose language could be set
  expect(["comedy", "science fiction", "war", "quinqui"].map(genreName)).toEqual(["Comedia", "Ciencia ficción", "Bélica", "Quinqui"]);
  await speak("en").catch(() => undefined);
  expect([capital("istanbul", "tr"), capital("éxito", "es"), capital("", "en")]).toEqual(["İstanbul", "Éxito", ""]);
});
