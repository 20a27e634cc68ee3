"""Translates Stripe's PaymentIntent into an Outcome. Stripe may leave members out, so they are read with defaults.

Source of what each status means: https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from collections.abc import Mapping
from typing import Any, cast

import stripe

from box_office.adapters.stripe.amounts import minor_amount
from box_office.adapters.stripe.declines import decline_of_payment_error
from box_office.domain.payments import NextAction
from box_office.domain.provider_answers import CardFace, Outcome, OutcomeState

STATES = {
    "requires_confirmation": OutcomeState.UNCONFIRMED,
    "requires_action": OutcomeState.WAITS,
    "processing": OutcomeState.PROCESSING,
    "requires_capture": OutcomeState.PROCESSING,
    "succeeded": OutcomeState.CHARGED,
    "canceled": OutcomeState.CANCELLED,
}


def outcome_of(intent: stripe.PaymentIntent) -> Outcome:
    shown: Mapping[str, Any] = intent.to_dict()
    error = shown.get("last_payment_error")
    unpaid = OutcomeState.UNCONFIRMED if error is None else OutcomeState.DECLINED
    state = STATES.get(shown["status"]) or unpaid
    return Outcome(
        state=state,
        intent_id=shown["id"],
        amount=minor_amount(shown.get("amount_received") or 0, shown["currency"].upper()),
        currency=shown["currency"].upper(),
        decline=decline_of_payment_error(error) if error is not None and state is OutcomeState.DECLINED else None,
        next_action=next_action_of(shown) if state is OutcomeState.WAITS else None,
        metadata=shown.get("metadata") or {},
        payment_method=text_of(shown.get("payment_method")),
        customer=text_of(shown.get("customer")),
    )


def card_face_of(intent: Any) -> CardFace:
    """`intent`: with its payment method expanded; a method of another kind has no card."""
    method = intent.to_dict().get("payment_method")
    card = method.get("card") if isinstance(method, dict) else None
    if not isinstance(card, dict):
        return CardFace()
    month, year = card.get("exp_month"), card.get("exp_year")
    expires = f"{month:02d}/{year % 100:02d}" if isinstance(month, int) and isinstance(year, int) else None
    return CardFace(text_of(card.get("brand")), text_of(card.get("last4")), expires)


def next_action_of(shown: Mapping[str, Any]) -> NextAction:
    action = shown.get("next_action") or {}
    url = (action.get("redirect_to_url") or {}).get("url")
    members = {"type": action.get("type"), "url": url, "client_secret": shown.get("client_secret")}
    return cast(NextAction, {name: value for name, value in members.items() if value is not None})


def text_of(reference: object) -> str | None:
    return reference if isinstance(reference, str) else None
