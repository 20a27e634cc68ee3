/** The page's addresses, in one place: the edge sends every path without a dot here. */

export const routes = {
  films: "/",
  film: (movieId: string) => `/film/${movieId}`,
  programme: (theaterId?: string, date?: string) =>
    theaterId ? `/programme/${theaterId}${date ? `/${date}` : ""}` : "/programme",
  theaters: "/theaters",
  showing: (eventId: string) => `/showing/${eventId}`,
};
