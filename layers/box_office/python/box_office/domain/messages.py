"""The messages of queues and topics. Each carries a version; members are only ever added, so that messages of an older
deployment still parse."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from box_office.domain.orders import OrderRef
from box_office.domain.sold_as import SoldAs

VERSION = 1


@dataclass(frozen=True)
class QueuedHold:
    """A hold that waits on a lane until the table answers. A worker makes it as order `ref`, or drops it."""

    ref: OrderRef
    seats: tuple[str, ...]
    queued_at: int
    desk: bool = False
    asked_as: SoldAs | None = None  # the showing as it was when it was queued; None in messages of before 2026-11-28
    key: str | None = None  # Idempotency-Key: written with the hold, so that a late retry is answered again
    fingerprint: str = ""  # of the request that came with `key`


@dataclass(frozen=True)
class EndedIntent:
    """What a callback says of an attempt's intent. It spares a question to the provider where the order has recorded
    the end already; an order is never changed by it."""

    ref: OrderRef
    attempt: int
    charged: bool  # False: declined or cancelled


@dataclass(frozen=True)
class NamedIntent:
    """An intent that a callback named, for a worker to check. `intent_id`: or the id of its refund or charge."""

    intent_id: str
    refunds: bool = False  # the worker compares the intent's refunds too
    ended: EndedIntent | None = None  # None: the callback does not say, or came before 2026-11-29


def written(message: Mapping[str, object]) -> str:
    return json.dumps({"v": VERSION, **message}, separators=(",", ":"))


def order_message(ref: OrderRef, attempt: int, waited: bool = False) -> dict[str, object]:
    """`waited`: a worker has made the attempt wait for the declines of its user; it does not wait for them again."""
    members: dict[str, object] = {"waited": True} if waited else {}
    return {"kind": "order", **ref_members(ref), "attempt": attempt, **members}


def hold_message(hold: QueuedHold) -> dict[str, object]:
    members: dict[str, object] = {"seats": list(hold.seats), "queued_at": hold.queued_at, "desk": hold.desk}
    if hold.asked_as is not None:
        members["asked_as"] = asdict(hold.asked_as)
    if hold.key is not None:
        members |= {"key": hold.key, "fingerprint": hold.fingerprint}
    return {"kind": "hold", **ref_members(hold.ref), **members}


def intent_message(named: NamedIntent) -> dict[str, object]:
    members: dict[str, object] = {"refunds": True} if named.refunds else {}
    if named.ended is not None:
        members |= {**ref_members(named.ended.ref), "attempt": named.ended.attempt, "charged": named.ended.charged}
    return {"kind": "look", "intent_id": named.intent_id, **members}


def detach_message(payment_method: str) -> dict[str, object]:
    """Its user has forgotten this method: a worker has the provider forget it too."""
    return {"kind": "detach", "payment_method": payment_method}


def seats_message(event_id: str, seat_ids: Sequence[str]) -> dict[str, object]:
    return {"kind": "seats", "event_id": event_id, "seat_ids": list(seat_ids)}


def payment_complete_message(ref: OrderRef) -> dict[str, object]:
    return {"kind": "payment_complete", **ref_members(ref)}


def event_end_message(event_id: str) -> dict[str, object]:
    return {"kind": "event_end", "event_id": event_id}


def ref_members(ref: OrderRef) -> dict[str, object]:
    return {"order_id": ref.order_id, "user_id": ref.user_id, "event_id": ref.event_id, "sale": ref.sale}


def ref_from(body: Mapping[str, Any]) -> OrderRef:
    """The order that a message names. Raises KeyError, ValueError if it names none."""
    members = (body["user_id"], body["event_id"], body["order_id"])
    if not all(isinstance(member, str) and member for member in members):
        raise ValueError("an order is named by strings")
    return OrderRef(*members, sale=body.get("sale"))


def intent_from(body: Mapping[str, Any]) -> NamedIntent:
    """Raises KeyError, TypeError, ValueError."""
    if not isinstance(body["intent_id"], str):
        raise ValueError("an intent is named by a string")
    ended = None
    if "charged" in body:
        ended = EndedIntent(ref_from(body), int(body["attempt"]), body["charged"] is True)
    return NamedIntent(body["intent_id"], body.get("refunds") is True, ended)


def hold_from(body: Mapping[str, Any]) -> QueuedHold:
    """Raises KeyError, TypeError, ValueError."""
    seats = tuple(str(seat) for seat in body["seats"])
    asked_as = asked_as_from(body["asked_as"]) if "asked_as" in body else None
    key = str(body["key"]) if body.get("key") is not None else None
    fingerprint = str(body.get("fingerprint", ""))
    desk = bool(body.get("desk"))
    return QueuedHold(ref_from(body), seats, int(body["queued_at"]), desk, asked_as, key, fingerprint)


def asked_as_from(members: Mapping[str, Any]) -> SoldAs:
    room_id, movie_time = str(members["room_id"]), int(members["movie_time"])
    return SoldAs(str(members["movie_id"]), str(members["theater_id"]), room_id, movie_time)
