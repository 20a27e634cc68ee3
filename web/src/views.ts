/** The views that come in files of their own. */

import { lazy } from "preact-iso";

export const FilmView = lazy(() => import("./film/FilmView").then((file) => file.FilmView));
export const ProgrammeView = lazy(() => import("./programme/ProgrammeView").then((file) => file.ProgrammeView));
export const TheatersView = lazy(() => import("./theaters/TheatersView").then((file) => file.TheatersView));
export const ShowingView = lazy(() => import("./room/ShowingView").then((file) => file.ShowingView));
