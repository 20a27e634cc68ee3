"""A whole cinema without any I/O: the real handlers and use cases over the fakes."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from typing import Any, Self
from unittest.mock import patch

from box_office import wiring
from box_office.adapters import cognito_addresses
from box_office.adapters.dynamodb.order_rows import order_row
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.adapters.valkey import blocks, seats
from box_office.adapters.valkey.seats import AdmissionLimits
from box_office.domain.catalogue import Event, Room
from box_office.domain.orders import Order
from box_office.domain.seats import SeatRow
from box_office.settings import Settings
from box_office.wiring import carrying, payments
from tests.deliveries import CONSUMERS, LANES, RECEIVES_MAX, ROUNDS_MAX, SECRETS, function_module
from tests.examples import ADMISSION_LIMITS, EV_1, EV_2
from tests.fakes.blocks import FakeBlockedInCache, FakeBlocks
from tests.fakes.catalogue import FakeCatalogue
from tests.fakes.money import FakeCounters, FakeDeclines, FakeDeployment, FakeEvents, FakeRooms, FakeWallet
from tests.fakes.queues import (
    FakeAnnouncements,
    FakeDeliveries,
    FakeLanes,
    FakeQueues,
    FakeRefreshQueue,
    Mailbox,
    Queued,
)
from tests.fakes.seat_cache import FakeSeatCache
from tests.fakes.table import FakeOrders, FakeSeats, FakeTable
from tests.sample_catalogue import MINUTE, MOVIE, ROOM, SMALL_ROOM, THEATER
from tests.verbs import EMAILS, STAFF_CLIENT, Verbs

SETTINGS = {
    "stage": "test",
    "lanes": len(LANES),
    "provider_secret": "box-office-test/payment",
    "tickets_secret": "box-office-test/tickets",
    "staff_client_id": STAFF_CLIENT,
}
PAGED = ("movies_on_display", "all_theaters")  # these are asked with the time first


class CountedIds:
    """ports.Ids without chance; one for all environments."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def order_id(self) -> str:
        return f"or_{next(self._numbers):032x}"

    def token(self) -> str:
        return f"token-{next(self._numbers)}"

    def jitter(self) -> float:
        return 0.5


class Remembering:
    """The catalogue as one environment knows it: an answer is a minute old at most."""

    def __init__(self, catalogue: FakeCatalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[Any, tuple[int, Any]] = {}  # with the time of the asking

    def __getattr__(self, question: str) -> Any:
        def answer(*asked: Any) -> Any:
            now, subject = (asked[0], asked[1:]) if question in PAGED else (asked[-1], asked[:-1])
            key = (question, *map(str, subject))
            if key not in self._known or now - self._known[key][0] >= MINUTE:
                self._known[key] = now, getattr(self._catalogue, question)(*asked)
            return self._known[key][1]

        return answer


class Limiting:
    """The cache as one environment asks it: by the limits of its own settings."""

    def __init__(self, cache: FakeSeatCache, limits: AdmissionLimits) -> None:
        self._cache, self._limits = cache, limits

    def __getattr__(self, operation: str) -> Any:
        self._cache.limits = self._limits
        return getattr(self._cache, operation)


class Secrets:
    def get(self, name: str) -> dict[str, str]:
        return SECRETS[name]


class FakeUsers:
    """ports.Addresses, ports.Users."""

    def of_user(self, user_id: str) -> str | None:
        return EMAILS.get(user_id)

    def of_address(self, email: str) -> str | None:
        return next((user for user, address in EMAILS.items() if address == email.lower()), None)


@dataclass
class FakeCinema(Verbs):
    ids: CountedIds = field(default_factory=CountedIds)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.table = FakeTable()
        self.orders, self.seats = FakeOrders(self.table), FakeSeats(self.table)
        self.cache = FakeSeatCache(ADMISSION_LIMITS)
        self.blocks = FakeBlocks()
        self.catalogue = FakeCatalogue([MOVIE], [THEATER], [ROOM, SMALL_ROOM], [EV_1, EV_2])
        self.events, self.wallet = FakeEvents(self.catalogue.events), FakeWallet()
        self.declines = FakeDeclines()
        self.rooms = FakeRooms()
        self.rooms.rooms = self.catalogue.rooms
        self.mailbox, self.counters = Mailbox(self.clock.now_ms), FakeCounters()

    def handler(self, verb: str) -> Any:
        if verb not in self._handlers:
            module = function_module(verb)
            settings = self.narrowed(module.build.__annotations__["settings"])
            with ExitStack() as patches:
                for where, name, fake in self.fakes():
                    patches.enter_context(patch.object(where, name, fake))
                self._handlers[verb] = module.build(settings, self.clock)
        return self._handlers[verb]

    def fakes(self) -> Iterator[tuple[Any, str, Any]]:
        """What stands in the place of the adapters where functions are wired."""
        catalogue = Remembering(self.catalogue)
        for name, fake in {
            "client": None,
            "catalogue": catalogue,
            "changing_orders": self.orders,
            "orders": self.orders,
            "DynamoDBBlocks": self.blocks,
            "DynamoDBSeats": self.seats,
            "lanes": FakeLanes(self.mailbox),
            "secrets_manager": Secrets(),
            "EmfCounters": self.counters,
            "RandomIds": self.ids,
        }.items():
            yield wiring, name, lambda *_, fake=fake: fake
        yield wiring, "MAP_SHARED_MS", self.map_shared_ms
        yield cognito_addresses, "CognitoAddresses", lambda *_: FakeUsers()
        yield blocks, "ValkeyBlocks", lambda *_: FakeBlockedInCache(self.cache)
        yield carrying, "DynamoDBBlocks", lambda *_: self.blocks
        yield seats, "ValkeySeats", lambda connection, limits, **_: Limiting(self.cache, limits)
        for name, fake in {
            "DynamoDBSeats": self.seats,
            "DynamoDBRooms": self.rooms,
            "DynamoDBDeclines": self.declines,
            "DynamoDBWallet": self.wallet,
            "RandomIds": self.ids,
            "SNSAnnouncements": FakeAnnouncements(self.mailbox),
            "card_provider": self.provider,
            "deliveries": FakeDeliveries(self.mailbox),
            "deployment_of": FakeDeployment(self.provider.deployment),
            "events": self.events,
            "refresh_queue": FakeRefreshQueue(self.mailbox),
        }.items():
            yield payments, name, lambda *_, fake=fake: fake

    def narrowed(self, settings_class: type[Settings]) -> Settings:
        """What has no default names an address: here is nothing behind it."""
        members = settings_class.model_fields
        known = {name: "none" for name, member in members.items() if member.is_required()} | SETTINGS
        changed = known | dict(self.settings_changes)
        return settings_class(**{name: value for name, value in changed.items() if name in members})

    def deliver(self, *queues: str) -> int:
        handled = 0
        for _ in range(ROUNDS_MAX):
            batch = [message for message in self.mailbox.waiting if not queues or message.queue in queues]
            if not batch:
                return handled
            for message in batch:
                self.deliver_one(message)
            handled += len(batch)
        raise AssertionError(f"messages keep coming: {self.mailbox.waiting}")

    def deliver_one(self, message: Queued) -> None:
        """A message that fails stays where it is, until its queue has enough of it."""
        self.mailbox.waiting.remove(message)
        message.receives += 1
        answer = self.handler(CONSUMERS[message.queue])({"Records": [message.record()]}, None)
        if answer["batchItemFailures"]:
            if message.receives == RECEIVES_MAX and message.queue in LANES:
                message.queue, message.receives = f"{message.queue}-dlq", 0
            self.mailbox.waiting.append(message)

    @property
    def queues(self) -> FakeQueues:
        return FakeQueues(self.mailbox)

    def wallets(self) -> list[dict[str, Any]]:
        """Without members that are not known, as the table gives them."""
        methods = ((user, asdict(method)) for user, method in self.wallet.methods.items())
        return [
            {"user_id": user, "payment_info": {name: value for name, value in method.items() if value is not None}}
            for user, method in methods
        ]

    def seed_event(self, event: Event) -> None:
        self.catalogue.events[event.event_id] = event

    def seed_room(self, room: Room) -> None:
        self.catalogue.rooms[room.room_id] = room

    def seed_order(self, order: Order) -> None:
        self.table.orders[order.user_id, order.key] = order

    def seed_seat(self, seat_id: str, event_id: str = "ev_1", **members: Any) -> None:
        self.table.seats[event_id, seat_id] = SeatRow(seat_id, **members)

    def rows(self, role: str) -> list[dict[str, Any]]:
        if role == "orders":
            # There and back, as the table gives them.
            return [from_item(to_item(order_row(order))) for order in self.table.orders.values()]
        return [
            {"event_id": event_id, **{name: value for name, value in vars(row).items() if value is not None}}
            for (event_id, _), row in self.table.seats.items()
        ]

    def without_cache(self) -> Self:
        cut_off = FakeSeatCache(ADMISSION_LIMITS)
        cut_off.down = True
        return self.another_environment(cache=cut_off)

    def lose_the_cache(self) -> None:
        self.cache.wipe()

    def stop_writes(self) -> None:
        self.table.writes_stopped = True

    def crash_at_the_next_write(self) -> None:
        self.table.crash_next = True

    @property
    def block_table(self) -> FakeBlocks:
        return self.blocks

    def mend(self) -> None:
        self.table.crash_next = self.table.writes_stopped = False


def generous() -> Any:
    """Limits of admission that a machine's hundreds of requests at one instant do not fill."""
    wide = replace(ADMISSION_LIMITS.hold, burst=10**6)
    return replace(ADMISSION_LIMITS, hold=wide, look=wide, address=wide, marks_per_minute_max=10**6)
