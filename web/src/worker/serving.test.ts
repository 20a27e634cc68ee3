import { expect, test } from "vitest";
import { servingOf } from "./serving";

const ORIGIN = "https://cinema.example";
const FILES = new Set(["/assets/index-4f9a1c2b.js"]);
const serving = (path: string, mode = "cors", method = "GET") => servingOf({ method, mode, url: new URL(path, ORIGIN).href }, ORIGIN, FILES);

test.each(["/", "/film/vertigo", "/booking/ev_1/or_1", "/bookings?x=1", "/no/such/place", "/film/dr.strangelove", "/showing/lisboa-3.1"])("%s opens the page", (path) =>
  expect(serving(path, "navigate")).toBe("page"),
);

test.each(["/api-reference", "/api-reference/index.html", "/openapi.json", "/config.json", "/GetMe/api/v0"])("%s is not the page", (path) =>
  expect(serving(path, "navigate")).toBe("leave"),
);

test("a file of the page is served by its hashed name, another version's is not", () => {
  expect(serving("/assets/index-4f9a1c2b.js")).toBe("file");
  expect(serving("/assets/index-00000000.js")).toBe("leave");
});

test.each([
  "/SeatMap/api/v0/ev_1", "/GetBooking/api/v0/ev_1?order_id=or_1", "/GetMyBookings/api/v0", "/GetListOfMovie/api/v0", "/config.json", "/sw.js",
])("%s is never answered from a cache", (path) => expect(serving(path)).toBe("leave"));

test("what is sent, and what goes elsewhere, is left alone", () => {
  expect(serving("/", "navigate", "POST")).toBe("leave");
  expect(serving("https://js.stripe.com/v3/")).toBe("leave");
  expect(serving("https://elsewhere.example/assets/index-4f9a1c2b.js")).toBe("leave");
});
