import { expect, test } from "vitest";
import { afterAnswer, type Instead } from "./other-card";

const after = (instead: Instead | null, answers: number) => Array.from({ length: answers }).reduce<Instead | null>(afterAnswer, instead);

test("the form for another card stays for as long as its customer looks at it", () => {
  const wanted = { of: "pi_1_secret", answers: null };
  expect(after(wanted, 20)).toEqual(wanted);
  expect(after(null, 20)).toBeNull();
});

test("a payment that was accepted is on its way for two answers, and not if the third shows the same question", () => {
  const accepted = { of: "pi_1_secret", answers: 0 };
  expect([0, 1, 2, 3, 4].map((answers) => after(accepted, answers) !== null)).toEqual([true, true, true, false, false]);
});
