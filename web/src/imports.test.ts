import { expect, test } from "vitest";

/** Folders that any other may use. Every other folder is a feature: its views, its rules, its texts' places. */
const SHARED = ["api", "fonts", "format", "holding", "layout", "parts", "paying", "poster", "style", "texts"];
/** One page shows the parts of all features. */
const SHOWS_ALL = "all-parts";
/** Of the shared ones, what shows nothing: it may not import what does. */
const WITHOUT_VIEWS = ["api", "format", "holding", "paying", "texts"];

const sources = import.meta.glob<string>("./**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
const folderOf = (path: string) => path.split("/").slice(1, -1)[0];
const imported = (source: string) => [...source.matchAll(/from "(\.[^"]+)"|import\("(\.[^"]+)"\)/g)].map((found) => found[1] ?? found[2] ?? "");

const imports = Object.entries(sources)
  .filter(([path]) => folderOf(path) !== undefined)
  .flatMap(([path, source]) =>
    imported(source)
      .filter((target) => target.startsWith("../"))
      .map((target) => ({ path, from: folderOf(path) as string, to: target.split("/")[1] as string })),
  );

test("no feature imports another: what two of them need belongs to a shared folder", () => {
  const across = imports.filter(({ from, to, path }) => from !== SHOWS_ALL && !SHARED.includes(to) && to !== from && !to.includes("routes") && !path.includes("test"));
  expect(across).toEqual([]);
});

test("questions, formats and texts import nothing that is shown", () => {
  const upwards = imports.filter(({ from, to }) => WITHOUT_VIEWS.includes(from) && !WITHOUT_VIEWS.includes(to) && to !== "routes");
  expect(upwards).toEqual([]);
});
