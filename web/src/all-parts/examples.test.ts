import { expect, test } from "vitest";
import { declineWords } from "../paying/declines";
import { en } from "../texts/en";
import { BOOKINGS, DECLINES } from "./examples";

test("the page of all parts has a booking in every state, and a held one beside them", () => {
  const shown = Object.values(BOOKINGS).map((booking) => booking.status);
  expect([...new Set(["HELD", ...shown])].sort()).toEqual(Object.keys(en.booking.states).sort());
});

test("the page of all parts has a decline for each of our words", () => {
  const said = DECLINES.map((code) => declineWords({ code: "card_declined", decline_code: code, message: null }));
  expect([...new Set(said)].sort()).toEqual(Object.keys(en.pay.declines).sort());
});
