import { expect, test } from "vitest";
import { outcomeOf } from "./hold";

test.each([
  [{ code: "unauthenticated", status: 401 }, { then: "sign in" }],
  [{ code: "seats_unavailable", status: 409, conflicts: ["A2"] }, { then: "lost", seats: ["A2"] }],
  [{ code: "already_booked", status: 409 }, { then: "booking", orderId: null, queued: false }],
  [{ code: "payment_in_progress", status: 409 }, { then: "booking", orderId: null, queued: false }],
  [{ code: "sales_closed", status: 409 }, { then: "refused", problem: { code: "sales_closed", status: 409 } }],
])("%o", (problem, outcome) => expect(outcomeOf(problem)).toEqual(outcome));
