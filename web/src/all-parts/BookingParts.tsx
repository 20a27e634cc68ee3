/** Holding, paying, tickets, bookings: in every state. */

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Booking } from "../api/shapes";
import "../booking/booking.css";
import { Question } from "../booking/Booked";
import { BookingSkeleton, QueuedNotice, Side } from "../booking/BookingView";
import { BookingsSkeleton, List } from "../booking/BookingsView";
import { Countdown, MoreTime } from "../booking/Countdown";
import { Declined } from "../booking/Declined";
import { ByCard, Fields, FieldsOnTheirWay, Free, Said } from "../booking/Pay";
import { Stub } from "../booking/Stub";
import { Tickets } from "../booking/Tickets";
import { texts } from "../texts";
import { BOOKED, BOOKING, BOOKING_LIST, BOOKINGS, CONFIG, DECLINES, STILL, stillForm } from "./examples";
import { Part, State } from "./Part";

const LOOK = STILL.look;

export function BookingParts() {
  const { pay } = texts.value;
  const now = useMemo(() => performance.now(), []);
  const held = (change: Partial<Booking>) => <Countdown booking={{ ...BOOKING, ...change }} at={now} watch={STILL} />;
  return (
    <>
      <Part name="Countdown">
        <div class="states">
          <State name="held">{held({})}</State>
          <State name="the last minute">{held({ seconds_left: 48 })}</State>
          <State name="no more time">{held({ seconds_left: 290, extendable_until: BOOKING.hold_end_time })}</State>
          <State name="more time is offered">
            <Opened name="More time is offered">{(close) => <MoreTime booking={BOOKING} extend={close} close={close} />}</Opened>
          </State>
        </div>
      </Part>
      <Part name="Paying">
        <div class="states">
          <State name="on its way">
            <FieldsOnTheirWay />
          </State>
          <State name="the card form is on its way">
            <Fields form={stillForm("loading")} booking={BOOKING} takesCards />
          </State>
          <State name="the card form did not load">
            <div class="pay">
              <Fields form={stillForm("failed")} booking={BOOKING} takesCards />
            </div>
          </State>
          <State name="no cards are taken">
            <ByCard booking={BOOKING} look={LOOK} accepted={LOOK} config={CONFIG} saved={null} forgotten={() => undefined} />
          </State>
          <State name="a saved card">
            <ByCard booking={BOOKING} look={LOOK} accepted={LOOK} config={CONFIG} saved={{ brand: "visa", last4: "4242", exp: "2029-11" }} forgotten={() => undefined} />
          </State>
          <State name="nothing to pay">
            <Free booking={{ ...BOOKING, price: 0 }} look={LOOK} accepted={LOOK} />
          </State>
        </div>
      </Part>
      <Part name="What the box office says to a payment">
        <div class="states">
          <State name="busy (503)">
            <Said state={{ is: "sending again", why: "busy" }} />
          </State>
          <State name="offline">
            <Said state={{ is: "sending again", why: "offline" }} />
          </State>
          {Object.keys(pay.refused).map((code) => (
            <State name={code}>
              <Said state={{ is: "refused", code }} />
            </State>
          ))}
          <State name="no token">
            <Said state={{ is: "idle" }} else={pay.tokenFailed} />
          </State>
        </div>
      </Part>
      <Part name="Declines">
        <div class="states">
          {DECLINES.map((code) => (
            <State name={code}>
              <Declined decline={{ code: "card_declined", decline_code: code, message: null }} isHeld />
            </State>
          ))}
        </div>
      </Part>
      <Part name="Bookings in every state">
        <State name="on its way">
          <BookingSkeleton />
        </State>
        <State name="queued">
          <QueuedNotice />
        </State>
        {Object.entries(BOOKINGS).map(([name, booking]) => (
          <State name={name}>
            <Stub booking={booking}>
              <Side booking={booking} at={now} watch={STILL} />
            </Stub>
            {booking.tickets.length > 0 && <Tickets booking={booking} />}
          </State>
        ))}
        <State name="given back?">
          <Opened name="Give the tickets back">{(close) => <Question booking={BOOKED} giveBack={LOOK} close={close} />}</Opened>
        </State>
      </Part>
      <Part name="My bookings">
        <List list={BOOKING_LIST} />
        <State name="none">
          <List list={{ bookings: [], next_cursor: null }} />
        </State>
        <State name="on its way">
          <BookingsSkeleton />
        </State>
      </Part>
    </>
  );
}

/** A dialog is over the whole page: it waits for a press. */
function Opened({ name, children }: { name: string; children: (close: () => void) => ComponentChildren }) {
  const isOpen = useSignal(false);
  return (
    <>
      <button type="button" class="button quiet" onClick={() => (isOpen.value = true)}>
        {name}
      </button>
      {isOpen.value && children(() => (isOpen.value = false))}
    </>
  );
}
