/** Questions to the API, which is on the page's own origin. */

import { ProblemError, problemOf, withoutAnswer } from "./problem";
import type { EventDetail, FilmDetail, FilmList, ListedFilm, Programme, SeatMap, TheaterList } from "./shapes";

export interface Answered<T> {
  value: T;
  /** From the API's memory, as of `as_of`: it could not look. */
  stale: boolean;
}

async function get<T>(path: string): Promise<Answered<T>> {
  const answer = await fetch(path).catch(() => {
    throw new ProblemError(withoutAnswer());
  });
  if (!answer.ok) throw new ProblemError(await problemOf(answer));
  return { value: (await answer.json()) as T, stale: answer.headers.get("Status") === "STALE" };
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
    const answer: Answered<FilmList> = await get<FilmList>(`/GetListOfMovie/api/v0/${query}`);
    films.push(...answer.value.movies);
    stale ||= answer.stale;
    cursor = answer.value.next_cursor;
  }
  return { value: films, stale };
}

export const filmDetail = (movieId: string) => get<FilmDetail>(`/GetMovieDetail/api/v0/${id(movieId)}`);
export const theaterList = () => get<TheaterList>("/GetListOfTheater/api/v0/");
export const programme = (theaterId: string, date?: string) =>
  get<Programme>(`/GetProgramme/api/v0/${id(theaterId)}${date ? `?date=${id(date)}` : ""}`);
export const eventDetail = (eventId: string) => get<EventDetail>(`/GetEventDetail/api/v0/${id(eventId)}`);
export const seatMap = (eventId: string) => get<SeatMap>(`/SeatMap/api/v0/${id(eventId)}`);
