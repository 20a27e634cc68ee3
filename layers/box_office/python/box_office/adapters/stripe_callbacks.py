"""Stripe's signed callbacks."""

import json
from typing import Any

import stripe

from box_office.domain.errors import InvalidRequest, Unauthenticated
from box_office.ports import Callback

TOLERANCE_SECONDS = 300  # Stripe's own default: an older signature may be a replay


def read_callback(raw_body: str, signature: str, secret: str) -> Callback:
    """Raises Unauthenticated unless the provider signed exactly this body, lately."""
    try:
        stripe.WebhookSignature.verify_header(raw_body, signature, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise Unauthenticated("The signature is not the provider's.") from error
    try:
        event: dict[str, Any] = json.loads(raw_body)
        return Callback(str(event["id"]), str(event["type"]), intent_of(event), deployment_of(event))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidRequest("This is no callback that we can read.", "body") from error


def subject_of(event: dict[str, Any]) -> dict[str, Any]:
    """Empty: it is of a kind that carries no object."""
    data = event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    return subject if isinstance(subject, dict) else {}


def deployment_of(event: dict[str, Any]) -> str | None:
    """Charges carry a copy of their intent's metadata; a refund carries its own, and none if it was made by hand.
    https://docs.stripe.com/api/charges/object#charge_object-metadata"""
    subject = subject_of(event)
    metadata = subject.get("metadata")
    if not isinstance(metadata, dict):
        return None
    named = metadata.get("deployment")
    if isinstance(named, str):
        return named
    return "" if subject.get("object") in ("payment_intent", "charge") else None


def intent_of(event: dict[str, Any]) -> str | None:
    """None: it is about something else."""
    subject = subject_of(event)
    intent = subject.get("id") if subject.get("object") == "payment_intent" else subject.get("payment_intent")
    return intent if isinstance(intent, str) else None
