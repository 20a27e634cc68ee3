/** Which of our own words say why a payment was declined. The provider's codes: https://docs.stripe.com/declines/codes. */

import type { Booking } from "../api/shapes";
import type { Texts } from "../texts/en";

export type DeclineWords = keyof Texts["pay"]["declines"];

const OF_CODE: Record<string, DeclineWords> = {
  insufficient_funds: "funds",
  withdrawal_count_limit_exceeded: "limit",
  card_velocity_exceeded: "limit",
  expired_card: "expired",
  invalid_expiry_month: "expired",
  invalid_expiry_year: "expired",
  incorrect_cvc: "cvc",
  invalid_cvc: "cvc",
  incorrect_number: "number",
  invalid_number: "number",
  incorrect_address: "address",
  incorrect_zip: "address",
  processing_error: "bank",
  issuer_not_available: "bank",
  reenter_transaction: "bank",
  try_again_later: "bank",
  card_not_supported: "unsupported",
  currency_not_supported: "unsupported",
  transaction_not_allowed: "unsupported",
  authentication_required: "confirm",
  payment_intent_authentication_failure: "confirm",
  payment_intent_payment_attempt_expired: "confirm",
  payment_method_customer_decline: "confirm",
  amount_too_small: "small",
  no_saved_method: "saved",
  saved_method_gone: "saved",
  pay_again: "again",
  payment_cancelled: "cancelled",
};

/** The bank's own reason before the provider's. A lost or stolen card is not named: the bank asks that it is not. */
export function declineWords(decline: NonNullable<Booking["decline"]>): DeclineWords {
  return OF_CODE[decline.decline_code ?? ""] ?? OF_CODE[decline.code ?? ""] ?? "other";
}
