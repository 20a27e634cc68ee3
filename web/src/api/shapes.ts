/** The API's answers by the names that the page uses, from our OpenAPI document (`npm run schema` writes schema.ts). */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type ListedFilm = Schemas["ListedMovie"];
export type FilmDetail = Schemas["MovieDetail"];
export type Showing = Schemas["Showing"];
export type Theater = Schemas["TheaterFacts"];
export type Programme = Schemas["Programme"];
export type ProgrammeFilm = Schemas["MovieOfTheDay"];
export type ProgrammeShowing = Schemas["ShowingOfTheDay"];
export type EventDetail = Schemas["EventDetail"];
export type RoomRow = Schemas["RowToDraw"];
export type SeatMap = Schemas["SeatMap"];
export type Held = Schemas["Hold"] | Schemas["QueuedHold"];
export type Booking = Schemas["Booking"];
export type Ticket = Schemas["TicketOfBooking"];
export type BookingList = Schemas["BookingList"];
export type PaymentInfo = Schemas["PaymentInfo"];
export type SavedMethod = Schemas["SavedMethodShown"];

/** /config.json, which the deployment writes. */
export interface Config {
  region: string;
  user_pool_id: string;
  client_id: string;
  /** The payment provider's script and its public key. Null: no cards. */
  stripe_script: string | null;
  stripe_publishable_key: string | null;
  /** Null: the region's own. */
  cognito_endpoint: string | null;
  languages: string[];
  /** Where visitors reach the cinema. Null: at its desks. */
  contact_email: string | null;
  /** A hold's length, and that of a hold that gets more time, from then on. */
  hold_seconds: number;
  /** From a hold's begin to its latest end. */
  hold_seconds_max: number;
  demo_accounts: { name: string; email: string; password: string; group: string; theater_id: string | null }[] | null;
}
