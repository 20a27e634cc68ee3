import { expect, test } from "vitest";
import { words as en } from "./words.en";
import { words as es } from "./words.es";

test("both languages say the same number of things", () => {
  expect(Object.keys(es)).toEqual(Object.keys(en));
  expect([es.works.length, es.limits.length]).toEqual([en.works.length, en.limits.length]);
});
