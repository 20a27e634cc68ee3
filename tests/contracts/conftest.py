"""Each port twice: the fake, and the adapter over moto or a real Valkey. One suite holds both to the same words."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import valkey
from moto import mock_aws

from box_office.adapters.aws_clients import client
from box_office.adapters.dynamodb.changes import DynamoDBChanges, Tables
from box_office.adapters.dynamodb.order_rows import order_row
from box_office.adapters.dynamodb.orders import DynamoDBOrders, DynamoDBSeats
from box_office.adapters.dynamodb.values import to_item
from box_office.adapters.valkey.blocks import ValkeyBlocks
from box_office.adapters.valkey.connection import ValkeyConnection, connect_to
from box_office.adapters.valkey.seats import AdmissionLimits, ValkeySeats
from box_office.domain.orders import Order
from box_office.domain.seats import SeatRow
from box_office.ports import BlockedInCache, Orders, SeatCache, Seats
from tests import moto_aws
from tests.examples import ADMISSION_LIMITS, EV_1, TODAY
from tests.fakes.blocks import FakeBlockedInCache
from tests.fakes.cinema import CountedIds
from tests.fakes.seat_cache import FakeSeatCache
from tests.fakes.table import FakeOrders, FakeSeats, FakeTable
from tests.payment_sandbox_process import Receiver, Sandbox
from tests.set_clock import SetClock

SEATS, ORDERS = moto_aws.TABLE_NAMES["seats"], moto_aws.TABLE_NAMES["orders"]


@dataclass
class Table:
    """The two ports over one pair of tables, and the ways to put rows there that no port writes yet."""

    orders: Orders
    seats: Seats
    put_order: Callable[[Order], None]
    put_seat: Callable[[str, SeatRow], None]

    def seat(self, seat_id: str, event_id: str = "ev_1") -> SeatRow | None:
        return next(iter(self.seats.named(event_id, [seat_id])), None)


@pytest.fixture(params=["fake", "dynamodb"])
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    if request.param == "fake":
        yield fake_table()
    else:
        with mock_aws():
            yield dynamodb_table()


def fake_table() -> Table:
    table = FakeTable()

    def put_order(order: Order) -> None:
        table.orders[order.user_id, order.key] = order

    def put_seat(event_id: str, row: SeatRow) -> None:
        table.seats[event_id, row.seat_id] = row

    return Table(FakeOrders(table), FakeSeats(table), put_order, put_seat)


def dynamodb_table() -> Table:
    dynamodb = client("dynamodb")
    moto_aws.create_tables(dynamodb, {"seats": SEATS, "orders": ORDERS})
    changes = DynamoDBChanges(dynamodb, Tables(SEATS, ORDERS), SetClock(), CountedIds(), clock_skew_ms=1_000)

    def put_order(order: Order) -> None:
        dynamodb.put_item(TableName=ORDERS, Item=to_item(order_row(order)))

    def put_seat(event_id: str, row: SeatRow) -> None:
        dynamodb.put_item(TableName=SEATS, Item=to_item(seat_row(event_id, row)))

    return Table(DynamoDBOrders(dynamodb, ORDERS, changes), DynamoDBSeats(dynamodb, SEATS), put_order, put_seat)


def seat_row(event_id: str, row: SeatRow) -> dict[str, Any]:
    item = {"event_id": event_id, **vars(row)}
    return {name: value for name, value in item.items() if value is not None}


@dataclass
class Cache:
    """The port, and what a server's operator can do to it."""

    port: SeatCache
    lose_everything: Callable[[], None]
    take_down: Callable[[], None]
    blocks: BlockedInCache
    url: str = ""

    def letters(self, seats: str, now: int = TODAY) -> str:
        """What everybody may see of some seats: a letter each, e.g. `eh`."""
        seen = self.port.read_map(EV_1, None, now).seats
        return "".join(seen[seat].status[0] if seat in seen else "e" for seat in seats.split())


@pytest.fixture(params=["fake", "valkey"])
def make_cache(request: pytest.FixtureRequest) -> Callable[..., Cache]:
    """`make_cache(live_holds_max=2)`: a cache whose admission has other limits than the settings' defaults."""
    if request.param == "fake":
        return lambda **limits: fake_cache(replace(ADMISSION_LIMITS, **limits))
    url = request.getfixturevalue("cache_url")
    return lambda **limits: valkey_cache(url, replace(ADMISSION_LIMITS, **limits))


@pytest.fixture(params=["fake", "valkey"])
def sharing_cache(request: pytest.FixtureRequest) -> Cache:
    """As on every stage: all who look within a second share one reading."""
    if request.param == "fake":
        return fake_cache(ADMISSION_LIMITS, map_shared_ms=1_000)
    return valkey_cache(request.getfixturevalue("cache_url"), ADMISSION_LIMITS, map_shared_ms=1_000)


@pytest.fixture
def cache(make_cache: Callable[..., Cache]) -> Cache:
    return make_cache()


@pytest.fixture
def on_valkey(cache_url: str) -> Cache:
    """What only a server has: keys that end by themselves, scripts that it forgets."""
    return valkey_cache(cache_url, ADMISSION_LIMITS)


def fake_cache(limits: AdmissionLimits, map_shared_ms: int = 0) -> Cache:
    fake = FakeSeatCache(limits, map_shared_ms=map_shared_ms)

    def take_down() -> None:
        fake.down = True

    return Cache(fake, fake.wipe, take_down, FakeBlockedInCache(fake))


def valkey_cache(url: str, limits: AdmissionLimits, map_shared_ms: int = 0) -> Cache:
    server = valkey.Valkey.from_url(url)
    urls = [url]
    connection = ValkeyConnection(lambda: connect_to(urls[-1], 1_000), SetClock().now_ms)
    port = ValkeySeats(
        connection, limits, shards=1, lanes=2, reload_ms=45_000, clock_skew_ms=1_000, map_shared_ms=map_shared_ms
    )

    def take_down() -> None:
        urls.append("redis://127.0.0.1:1")
        connection._client = None  # as after a failure: the next call connects anew

    return Cache(port, server.flushall, take_down, ValkeyBlocks(connection, shards=1), url)


# The payment sandbox: a real process, driven by the client that production uses.


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox") / "state.db")
    yield sandbox
    assert sandbox.end(signal.SIGTERM) == "", "requests leave no line in the log"
    assert sandbox.process.returncode == 0


@pytest.fixture
def sandbox(process: Sandbox) -> Sandbox:
    process.switch("mode", mode="ok")
    process.switch("reset")
    return process


@pytest.fixture
def pay(sandbox: Sandbox) -> Any:
    return sandbox.client().v1


@pytest.fixture
def receiver(sandbox: Sandbox) -> Iterator[Receiver]:
    receiver = Receiver()
    sandbox.switch("webhook", url=receiver.url)
    yield receiver
    receiver.close()
