/** Questions to the API, which is on the page's own origin. Paths, bodies and answers are those of our OpenAPI document. */

import createClient from "openapi-fetch";
import { bookingOrKept, listOrKept, withoutWhatIsGivenBack } from "./kept-tickets";
import { ProblemError, problemOf, withoutAnswer, type Problem } from "./problem";
import { renewal } from "./renewal";
import type { paths } from "./schema";
import * as session from "./session";
import type { Config, EventDetail, ListedFilm, PaymentInfo } from "./shapes";

export interface Answered<T> {
  value: T;
  /** From the API's memory, as of `as_of`: it could not look. */
  stale: boolean;
  /** From this device, as of `at` by its clock, because of `problem`: tickets alone (kept-tickets.ts). */
  kept?: { at: number; problem: Problem };
}
interface Fetched<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

const api = createClient<paths>({ fetch: renewed });
const TOKEN = "AuthorizationToken";

/** What is asked in the user's name has a token that is still good. */
async function renewed(request: Request): Promise<Response> {
  if (request.headers.get(TOKEN)) {
    await renewal(async () => (await config()).value);
    request.headers.set(TOKEN, session.session.peek()?.token ?? "");
  }
  return fetch(request);
}

async function answered<T>(call: Promise<Fetched<T>>): Promise<Answered<T>> {
  const { data, error, response } = await call.catch(() => {
    throw new ProblemError(withoutAnswer());
  });
  if (response.status === 401) session.end();
  if (!response.ok) throw new ProblemError(problemOf(response, error));
  return { value: data as T, stale: response.headers.get("Status") === "STALE" };
}

/** In the signed-in user's name. `key`: the same key is the same request, which the API answers once. */
function signed(key?: string) {
  const token = session.session.peek()?.token ?? "";
  return { headers: { [TOKEN]: token, ...(key ? { "Idempotency-Key": key } : {}) } };
}

const PAGES_MAX = 20; // of a hundred films each

/** All films on display, page by page. */
export async function filmList(): Promise<Answered<ListedFilm[]>> {
  const films: ListedFilm[] = [];
  let stale = false;
  let cursor: string | null = "";
  for (let page = 0; page < PAGES_MAX && cursor !== null; page++) {
    const query: { cursor?: string } = cursor ? { cursor } : {};
    const answer = await answered(api.GET("/GetListOfMovie/api/v0", { params: { query } }));
    films.push(...answer.value.movies);
    stale ||= answer.stale;
    cursor = answer.value.next_cursor;
  }
  return { value: films, stale };
}

export const filmDetail = (movie_id: string) =>
  answered(api.GET("/GetMovieDetail/api/v0/{movie_id}", { params: { path: { movie_id } } }));
export const theaterList = () => answered(api.GET("/GetListOfTheater/api/v0"));
export const programme = (theater_id: string, date?: string) =>
  answered(api.GET("/GetProgramme/api/v0/{theater_id}", { params: { path: { theater_id }, query: date ? { date } : {} } }));
export const eventDetail = (event_id: string) =>
  answered(api.GET("/GetEventDetail/api/v0/{event_id}", { params: { path: { event_id } } }));
/** `no-cache`: the map may be `stale-while-revalidate` at the edge; a browser that did the same would show the seats as they
 * were before the visitor's own purchase. */
export const seatMap = (event_id: string) =>
  answered(api.GET("/SeatMap/api/v0/{event_id}", { params: { path: { event_id } }, cache: "no-cache" }));

export const holdSeats = ({ movie_id, theater_id, event_id }: EventDetail, seats: readonly string[], key: string) =>
  answered(
    api.POST("/HoldSeat/api/v0/{movie_id}", {
      params: { path: { movie_id } },
      body: { movie_id, theater_id, event_id, selected_seat: [...seats] },
      ...signed(key),
    }),
  );
export const booking = (event_id: string, order_id?: string) =>
  bookingOrKept(
    order_id,
    answered(
      api.GET("/GetBooking/api/v0/{event_id}", { params: { path: { event_id }, query: order_id ? { order_id } : {} }, ...signed() }),
    ),
  );
export const myBookings = () => listOrKept(answered(api.GET("/GetMyBookings/api/v0", signed())));
export const release = (event_id: string, order_id: string) =>
  answered(api.POST("/ReleaseSeat/api/v0/{event_id}", { params: { path: { event_id } }, body: { order_id }, ...signed() }));
export const extend = (event_id: string, order_id: string, key: string) =>
  answered(api.POST("/ExtendHold/api/v0/{event_id}", { params: { path: { event_id } }, body: { order_id }, ...signed(key) }));
export const me = () => answered(api.GET("/GetMe/api/v0", signed()));
export const forgetCard = () => answered(api.DELETE("/GetMe/api/v0", { params: { query: { saved_methods: "" } }, ...signed() }));

/** `paymentInfo`: null for what costs nothing. */
export const submitPayment = (body: { event_id: string; order_id: string; paymentInfo: PaymentInfo | null }, key: string) =>
  answered(api.POST("/SubmitPayment/api/v0/{event_id}", { params: { path: { event_id: body.event_id } }, body, ...signed(key) }));
export const refund = (event_id: string, order_id: string, key: string) =>
  withoutWhatIsGivenBack(
    order_id,
    answered(api.POST("/RefundBooking/api/v0/{event_id}", { params: { path: { event_id } }, body: { order_id }, ...signed(key) })),
  );

export async function config(): Promise<Answered<Config>> {
  const response = await fetch("/config.json").catch(() => {
    throw new ProblemError(withoutAnswer());
  });
  if (!response.ok) throw new ProblemError(problemOf(response, undefined));
  return { value: (await response.json()) as Config, stale: false };
}
