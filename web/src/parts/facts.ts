/** What a showing is like, in words: language, subtitles, formats, access. */

import type { Showing } from "../api/shapes";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";

export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(language.value, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

export function factsOf(showing: Pick<Showing, "language" | "subtitles" | "formats" | "access">): string[] {
  const { programme, access } = texts.value;
  return [
    ...(showing.language ? [fill(programme.spoken, { language: languageName(showing.language) })] : []),
    ...(showing.subtitles ? [fill(programme.subtitles, { language: languageName(showing.subtitles) })] : []),
    ...showing.formats,
    ...showing.access.map((one) => access[one] ?? one),
  ];
}
