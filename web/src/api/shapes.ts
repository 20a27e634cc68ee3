/** The API's answers. To be replaced by the types of docs/openapi.json. */

export interface ListedFilm {
  movie_id: string;
  title: string;
  length: number;
  certificate: string;
  next_movie_time: string;
  genres: string[];
  poster: string | null;
  released: string | null;
  year?: number | null;
  director?: string | null;
}
export interface FilmList {
  movies: ListedFilm[];
  next_cursor: string | null;
  as_of: string;
}
export interface Showing {
  event_id: string;
  movie_time: string;
  end_time: string;
  sales_end: string;
  room_name: string;
  language: string | null;
  subtitles: string | null;
  formats: string[];
  access: string[];
}
export interface FilmDetail {
  movie_id: string;
  title: string;
  details: string;
  length: number;
  certificate: string;
  year: number | null;
  director: string | null;
  genres: string[];
  poster: string | null;
  released: string | null;
  as_of: string;
  theaters: { theater_id: string; name: string; time_zone: string; currency: string; events: Showing[] }[];
}
export interface Theater {
  theater_id: string;
  name: string;
  address: string;
  info: string;
  time_zone: string;
  currency: string;
}
export interface TheaterList {
  theaters: Theater[];
  next_cursor: string | null;
  as_of: string;
}
export interface ProgrammeShowing extends Showing {
  price_from: number | null;
  cancelled_at: string | null;
}
export interface ProgrammeFilm {
  movie_id: string;
  title: string;
  length: number;
  certificate: string;
  poster: string | null;
  year?: number | null;
  director?: string | null;
  events: ProgrammeShowing[];
}
export interface Programme {
  theater_id: string;
  date: string;
  time_zone: string;
  currency: string;
  movies: ProgrammeFilm[];
  dates: string[];
  as_of: string;
}
export interface RoomRow {
  row: string;
  gaps: number[];
  offset: number | null;
  seats: string[];
  category: string;
}
export interface EventDetail {
  event_id: string;
  movie_id: string;
  title: string;
  certificate: string;
  length: number;
  poster: string | null;
  theater_id: string;
  theater_name: string;
  address: string;
  time_zone: string;
  currency: string;
  room_id: string;
  room_name: string;
  movie_time: string;
  end_time: string;
  sales_end: string;
  refundable_until: string;
  cancelled_at: string | null;
  language: string | null;
  subtitles: string | null;
  formats: string[];
  access: string[];
  prices: Record<string, number>;
  seats_per_order_max: number;
  layout_version: string;
  rows: RoomRow[];
  legend: Record<string, string>;
  as_of: string;
}
export interface SeatMap {
  event_id: string;
  as_of: string;
  status: Record<string, string>;
  remaining: Record<string, number>;
  next_release: string | null;
  poll_after: number;
  on_sale: boolean;
  sales_end: string;
  cancelled_at: string | null;
  layout_version: string;
}
