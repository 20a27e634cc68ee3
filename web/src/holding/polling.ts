/** A showing's seat map, asked for again and again: every `poll_after` seconds, slower while nothing changes, not at all
 * while the page is hidden, at once when it is seen again. */

import { signal, type ReadonlySignal } from "@preact/signals";
import { seatMap } from "../api/client";
import { ProblemError, withoutAnswer, type Problem } from "../api/problem";
import type { SeatMap } from "../api/shapes";

export interface Seen {
  map?: SeatMap;
  /** performance.now() when the map arrived. */
  at: number;
  /** The map is the last that was answered. */
  problem?: Problem;
  /** The API answered it from its memory. */
  stale: boolean;
}

const SLOWER = 1.5;
const SLOWEST = 4; // times `poll_after`
const AFTER_NO_ANSWER_SECONDS = 5;

export class Polling {
  private readonly written = signal<Seen>({ at: 0, stale: false });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private slowness = 1;
  private stopped = true;
  private asked = 0;

  constructor(private readonly eventId: string) {}

  get seen(): ReadonlySignal<Seen> {
    return this.written;
  }

  /** Returns what ends it. */
  start(): () => void {
    this.stopped = false;
    document.addEventListener("visibilitychange", this.seenAgain);
    addEventListener("online", this.seenAgain);
    void this.look();
    return () => {
      this.stopped = true;
      clearTimeout(this.timer);
      document.removeEventListener("visibilitychange", this.seenAgain);
      removeEventListener("online", this.seenAgain);
    };
  }

  /** Asks now: after a refusal the map is not what it was. */
  readonly look = async (): Promise<void> => {
    clearTimeout(this.timer);
    const turn = ++this.asked;
    const seconds = await this.ask(turn);
    if (turn !== this.asked || this.stopped || document.hidden) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.look, seconds * 1000);
  };

  private readonly seenAgain = (): void => {
    clearTimeout(this.timer);
    if (!document.hidden) void this.look();
  };

  /** Returns after how many seconds to ask again; 0: a later question does. The answer that it has overtaken may be the
   * map as it was before, and is not looked at. */
  private async ask(turn: number): Promise<number> {
    try {
      const { value: map, stale } = await seatMap(this.eventId);
      if (turn !== this.asked) return 0;
      const before = this.written.peek().map;
      const isSame = JSON.stringify(before?.status) === JSON.stringify(map.status) && before?.on_sale === map.on_sale;
      this.slowness = isSame ? Math.min(SLOWEST, this.slowness * SLOWER) : 1;
      this.written.value = { map, at: performance.now(), stale };
      return map.poll_after * this.slowness;
    } catch (error) {
      if (turn !== this.asked) return 0;
      const problem = error instanceof ProblemError ? error.problem : withoutAnswer();
      this.written.value = { ...this.written.peek(), problem };
      return problem.retryAfterSeconds ?? AFTER_NO_ANSWER_SECONDS;
    }
  }
}
