"""Payments and refunds as API.md shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from box_office.domain.errors import InvalidRequest
from box_office.domain.payments import Kind, Method
from box_office.domain.refunding import Refunding, RefundRequest
from box_office.domain.submitting import Submission
from box_office.http_api.bodies.payments import PaymentInfo, RefundBody, SubmitBody
from box_office.http_api.caller import Caller
from box_office.http_api.representation import major_units
from box_office.use_cases.submit_payment import Submitted

if TYPE_CHECKING:  # no cold start pays for the shapes of answers
    from box_office.http_api import answers


def submission_of(body: SubmitBody, desk: bool, key: str | None, fingerprint: str) -> Submission:
    info = body.paymentInfo
    if info is None:
        return Submission(None, desk, None, key, fingerprint)
    kind = Kind(info.type)
    token = card_token(info) if kind is Kind.CARD else None
    if kind is Kind.EXTERNAL and info.reference is None:
        raise InvalidRequest("paymentInfo.reference is needed.", "paymentInfo")
    if kind is Kind.CASH and info.tendered is None:
        raise InvalidRequest("paymentInfo.tendered is needed.", "paymentInfo")
    if desk and kind is Kind.SAVED:
        raise InvalidRequest("A desk has no saved payment methods.", "paymentInfo")
    method = Method(
        kind=kind,
        payment_method=token,
        save=bool(info.save) and kind is Kind.CARD and not desk,
        reference=info.reference if kind is Kind.EXTERNAL else None,
    )
    tendered = Decimal(str(info.tendered)) if kind is Kind.CASH else None
    return Submission(method, desk, tendered, key, fingerprint)


def card_token(info: PaymentInfo) -> str:
    """The provider's token, of either kind."""
    given = [token for token in (info.payment_method, info.confirmation_token) if token is not None]
    if len(given) != 1:
        wanted = "One of paymentInfo.payment_method and paymentInfo.confirmation_token is needed"
        raise InvalidRequest(f"{wanted}, not both." if given else f"{wanted}.", "paymentInfo")
    return given[0]


def submitted(outcome: Submitted) -> answers.SubmittedPayment:
    order = outcome.order
    body: answers.SubmittedPayment = {
        "status": "PROCESSING",
        "order_id": order.order_id,
        "event_id": order.event_id,
    }
    if outcome.change is not None:
        body["change"] = major_units(outcome.change, order.currency)
    return body


def refund_request_of(body: RefundBody, caller: Caller, key: str | None, fingerprint: str) -> RefundRequest:
    manager = "manager" in caller.groups
    theater_id = caller.theater_id if manager else None
    return RefundRequest(caller.user_id, manager, body.tickets, body.reason, key, fingerprint, theater_id)


def refunding(outcome: Refunding) -> answers.RefundTaken:
    order = outcome.order
    return {
        "status": "REFUNDED" if outcome.done else "REFUNDING",
        "order_id": order.order_id,
        "event_id": order.event_id,
        "price": major_units(outcome.amount, order.currency),
        "currency": order.currency,
    }
