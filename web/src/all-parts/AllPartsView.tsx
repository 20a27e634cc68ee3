/** All parts in all states, on one page: to look at when a part or a token changes. Nothing leads here but its address. */

import type { ComponentChildren } from "preact";
import type { Booking, SeatMap } from "../api/shapes";
import { Stub } from "../booking/Stub";
import "../booking/booking.css";
import { Page } from "../layout/Page";
import { Trouble } from "../layout/Trouble";
import { Skeleton } from "../parts/Skeleton";
import { Stale } from "../parts/Stale";
import { Poster } from "../poster/Poster";
import { PALETTES } from "../poster/palette";
import "../room/map.css";
import "../room/room.css";
import { PriceList } from "../room/PriceList";
import { Truths } from "../room/Truths";
import type { Truth } from "../room/truths";
import { texts } from "../texts";
import "./all-parts.css";

const COLOURS = ["paper", "paper-raised", "paper-sunk", "ink", "ink-soft", "line", "line-strong", "accent", "lamp", "warn", "skeleton"];
const SIZES = ["fine", "small", "body", "lead", "title", "head", "marquee"];
const TITLES = [
  "M", "8½", "Ran", "Yi Yi", "Vertigo", "Metropolis", "Rear Window", "City of God", "La Dolce Vita", "Amélie", "Paris, Texas",
  "The Good, the Bad and the Ugly", "Raiders of the Lost Ark", "In the Mood for Love", "Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb",
];
const TRUTHS: Truth[] = [
  { is: "open", left: 1 },
  { is: "open", left: 183 },
  { is: "sold out" },
  { is: "all held", seconds: 130 },
  { is: "all being paid" },
  { is: "closed" },
  { is: "called off" },
];
const SHOWN = ["free", "held", "sold", "chosen", "lost"] as const;
const CATEGORIES = ["standard", "premium", "wheelchair", "companion"] as const;
const MAP = { as_of: "2026-11-25T12:00:00.000Z" } as SeatMap;
const BOOKING: Booking = {
  order_id: "or_5k",
  event_id: "ev_7q2",
  movie_id: "metropolis",
  theater_id: "lisboa",
  title: "Metropolis",
  theater_name: "Cine Tejo",
  address: "Rua do Cais 4, Lisboa",
  time_zone: "Europe/Lisbon",
  room_name: "3",
  movie_time: "2026-11-25T19:30:00Z",
  end_time: "2026-11-25T22:23:00Z",
  event_cancelled_at: null,
  status: "HELD",
  selected_seat: ["H11", "H12", "H13"],
  seats: [],
  price: 34.5,
  currency: "EUR",
  hold_end_time: "2026-11-25T12:10:00.000Z",
  seconds_left: 412,
  extendable_until: "2026-11-25T12:30:00.000Z",
  decided_by: null,
  poll_after: null,
  decline: null,
  next_action: null,
  paid_with: null,
  refundable_until: "2026-11-25T19:30:00Z",
  refunded: 0,
  refunds: [],
  tickets: [],
};

export function AllPartsView() {
  const { booking: text } = texts.value;
  return (
    <Page title="Parts">
      <h1 class="head">Parts</h1>
      <Part name="Type">
        {SIZES.map((size) => (
          <p class={`sample sample-${size}`}>The Night of the Hunter</p>
        ))}
      </Part>
      <Part name="Colour">
        <ul class="swatches">
          {COLOURS.map((colour) => (
            <li>
              <span style={{ background: `var(--${colour})` }} />
              {colour}
            </li>
          ))}
        </ul>
        <ul class="swatches">
          {PALETTES.map(({ ground, ink, accent, second }) => (
            <li>
              {[ground, ink, accent, second].map((colour) => (
                <span style={{ background: colour }} />
              ))}
            </li>
          ))}
        </ul>
      </Part>
      <Part name="Posters">
        <ul class="poster-row">
          {TITLES.map((title) => (
            <li>
              <Poster title={title} year={1961} director="A Director" picture={null} />
            </li>
          ))}
        </ul>
      </Part>
      <Part name="Buttons and fields">
        <div class="in-a-row">
          <button type="button" class="button">
            Continue
          </button>
          <button type="button" class="button" disabled>
            Disabled
          </button>
          <button type="button" class="button quiet">
            Quiet
          </button>
          <button type="button" class="as-link">
            As a link
          </button>
        </div>
        <div class="in-a-row">
          <label class="field">
            A field
            <input value="Typed" />
          </label>
          <label class="field">
            A choice
            <select>
              <option>Chosen</option>
            </select>
          </label>
        </div>
      </Part>
      <Part name="On its way, old, and not to be had">
        <p>
          <Skeleton letters={40} />
        </p>
        <Stale asOf={MAP.as_of} zone="Europe/Lisbon" />
        <Trouble problem={{ code: "offline", status: 0 }} again={() => undefined} />
        <Trouble problem={{ code: "unavailable", status: 503 }} again={() => undefined} />
      </Part>
      <Part name="Seats">
        <div class="hall-sample">
          <table>
            <thead>
              <tr>
                <td />
                {SHOWN.map((shown) => (
                  <th scope="col">{shown}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {CATEGORIES.map((category) => (
                <tr>
                  <th scope="row">{category}</th>
                  {SHOWN.map((shown) => (
                    <td>
                      <span class="seat sample-seat" data-category={category} data-shown={shown}>
                        12
                      </span>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          <PriceList detail={{ prices: { standard: 11.5, premium: 15, wheelchair: 11.5, companion: 0 }, currency: "EUR" }} />
        </div>
      </Part>
      <Part name="Five truths, and the good one">
        <div class="hall-sample truths">
          {TRUTHS.map((truth) => (
            <Truths truth={truth} seen={{ at: performance.now(), stale: false }} zone="Europe/Lisbon" />
          ))}
          <Truths truth={{ is: "open", left: 12 }} seen={{ at: performance.now(), stale: true, map: MAP }} zone="Europe/Lisbon" />
        </div>
      </Part>
      <Part name="Bookings">
        {(Object.keys(text.states) as Booking["status"][]).map((status, place) => (
          <Stub booking={{ ...BOOKING, status, title: TITLES[place + 4] ?? "M" }}>
            <p class="sample-state">{text.states[status]}</p>
            <p>{text.stateWords[status] ?? text.left}</p>
          </Stub>
        ))}
      </Part>
    </Page>
  );
}

function Part({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <section class="part">
      <h2>{name}</h2>
      {children}
    </section>
  );
}
