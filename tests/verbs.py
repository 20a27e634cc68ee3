"""The verbs of a cinema, as clients call them, and what each world of the tests has below them. No I/O.

The worlds: `Cinema` of tests/cinema.py, the real adapters over moto and Valkey; `FakeCinema` of tests/fakes/cinema.py.
"""

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from box_office.domain.blocks import Block, Source, Subject
from box_office.domain.catalogue import Event, Room
from box_office.domain.orders import Order
from box_office.ports import Blocks
from tests.documented import hold_to_document
from tests.fakes.provider import FakeProvider
from tests.invariants import unsettled, violations
from tests.sample_catalogue import ROOM_SEATS
from tests.set_clock import SetClock

CUSTOMERS_CLIENT, STAFF_CLIENT = "client-of-customers", "client-of-staff"
EMAILS = {"ada": "ada@example.com", "clerk": "clerk@example.com"}  # of users who sign in


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        return self.body.get("code") if isinstance(self.body, dict) else None


@dataclass(frozen=True)
class Call:
    verb: str
    request: Any  # its body
    answer: Answer


def is_documented(call: Call) -> None:
    hold_to_document(call.verb, call.answer.status, call.answer.headers, call.answer.body)


@dataclass(kw_only=True)
class Verbs:
    """Calls handlers as the gateway does. Every answer is held to docs/openapi.json."""

    clock: SetClock = field(default_factory=SetClock)
    settings_changes: Mapping[str, Any] = field(default_factory=dict)
    counter: Any = field(default_factory=lambda: itertools.count(1))
    map_shared_ms: int = 0  # a second on every stage; here each look is a reading of its own, unless a test shares them

    def __post_init__(self) -> None:
        self.provider = FakeProvider()
        self.bugs: list[str] = []  # of all environments: see tests/bugs.py
        self.watchers: list[Callable[[Call], None]] = [is_documented]  # each sees every call
        self._handlers: dict[str, Any] = {}

    # Each world its own

    def handler(self, verb: str) -> Any:
        """Built once an environment."""
        raise NotImplementedError

    def rows(self, role: str) -> list[dict[str, Any]]:
        """All rows of this table."""
        raise NotImplementedError

    def seed_event(self, event: Event) -> None:
        raise NotImplementedError

    def seed_room(self, room: Room) -> None:
        raise NotImplementedError

    def seed_order(self, order: Order) -> None:
        raise NotImplementedError

    def seed_seat(self, seat_id: str, event_id: str = "ev_1", **members: Any) -> None:
        raise NotImplementedError

    def without_cache(self) -> Self:
        """The same cinema from an environment that cannot reach the cache."""
        raise NotImplementedError

    def lose_the_cache(self) -> None:
        raise NotImplementedError

    def stop_writes(self) -> None:
        """No order or seat can be written, and whoever tries knows it."""
        raise NotImplementedError

    def crash_at_the_next_write(self) -> None:
        raise NotImplementedError

    @property
    def block_table(self) -> Blocks:
        raise NotImplementedError

    def mend(self) -> None:
        """Ends both."""
        raise NotImplementedError

    def deliver(self, *queues: str) -> int:
        """Messages to their consumers, until none waits in these queues (by default in any)."""
        raise NotImplementedError

    # The same in all

    def another_environment(self, **changes: Any) -> Self:
        """The same cinema as another Lambda environment sees it: nothing remembered."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, _handlers={}, **changes)
        return other

    def reconcile(self) -> int:
        """The schedule of every minute; returns how many orders were looked at."""
        return self.handler("reconcile")({}, None)["orders"]

    def block(self, subject: Subject, minutes: int = 60, source: Source = Source.OPERATOR) -> Block:
        """As `make block` does it; the cache has it after `carry`."""
        now = self.clock.now
        block = Block(subject, source, now, now + minutes * 60_000, "a flood", "ops")
        self.block_table.put(block)
        return block

    def carry(self) -> int:
        """The schedule of every minute; returns how many subjects the cache blocks."""
        return self.handler("carry_blocks")({}, None)["blocked"]

    def seat(self, seat_id: str, event_id: str = "ev_1") -> dict[str, Any]:
        found = [row for row in self.rows("seats") if (row["event_id"], row["seat_id"]) == (event_id, seat_id)]
        return found[0] if found else {"status": "empty", "version": 0}

    def broken_promises(self) -> list[str]:
        """Empty when all is well."""
        # Suites of the hold seed bookings without their payments: money is looked at where somebody paid.
        ledger = self.provider.ledger if "submit_payment" in self._handlers else None
        return violations(self.rows("seats"), self.rows("orders"), self.clock.now, ROOM_SEATS, ledger)

    def unsettled(self) -> list[str]:
        """What is not at rest, or whose money does not add up at rest."""
        return unsettled(self.rows("orders"), self.provider.ledger)

    def call(
        self,
        verb: str,
        path: Mapping[str, str] | None = None,
        body: Any = None,
        user: str | None = "ada",
        groups: Sequence[str] = ("customer",),
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        address: str = "192.0.2.1",
        claims: Mapping[str, str] | None = None,
    ) -> Answer:
        """`claims`: further ones of the caller's token, such as `custom:theater_id`. Customers sign in through the
        customers' client, users of any other groups through the staff client."""
        client = CUSTOMERS_CLIENT if set(groups) <= {"customer"} else STAFF_CLIENT
        told = {"sub": user, "token_use": "id", "aud": client, "cognito:groups": ",".join(groups), **(claims or {})}
        request = {
            "pathParameters": dict(path or {}),
            "queryStringParameters": dict(query or {}),
            "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()},
            "headers": dict(headers or {}),
            "body": body if isinstance(body, str) or body is None else json.dumps(body),
            "isBase64Encoded": False,
            "requestContext": {
                "requestId": f"request-{next(self.counter)}",
                "authorizer": {"claims": told} if user else None,
                "identity": {"sourceIp": address},
            },
        }
        raw = self.handler(verb)(request, None)
        if raw["statusCode"] == 500:
            self.bugs.append(f"{verb} answered {raw['body']}")
        answer = Answer(raw["statusCode"], raw["headers"], json.loads(raw["body"]) if raw["body"] else None)
        for watcher in self.watchers:
            watcher(Call(verb, body, answer))
        return answer

    def hold(self, *seats: str, user: str = "ada", event_id: str | None = "ev_1", **more: Any) -> Answer:
        headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
        groups = more.pop("groups", ("customer",))
        body = {"movie_id": "metropolis", "theater_id": "lisboa", "selected_seat": list(seats), **more}
        if event_id is not None:
            body["event_id"] = event_id
        return self.call("hold_seat", {"movie_id": "metropolis"}, body, user, groups, headers=headers)

    def release(self, user: str = "ada", event_id: str = "ev_1", order_id: str | None = None, **more: Any) -> Answer:
        body = {"order_id": order_id} if order_id else None
        return self.call("release_seat", {"event_id": event_id}, body, user, **more)

    def extend(
        self,
        user: str | None = "ada",
        event_id: str = "ev_1",
        order_id: str | None = None,
        key: str | None = None,
        groups: Sequence[str] = ("customer",),
    ) -> Answer:
        body = {"order_id": order_id} if order_id else None
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("extend_hold", {"event_id": event_id}, body, user, groups, headers=headers)

    def booking(self, user: str = "ada", event_id: str = "ev_1", **query: str) -> Answer:
        return self.call("get_booking", {"event_id": event_id}, user=user, query=query)

    def submit(
        self,
        method: str | Mapping[str, Any] | None = "pm_visa",
        user: str = "ada",
        event_id: str = "ev_1",
        order_id: str | None = None,
        key: str | None = None,
        groups: Sequence[str] = ("customer",),
    ) -> Answer:
        """`method`: a card's token, or the whole paymentInfo; None leaves it out."""
        body: dict[str, Any] = {"event_id": event_id} | ({"order_id": order_id} if order_id else {})
        if method is not None:
            body["paymentInfo"] = {"type": "card", "payment_method": method} if isinstance(method, str) else method
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("submit_payment", {"event_id": event_id}, body, user, groups, headers=headers)

    def refund(
        self,
        user: str = "ada",
        event_id: str = "ev_1",
        key: str | None = None,
        groups: Sequence[str] = ("customer",),
        **body: Any,
    ) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("refund_booking", {"event_id": event_id}, body or None, user, groups, headers=headers)

    def check_in(self, code: str, user: str = "porter", groups: Sequence[str] = ("gate",)) -> Answer:
        return self.call("check_in_ticket", {}, {"ticket": code}, user, groups)

    def undo(
        self,
        code: str,
        groups: Sequence[str] = ("manager",),
        claims: Mapping[str, str] | None = None,
        reason: object = "scanned by mistake",
    ) -> Answer:
        return self.call("undo_check_in", {}, {"ticket": code, "reason": reason}, "boss", groups, claims=claims)

    def map(self, user: str = "ada", event_id: str | None = "ev_1", **more: Any) -> Answer:
        query = {"event_id": event_id} if event_id else {}
        path = {"movie_id": "metropolis", "theater_id": "lisboa"}
        return self.call("get_available_seat", path, user=user, query=query, **more)

    def small_map(self, event_id: str = "ev_1", **more: Any) -> Answer:
        return self.call("seat_map", {"event_id": event_id}, user=None, **more)
