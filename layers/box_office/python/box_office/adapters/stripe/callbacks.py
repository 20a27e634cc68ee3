"""Reads Stripe's signed callbacks: snapshots, which carry an object as it was, and thin ones, which only name it.

Thin events of v1 objects: https://docs.stripe.com/event-destinations, "thin events"
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import stripe

from box_office.domain.errors import InvalidRequest, Unauthenticated
from box_office.domain.messages import EndedIntent, ref_from
from box_office.ports.payments import Callback, CallbackKind

SIGNATURE_HEADER = "stripe-signature"
TOLERANCE_SECONDS = 300  # Stripe's own default: an older signature may be a replay
WORD = re.compile(r"[A-Za-z0-9_.]{1,255}")  # kinds of events, and ids, which Stripe keeps within 255 characters
THIN_PREFIX = "v1."  # of the kind of a thin event: `v1.payment_intent.succeeded`
# One payment brings half a dozen of Stripe's types. A type that is not here repeats one of these, or changes no order.
CHARGED = "payment_intent.succeeded"
INTENT_ENDS = (CHARGED, "payment_intent.payment_failed", "payment_intent.canceled")
KINDS = {
    **dict.fromkeys(INTENT_ENDS, CallbackKind.PAYMENT_ENDED),
    "charge.refunded": CallbackKind.REFUND_MOVED,
    "refund.updated": CallbackKind.REFUND_MOVED,
    "refund.failed": CallbackKind.REFUND_MOVED,
    "charge.dispute.created": CallbackKind.DISPUTE_OPENED,
}
OF_A_DISPUTE = "charge.dispute."  # Stripe sends up to five types for one dispute
LEAD_TO_AN_INTENT = ("payment_intent", "refund", "charge")  # types of objects that StripeProvider.retrieve_intent takes


class StripeCallbacks:
    """ports.payments.Callbacks. `secret` is called for every callback: an operator may have rotated it."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._secret = secret

    def read(self, headers: Mapping[str, str], raw_body: str) -> Callback:
        return read_callback(raw_body, headers.get(SIGNATURE_HEADER, ""), self._secret())


def read_callback(raw_body: str, signature: str, secret: str) -> Callback:
    """Raises Unauthenticated unless Stripe signed exactly this body within TOLERANCE_SECONDS, InvalidRequest for a body
    that is no event of Stripe's."""
    if not signature.isascii():  # Stripe's package compares ASCII only, and raises a TypeError for other characters
        raise Unauthenticated("The signature is not the provider's.")
    try:
        stripe.WebhookSignature.verify_header(raw_body, signature, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise Unauthenticated("The signature is not the provider's.") from error
    try:
        event: dict[str, Any] = json.loads(raw_body)
        word = word_of(event["type"]).removeprefix(THIN_PREFIX)
        deployment, ended = deployment_of(event), ended_intent(event, word)
        return Callback(word_of(event["id"]), kind_of(word), word, named_object(event), deployment, ended)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidRequest("This is no callback that we can read.", "body") from error


def word_of(value: object) -> str:
    """Raises ValueError for what is no kind and no id of Stripe's: both are logged."""
    if not isinstance(value, str) or not WORD.fullmatch(value):
        raise ValueError("no word of Stripe's")
    return value


def kind_of(word: str) -> CallbackKind:
    otherwise = CallbackKind.DISPUTE_MOVED if word.startswith(OF_A_DISPUTE) else CallbackKind.OTHER
    return KINDS.get(word, otherwise)


def subject_of(event: dict[str, Any]) -> dict[str, Any]:
    """The object that the event carries; empty if it is thin, or of a type that carries no object."""
    data = event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    return subject if isinstance(subject, dict) else {}


def deployment_of(event: dict[str, Any]) -> str | None:
    """The deployment that the object's metadata names; "" if it names none; None if the object's metadata cannot tell.
    A charge has a copy of its intent's metadata; a refund has its own, or none if a person made it at the dashboard.
    https://docs.stripe.com/api/charges/object#charge_object-metadata"""
    subject = subject_of(event)
    metadata = subject.get("metadata")
    if not isinstance(metadata, dict):
        return None
    named = metadata.get("deployment")
    if isinstance(named, str):
        return named
    return "" if subject.get("object") in ("payment_intent", "charge") else None


def ended_intent(event: dict[str, Any], word: str) -> EndedIntent | None:
    """The attempt that the intent's metadata names, and how it ended; None if the event does not say."""
    subject = subject_of(event)
    metadata = subject.get("metadata")
    if word not in INTENT_ENDS or subject.get("object") != "payment_intent" or not isinstance(metadata, dict):
        return None
    try:
        return EndedIntent(ref_from(metadata), int(metadata["attempt"]), charged=word == CHARGED)
    except (KeyError, TypeError, ValueError):
        return None  # metadata of no intent of ours


def named_object(event: dict[str, Any]) -> str | None:
    """The id of the intent, refund or charge that the event is about; None if it is about something else."""
    related = event.get("related_object")
    if isinstance(related, dict):
        named = related.get("id") if related.get("type") in LEAD_TO_AN_INTENT else None
        return id_or_none(named)
    subject = subject_of(event)
    intent = subject.get("id") if subject.get("object") == "payment_intent" else subject.get("payment_intent")
    return id_or_none(intent)


def id_or_none(named: object) -> str | None:
    return named if isinstance(named, str) and WORD.fullmatch(named) else None
