/** Another card while the bank's question about the first one is open: its payment takes the place of that one. */

import { useEffect, useState } from "preact/hooks";
import type { Booking } from "../api/shapes";
import { staysClosed } from "../paying/bank";

export interface OtherCard {
  /** The form is shown instead of the bank's question. */
  isWanted: boolean;
  /** The box office has taken the other card's payment, and is about to end the first. */
  isOnItsWay: boolean;
  want: () => void;
  back: () => void;
  accepted: () => void;
}

/** `of`: the bank's question that it is instead of. `answers`: how many have shown that question since the box office
 * took the other card's payment; null before. */
export interface Instead {
  of: string;
  answers: number | null;
}

const ANSWERS_MAX = 3;

/** After one more answer with the same question. A worker ends the first payment soon; but the box office also accepts
 * what it has already, and then nothing is on its way: the bank's question is shown again. */
export function afterAnswer(instead: Instead | null): Instead | null {
  if (instead === null || instead.answers === null) return instead;
  const answers = instead.answers + 1;
  return answers < ANSWERS_MAX ? { ...instead, answers } : null;
}

/** `at`: of the answer that is shown. */
export function useOtherCard(booking: Booking, at: number): OtherCard {
  const secret = booking.next_action?.client_secret ?? null;
  const question = booking.status === "PAYING" ? (secret ?? booking.next_action?.url ?? null) : null;
  const [instead, setInstead] = useState<Instead | null>(null);
  useEffect(() => setInstead(afterAnswer), [at]);
  const is = question !== null && instead?.of === question ? instead : null; // of another question nothing was said
  const insteadOfIt = (answers: number | null) => setInstead(question === null ? null : { of: question, answers });
  return {
    isWanted: is !== null && is.answers === null,
    isOnItsWay: is !== null && is.answers !== null,
    want: () => insteadOfIt(null),
    back: () => setInstead(null),
    accepted: () => {
      if (secret !== null) staysClosed(secret);
      insteadOfIt(0);
    },
  };
}
