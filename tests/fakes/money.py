"""An event's and a room's own rows, the wallet and the counters in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from box_office.adapters.dynamodb.declines import HOUR_MS
from box_office.adapters.dynamodb.order_rows import due_shard
from box_office.domain.catalogue import Event, Room
from box_office.domain.errors import UnknownEvent
from box_office.ports.payments import SavedMethod


class FakeEvents:
    """ports.Events over the rows that a FakeCatalogue reads."""

    def __init__(self, events: dict[str, Event]) -> None:
        self._events = events
        self._due: set[str] = set()

    def fresh(self, event_id: str) -> Event | None:
        return self._events.get(event_id)

    def cancel(self, event_id: str, now: int) -> Event:
        event = self._events.get(event_id)
        if event is None:
            raise UnknownEvent("no such event")
        if event.cancelled_at is None:
            event = self._events[event_id] = replace(event, cancelled_at=now)
        self._due.add(event_id)
        return event

    def cancelled_due(self, shard: int, now: int, limit: int) -> Sequence[Event]:
        return [self._events[event_id] for event_id in sorted(self._due) if due_shard(event_id) == shard][:limit]

    def cancellation_done(self, event_id: str) -> None:
        self._due.discard(event_id)


class FakeRooms:
    """ports.Rooms; `rooms` may be changed between calls."""

    def __init__(self, *rooms: Room) -> None:
        self.rooms = {room.room_id: room for room in rooms}

    def fresh(self, room_id: str) -> Room | None:
        return self.rooms.get(room_id)


@dataclass
class FakeWallet:
    """ports.payments.Wallet."""

    methods: dict[str, SavedMethod] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)

    def saved(self, user_id: str) -> SavedMethod | None:
        return self.methods.get(user_id)

    def customer(self, user_id: str) -> str | None:
        return self.customers.get(user_id)

    def keep_customer(self, user_id: str, customer: str) -> str:
        return self.customers.setdefault(user_id, customer)

    def save(self, user_id: str, method: SavedMethod) -> None:
        self.methods[user_id] = method
        self.customers[user_id] = method.customer

    def forget(self, user_id: str, method: SavedMethod) -> None:
        if self.methods.get(user_id) == method:
            del self.methods[user_id]

    def forget_customer(self, user_id: str, customer: str) -> None:
        if self.customers.get(user_id) == customer:
            del self.customers[user_id]
            self.methods.pop(user_id, None)


@dataclass
class FakeDeclines:
    """ports.Declines."""

    counted: Counter[tuple[str, int]] = field(default_factory=Counter)

    def of_hour(self, user_id: str, now: int) -> int:
        return self.counted[user_id, now // HOUR_MS]

    def count(self, user_id: str, now: int) -> None:
        self.counted[user_id, now // HOUR_MS] += 1


@dataclass
class FakeCounters:
    """ports.Counters."""

    counted: Counter = field(default_factory=Counter)

    def count(self, name: str, order_id: str | None = None, number: int = 1) -> None:
        self.counted[name] += number

    def flush(self) -> None:
        pass


@dataclass
class FakeDeployment:
    """ports.payments.Deployment."""

    name: str | None = None

    def id(self) -> str:
        self.name = self.name or "dep_made"
        return self.name

    def known_id(self) -> str | None:
        return self.name
