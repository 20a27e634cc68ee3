/** The one way on from a choice: the seats are held now, not before. */

import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect, useMemo } from "preact/hooks";
import * as answers from "../api/answers";
import * as session from "../api/session";
import type { EventDetail } from "../api/shapes";
import { inMinutes } from "../format/time";
import { Holding, type Held } from "../holding/hold";
import { cameFrom } from "../layout/way-back";
import { routes } from "../routes";
import { language, texts } from "../texts";
import { counted, fill } from "../texts/fill";
import type { Selection } from "./selection";
import * as wanted from "./wanted";
import { youHave } from "./words";

interface Props {
  detail: EventDetail;
  selection: Selection;
  /** What the visitor has here already. */
  own: Held | null;
  /** The map is not what it was. */
  look: () => void;
  /** What the seats cost, in words. */
  sum: string;
}

export function Continue({ detail, selection, own, look, sum }: Props) {
  const { route } = useLocation();
  const holding = useMemo(() => new Holding(), []);
  /** The API's code, or the browser's own. */
  const refusal = useSignal<string | null>(null);
  const { hold: text } = texts.value;
  const heldFor = fill(text.heldFor, { minutes: inMinutes(answers.useAnswer(answers.config()).value?.hold_seconds) });

  const signIn = () => {
    wanted.keep({ eventId: detail.event_id, seats: selection.chosen.peek() });
    const here = routes.showing(detail.event_id);
    route(routes.signIn(here));
    cameFrom(here);
  };
  const hold = async () => {
    refusal.value = null;
    if (!session.session.peek()) return signIn();
    const outcome = await holding.hold(detail, selection.ask());
    if (outcome.then !== "booking") selection.answered();
    switch (outcome.then) {
      case "booking":
        return route(routes.booking(detail.event_id, outcome.orderId ?? undefined) + (outcome.queued ? "?queued" : ""));
      case "sign in":
        return signIn();
      case "lost":
        selection.lose(outcome.seats);
        return look();
      case "refused":
        refusal.value = outcome.problem.code;
        return look();
    }
  };

  // Back from the sign-in: what was chosen then is held now.
  const isReady = selection.states.value.size > 0;
  useEffect(() => {
    if (!isReady || !session.session.peek()) return;
    const seats = wanted.takeBack(detail.event_id);
    if (!seats) return;
    selection.takeUp(seats);
    const isWhole = selection.lost.peek().length === 0; // else the visitor decides what to do without the others
    if (isWhole) void hold();
  }, [isReady]);

  // Once the device is back, that it had no connection is no longer true.
  useEffect(() => {
    const forget = () => refusal.peek() === "offline" && (refusal.value = null);
    addEventListener("online", forget);
    return () => removeEventListener("online", forget);
  }, []);

  const isCalm = holding.state.value !== "asking again";
  const isAsking = holding.state.value !== "idle";
  return (
    <>
      {own && (
        <p>
          {youHave(own)} <a href={routes.booking(detail.event_id, own.orderId)}>{text.toBooking}</a>
        </p>
      )}
      <div class="continue">
        <p class="continue-sum fine" aria-hidden="true">
          {counted(language.value, texts.value.room.seats, selection.chosen.value.length)}
          <b>{sum}</b>
        </p>
        <button type="button" class="button" disabled={isAsking || selection.chosen.value.length === 0} onClick={() => void hold()}>
          {isAsking ? text.asking : text.continue}
        </button>
        {refusal.value === null ? (
          <p class="continue-said fine hall-soft" key="hint" role="status" data-calm={isCalm || undefined}>
            {isCalm ? heldFor : text.notYet}
          </p>
        ) : (
          <Refusal key="refusal" code={refusal.value} />
        )}
      </div>
    </>
  );
}

/** Why seats were not held, beside the button. `code`: the API's, or the browser's own. */
export function Refusal({ code }: { code: string }) {
  const { hold: text } = texts.value;
  return (
    <p class="refusal" role="alert">
      <b aria-hidden="true">!</b>
      {text.refused[code] ?? text.refused.other}
    </p>
  );
}
