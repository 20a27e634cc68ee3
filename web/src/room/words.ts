/** What the room's parts say. */

import { money, total } from "../format/money";
import type { Held } from "../holding/hold";
import type { Room, Seat } from "../holding/seats";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import type { Said } from "./selection";

export type Shown = "free" | "held" | "sold" | "off" | "chosen" | "lost";

export interface Prices {
  currency: string;
  of: Record<string, number>;
}

export function priceOf(seat: Seat, prices: Prices): string {
  const price = prices.of[seat.category];
  if (price === undefined) return "";
  return price === 0 ? texts.value.room.free : money(language.value, prices.currency, price);
}

/** What these seats cost together. */
export function sumOf(room: Room, prices: Prices, seats: readonly string[]): string {
  const amounts = seats.map((id) => prices.of[room.byId.get(id)?.category ?? ""] ?? 0);
  return money(language.value, prices.currency, total(prices.currency, amounts));
}

export function categoryName(category: string): string {
  return texts.value.room.categories[category] ?? category;
}

/** "Row H, seat 12, premium, 15.00 €, aisle, free" */
export function nameOf(seat: Seat, prices: Prices, shown: Shown): string {
  const { room } = texts.value;
  const price = priceOf(seat, prices);
  const place = fill(room.seat, { row: seat.row, number: seat.number, category: categoryName(seat.category), price }).replace(/, $/, "");
  return [place, ...(seat.aisle ? [room.aisle] : []), room.states[shown]].join(", ");
}

/** "You hold G8 and G9.", "You are paying for G8 and G9." */
export function youHave({ seats, isPaying }: Held): string {
  return isPaying ? fill(texts.value.hold.youPay, { seats: listed(seats) }) : youHold(seats);
}

const listed = (seats: readonly string[]) => new Intl.ListFormat(language.value).format(seats);

/** "You hold G8 and G9" */
export function youHold(seats: readonly string[]): string {
  return fill(texts.value.hold.youHold, { seats: listed(seats) });
}

export function announcement(said: Said | null): string {
  const { said: text, sitting, tooFew } = texts.value.room;
  switch (said?.what) {
    case "offered":
      return fill(text.offered, { seats: listed(said.seats), sitting: sitting[said.sitting] });
    case "held":
      return youHold(said.seats);
    case "too few":
      return tooFew;
    case "chosen":
      return said.instead ? fill(text.instead, { seat: said.seat, other: said.instead }) : fill(text.chosen, { seat: said.seat });
    case "given up":
      return fill(text.givenUp, { seat: said.seat });
    case "lost":
      return fill(text.lost, { seats: listed(said.seats) });
    case "replaced":
      return fill(text.replaced, { seat: said.seat, by: said.by });
    default:
      return "";
  }
}
