/** All bookings of who is signed in, newest first. */

import { useEffect, useMemo } from "preact/hooks";
import { Kept } from "../api/answers";
import * as answers from "../api/answers";
import * as client from "../api/client";
import * as session from "../api/session";
import type { BookingList } from "../api/shapes";
import { money } from "../format/money";
import { clock, localDay, longDay } from "../format/time";
import { Page } from "../layout/Page";
import { Trouble } from "../layout/Trouble";
import { FromThisDevice } from "../parts/FromThisDevice";
import { Skeleton } from "../parts/Skeleton";
import { Figure } from "../poster/Poster";
import { routes } from "../routes";
import { language, texts } from "../texts";
import { counted, fill } from "../texts/fill";
import { NotSignedIn } from "./BookingView";
import { stillPaidInList, ticketsLeft } from "./given-back";
import "./booking.css";

export function BookingsView() {
  const who = session.session.value;
  return who ? <Bookings key={who.token} name={who.name} /> : <NotSignedIn to={routes.bookings} title={texts.value.booking.list} />;
}

function Bookings({ name }: { name: string }) {
  const asked = useMemo(() => new Kept(client.myBookings), []);
  const { value, problem, keptAt } = answers.useAnswer(asked);
  const { booking: text, signIn } = texts.value;
  useEffect(() => void asked.ask(), [asked]);
  return (
    <Page title={text.list} busy={!value}>
      <h1 class="head">{text.list}</h1>
      <p class="soft">
        {fill(signIn.as, { name })}{" "}
        <button type="button" class="as-link" onClick={session.end}>
          {signIn.out}
        </button>
      </p>
      {keptAt !== undefined && <FromThisDevice at={keptAt} zone={value?.bookings[0]?.time_zone ?? null} />}
      {problem && !value ? (
        <Trouble problem={problem} again={() => void asked.ask()} />
      ) : value ? (
        <List list={value} />
      ) : (
        <BookingsSkeleton />
      )}
    </Page>
  );
}

export function BookingsSkeleton() {
  return (
    <ul class="bookings" aria-hidden="true">
      {[0, 1, 2].map(() => (
        <li>
          <a>
            <span class="skeleton figure-skeleton" />
            <h2>
              <Skeleton letters={16} />
            </h2>
            <p>
              <Skeleton letters={30} />
            </p>
            <p>
              <Skeleton letters={20} />
            </p>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function List({ list }: { list: BookingList }) {
  const { booking: text } = texts.value;
  if (list.bookings.length === 0) return <p class="notice lead">{text.none}</p>;
  return (
    <ul class="bookings">
      {list.bookings.map((one) => {
        const zone = one.time_zone ?? "UTC";
        const when = `${longDay(language.value, localDay(zone, one.movie_time))}, ${clock(language.value, zone, one.movie_time)}`;
        return (
          <li key={one.order_id}>
            <a href={routes.booking(one.event_id, one.order_id)}>
              <Figure title={one.title ?? one.event_id} />
              <h2>{one.title ?? one.event_id}</h2>
              <p>{[when, one.theater_name].filter(Boolean).join(" · ")}</p>
              <p>
                <b>{one.status === "HELD" ? text.listHeld : text.states[one.status]}</b>
                <SeatsAndPrice one={one} />
              </p>
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function SeatsAndPrice({ one }: { one: BookingList["bookings"][number] }) {
  const isAllBack = one.status === "REFUNDING" || one.status === "REFUNDED";
  const left = ticketsLeft(one);
  const seats = left === null ? one.selected_seat.join(", ") : counted(language.value, texts.value.ticket.ticketsLeft, left);
  const paid = isAllBack ? one.price : stillPaidInList(one);
  const words = [seats, ...(paid === null ? [] : [money(language.value, one.currency, paid)])].join(" · ");
  return (
    <span class="soft">
      {" · "}
      {isAllBack ? <s>{words}</s> : words}
    </span>
  );
}
