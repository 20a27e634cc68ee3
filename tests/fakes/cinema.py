"""The cinema of tests/cinema.py without any I/O: the real handlers and use cases over the fakes."""

import importlib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from unittest.mock import patch

from box_office import wiring
from box_office.adapters.dynamodb.order_rows import order_row
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.domain.orders import Order
from box_office.domain.seats import SeatRow
from box_office.use_cases.hold_in_progress import HoldPorts
from box_office.use_cases.seat_map import SeatMapPorts
from tests.cinema import Cinema
from tests.examples import ADMISSION_LIMITS, EV_1, EV_2
from tests.fakes.catalogue import FakeCatalogue
from tests.fakes.money import FakeCounters
from tests.fakes.provider import FakeProvider
from tests.fakes.queues import FakeLanes, Mailbox
from tests.fakes.seat_cache import FakeSeatCache
from tests.fakes.table import FakeOrders, FakeSeats, FakeTable
from tests.sample_catalogue import MOVIE, ROOM, SMALL_ROOM, THEATER


class CountedIds:
    """ports.Ids without chance; one for all environments."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def order_id(self) -> str:
        return f"or_{next(self._numbers)}"

    def token(self) -> str:
        return f"token-{next(self._numbers)}"

    def jitter(self) -> float:
        return 0.5


@dataclass
class FakeCinema(Cinema):
    """`limits`: admission's, in the place of the settings'."""

    cache_url: str = "redis://127.0.0.1:1"
    limits: Any = ADMISSION_LIMITS
    ids: CountedIds = field(default_factory=CountedIds)

    def __post_init__(self) -> None:
        self.table = FakeTable()
        self.orders, self.seats = FakeOrders(self.table), FakeSeats(self.table)
        self.cache = FakeSeatCache(self.limits)
        self.catalogue = FakeCatalogue([MOVIE], [THEATER], [ROOM, SMALL_ROOM], [EV_1, EV_2])
        self.mailbox = Mailbox(self.clock.now_ms)
        self.lanes, self.counters = FakeLanes(self.mailbox), FakeCounters()
        self.provider = FakeProvider()
        self._handlers = {}

    def handler(self, verb: str) -> Any:
        if verb not in self._handlers:
            module = importlib.import_module(f"functions.api.{verb}")
            settings = self.narrowed(module.build.__annotations__["settings"])
            parts = {
                "hold_ports": self.hold_ports,
                "seat_map_ports": self.seat_map_ports,
                "orders": self.orders,
                "catalogue": self.catalogue,
            }
            with ExitStack() as patches:
                for name, part in parts.items():
                    patches.enter_context(patch.object(wiring, name, lambda *_, part=part: part))
                self._handlers[verb] = module.build(settings, self.clock)
        return self._handlers[verb]

    @property
    def hold_ports(self) -> HoldPorts:
        return HoldPorts(
            self.catalogue, self.orders, self.seats, self.cache, self.lanes, self.counters, self.clock, self.ids
        )

    @property
    def seat_map_ports(self) -> SeatMapPorts:
        return SeatMapPorts(self.catalogue, self.seats, self.cache, wiring.LastSeenMaps(), self.clock, self.ids)

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

    def seed(self, role: str, *rows: Mapping[str, Any]) -> None:
        raise NotImplementedError("the fake has no rows: use seed_order, seed_seat, or catalogue.events")

    def without_cache(self) -> "FakeCinema":
        cut_off = FakeSeatCache(self.limits)
        cut_off.down = True
        return self.another_environment(cache=cut_off)

    def lose_the_cache(self) -> None:
        self.cache.wipe()

    def crash_at_the_next_write(self) -> None:
        self.table.crash_next = True

    def mend(self) -> None:
        self.table.crash_next = False


def generous() -> Any:
    """Limits of admission that a machine's hundreds of requests at one instant do not fill."""
    wide = replace(ADMISSION_LIMITS.hold, burst=10**6)
    return replace(ADMISSION_LIMITS, hold=wide, look=wide, address=wide, marks_per_minute_max=10**6)
