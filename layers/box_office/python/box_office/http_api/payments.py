"""Payments, refunds and check-ins as API.md shows them."""

from decimal import Decimal

from box_office.domain.errors import InvalidRequest
from box_office.domain.paying import Submission
from box_office.domain.payments import Kind, Method
from box_office.domain.refunding import Refunding, RefundRequest
from box_office.http_api.bodies import RefundBody, SubmitBody
from box_office.http_api.endpoint import Caller
from box_office.http_api.representation import JsonObject, iso_ms, iso_seconds, major_units
from box_office.ports import Catalogue
from box_office.use_cases.check_in_ticket import CheckedIn
from box_office.use_cases.submit_payment import Submitted


def submission_of(body: SubmitBody, desk: bool, key: str | None, fingerprint: str) -> Submission:
    info = body.paymentInfo
    if info is None:
        return Submission(None, desk, None, key, fingerprint)
    kind = Kind(info.type)
    if kind is Kind.CARD and info.payment_method is None:
        raise InvalidRequest("paymentInfo.payment_method is needed.", "paymentInfo")
    if kind is Kind.CASH and info.tendered is None:
        raise InvalidRequest("paymentInfo.tendered is needed.", "paymentInfo")
    if desk and kind is Kind.SAVED:
        raise InvalidRequest("A desk has no saved payment methods.", "paymentInfo")
    method = Method(
        kind=kind,
        payment_method=info.payment_method if kind is Kind.CARD else None,
        save=bool(info.save) and kind is Kind.CARD and not desk,
    )
    tendered = Decimal(str(info.tendered)) if kind is Kind.CASH else None
    return Submission(method, desk, tendered, key, fingerprint)


def submitted(outcome: Submitted) -> JsonObject:
    order = outcome.order
    body: JsonObject = {"status": "PROCESSING", "order_id": order.order_id, "event_id": order.event_id}
    return body | ({} if outcome.change is None else {"change": major_units(outcome.change, order.currency)})


def refund_request_of(body: RefundBody, caller: Caller, key: str | None, fingerprint: str) -> RefundRequest:
    manager = "manager" in caller.groups
    return RefundRequest(caller.user_id, manager, body.tickets, body.reason, key, fingerprint)


def refunding(outcome: Refunding) -> JsonObject:
    order = outcome.order
    return {
        "status": "REFUNDED" if outcome.done else "REFUNDING",
        "order_id": order.order_id,
        "event_id": order.event_id,
        "price": major_units(outcome.amount, order.currency),
        "currency": order.currency,
    }


def checked_in(used: CheckedIn, catalogue: Catalogue, now: int) -> JsonObject:
    """Names film, room and time: the gate lets people in early or late, and shows its person the time."""
    order = used.order
    event = catalogue.event(order.event_id, now).value
    return {
        "status": "CHECKED_IN",
        "ticket_id": used.ticket["ticket_id"],
        "event_id": order.event_id,
        "seat_id": used.ticket["seat_id"],
        "title": catalogue.movie(order.movie_id, now).value.title,
        "theater_id": order.theater_id,
        "room_name": event.room_name,
        "movie_time": iso_seconds(order.movie_time),
        "checked_in_at": iso_ms(used.at),
    }
