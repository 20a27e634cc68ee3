/**
 * Submitting a payment: until the box office has answered, by one key, also over a reload. What becomes of it, the
 * booking says.
 */

import { signal, type ReadonlySignal } from "@preact/signals";
import * as client from "../api/client";
import { ProblemError, withoutAnswer, type Problem } from "../api/problem";
import type { PaymentInfo } from "../api/shapes";

export interface Order {
  event_id: string;
  order_id: string;
}
/** `paymentInfo`: null for an order that costs nothing. */
interface Payload extends Order {
  paymentInfo: PaymentInfo | null;
}
export interface Submission extends Payload {
  key: string;
}

export type PaymentState =
  | { is: "idle" }
  | { is: "sending" }
  /** No answer yet, and none was refused: it goes on by itself. */
  | { is: "sending again"; why: "busy" | "offline" }
  | { is: "refused"; code: string };

const AGAIN_SECONDS = 2;
const PASSING = new Set(["unavailable", "rate_limited", "idempotency_key_in_use", "internal_error", "unreachable", "offline"]);
/** The booking has moved on, and says how. */
const SEEN_IN_THE_BOOKING = new Set(["payment_in_progress", "already_booked", "hold_expired", "unauthenticated"]);

export class Payment {
  private readonly written = signal<PaymentState>({ is: "idle" });
  private stopped = false;

  constructor(
    private readonly unanswered: Unanswered,
    private readonly wait = waited,
    private readonly post: (payment: Payload, key: string) => Promise<unknown> = client.submitPayment,
  ) {}

  get state(): ReadonlySignal<PaymentState> {
    return this.written;
  }

  stop(): void {
    this.stopped = true;
  }

  /** Resolves when the booking is to be asked: whether the payment was accepted, or refused for good. */
  async submit(order: Order, paymentInfo: PaymentInfo | null, key: string): Promise<boolean> {
    const submission = { event_id: order.event_id, order_id: order.order_id, key, paymentInfo };
    this.unanswered.keep(submission);
    return this.send(submission);
  }

  /** What was sent before a reload, and had no answer: the same again, which is one payment. */
  async resume(order: Order): Promise<boolean> {
    const submission = this.unanswered.of(order);
    if (!submission) return false;
    await this.send(submission);
    return true;
  }

  private async send(submission: Submission): Promise<boolean> {
    this.stopped = false;
    this.written.value = { is: "sending" };
    while (!this.stopped) {
      const problem = await this.answerTo(submission);
      if (problem !== null && PASSING.has(problem.code)) {
        this.written.value = { is: "sending again", why: problem.code === "offline" ? "offline" : "busy" };
        await this.wait(problem.retryAfterSeconds ?? AGAIN_SECONDS);
        continue;
      }
      this.unanswered.drop(submission);
      const isRefused = problem !== null && !SEEN_IN_THE_BOOKING.has(problem.code);
      this.written.value = isRefused ? { is: "refused", code: problem.code } : { is: "idle" };
      return problem === null;
    }
    return false;
  }

  private async answerTo({ key, ...payment }: Submission): Promise<Problem | null> {
    try {
      await this.post(payment, key);
      return null;
    } catch (error) {
      return error instanceof ProblemError ? error.problem : withoutAnswer();
    }
  }
}

const waited = (seconds: number) => new Promise<void>((then) => setTimeout(then, seconds * 1000));

/** What this tab has sent, as long as it has no answer. A token names a card to the provider alone, and pays once. */
export interface Unanswered {
  keep(submission: Submission): void;
  of(order: Order): Submission | null;
  drop(order: Order): void;
}

const placeOf = (order: Order) => `payment ${order.order_id}`;

export const inThisTab: Unanswered = {
  keep: (submission) => sessionStorage.setItem(placeOf(submission), JSON.stringify(submission)),
  of: (order) => JSON.parse(sessionStorage.getItem(placeOf(order)) ?? "null") as Submission | null,
  drop: (order) => sessionStorage.removeItem(placeOf(order)),
};
