/** Questions to the API, which is on the page's own origin. */

import { ProblemError, problemOf, withoutAnswer } from "./problem";
import * as session from "./session";
import type { Booking, BookingList, Config, EventDetail, FilmDetail, FilmList, Held, ListedFilm, Programme, SeatMap, TheaterList } from "./shapes";

export interface Answered<T> {
  value: T;
  /** From the API's memory, as of `as_of`: it could not look. */
  stale: boolean;
}

interface Request {
  method?: "GET" | "POST" | "DELETE";
  body?: unknown;
  /** In the signed-in user's name. */
  signedIn?: boolean;
  /** The same key is the same request: the API answers it once. */
  key?: string;
}

async function ask<T>(path: string, { method = "GET", body, signedIn = false, key }: Request = {}): Promise<Answered<T>> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (signedIn) headers["AuthorizationToken"] = session.session.peek()?.token ?? "";
  if (key) headers["Idempotency-Key"] = key;
  const answer = await fetch(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }).catch(() => {
    throw new ProblemError(withoutAnswer());
  });
  if (answer.status === 401) session.end();
  if (!answer.ok) throw new ProblemError(await problemOf(answer));
  const value = answer.status === 204 ? undefined : await answer.json();
  return { value: value as T, stale: answer.headers.get("Status") === "STALE" };
}

const id = encodeURIComponent;

const PAGES_MAX = 20; // of a hundred films each

/** All films on display, page by page. */
export async function filmList(): Promise<Answered<ListedFilm[]>> {
  const films: ListedFilm[] = [];
  let stale = false;
  let cursor: string | null = "";
  for (let page = 0; page < PAGES_MAX && cursor !== null; page++) {
    const query: string = cursor ? `?cursor=${id(cursor)}` : "";
    const answer: Answered<FilmList> = await ask<FilmList>(`/GetListOfMovie/api/v0/${query}`);
    films.push(...answer.value.movies);
    stale ||= answer.stale;
    cursor = answer.value.next_cursor;
  }
  return { value: films, stale };
}

export const filmDetail = (movieId: string) => ask<FilmDetail>(`/GetMovieDetail/api/v0/${id(movieId)}`);
export const theaterList = () => ask<TheaterList>("/GetListOfTheater/api/v0/");
export const programme = (theaterId: string, date?: string) =>
  ask<Programme>(`/GetProgramme/api/v0/${id(theaterId)}${date ? `?date=${id(date)}` : ""}`);
export const eventDetail = (eventId: string) => ask<EventDetail>(`/GetEventDetail/api/v0/${id(eventId)}`);
export const seatMap = (eventId: string) => ask<SeatMap>(`/SeatMap/api/v0/${id(eventId)}`);
export const config = () => ask<Config>("/config.json");

export const holdSeats = (event: EventDetail, seats: readonly string[], key: string) =>
  ask<Held>(`/HoldSeat/api/v0/${id(event.movie_id)}`, {
    method: "POST",
    signedIn: true,
    key,
    body: { movie_id: event.movie_id, theater_id: event.theater_id, event_id: event.event_id, selected_seat: seats },
  });
export const booking = (eventId: string, orderId?: string) =>
  ask<Booking>(`/GetBooking/api/v0/${id(eventId)}${orderId ? `?order_id=${id(orderId)}` : ""}`, { signedIn: true });
export const myBookings = () => ask<BookingList>("/GetMyBookings/api/v0/", { signedIn: true });
export const release = (eventId: string, orderId: string) =>
  ask<undefined>(`/ReleaseSeat/api/v0/${id(eventId)}`, { method: "POST", signedIn: true, body: { order_id: orderId } });
export const extend = (eventId: string, orderId: string, key: string) =>
  ask<Held>(`/ExtendHold/api/v0/${id(eventId)}`, { method: "POST", signedIn: true, key, body: { order_id: orderId } });
