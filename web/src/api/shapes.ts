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
export interface Held {
  order_id: string;
  /** QUEUED: nothing is promised yet. */
  status: "HELD" | "QUEUED";
  event_id: string;
  selected_seat: string[];
}
export type OrderStatus =
  | "HELD"
  | "PAYING"
  | "PAID"
  | "BOOKED"
  | "REFUNDING"
  | "REFUNDED"
  | "RELEASED"
  | "EXPIRED"
  | "UNRESOLVED";
export interface Booking {
  order_id: string;
  event_id: string;
  movie_id: string;
  theater_id: string;
  title: string | null;
  theater_name: string | null;
  address: string | null;
  time_zone: string | null;
  room_name: string | null;
  movie_time: string;
  end_time: string | null;
  event_cancelled_at: string | null;
  status: OrderStatus;
  reason?: string | null;
  selected_seat: string[];
  seats: { seat_id: string; category: string; price: number }[];
  price: number;
  currency: string;
  hold_end_time: string | null;
  seconds_left: number;
  extendable_until: string | null;
  decided_by: string | null;
  poll_after: number | null;
  refundable_until: string | null;
  refunded: number;
  tickets: { ticket_id: string; seat_id: string; code: string; status: string; checked_in_at: string | null }[];
}
export interface BookingList {
  bookings: {
    order_id: string;
    event_id: string;
    status: OrderStatus;
    selected_seat: string[];
    price: number;
    currency: string;
    title: string | null;
    theater_name: string | null;
    time_zone: string | null;
    room_name: string | null;
    movie_time: string;
  }[];
  next_cursor: string | null;
}
export interface Config {
  region: string;
  user_pool_id: string;
  client_id: string;
  languages: string[];
  demo_accounts: { name: string; group: string; token: string }[] | null;
}
