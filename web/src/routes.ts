/** The page's addresses, in one place: the edge sends every path without a dot here. */

export const routes = {
  films: "/",
  film: (movieId: string) => `/film/${movieId}`,
  programme: (theaterId?: string, date?: string) =>
    theaterId ? `/programme/${theaterId}${date ? `/${date}` : ""}` : "/programme",
  theaters: "/theaters",
  showing: (eventId: string) => `/showing/${eventId}`,
  booking: (eventId: string, orderId?: string) => `/booking/${eventId}${orderId ? `/${orderId}` : ""}`,
  bookings: "/bookings",
  accessibility: "/accessibility",
  /** `to`: where the visitor was. `/sign-in` alone leads to the films. */
  signIn: (to?: string) => (to ? `/sign-in?to=${encodeURIComponent(to)}${to.startsWith("/showing/") ? "&for=seats" : ""}` : "/sign-in"),
};
