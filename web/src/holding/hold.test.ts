import { expect, test, vi } from "vitest";
import * as client from "../api/client";
import type { EventDetail } from "../api/shapes";
import { Holding, outcomeOf } from "./hold";

vi.mock("../api/client");
const event = { event_id: "ev" } as EventDetail;
const atOnce = () => Promise.resolve();

test.each([
  [{ code: "unauthenticated", status: 401 }, { then: "sign in" }],
  [{ code: "seats_unavailable", status: 409, conflicts: ["A2"] }, { then: "lost", seats: ["A2"] }],
  [{ code: "already_booked", status: 409 }, { then: "booking", orderId: null, queued: false }],
  [{ code: "payment_in_progress", status: 409 }, { then: "booking", orderId: null, queued: false }],
  [{ code: "sales_closed", status: 409 }, { then: "refused", problem: { code: "sales_closed", status: 409 } }],
])("%o", (problem, outcome) => expect(outcomeOf(problem)).toEqual(outcome));

test.each([
  ["the same seats", ["A2", "A1"], { then: "booking", orderId: "or_1", queued: false }],
  ["other seats", ["A1", "A3"], expect.objectContaining({ then: "refused" })],
])("when no try had an answer, the order that has %s is asked for", async (_, selected_seat, outcome) => {
  vi.mocked(client.holdSeats).mockRejectedValue(new TypeError("no connection"));
  vi.mocked(client.booking).mockResolvedValue({ value: { status: "HELD", order_id: "or_1", selected_seat } } as never);
  expect(await new Holding().hold(event, ["A1", "A2"], atOnce)).toEqual(outcome);
  expect(client.holdSeats).toHaveBeenCalledTimes(5);
  vi.mocked(client.holdSeats).mockClear();
});
