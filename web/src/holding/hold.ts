/** Holding the chosen seats. What the API says of it becomes a next step, or words. */

import { signal, type ReadonlySignal } from "@preact/signals";
import * as client from "../api/client";
import { ProblemError, withoutAnswer, type Problem } from "../api/problem";
import type { EventDetail } from "../api/shapes";

export type Outcome =
  | { then: "booking"; orderId: string | null; queued: boolean }
  | { then: "sign in" }
  | { then: "lost"; seats: string[] }
  | { then: "refused"; problem: Problem };

const AGAIN_SECONDS = 2;
const TRIES = 5; // of what may pass by itself
const PASSING = new Set(["rate_limited", "unavailable", "idempotency_key_in_use", "unreachable", "internal_error"]);
const BOOKED_OR_PAYING = new Set(["already_booked", "payment_in_progress"]);

export class Holding {
  private readonly written = signal<"idle" | "asking" | "asking again">("idle");

  get state(): ReadonlySignal<"idle" | "asking" | "asking again"> {
    return this.written;
  }

  /** The same key for every try: an answer that was lost is not a second hold. */
  async hold(event: EventDetail, seats: readonly string[], wait = waited): Promise<Outcome> {
    const key = crypto.randomUUID();
    this.written.value = "asking";
    try {
      for (let attempt = 1; ; attempt++) {
        const outcome = await this.once(event, seats, key);
        const isPassing = outcome.then === "refused" && PASSING.has(outcome.problem.code);
        if (!isPassing) return outcome;
        if (attempt === TRIES) return (await heldAfterAll(event.event_id, seats)) ?? outcome;
        this.written.value = "asking again";
        await wait(outcome.problem.retryAfterSeconds ?? AGAIN_SECONDS);
      }
    } finally {
      this.written.value = "idle";
    }
  }

  private async once(event: EventDetail, seats: readonly string[], key: string): Promise<Outcome> {
    try {
      const { value } = await client.holdSeats(event, seats, key);
      return { then: "booking", orderId: value.order_id, queued: value.status === "QUEUED" };
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : withoutAnswer();
      return outcomeOf(problem);
    }
  }
}

/** No try had an answer, and yet one of them may have held the seats. */
async function heldAfterAll(eventId: string, seats: readonly string[]): Promise<Outcome | null> {
  const held = await heldAlready(eventId);
  const isIt = held !== null && held.seats.length === seats.length && seats.every((id) => held.seats.includes(id));
  return isIt ? { then: "booking", orderId: held.orderId, queued: false } : null;
}

export function outcomeOf(problem: Problem): Outcome {
  if (problem.code === "unauthenticated") return { then: "sign in" };
  if (problem.code === "seats_unavailable") return { then: "lost", seats: problem.conflicts ?? [] };
  if (BOOKED_OR_PAYING.has(problem.code)) return { then: "booking", orderId: null, queued: false };
  return { then: "refused", problem };
}

export interface Held {
  orderId: string;
  seats: readonly string[];
  /** They are being paid, and cannot be changed any more. */
  isPaying: boolean;
}

const BEING_PAID = new Set(["PAYING", "PAID"]);

/** What the visitor's own open order of this showing has. */
export async function heldAlready(eventId: string): Promise<Held | null> {
  const booking = await client.booking(eventId).then(
    ({ value }) => value,
    () => null,
  );
  const isPaying = booking !== null && BEING_PAID.has(booking.status);
  return booking?.status === "HELD" || isPaying ? { orderId: booking.order_id, seats: booking.selected_seat, isPaying } : null;
}

const waited = (seconds: number) => new Promise<void>((then) => setTimeout(then, seconds * 1000));
