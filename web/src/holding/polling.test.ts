import { expect, test, vi } from "vitest";
import * as client from "../api/client";
import type { SeatMap } from "../api/shapes";
import { Polling } from "./polling";

vi.mock("../api/client");

test("a map that a later question has overtaken is not looked at, nor is a question without an answer", async () => {
  const answers: { resolve: (row: string) => void; reject: (error: Error) => void }[] = [];
  vi.mocked(client.seatMap).mockImplementation(
    () =>
      new Promise((resolve, reject) => {
        answers.push({ resolve: (row) => resolve({ value: { status: { A: row } } as unknown as SeatMap, stale: false }), reject });
      }),
  );
  const polling = new Polling("ev_1");
  const looks = [polling.look(), polling.look(), polling.look()];
  answers[2]?.resolve("bb");
  answers[0]?.resolve("ee");
  answers[1]?.reject(new TypeError("no connection"));
  await Promise.all(looks);
  expect(polling.seen.value).toMatchObject({ map: { status: { A: "bb" } } });
  expect(polling.seen.value.problem).toBeUndefined();
});
