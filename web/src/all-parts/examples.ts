/** Fixed data in the API's shapes, for the page of all parts. */

import type { Booking, BookingList, Config, EventDetail, FilmDetail, Programme, SeatMap, Ticket } from "../api/shapes";
import type { FormState } from "../paying/card-form";
import type { Watching } from "../booking/watch";
import { signal } from "@preact/signals";

const ZONE = "Europe/Lisbon";
const EVENT_ID = "lisboa-3-20261125-1930";

export const AS_OF = "2026-11-25T12:00:00.000Z";

export const CONFIG: Config = {
  region: "us-east-1",
  user_pool_id: "us-east-1_parts",
  client_id: "parts",
  stripe_script: null,
  stripe_publishable_key: null,
  cognito_endpoint: null,
  contact_email: "help@cinema.example",
  hold_seconds: 600,
  hold_seconds_max: 1800,
  languages: ["en", "es"],
  demo_accounts: ["Ada", "Grace", "Alan"].map((name) => ({
    name,
    email: `${name.toLowerCase()}@example.com`,
    password: "",
    group: "customer",
    theater_id: null,
  })),
};

export const DETAIL: EventDetail = {
  event_id: EVENT_ID,
  movie_id: "metropolis",
  title: "Metropolis",
  certificate: "PG",
  length: 153,
  poster: null,
  theater_id: "lisboa",
  theater_name: "Cine Tejo",
  address: "Rua do Cais 4, Lisboa",
  time_zone: ZONE,
  currency: "EUR",
  room_id: "lisboa-3",
  room_name: "3",
  movie_time: "2026-11-25T19:30:00Z",
  end_time: "2026-11-25T22:23:00Z",
  sales_end: "2026-11-25T19:30:00Z",
  refundable_until: "2026-11-25T19:30:00Z",
  cancelled_at: null,
  language: "de",
  subtitles: "en",
  formats: ["35 mm"],
  access: ["captions"],
  prices: { standard: 11.5, premium: 15, wheelchair: 11.5, companion: 0 },
  seats_per_order_max: 10,
  layout_version: "1",
  rows: [
    row("A", "wc".padEnd(10, "s"), [2]),
    row("B", "s".repeat(12), [3, 9]),
    row("C", "s".repeat(12), [3, 9]),
    row("D", "p".repeat(12), [3, 9]),
  ],
  legend: { s: "standard", p: "premium", w: "wheelchair", c: "companion" },
  as_of: AS_OF,
};

function row(name: string, category: string, gaps: number[]): EventDetail["rows"][number] {
  return { row: name, gaps, offset: null, seats: [...category].map((_, place) => `${name}${place + 1}`), category };
}

export const MAP: SeatMap = {
  event_id: EVENT_ID,
  as_of: AS_OF,
  status: { A: "eebbeehhee", B: "ebbeeeeeebhe", C: "eeebbeeeehhe", D: "bbheeeeeeebb" },
  remaining: { standard: 20, premium: 7, wheelchair: 1, companion: 1 },
  next_release: null,
  poll_after: 5,
  on_sale: true,
  sales_end: DETAIL.sales_end,
  cancelled_at: null,
  layout_version: "1",
};

export const FILM: FilmDetail = {
  movie_id: "metropolis",
  title: "Metropolis",
  length: 153,
  certificate: "PG",
  year: 1927,
  director: "Fritz Lang",
  details: "A city of towers stands on those who keep its machines running, until one of its sons goes down to them.",
  genres: ["science fiction"],
  poster: null,
  released: null,
  as_of: AS_OF,
  theaters: [],
};

const showing = {
  event_id: EVENT_ID,
  movie_time: DETAIL.movie_time,
  end_time: DETAIL.end_time,
  sales_end: DETAIL.sales_end,
  room_name: "3",
  language: "de",
  subtitles: "en",
  formats: ["35 mm"],
  access: ["captions" as const, "relaxed" as const],
  price_from: 9,
  cancelled_at: null,
};

export const PROGRAMME: Programme = {
  theater_id: "lisboa",
  date: "2026-11-25",
  time_zone: ZONE,
  currency: "EUR",
  dates: ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-30"],
  as_of: AS_OF,
  movies: [
    {
      ...FILM,
      events: [
        showing,
        { ...showing, event_id: "closed", movie_time: "2026-11-25T11:00:00Z", sales_end: "2026-11-25T11:00:00Z", formats: [], access: [] },
        { ...showing, event_id: "off", movie_time: "2026-11-25T21:45:00Z", cancelled_at: AS_OF, language: null, subtitles: null },
      ],
    },
  ],
};

export const BOOKING: Booking = {
  order_id: "or_7f3a9c20e1b84d56",
  event_id: EVENT_ID,
  movie_id: "metropolis",
  theater_id: "lisboa",
  title: "Metropolis",
  theater_name: "Cine Tejo",
  address: "Rua do Cais 4, Lisboa",
  time_zone: ZONE,
  room_name: "3",
  movie_time: DETAIL.movie_time,
  end_time: DETAIL.end_time,
  event_cancelled_at: null,
  status: "HELD",
  selected_seat: ["D5", "D6"],
  seats: [
    { seat_id: "D5", category: "premium", price: 15 },
    { seat_id: "D6", category: "premium", price: 15 },
  ],
  price: 30,
  currency: "EUR",
  hold_end_time: "2026-11-25T12:10:00.000Z",
  seconds_left: 412,
  extendable_until: "2026-11-25T12:30:00.000Z",
  decided_by: null,
  poll_after: null,
  decline: null,
  next_action: null,
  paid_with: null,
  refundable_until: DETAIL.refundable_until,
  refunded: 0,
  refunds: [],
  tickets: [],
};

const ticket = (seat_id: string, change: Partial<Ticket> = {}): Ticket => ({
  ticket_id: `ti_${seat_id}`,
  seat_id,
  code: `BO2:7Q2K${seat_id}9F3A9C20E1B84D567X0HQ4ZC8M1RTV6W2Y5P3N9J4G7D0B8S6K`,
  status: "valid",
  checked_in_at: null,
  ...change,
});

const refunds = (state: Booking["refunds"][number]["state"]): Booking["refunds"] => [
  { refund_id: "re_1", amount: 30, state, asked_at: AS_OF, reason: null, tickets: [], origin: "customer" },
];

export const BOOKED: Booking = { ...BOOKING, status: "BOOKED", paid_with: "card", tickets: [ticket("D5"), ticket("D6")] };
const GIVEN_BACK = BOOKED.tickets.map((one) => ({ ...one, status: "refunded" as const }));

/** Every state of a booking, and what it is called on the page of all parts. */
export const BOOKINGS: Record<string, Booking> = {
  paying: { ...BOOKING, status: "PAYING" },
  "paying, the bank is slow": { ...BOOKING, status: "PAYING", poll_after: 5 },
  "paying, the bank is very slow": { ...BOOKING, status: "PAYING", poll_after: 20, decided_by: "2026-11-25T12:35:00.000Z" },
  "paying, the bank asks": {
    ...BOOKING,
    status: "PAYING",
    next_action: { type: "redirect_to_url", url: "https://bank.example/confirm", client_secret: "pi_parts_secret" },
  },
  "paid, tickets not written yet": { ...BOOKING, status: "PAID" },
  booked: BOOKED,
  "booked, one ticket used": { ...BOOKED, tickets: [ticket("D5", { checked_in_at: "2026-11-25T19:12:00Z" }), ticket("D6")] },
  "booked, one ticket given back": {
    ...BOOKED,
    refunded: 15,
    tickets: [ticket("D5", { status: "refunded" }), ticket("D6")],
    refunds: [{ refund_id: "re_1", amount: 15, state: "DONE", asked_at: AS_OF, reason: null, tickets: ["ti_D5"], origin: "manager" }],
  },
  "booked, the showing is called off": { ...BOOKED, event_cancelled_at: AS_OF },
  "money on its way back": { ...BOOKED, status: "REFUNDING", tickets: GIVEN_BACK, refunds: refunds("PENDING") },
  "paid back": { ...BOOKED, status: "REFUNDED", refunded: 30, tickets: GIVEN_BACK, refunds: refunds("DONE") },
  "not taken by the bank": { ...BOOKED, status: "REFUNDING", tickets: GIVEN_BACK, refunds: refunds("REFUSED"), reason: "late_payment" },
  "settled by the cinema": { ...BOOKED, status: "REFUNDED", refunded: 30, tickets: GIVEN_BACK, refunds: refunds("SETTLED"), reason: "event_moved" },
  "let go": { ...BOOKING, status: "RELEASED" },
  "the time ran out": { ...BOOKING, status: "EXPIRED", seconds_left: 0 },
  "no answer in time": { ...BOOKING, status: "UNRESOLVED" },
};

const TITLES = ["Metropolis", "In the Mood for Love", "Ran", "Close Encounters of the Third Kind"];

export const BOOKING_LIST: BookingList = {
  next_cursor: null,
  bookings: (["BOOKED", "HELD", "PAYING", "REFUNDED"] as const).map((status, place) => ({
    order_id: `or_${place}`,
    event_id: EVENT_ID,
    status,
    selected_seat: ["D5", "D6"],
    price: 30,
    currency: "EUR",
    title: TITLES[place] ?? null,
    theater_name: "Cine Tejo",
    time_zone: ZONE,
    room_name: "3",
    movie_time: DETAIL.movie_time,
    refunded: 0,
    live_tickets: 2,
  })),
};

/** One of the provider's codes for each of our words. */
export const DECLINES = [
  "insufficient_funds", "card_velocity_exceeded", "expired_card", "incorrect_cvc", "incorrect_number", "incorrect_zip",
  "issuer_not_available", "card_not_supported", "authentication_required", "amount_too_small", "saved_method_gone", "pay_again",
  "payment_cancelled", "generic_decline",
];

/** Nothing is asked of the box office here. */
export const STILL: Watching = {
  look: () => Promise.resolve(),
  extend: () => Promise.resolve(false),
  release: () => Promise.resolve(false),
  giveBack: () => Promise.resolve(),
};

export const stillForm = (state: FormState) => ({ state: signal(state), mount: () => Promise.resolve(), unmount: () => undefined, costs: () => undefined });
