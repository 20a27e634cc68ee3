/** A booking as GetBooking tells it, asked for again when it may have changed. All that the booking's page shows. */

import { signal, type ReadonlySignal } from "@preact/signals";
import * as client from "../api/client";
import { ProblemError, withoutAnswer, type Problem } from "../api/problem";
import type { Booking } from "../api/shapes";

export interface Watched {
  booking?: Booking;
  problem?: Problem;
  /** When the answer was given that is now shown from this device. */
  keptAt?: number;
  /** performance.now() of the answer: `seconds_left` is as of then. */
  at: number;
}

const AFTER_NO_ANSWER_SECONDS = 3;
const AFTER_THE_END_SECONDS = 1;
const LEAST_SECONDS = 1;
/** A hold is its customer's to change, also on another device. */
const HELD_SECONDS = 30;

/** What a booking's parts ask of it. */
export type Watching = Pick<Watch, "look" | "extend" | "release" | "giveBack">;

export class Watch {
  private readonly written = signal<Watched>({ at: 0 });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = true;
  private asked = 0;

  constructor(
    private readonly eventId: string,
    private orderId?: string,
  ) {}

  get watched(): ReadonlySignal<Watched> {
    return this.written;
  }

  start(): () => void {
    this.stopped = false;
    document.addEventListener("visibilitychange", this.seenAgain);
    void this.look();
    return () => {
      this.stopped = true;
      clearTimeout(this.timer);
      document.removeEventListener("visibilitychange", this.seenAgain);
    };
  }

  /** Another order of the showing: the one before stays to be seen until this one is there. */
  follow(orderId: string | undefined): void {
    if (orderId === this.orderId) return;
    this.orderId = orderId;
    if (!this.stopped) void this.look();
  }

  readonly look = async (): Promise<void> => {
    clearTimeout(this.timer);
    const turn = ++this.asked;
    const seconds = await this.ask(turn);
    if (turn !== this.asked || this.stopped || document.hidden || seconds === null) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.look, Math.max(LEAST_SECONDS, seconds) * 1000);
  };

  /** More time. Returns whether the box office took it; what it came to is read from the booking, as everything is. */
  extend(): Promise<boolean> {
    return this.act((booking) => client.extend(booking.event_id, booking.order_id, crypto.randomUUID()));
  }

  /** Lets the seats go. Returns whether they are. */
  release(): Promise<boolean> {
    return this.act((booking) => client.release(booking.event_id, booking.order_id));
  }

  /** Gives the tickets back; rejects with the box office's refusal. From its yes on, what was shown of them is not true
   * any more: it goes, also where no answer says what they are now. */
  async giveBack(key: string): Promise<void> {
    const { booking } = this.written.peek();
    if (!booking) return;
    await client.refund(booking.event_id, booking.order_id, key);
    await this.look();
    const { booking: shown, problem = withoutAnswer(), at } = this.written.peek();
    if (shown === booking) this.written.value = { problem, at };
  }

  private async act(asks: (booking: Booking) => Promise<unknown>): Promise<boolean> {
    const booking = this.written.peek().booking;
    if (!booking) return false;
    const isDone = await asks(booking).then(
      () => true,
      () => false,
    );
    await this.look();
    return isDone;
  }

  private readonly seenAgain = (): void => {
    if (!document.hidden) void this.look();
  };

  /** Returns after how many seconds to ask again; null: only when the page is seen again. An answer that a later
   * question has overtaken is not looked at. */
  private async ask(turn: number): Promise<number | null> {
    try {
      const { value: booking, kept } = await client.booking(this.eventId, this.orderId);
      if (turn !== this.asked) return null;
      if (kept) {
        this.written.value = { booking, problem: kept.problem, keptAt: kept.at, at: performance.now() };
        return AFTER_NO_ANSWER_SECONDS;
      }
      this.written.value = { booking, at: performance.now() };
      return nextLookSeconds(booking);
    } catch (error) {
      if (turn !== this.asked) return null;
      const problem = error instanceof ProblemError ? error.problem : withoutAnswer();
      this.written.value = { ...this.written.peek(), problem };
      if (problem.status === 401 || problem.status === 400) return null;
      return problem.retryAfterSeconds ?? AFTER_NO_ANSWER_SECONDS;
    }
  }
}

export function nextLookSeconds(booking: Pick<Booking, "status" | "seconds_left" | "poll_after">): number | null {
  if (booking.poll_after !== null) return booking.poll_after;
  return booking.status === "HELD" ? Math.min(HELD_SECONDS, booking.seconds_left + AFTER_THE_END_SECONDS) : null;
}
