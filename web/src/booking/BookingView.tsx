/** A booking at its one address. All of it is drawn from GetBooking: reload, back and another device show the same. */

import { useLocation } from "preact-iso";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import * as session from "../api/session";
import type { Booking } from "../api/shapes";
import { Missing } from "../layout/Missing";
import { Page } from "../layout/Page";
import { TroublePage } from "../layout/Trouble";
import { FromThisDevice } from "../parts/FromThisDevice";
import { routes } from "../routes";
import { texts } from "../texts";
import { fill } from "../texts/fill";
import { Booked } from "./Booked";
import { Countdown } from "./Countdown";
import { Declined } from "./Declined";
import { Pay } from "./Pay";
import { Paying } from "./Paying";
import { Stub } from "./Stub";
import { Tickets } from "./Tickets";
import { Watch, type Watching } from "./watch";
import "./booking.css";

export function BookingView({ eventId = "", orderId }: { eventId?: string; orderId?: string }) {
  const who = session.session.value?.name;
  const watch = useMemo(() => new Watch(eventId, orderId), [eventId, orderId, who]);
  useEffect(() => (who ? watch.start() : undefined), [watch, who]);
  const { path, query } = useLocation();
  const { booking, problem, keptAt, at } = watch.watched.value;
  const heading = useFocusOnChange(booking?.status);
  const { booking: text } = texts.value;
  if (!who) return <NotSignedIn to={path} />;
  if (problem?.status === 404 && !booking) return "queued" in query ? <Queued /> : <Missing />;
  if (problem && !booking) return <TroublePage problem={problem} again={() => void watch.look()} />;
  return (
    <Page title={booking ? `${text.states[booking.status]}: ${booking.title ?? ""}` : text.title} busy={!booking}>
      {booking ? (
        <>
          <h1 class="head" ref={heading} tabIndex={-1}>
            {text.states[booking.status]}
          </h1>
          {keptAt !== undefined && <FromThisDevice at={keptAt} zone={booking.time_zone} />}
          <Stub booking={booking}>
            <Side booking={booking} at={at} watch={watch} />
          </Stub>
          {booking.tickets.length > 0 && <Tickets booking={booking} />}
          <p class="fine soft">{fill(text.orderId, { id: booking.order_id })}</p>
        </>
      ) : (
        <BookingSkeleton />
      )}
    </Page>
  );
}

export function BookingSkeleton() {
  return (
    <div aria-hidden="true">
      <p class="head">
        <span class="skeleton">{texts.value.booking.title}</span>
      </p>
      <span class="skeleton stub-skeleton" />
    </div>
  );
}

interface SideProps {
  booking: Booking;
  at: number;
  watch: Watching;
}

export function Side({ booking, at, watch }: SideProps) {
  const { booking: text } = texts.value;
  // What was typed into the fields is still there after a decline: they are hidden meanwhile, not taken away.
  const [wasHeld, setHeld] = useState(booking.status === "HELD");
  if (booking.status === "HELD" && !wasHeld) setHeld(true);
  switch (booking.status) {
    case "HELD":
    case "PAYING":
    case "PAID":
      return (
        <>
          {wasHeld && (
            <div class="held" key="held" hidden={booking.status !== "HELD"}>
              <Held booking={booking} at={at} watch={watch} />
            </div>
          )}
          {booking.status !== "HELD" && <Paying key="paying" booking={booking} look={watch.look} />}
        </>
      );
    case "BOOKED":
    case "REFUNDING":
    case "REFUNDED":
      return <Booked booking={booking} look={watch.look} />;
    case "EXPIRED":
    case "RELEASED":
      return (
        <>
          <p role="status">{text.stateWords[booking.status]}</p>
          <a class="button" href={routes.showing(booking.event_id)}>
            {text.again}
          </a>
        </>
      );
    default:
      return <p role="status">{text.stateWords[booking.status]}</p>;
  }
}

function Held({ booking, at, watch }: SideProps) {
  const { booking: text } = texts.value;
  const { route } = useLocation();
  const letGo = async () => {
    if (await watch.release()) route(routes.showing(booking.event_id));
  };
  const isHeld = booking.status === "HELD";
  const declined = useRef<HTMLDivElement>(null);
  useEffect(() => declined.current?.scrollIntoView({ block: "nearest" }), [isHeld, booking.decline]);
  return (
    <>
      {isHeld && <Countdown booking={booking} at={at} watch={watch} />}
      {isHeld && booking.decline && (
        <div class="declined-place" ref={declined}>
          <Declined decline={booking.decline} />
        </div>
      )}
      <Pay booking={booking} look={watch.look} />
      <p class="stub-acts fine">
        <a href={routes.showing(booking.event_id)}>{text.change}</a>
        <button type="button" class="as-link" onClick={() => void letGo()}>
          {text.letGo}
        </button>
      </p>
    </>
  );
}

/** Where the focus was on something that the new state took away, it goes to what the new state is called. */
function useFocusOnChange(status: string | undefined) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(status);
  useEffect(() => {
    const isChange = before.current !== undefined && status !== before.current;
    before.current = status;
    const focused = document.activeElement;
    const isLost = focused === null || focused === document.body || focused.closest("[hidden]") !== null;
    if (isChange && isLost) heading.current?.focus();
  }, [status]);
  return heading;
}

function Queued() {
  const { booking: text } = texts.value;
  return (
    <Page title={text.title}>
      <QueuedNotice />
    </Page>
  );
}

export function QueuedNotice() {
  const { booking: text } = texts.value;
  return (
    <div class="notice" role="status">
      <h1 class="head">{text.title}</h1>
      <p class="lead">{text.queued}</p>
    </div>
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
