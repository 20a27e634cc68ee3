"""A whole cinema in one process: the real handlers and adapters over moto and a real Valkey, with a clock to set.

One film (`metropolis`) at one theater (`lisboa`), two events (`ev_1` tonight, `ev_2` tomorrow), rooms of 3 and 2 rows.
"""

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import valkey

from box_office import wiring
from box_office.adapters.catalogue_rows import Display, event_row, movie_row, room_row, theater_row
from box_office.adapters.dynamodb.deployment import ROW as DEPLOYMENT_ROW
from box_office.adapters.dynamodb.order_rows import order_row
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.domain.catalogue import Event, Movie, Room, Row, Theater
from box_office.domain.orders import Order
from box_office.settings import Settings
from box_office.wiring import payments
from tests import moto_aws
from tests.deliveries import (
    LANES,
    TOPIC_ARN,
    URL_BASE,
    Deliveries,
    UndelayedSQS,
    create_queues,
    create_secrets,
    function_module,
)
from tests.fakes.provider import FakeProvider
from tests.invariants import unsettled, violations
from tests.wire import Wire, crash, shared_client

TODAY = 4_000_010_400_000  # 2096-10-02T10:00:00Z: the cache's own clock must not have reached an event's end
MINUTE, HOUR = 60_000, 3_600_000

MOVIE = Movie("metropolis", "Metropolis", "A city above, a city below.", 153, "PG", 1927, "Fritz Lang")
THEATER = Theater("lisboa", "Cine Tejo", "Rua do Cais 4", "Bar opens early.", "Europe/Lisbon", "EUR")
ROOM = Room("lisboa-3", "lisboa", "3", (Row("A", "sspp", (2,)), Row("B", "ssssssssssss"), Row("C", "wcwc")))
SMALL_ROOM = Room("lisboa-1", "lisboa", "1", (Row("A", "ssss"), Row("B", "ssss")))
ROOM_SEATS = {"ev_1": 20, "ev_2": 8}
PRICES = {"standard": 1150, "premium": 1500, "wheelchair": 1150, "companion": 0}


def event(event_id: str, room: Room, movie_time: int, **changes: Any) -> Event:
    facts: dict[str, Any] = {
        "event_id": event_id,
        "movie_id": "metropolis",
        "theater_id": "lisboa",
        "room_id": room.room_id,
        "room_name": room.room_name,
        "movie_time": movie_time,
        "end_time": movie_time + 3 * HOUR,
        "sales_end": movie_time,
        "currency": "EUR",
        "prices": PRICES,
        "listed_at": TODAY - 24 * HOUR,
    }
    return Event(**facts | changes)


class SetClock:
    """Time stands still until a test moves it; a sleep moves it too."""

    def __init__(self, now: int = TODAY) -> None:
        self.now = now
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += int(seconds * 1000)

    def advance(self, **duration: float) -> None:
        units = {"minutes": 60_000, "seconds": 1_000, "ms": 1}
        self.now += int(sum(amount * units[unit] for unit, amount in duration.items()))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        return self.body.get("code") if isinstance(self.body, dict) else None


@dataclass
class Cinema:
    """Seeds the tables and calls handlers as the gateway does. Made inside moto's mock_aws."""

    cache_url: str
    clock: SetClock = field(default_factory=SetClock)
    settings_changes: Mapping[str, Any] = field(default_factory=dict)
    counter: Any = field(default_factory=lambda: itertools.count(1))
    wire: Wire = field(default_factory=Wire)

    def __post_init__(self) -> None:
        self.dynamodb = shared_client("dynamodb")
        moto_aws.create_tables(self.dynamodb)
        moto_aws.create_bucket(shared_client("s3"))
        create_queues(shared_client("sqs"), shared_client("sns"))
        create_secrets(shared_client("secretsmanager"))
        self.seed("movies", movie_row(MOVIE, Display()))
        self.seed("theaters", theater_row(THEATER))
        self.seed("rooms", room_row(ROOM), room_row(SMALL_ROOM))
        self.seed("events", event_row(event("ev_1", ROOM, self.clock.now + 8 * HOUR)))
        self.seed("events", event_row(event("ev_2", SMALL_ROOM, self.clock.now + 32 * HOUR)))
        self._handlers: dict[str, Any] = {}
        self.provider = FakeProvider()
        self.seed("users", {**DEPLOYMENT_ROW, "deployment_id": self.provider.deployment})
        self.delays: list[int] = []  # seconds that messages were to wait
        self.bugs: list[str] = []  # of all environments: see tests/bugs.py

    @property
    def members(self) -> dict[str, Any]:
        """Every setting that a function may want."""
        members = moto_aws.catalogue_settings().model_dump() | {
            "seats_table": moto_aws.TABLE_NAMES["seats"],
            "orders_table": moto_aws.TABLE_NAMES["orders"],
            "users_table": moto_aws.TABLE_NAMES["users"],
            "return_url": "https://cinema.example/paid",
            "cache_url": self.cache_url,
            "cache_shards": 1,
            "cache_timeout_ms": 30_000,  # what is tested is never how fast this machine's cache is
            "queue_url_base": URL_BASE,
            "lanes": len(LANES),
            "topic_arn": TOPIC_ARN,
            "provider_secret": "box-office-test/payment",
            "tickets_secret": "box-office-test/tickets",
            "user_pool_id": "pool",
        }
        return members | dict(self.settings_changes)

    def seed(self, role: str, *rows: Mapping[str, Any]) -> None:
        for row in rows:
            self.dynamodb.put_item(TableName=moto_aws.TABLE_NAMES[role], Item=to_item(row))

    def seed_order(self, order: Order) -> None:
        self.seed("orders", order_row(order))

    def seed_seat(self, seat_id: str, event_id: str = "ev_1", **members: Any) -> None:
        self.seed("seats", {"event_id": event_id, "seat_id": seat_id, "pinned": False, **members})

    def wallets(self) -> list[dict[str, Any]]:
        return [row for row in self.rows("users") if row["user_id"] != DEPLOYMENT_ROW["user_id"]]

    def rows(self, role: str) -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=moto_aws.TABLE_NAMES[role], ConsistentRead=True)
        return [from_item(item) for page in pages for item in page["Items"]]

    def seat(self, seat_id: str, event_id: str = "ev_1") -> dict[str, Any]:
        found = [row for row in self.rows("seats") if (row["event_id"], row["seat_id"]) == (event_id, seat_id)]
        return found[0] if found else {"status": "empty", "version": 0}

    def handler(self, verb: str) -> Any:
        if verb not in self._handlers:
            module = function_module(verb)
            wanted = module.build.__annotations__["settings"]
            with (
                patch.object(wiring, "client", self.client),
                patch.object(wiring, "DeferredClient", self.client),
                patch.object(payments, "card_provider", lambda *_: self.provider),
            ):
                self._handlers[verb] = module.build(self.narrowed(wanted), self.clock)
        return self._handlers[verb]

    def client(self, service: str, config: Any = None) -> Any:
        client = self.wire.client(service, config)
        return UndelayedSQS(client, self.delays) if service == "sqs" else client

    @property
    def queues(self) -> Deliveries:
        return Deliveries(shared_client("sqs"), self.handler)

    def deliver(self, *queues: str) -> int:
        """Messages to their consumers, until none waits."""
        return self.queues.deliver(*queues)

    def reconcile(self) -> int:
        """The schedule of every minute; returns how many orders were looked at."""
        return self.handler("reconcile")({}, None)["orders"]

    def narrowed(self, settings_class: type[Settings]) -> Settings:
        members = self.members
        return settings_class(**{name: members[name] for name in settings_class.model_fields if name in members})

    def another_environment(self, **changes: Any) -> "Cinema":
        """The same cinema as another Lambda environment sees it: nothing remembered, a wire of its own."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, _handlers={}, wire=Wire(), **changes)
        return other

    def without_cache(self) -> "Cinema":
        """The same cinema from an environment that cannot reach the cache."""
        return self.another_environment(cache_url="redis://127.0.0.1:1")

    def lose_the_cache(self) -> None:
        with valkey.Valkey.from_url(self.cache_url) as server:
            server.flushall()

    def crash_at_the_next_write(self) -> None:
        self.wire.next("transact_write_items", crash)

    def mend(self) -> None:
        self.wire.heal()

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
        """`claims`: further ones of the caller's token, such as `custom:theater_id`."""
        told = {"sub": user, "token_use": "id", "cognito:groups": ",".join(groups), **(claims or {})}
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
        return Answer(raw["statusCode"], raw["headers"], json.loads(raw["body"]) if raw["body"] else None)

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

    def map(self, user: str = "ada", event_id: str | None = "ev_1", **more: Any) -> Answer:
        query = {"event_id": event_id} if event_id else {}
        path = {"movie_id": "metropolis", "theater_id": "lisboa"}
        return self.call("get_available_seat", path, user=user, query=query, **more)

    def small_map(self, event_id: str = "ev_1", **more: Any) -> Answer:
        return self.call("seat_map", {"event_id": event_id}, user=None, **more)


def use_test_credentials() -> None:
    os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    os.environ.pop("AWS_ENDPOINT_URL", None)
