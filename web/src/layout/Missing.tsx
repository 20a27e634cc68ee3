/** What is shown where nothing is at an address: loaded when it is needed, for few visitors see it. */

import { lazy } from "preact-iso";

export const Missing = lazy(() => import("./MissingView").then((file) => file.MissingView));
