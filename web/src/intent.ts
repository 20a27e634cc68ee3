/** Asks for what a link leads to as soon as a pointer, a finger or the focus is on it. */

import * as answers from "./api/answers";
import { BookingView, BookingsView, FilmView, ProgrammeView, ShowingView, SignInView, StatementView, TheatersView } from "./views";

type Prefetch = (first: string, second?: string) => void;

const PREFETCH: Record<string, Prefetch> = {
  film: (movieId) => {
    void FilmView.preload();
    void answers.film(movieId).load();
  },
  programme: (theaterId, date) => {
    void ProgrammeView.preload();
    if (theaterId) void answers.programme(theaterId, date).load();
  },
  theaters: () => {
    void TheatersView.preload();
    void answers.theaters().load();
  },
  showing: (eventId) => {
    void ShowingView.preload();
    void answers.showing(eventId).load();
  },
  "sign-in": () => {
    void SignInView.preload();
    void answers.config().load();
  },
  accessibility: () => void StatementView.preload(),
  booking: () => void BookingView.preload(),
  bookings: () => void BookingsView.preload(),
};

export function prefetchOnIntent(): void {
  for (const sign of ["pointerover", "focusin", "touchstart"])
    document.addEventListener(
      sign,
      (event) => {
        const link = event.target instanceof Element ? event.target.closest("a") : null;
        if (link && link.origin === location.origin) prefetch(link.pathname);
      },
      { passive: true },
    );
}

export function prefetch(path: string): void {
  const [view = "", first = "", second] = path.split("/").slice(1).map(decodeURIComponent);
  PREFETCH[view]?.(first, second);
}

/** So that each page opens at once, also where the connection has gone meanwhile. */
export function loadViewsWhenIdle(): void {
  const load = () => [FilmView, ProgrammeView, TheatersView, ShowingView, BookingView, SignInView].forEach((view) => void view.preload());
  if ("requestIdleCallback" in window) requestIdleCallback(load, { timeout: 5_000 });
  else setTimeout(load, 2_000);
}

/** A page that was opened before a deployment names files that are gone: it is loaded anew, once. */
export function reloadAfterADeployment(): void {
  addEventListener("vite:preloadError", (event) => {
    if (navigator.onLine === false || sessionStorage.getItem("reloaded") === location.href) return;
    event.preventDefault();
    sessionStorage.setItem("reloaded", location.href);
    location.reload();
  });
}
