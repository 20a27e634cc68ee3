/** A showing: its room with prices, and the seats that a visitor chooses in it. */

import { useEffect, useMemo } from "preact/hooks";
import * as answers from "../api/answers";
import * as session from "../api/session";
import type { EventDetail } from "../api/shapes";
import { clock, localDay, longDay } from "../format/time";
import { Polling } from "../holding/polling";
import { roomOf, statesOf, type Room } from "../holding/seats";
import { Page } from "../layout/Page";
import { TroublePage } from "../layout/Trouble";
import { factsOf } from "../parts/facts";
import { Skeleton } from "../parts/Skeleton";
import { paletteOf } from "../poster/palette";
import { routes } from "../routes";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import { Choosing } from "./Choosing";
import { Continue } from "./Continue";
import { useOwnSeats } from "./own-seats";
import { PriceList } from "./PriceList";
import { RoomMap } from "./RoomMap";
import { SeatList } from "./SeatList";
import { Selection } from "./selection";
import { Truths } from "./Truths";
import { isNoneFree, truthOf } from "./truths";
import { sumOf, type Prices } from "./words";
import "./room.css";

export function ShowingView({ eventId = "" }: { eventId?: string }) {
  const asked = answers.showing(eventId);
  const { value: detail, problem } = answers.useAnswer(asked);
  const who = session.session.value?.name ?? ""; // another visitor has other seats here
  if (problem && !detail) return <TroublePage problem={problem} again={() => void asked.ask()} />;
  return (
    <Page title={detail && fill(texts.value.room.title, { title: detail.title })} full busy={!detail}>
      <div class="hall" style={detail && { "--glow": glowOf(detail.title) }}>
        <Head detail={detail} />
        {detail ? <OpenRoom key={`${eventId} ${detail.layout_version} ${who}`} detail={detail} /> : <RoomSkeleton />}
      </div>
    </Page>
  );
}

/** The light that falls from the screen is the film's own. */
function glowOf(title: string): string {
  const { accent, ground } = paletteOf(title);
  return `color-mix(in oklch, ${accent} 70%, ${ground})`;
}

export function Head({ detail }: { detail: EventDetail | undefined }) {
  if (!detail)
    return (
      <header class="hall-head" key="skeleton" aria-hidden="true">
        <h1>
          <Skeleton letters={12} />
        </h1>
        <p>
          <Skeleton letters={30} />
        </p>
        <p>
          <Skeleton letters={20} />
        </p>
      </header>
    );
  const { room: text, film } = texts.value;
  const day = localDay(detail.time_zone, detail.movie_time);
  const at = (time: string) => clock(language.value, detail.time_zone, time);
  const facts = [fill(film.minutes, { n: detail.length }), detail.certificate, ...factsOf(detail), fill(text.until, { time: at(detail.end_time) })];
  return (
    <header class="hall-head" key="head">
      <h1>
        <a href={routes.film(detail.movie_id)}>{detail.title}</a>
      </h1>
      <p class="hall-when">
        <time dateTime={detail.movie_time}>
          <b>{at(detail.movie_time)}</b> {longDay(language.value, day)}
        </time>
        <span>
          <a href={routes.programme(detail.theater_id, day)}>{detail.theater_name}</a>, {fill(text.room, { name: detail.room_name })}
        </span>
      </p>
      <p class="fine hall-soft">{facts.join(" · ")}</p>
    </header>
  );
}

function OpenRoom({ detail }: { detail: EventDetail }) {
  const room = useMemo(() => roomOf(detail), [detail]);
  const selection = useMemo(() => newSelection(room, detail), [room]);
  const polling = useMemo(() => new Polling(detail.event_id), [detail.event_id]);
  const prices = useMemo<Prices>(() => ({ currency: detail.currency, of: detail.prices }), [detail]);
  const seen = polling.seen.value;
  const truth = seen.map && truthOf(seen.map);
  const isOpen = !truth || truth.is === "open";
  const own = useOwnSeats(detail.event_id, selection, isOpen).value;
  const last = own && isNoneFree(truth) ? { own, booking: routes.booking(detail.event_id, own.orderId) } : null;
  const isKnown = own !== undefined || !isNoneFree(truth); // whose the last seats are is not said before
  const canChange = last !== null && !last.own.isPaying;

  useEffect(() => polling.start(), [polling]);
  useEffect(() => {
    if (!seen.map) return;
    if (seen.map.layout_version !== detail.layout_version) void answers.showing(detail.event_id).ask();
    else selection.see(statesOf(room, seen.map));
  }, [seen.map]);

  return (
    <div class="hall-body">
      <div class="hall-panel">
        <Truths truth={isKnown ? truth : undefined} seen={seen} zone={detail.time_zone} last={last} />
        {(isOpen || canChange) && (
          <Choosing room={room} prices={prices} selection={selection} most={detail.seats_per_order_max}>
            <Continue detail={detail} selection={selection} own={last ? null : (own ?? null)} look={() => void polling.look()} sum={sumOf(room, prices, selection.chosen.value)} />
          </Choosing>
        )}
        {truth && truth.is !== "open" && (
          <a class="button quiet others" href={routes.film(detail.movie_id)}>
            {texts.value.truths.others}
          </a>
        )}
        {(!truth || truth.is === "open") && <SeatList room={room} prices={prices} selection={selection} />}
      </div>
      <RoomMap room={room} prices={prices} selection={selection} />
      <PriceList detail={detail} />
    </div>
  );
}

function newSelection(room: Room, detail: EventDetail): Selection {
  const selection = new Selection(room, detail.seats_per_order_max);
  if (session.session.peek()) selection.expect(); // nothing is offered to a visitor who may have seats here already
  return selection;
}

/** As much room as a hall of eighteen rows takes: nothing stands below it that could move. */
export function RoomSkeleton() {
  return (
    <div class="hall-body" aria-hidden="true">
      <div class="hall-panel">
        <p class="truth-left"> </p>
        <Skeleton letters={20} />
      </div>
      <div class="map">
        <span class="skeleton map-skeleton" />
      </div>
    </div>
  );
}
