import { expect, test } from "vitest";
import { ProblemError, type Problem } from "../api/problem";
import { en } from "../texts/en";
import { backFromBank } from "./bank";
import { declineWords } from "./declines";
import { Payment, type Submission, type Unanswered } from "./payment";
import { providerAmount } from "./provider";
import { slowness } from "./slowness";

test("amounts are what the provider counts in, also where it differs from ISO 4217", () => {
  const amounts: [string, number, number][] = [["EUR", 26.5, 2650], ["JPY", 1500, 1500], ["KWD", 5.12, 5120], ["ISK", 5, 500], ["UGX", 15_000, 1_500_000], ["MGA", 5, 5]];
  expect(amounts.map(([currency, amount]) => providerAmount(currency, amount))).toEqual(amounts.map(([, , units]) => units));
  expect(providerAmount("EUR", 0.1 + 0.2)).toBe(30);
});

test("a payment is slow from five seconds, long from sixty, and a page that was opened later knows", () => {
  expect([0, 4.9, 5, 59, 60].map((seen) => slowness(seen, 1))).toEqual(["paying", "paying", "slow", "slow", "long"]);
  expect([1, 2, 10, 20].map((pause) => slowness(0, pause))).toEqual(["paying", "slow", "slow", "long"]);
});

test("the bank's reason comes before the provider's, and a stolen card is not called one", () => {
  const words = (decline_code: string | null, code = "card_declined") => declineWords({ code, decline_code, message: null });
  expect(words("insufficient_funds")).toBe("funds");
  expect(words(null, "expired_card")).toBe("expired");
  expect(words("stolen_card")).toBe("other");
  expect(words(null, "saved_method_gone")).toBe("saved");
  expect(en.pay.declines.other).not.toMatch(/stolen|lost/);
});

test("an address that no bank was left for leads nowhere", () => {
  expect(backFromBank("?q=ran")).toBeNull();
});

const ORDER = { event_id: "ev_1", order_id: "or_1" };

function kept(): Unanswered & { all: Map<string, Submission> } {
  const all = new Map<string, Submission>();
  return {
    all,
    keep: (submission) => void all.set(submission.order_id, submission),
    of: ({ order_id }) => all.get(order_id) ?? null,
    drop: ({ order_id }) => void all.delete(order_id),
  };
}

/** Refuses with these in turn, then accepts; keeps the keys that came. */
function boxOffice(...refusals: Problem[]) {
  const keys: string[] = [];
  const post = (_: object, key: string) => {
    keys.push(key);
    const refusal = refusals.shift();
    return refusal ? Promise.reject(new ProblemError(refusal)) : Promise.resolve();
  };
  return { keys, post };
}
const BUSY: Problem = { code: "unavailable", status: 503, retryAfterSeconds: 3 };

test("without an answer the same payment is sent again by the same key, as late as it was asked to", async () => {
  const waits: number[] = [];
  const unanswered = kept();
  const { keys, post } = boxOffice(BUSY, { code: "idempotency_key_in_use", status: 409, retryAfterSeconds: 1 });
  const payment = new Payment(unanswered, (seconds) => Promise.resolve(void waits.push(seconds)), post);
  await payment.submit(ORDER, { type: "saved" }, "key-1");
  expect(keys).toEqual(["key-1", "key-1", "key-1"]);
  expect(waits).toEqual([3, 1]);
  expect(payment.state.value).toEqual({ is: "idle" });
  expect(unanswered.all.size).toBe(0);
});

test("after a reload what had no answer is sent again, and what had one is not", async () => {
  const unanswered = kept();
  const goesAway = () => new Promise<void>(() => undefined);
  void new Payment(unanswered, goesAway, boxOffice(BUSY).post).submit(ORDER, null, "key-1");
  const { keys, post } = boxOffice();
  expect(await new Payment(unanswered, goesAway, post).resume(ORDER)).toBe(true);
  expect(await new Payment(unanswered, goesAway, post).resume(ORDER)).toBe(false);
  expect(keys).toEqual(["key-1"]);
});

test("a refusal for good is said, and what the booking itself says is not said twice", async () => {
  const { post } = boxOffice({ code: "forbidden", status: 403 }, { code: "hold_expired", status: 410 });
  const payment = new Payment(kept(), () => Promise.resolve(), post);
  await payment.submit(ORDER, null, "key-1");
  expect(payment.state.value).toEqual({ is: "refused", code: "forbidden" });
  expect(await payment.submit(ORDER, null, "key-2")).toBe(false);
  expect(payment.state.value).toEqual({ is: "idle" });
  expect(await payment.submit(ORDER, null, "key-3")).toBe(true);
});
