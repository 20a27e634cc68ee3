/**
 * Answers that are kept while the page is open, each behind a signal. A view reads the signal; only `load` writes it.
 * What is kept is shown at once and asked for again behind it when it is older than half a minute.
 */

import { signal, type ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Answered } from "./client";
import * as client from "./client";
import { ProblemError, withoutAnswer, type Problem } from "./problem";

export interface Answer<T> {
  value?: T;
  stale: boolean;
  /** When a ticket's answer was given that is now shown from this device. */
  keptAt?: number;
  problem?: Problem;
}

const FRESH_MS = 30_000;
const AGAIN_MS = 4_000; // after no answer
const GIVEN_UP = new Set([400, 403, 404]); // asked again it would be the same

export class Kept<T> {
  private readonly written = signal<Answer<T>>({ stale: false });
  private asked: Promise<void> | undefined;
  private answeredAt = -Infinity;

  constructor(private readonly question: () => Promise<Answered<T>>) {}

  get answer(): ReadonlySignal<Answer<T>> {
    return this.written;
  }

  /** Also what a link does when a finger or a pointer comes near. */
  load(): Promise<void> {
    const isFresh = performance.now() - this.answeredAt < FRESH_MS;
    if (isFresh) return Promise.resolve();
    return this.ask();
  }

  ask(): Promise<void> {
    this.asked ??= this.question()
      .then(({ value, stale, kept }) => {
        if (!kept) this.answeredAt = performance.now();
        this.written.value = { value, stale, ...(kept && { keptAt: kept.at, problem: kept.problem }) };
      })
      .catch((error: unknown) => {
        const problem = error instanceof ProblemError ? error.problem : withoutAnswer();
        this.written.value = { ...this.written.peek(), problem };
      })
      .finally(() => {
        this.asked = undefined;
      });
    return this.asked;
  }
}

const kept = new Map<string, Kept<unknown>>();

function keep<T>(key: string, question: () => Promise<Answered<T>>): Kept<T> {
  const known = kept.get(key) ?? (new Kept(question) as Kept<unknown>);
  kept.set(key, known);
  return known as Kept<T>;
}

export const films = () => keep("films", client.filmList);
export const film = (movieId: string) => keep(`film ${movieId}`, () => client.filmDetail(movieId));
export const theaters = () => keep("theaters", client.theaterList);
export const programme = (theaterId: string, date?: string) =>
  keep(`programme ${theaterId} ${date ?? ""}`, () => client.programme(theaterId, date));
export const config = () => keep("config", client.config);
export const showing = (eventId: string) => keep(`showing ${eventId}`, () => client.eventDetail(eventId));

/** The answer as it is now; asks for it when the view appears, and again by itself while there is none. */
export function useAnswer<T>(of: Kept<T>): Answer<T> {
  const answer = of.answer.value;
  useEffect(() => void of.load(), [of]);
  const { problem } = answer;
  useEffect(() => {
    if (!problem || GIVEN_UP.has(problem.status)) return;
    const again = () => void of.ask();
    const timer = setTimeout(again, (problem.retryAfterSeconds ?? 0) * 1000 || AGAIN_MS);
    addEventListener("online", again, { once: true });
    return () => {
      clearTimeout(timer);
      removeEventListener("online", again);
    };
  }, [of, problem]);
  return answer;
}
