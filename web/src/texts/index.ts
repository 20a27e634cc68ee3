/** What the page says, in the language that is chosen. */

import { computed, signal } from "@preact/signals";
import { en, type Texts } from "./en";

const LANGUAGES: Record<string, () => Promise<Texts>> = {
  en: () => Promise.resolve(en),
  es: () => import("./es").then((file) => file.es),
};
export const languages = [
  { code: "en", name: "English" },
  { code: "es", name: "Español" },
];
const KEPT = "language";

const current = signal<{ code: string; texts: Texts }>({ code: "en", texts: en });
export const language = computed(() => current.value.code);
export const texts = computed(() => current.value.texts);

export async function speak(code: string): Promise<void> {
  const load = LANGUAGES[code];
  if (!load) return;
  current.value = { code, texts: await load() };
  document.documentElement.lang = code;
}

export async function choose(code: string): Promise<void> {
  localStorage.setItem(KEPT, code);
  await speak(code);
}

/** What was chosen before, else the first of the browser's languages that the page has. */
export function preferred(kept: string | null, wanted: readonly string[]): string {
  const known = [kept ?? "", ...wanted.map((one) => one.split("-")[0] ?? "")].find((code) => code in LANGUAGES);
  return known ?? "en";
}

export const startingLanguage = () => preferred(localStorage.getItem(KEPT), navigator.languages);
