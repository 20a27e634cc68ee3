/** What the visitor has in this showing already: asked once its map is there, and never in the way of a choice that is
 * held on the way back from a sign-in. */

import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import * as session from "../api/session";
import { heldAlready, type Held } from "../holding/hold";
import type { Selection } from "./selection";
import * as wanted from "./wanted";

/** `canChoose`: seats are free, so that a choice can be held. Undefined: not known yet. */
export function useOwnSeats(eventId: string, selection: Selection, canChoose: boolean): ReadonlySignal<Held | null | undefined> {
  const own = useSignal<Held | null | undefined>(session.session.peek() ? undefined : null);
  const isComingBack = useMemo(wanted.isKept, []);
  const isReady = selection.states.value.size > 0;
  useEffect(() => {
    if (!isReady || own.peek() === null) return;
    if (isComingBack && canChoose) return void (own.value = null);
    void heldAlready(eventId).then((held) => {
      own.value = held;
      if (!held) selection.holdsNothing();
      else if (held.isPaying) selection.isPaying(held.seats);
      else selection.holdsAlready(held.seats);
    });
  }, [isReady]);
  return own;
}
