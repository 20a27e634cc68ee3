/** A booking at its one address. All of it is drawn from GetBooking: reload, back and another device show the same. */

import { useSignal } from "@preact/signals";
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
import { Ended } from "./Ended";
import { useOtherCard, type OtherCard } from "./other-card";
import { Pay } from "./Pay";
import { Paying } from "./Paying";
import { Stub } from "./Stub";
import { CODES, isValid, Tickets } from "./Tickets";
import { Watch, type Watching } from "./watch";
import "./booking.css";

export function BookingView({ eventId = "", orderId }: { eventId?: string; orderId?: string }) {
  const who = session.session.value?.name;
  const watch = useMemo(() => new Watch(eventId, orderId), [eventId, who]);
  useEffect(() => (who ? watch.start() : undefined), [watch, who]);
  useEffect(() => watch.follow(orderId), [watch, orderId]);
  const { path, query, route } = useLocation();
  const { booking, problem, keptAt, at } = watch.watched.value;
  const heading = useFocusOnChange(booking?.status);
  const { booking: text } = texts.value;
  const isOfAddress = booking !== undefined && (orderId === undefined || booking.order_id === orderId);
  const isQueued = "queued" in query;
  useEffect(() => {
    if (isQueued && isOfAddress) route(path, true);
  }, [isQueued, isOfAddress]);
  if (!who) return <NotSignedIn to={path} />;
  // A request in line stays there whether or not the box office answers.
  if (isQueued && !isOfAddress && problem && !FINAL.has(problem.status)) return <Queued />;
  if (problem?.status === 404 && !isOfAddress) return <Missing />;
  if (problem && !booking) return <TroublePage problem={problem} again={() => void watch.look()} />;
  return (
    <Page title={booking ? `${text.states[booking.status]}: ${booking.title ?? ""}` : text.title} busy={!booking}>
      {booking ? (
        <>
          <h1 class="head" ref={heading} tabIndex={-1}>
            {text.states[booking.status]}
          </h1>
          {booking.tickets.some(isValid) && (
            <a class="button to-codes no-print" href={`#${CODES}`}>
              {texts.value.ticket.toCodes}
            </a>
          )}
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

/** Problems after which the booking is not asked for again by itself. */
const FINAL = new Set([400, 401]);

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

/** In these states the fields may be wanted again: they are hidden meanwhile, so that what was typed is still there. */
const KEEPS_FIELDS = new Set<Booking["status"]>(["HELD", "PAYING", "PAID", "EXPIRED", "RELEASED"]);

export function Side({ booking, at, watch }: SideProps) {
  const otherCard = useOtherCard(booking, at);
  const isHeld = booking.status === "HELD";
  const isPaid = isHeld || otherCard.isWanted;
  const [hasFields, setFields] = useState(isPaid);
  if (isPaid && !hasFields) setFields(true);
  return (
    <>
      {hasFields && KEEPS_FIELDS.has(booking.status) && (
        <div class="held" key="held" hidden={!isPaid}>
          {isHeld && <Countdown booking={booking} at={at} watch={watch} />}
          {isHeld && <HeldActs booking={booking} watch={watch} />}
          {isHeld && booking.decline && <DeclinedInView decline={booking.decline} />}
          {otherCard.isWanted && <InsteadOfTheBank back={otherCard.back} />}
          <Pay booking={booking} look={watch.look} accepted={otherCard.accepted} isInstead={otherCard.isWanted} />
        </div>
      )}
      {!isPaid && <State key="state" booking={booking} watch={watch} otherCard={otherCard} />}
    </>
  );
}

function State({ booking, watch, otherCard }: { booking: Booking; watch: Watching; otherCard: OtherCard }) {
  const { booking: text } = texts.value;
  switch (booking.status) {
    case "PAYING":
    case "PAID":
      return <Paying booking={booking} look={watch.look} otherCard={otherCard} />;
    case "BOOKED":
    case "REFUNDING":
    case "REFUNDED":
      return <Booked booking={booking} giveBack={(key) => watch.giveBack(key)} />;
    case "EXPIRED":
    case "RELEASED":
      return <Ended booking={booking} />;
    default:
      return (
        <>
          <p class="lead" role="status">
            {text.stateWords[booking.status]}
          </p>
          {booking.status === "UNRESOLVED" && <p>{text.unresolvedThen}</p>}
        </>
      );
  }
}

function InsteadOfTheBank({ back }: { back: () => void }) {
  const { pay: text } = texts.value;
  return (
    <div class="declined">
      <p>{text.otherCardThen}</p>
      <button type="button" class="as-link" onClick={back}>
        {text.toBankAgain}
      </button>
    </div>
  );
}

function DeclinedInView({ decline }: { decline: NonNullable<Booking["decline"]> }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.scrollIntoView({ block: "nearest" }), [decline]);
  return (
    <div class="declined-place" ref={place}>
      <Declined decline={decline} isHeld />
    </div>
  );
}

function HeldActs({ booking, watch }: { booking: Booking; watch: Watching }) {
  const { booking: text } = texts.value;
  const { route } = useLocation();
  const failed = useSignal(false);
  const letGo = async () => {
    const isDone = await watch.release();
    if (isDone) route(routes.showing(booking.event_id));
    else failed.value = true;
  };
  return (
    <>
      <p class="stub-acts fine">
        <a href={routes.showing(booking.event_id)}>{text.change}</a>
        <button type="button" class="as-link" onClick={() => void letGo()}>
          {text.letGo}
        </button>
      </p>
      {failed.value && <p role="alert">{text.letGoFailed}</p>}
    </>
  );
}

/** Where the focus was on something that the new state took away, it goes to what the new state is called. A click on a
 * button that is disabled, as the second of a double click on Pay, leaves it on the page's main part. */
function useFocusOnChange(status: string | undefined) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(status);
  useEffect(() => {
    const isChange = before.current !== undefined && status !== before.current;
    before.current = status;
    const focused = document.activeElement;
    const isLost = focused === null || focused === document.body || focused.tagName === "MAIN" || focused.closest("[hidden]") !== null;
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

export function NotSignedIn({ to, title = texts.value.booking.title }: { to: string; title?: string }) {
  const { booking: text, nav } = texts.value;
  return (
    <Page title={title}>
      <div class="notice">
        <h1 class="head">{title}</h1>
        <p class="lead">{text.notSignedIn}</p>
        <a class="button" href={routes.signIn(to)}>
          {nav.signIn}
        </a>
      </div>
    </Page>
  );
}
