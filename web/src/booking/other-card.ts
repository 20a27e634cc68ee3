/** Another card while the bank's question about the first one is open: its payment takes the place of that one. */

import { useState } from "preact/hooks";
import type { Booking } from "../api/shapes";

export interface OtherCard {
  /** The form is shown instead of the bank's question. */
  isWanted: boolean;
  /** The box office has taken the other card's payment, and is about to end the first. */
  isOnItsWay: boolean;
  want: () => void;
  back: () => void;
  accepted: () => void;
}

export function useOtherCard(booking: Booking): OtherCard {
  const question = booking.status === "PAYING" ? (booking.next_action?.client_secret ?? booking.next_action?.url ?? null) : null;
  const [instead, setInstead] = useState<{ of: string; isOnItsWay: boolean } | null>(null);
  const is = question !== null && instead?.of === question ? instead : null; // of another question nothing was said
  return {
    isWanted: is !== null && !is.isOnItsWay,
    isOnItsWay: is?.isOnItsWay ?? false,
    want: () => setInstead(question === null ? null : { of: question, isOnItsWay: false }),
    back: () => setInstead(null),
    accepted: () => setInstead(question === null ? null : { of: question, isOnItsWay: true }),
  };
}
