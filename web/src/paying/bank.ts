/** The way to the bank's page and back. */

import { routes } from "../routes";
import type { Order } from "./payment";

const LEFT_FROM = "left for the bank from";

const startedHere = new Set<string>();
const shown = new Set<string>();

/** Pay was pressed on this page: so its bank's page opens by itself. On another device it waits for a press. */
export function payPressed(order: Order): void {
  startedHere.add(order.order_id);
}

/** True once for each question of the bank. */
export function opensByItself(order: Order, clientSecret: string): boolean {
  if (!startedHere.has(order.order_id) || shown.has(clientSecret)) return false;
  shown.add(clientSecret);
  return true;
}

/** Its customer pays in another way: the question waits for a press. */
export function staysClosed(clientSecret: string): void {
  shown.add(clientSecret);
}

export function leaveForBank(order: Order): void {
  sessionStorage.setItem(LEFT_FROM, routes.booking(order.event_id, order.order_id));
}

/** The booking that the visitor left for a bank, which sends everybody back to the same address. What the address
 * says of the payment is not looked at. */
export function backFromBank(search: string): string | null {
  if (!new URLSearchParams(search).has("payment_intent")) return null;
  const path = sessionStorage.getItem(LEFT_FROM) ?? routes.bookings;
  sessionStorage.removeItem(LEFT_FROM);
  return path;
}
