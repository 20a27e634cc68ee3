/** The views that come in files of their own. */

import { lazy } from "preact-iso";

export const FilmView = lazy(() => import("./film/FilmView").then((file) => file.FilmView));
export const ProgrammeView = lazy(() => import("./programme/ProgrammeView").then((file) => file.ProgrammeView));
export const TheatersView = lazy(() => import("./theaters/TheatersView").then((file) => file.TheatersView));
export const SignInView = lazy(() => import("./sign-in/SignInView").then((file) => file.SignInView));
export const AllPartsView = lazy(() => import("./all-parts/AllPartsView").then((file) => file.AllPartsView));
export const BookingView = lazy(() => import("./booking/BookingView").then((file) => file.BookingView));
export const BookingsView = lazy(() => import("./booking/BookingsView").then((file) => file.BookingsView));
export const StatementView = lazy(() => import("./statement/StatementView").then((file) => file.StatementView));
export const ShowingView = lazy(() => import("./room/ShowingView").then((file) => file.ShowingView));
