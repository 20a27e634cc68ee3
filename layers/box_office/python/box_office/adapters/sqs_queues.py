"""The queues: lanes of orders, and what is to be copied into the cache. Messages carry a version: old ones still parse.

A message's body: {"v": 1, "kind": "order", ...} or {"v": 1, "kind": "hold", ...} or {"v": 1, "kind": "seats", ...}.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from box_office.adapters.dynamodb_errors import translated
from box_office.domain.errors import Unavailable
from box_office.domain.orders import OrderRef
from box_office.ports import QueuedHold

VERSION = 1
DELAY_SECONDS_MAX = 900  # SQS's own


class SQSLanes:
    """ports.Lanes: one queue a lane, by name, so that an order remembers its lane across deployments."""

    def __init__(self, client: Any, urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = dict(urls)

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._urls)

    def send_order(self, lane: str, ref: OrderRef, attempt: int, delay_seconds: int = 0) -> None:
        self._send(lane, {"kind": "order", **ref_body(ref), "attempt": attempt}, delay_seconds)

    def send_look(self, lane: str, intent_id: str) -> None:
        self._send(lane, {"kind": "look", "intent_id": intent_id}, 0)

    def send_hold(self, lane: str, hold: QueuedHold) -> None:
        body = {"seats": list(hold.seats), "queued_at": hold.queued_at, "desk": hold.desk}
        self._send(lane, {"kind": "hold", **ref_body(hold.ref), **body}, 0)

    def backlog(self, lane: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        with translated("ask a lane for its backlog"):
            answer = self._client.get_queue_attributes(QueueUrl=self._urls[lane], AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def _send(self, lane: str, body: Mapping[str, Any], delay_seconds: int) -> None:
        message = json.dumps({"v": VERSION, **body}, separators=(",", ":"))
        delay = min(delay_seconds, DELAY_SECONDS_MAX)
        with translated("queue the request"):
            self._client.send_message(QueueUrl=self._urls[lane], MessageBody=message, DelaySeconds=delay)


class SQSRefreshQueue:
    """ports.RefreshQueue. A message that is not sent costs a minute's staleness, so nobody fails for it."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, event_id: str, seat_ids: Sequence[str]) -> None:
        message = {"v": VERSION, "kind": "seats", "event_id": event_id, "seat_ids": list(seat_ids)}
        with suppress(Unavailable), translated("refresh the cache"):
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(message, separators=(",", ":")))


def ref_body(ref: OrderRef) -> dict[str, Any]:
    return {"order_id": ref.order_id, "user_id": ref.user_id, "event_id": ref.event_id, "sale": ref.sale}


def ref_from(body: Mapping[str, Any]) -> OrderRef:
    """Raises KeyError, TypeError, ValueError for what is no order."""
    members = (body["user_id"], body["event_id"], body["order_id"])
    if not all(isinstance(member, str) and member for member in members):
        raise ValueError("an order is named by strings")
    return OrderRef(*members, sale=body.get("sale"))


def hold_from(body: Mapping[str, Any]) -> QueuedHold:
    """Raises KeyError, TypeError, ValueError."""
    seats = tuple(str(seat) for seat in body["seats"])
    return QueuedHold(ref_from(body), seats, int(body["queued_at"]), bool(body.get("desk")))
