"""A whole cinema in one process: the real handlers and adapters over moto and a real Valkey, with a clock to set.

What plays there is in tests/sample_catalogue.py, what it can be asked for in tests/verbs.py.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from unittest.mock import patch

import valkey
from botocore.exceptions import ClientError

from box_office import wiring
from box_office.adapters.catalogue_rows import Display, event_row, movie_row, room_row, theater_row
from box_office.adapters.dynamodb.blocks import DynamoDBBlocks
from box_office.adapters.dynamodb.deployment import ROW as DEPLOYMENT_ROW
from box_office.adapters.dynamodb.order_rows import order_row
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.domain.catalogue import Event, Room
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
from tests.sample_catalogue import HOUR, MOVIE, ROOM, SMALL_ROOM, THEATER, event
from tests.verbs import EMAILS, STAFF_CLIENT, Verbs
from tests.wire import Wire, crash, shared_client, unreachable

# Of most tests nobody asks for these, and making them takes as long as the tables.
MADE_LATER = {"sqs": "queues", "sns": "queues", "secretsmanager": "secrets", "s3": "bucket"}


class Prepared:
    """A client before whose first call is made what it is for."""

    def __init__(self, client: Any, make: Callable[[], None]) -> None:
        self._client, self._make = client, make

    def __getattr__(self, operation: str) -> Any:
        self._make()
        return getattr(self._client, operation)


class UserPool:
    """One whose users sign in by mail address: AdminGetUser takes the name or the address."""

    def admin_get_user(self, UserPoolId: str, Username: str) -> dict[str, Any]:
        for user_id, email in EMAILS.items():
            if Username.lower() in (user_id, email):
                told = {"sub": user_id, "email": email, "email_verified": "true"}
                return {"UserAttributes": [{"Name": name, "Value": value} for name, value in told.items()]}
        raise ClientError({"Error": {"Code": "UserNotFoundException"}}, "AdminGetUser")


@dataclass
class Cinema(Verbs):
    """Made inside moto's mock_aws."""

    cache_url: str
    wire: Wire = field(default_factory=Wire)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.dynamodb = shared_client("dynamodb")
        moto_aws.create_tables(self.dynamodb)
        tonight = event("ev_1", ROOM, self.clock.now + 8 * HOUR)
        tomorrow = event("ev_2", SMALL_ROOM, self.clock.now + 32 * HOUR)
        self.seed_tables(
            movies=[movie_row(MOVIE, Display())],
            theaters=[theater_row(THEATER)],
            rooms=[room_row(ROOM), room_row(SMALL_ROOM)],
            events=[event_row(tonight), event_row(tomorrow)],
            users=[{**DEPLOYMENT_ROW, "deployment_id": self.provider.deployment}],
        )
        self.delays: list[int] = []  # seconds that messages were to wait
        self._made: set[str] = set()  # what of MADE_LATER is there

    @property
    def members(self) -> dict[str, Any]:
        """Every setting that a function may want."""
        members = moto_aws.catalogue_settings().model_dump() | {
            "seats_table": moto_aws.TABLE_NAMES["seats"],
            "orders_table": moto_aws.TABLE_NAMES["orders"],
            "blocks_table": moto_aws.TABLE_NAMES["blocks"],
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
            "staff_client_id": STAFF_CLIENT,
        }
        return members | dict(self.settings_changes)

    def seed_tables(self, **rows: Iterable[Mapping[str, Any]]) -> None:
        """By role, in one call."""
        puts = {
            moto_aws.TABLE_NAMES[role]: [{"PutRequest": {"Item": to_item(row)}} for row in of_role]
            for role, of_role in rows.items()
        }
        self.dynamodb.batch_write_item(RequestItems=puts)

    def seed(self, role: str, *rows: Mapping[str, Any]) -> None:
        for row in rows:
            self.dynamodb.put_item(TableName=moto_aws.TABLE_NAMES[role], Item=to_item(row))

    def seed_event(self, event: Event) -> None:
        self.seed("events", event_row(event))

    def seed_room(self, room: Room) -> None:
        self.seed("rooms", room_row(room))

    def seed_order(self, order: Order) -> None:
        self.seed("orders", order_row(order))

    def seed_seat(self, seat_id: str, event_id: str = "ev_1", **members: Any) -> None:
        self.seed("seats", {"event_id": event_id, "seat_id": seat_id, "pinned": False, **members})

    def wallets(self) -> list[dict[str, Any]]:
        return [row for row in self.rows("users") if row["user_id"] != DEPLOYMENT_ROW["user_id"]]

    def rows(self, role: str) -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=moto_aws.TABLE_NAMES[role], ConsistentRead=True)
        return [from_item(item) for page in pages for item in page["Items"]]

    def handler(self, verb: str) -> Any:
        if verb not in self._handlers:
            module = function_module(verb)
            wanted = module.build.__annotations__["settings"]
            with (
                patch.object(wiring, "client", self.client),
                patch.object(wiring, "DeferredClient", self.client),
                patch.object(payments, "card_provider", lambda *_: self.provider),
                patch.object(wiring, "MAP_SHARED_MS", self.map_shared_ms),
            ):
                self._handlers[verb] = module.build(self.narrowed(wanted), self.clock)
        return self._handlers[verb]

    def narrowed(self, settings_class: type[Settings]) -> Settings:
        members = self.members
        return settings_class(**{name: members[name] for name in settings_class.model_fields if name in members})

    def client(self, service: str, config: Any = None, **arguments: Any) -> Any:
        if service == "cognito-idp":
            return UserPool()
        client = self.wire.client(service, config)
        if service in MADE_LATER:
            client = Prepared(client, lambda: self.make(service))
        return UndelayedSQS(client, self.delays) if service == "sqs" else client

    def make(self, service: str) -> None:
        if MADE_LATER[service] not in self._made:
            self._made.add(MADE_LATER[service])
            match MADE_LATER[service]:
                case "queues":
                    create_queues(shared_client("sqs"), shared_client("sns"))
                case "secrets":
                    create_secrets(shared_client("secretsmanager"))
                case "bucket":
                    moto_aws.create_bucket(shared_client("s3"))

    @property
    def queues(self) -> Deliveries:
        self.make("sqs")
        return Deliveries(shared_client("sqs"), self.handler)

    def deliver(self, *queues: str) -> int:
        return self.queues.deliver(*queues)

    def another_environment(self, **changes: Any) -> Self:
        """It has a wire of its own."""
        return super().another_environment(**{"wire": Wire()} | changes)

    def without_cache(self) -> Self:
        return self.another_environment(cache_url="redis://127.0.0.1:1")

    def lose_the_cache(self) -> None:
        with valkey.Valkey.from_url(self.cache_url) as server:
            server.flushall()

    def stop_writes(self) -> None:
        self.wire.every(unreachable, "transact_write_items", "put_item")

    def crash_at_the_next_write(self) -> None:
        self.wire.next("transact_write_items", crash)

    @property
    def block_table(self) -> DynamoDBBlocks:
        return DynamoDBBlocks(self.dynamodb, moto_aws.TABLE_NAMES["blocks"])

    def mend(self) -> None:
        self.wire.heal()


def use_test_credentials() -> None:
    os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    os.environ.pop("AWS_ENDPOINT_URL", None)
