/** A plan's genres, in words of the page's language. */

import { language, texts } from "../texts";

/** `science_fiction` as "Science fiction". One that the texts do not have is the plan's own word. */
export function genreName(genre: string): string {
  const known: Record<string, string> = texts.value.genres;
  const words = genre.toLowerCase().replace(/[_-]+/g, " ").trim();
  return capital(known[words.replaceAll(" ", "_")] ?? words, language.value);
}

/** By the language's own rules: a Turkish i becomes İ. */
export function capital(words: string, locale: string): string {
  const [first = ""] = words;
  return first.toLocaleUpperCase(locale) + words.slice(first.length);
}
