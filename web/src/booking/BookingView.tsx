/** A booking at its one address. All of it is drawn from GetBooking: reload, back and another device show the same. */

import { useLocation } from "preact-iso";
import { useEffect, useMemo } from "preact/hooks";
import * as session from "../api/session";
import type { Booking } from "../api/shapes";
import { Missing } from "../layout/Missing";
import { Page } from "../layout/Page";
import { TroublePage } from "../layout/Trouble";
import { routes } from "../routes";
import { texts } from "../texts";
import { fill } from "../texts/fill";
import { Countdown } from "./Countdown";
import { Stub } from "./Stub";
import { Watch } from "./watch";
import "./booking.css";

export function BookingView({ eventId = "", orderId }: { eventId?: string; orderId?: string }) {
  const token = session.session.value?.token;
  const watch = useMemo(() => new Watch(eventId, orderId), [eventId, orderId, token]);
  useEffect(() => (token ? watch.start() : undefined), [watch, token]);
  const { path, query } = useLocation();
  const { booking, problem, at } = watch.watched.value;
  const { booking: text } = texts.value;
  if (!token) return <NotSignedIn to={path} />;
  if (problem?.status === 404 && !booking) return "queued" in query ? <Queued /> : <Missing />;
  if (problem && !booking) return <TroublePage problem={problem} again={() => void watch.look()} />;
  return (
    <Page title={booking ? `${text.states[booking.status]}: ${booking.title ?? ""}` : text.title} busy={!booking}>
      {booking ? (
        <>
          <h1 class="head">{text.states[booking.status]}</h1>
          <Stub booking={booking}>
            <Side booking={booking} at={at} watch={watch} />
          </Stub>
          <p class="fine soft">{fill(text.orderId, { id: booking.order_id })}</p>
        </>
      ) : (
        <div aria-hidden="true">
          <p class="head">
            <span class="skeleton">{text.title}</span>
          </p>
          <span class="skeleton stub-skeleton" />
        </div>
      )}
    </Page>
  );
}

function Side({ booking, at, watch }: { booking: Booking; at: number; watch: Watch }) {
  const { booking: text } = texts.value;
  const { route } = useLocation();
  if (booking.status === "HELD") {
    const letGo = async () => {
      if (await watch.release()) route(routes.showing(booking.event_id));
    };
    return (
      <>
        <Countdown booking={booking} at={at} watch={watch} />
        <p class="fine soft">{text.toPay}</p>
        <p class="stub-acts">
          <a href={routes.showing(booking.event_id)}>{text.change}</a>
          <button type="button" class="as-link" onClick={() => void letGo()}>
            {text.letGo}
          </button>
        </p>
      </>
    );
  }
  const isOver = booking.status === "EXPIRED" || booking.status === "RELEASED";
  return (
    <>
      <p role="status">{text.stateWords[booking.status]}</p>
      {isOver && (
        <a class="button" href={routes.showing(booking.event_id)}>
          {text.again}
        </a>
      )}
    </>
  );
}

function Queued() {
  const { booking: text } = texts.value;
  return (
    <Page title={text.title}>
      <div class="notice" role="status">
        <h1 class="head">{text.title}</h1>
        <p class="lead">{text.queued}</p>
      </div>
    </Page>
  );
}

export function NotSignedIn({ to }: { to: string }) {
  const { booking: text, nav } = texts.value;
  return (
    <Page title={text.title}>
      <div class="notice">
        <h1 class="head">{text.title}</h1>
        <p class="lead">{text.notSignedIn}</p>
        <a class="button" href={routes.signIn(to)}>
          {nav.signIn}
        </a>
      </div>
    </Page>
  );
}
