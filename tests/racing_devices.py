"""Several devices of one account that ask at once, over the real use cases, in an order that a seed decides.

The table is the fake; the cache is given, so that the fake's marks and Valkey's scripts are held to the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from box_office.domain.catalogue import Room, Row
from box_office.domain.seats import EMPTY
from box_office.ports import SeatCache, Visitor
from box_office.use_cases.hold_in_progress import HoldPorts, HoldSeatLimits
from box_office.use_cases.hold_seat import UncheckedHoldRequest, hold_seat
from box_office.use_cases.release_seat import release_seat
from tests.examples import ADA, EV_1, EV_2, LIMITS
from tests.fakes.blocks import FakeBlocks
from tests.fakes.catalogue import FakeCatalogue
from tests.fakes.cinema import CountedIds
from tests.fakes.money import FakeCounters
from tests.fakes.queues import FakeLanes, Mailbox
from tests.fakes.table import FakeOrders, FakeSeats, FakeTable
from tests.interleaving import Turns
from tests.sample_catalogue import MOVIE, SMALL_ROOM, THEATER
from tests.set_clock import SetClock

WIDE_ROOM = Room("lisboa-3", "lisboa", "3", (Row("A", "s" * 30),))  # the room of ev_1
SEATS = tuple(WIDE_ROOM.category_of)


@dataclass(frozen=True)
class Race:
    """What the devices ask for, a selection each, and how many of them let go."""

    selections: Sequence[str]
    releases: int = 0
    visitor: Visitor = ADA


THIRTY_DEVICES = Race(SEATS)
RACES = {
    "thirty devices, thirty seats": THIRTY_DEVICES,
    "two devices and a release": Race(["A1", "A2"], 1),
    "three devices and a release": Race(["A1", "A2", "A3"], 1),
    "three devices": Race(["A1", "A2", "A3"]),
    "selections that grow, and a release": Race(["A1", "A1 A2", "A1 A2 A3"], 1),
    "selections that overlap, and a release": Race(["A1 A2", "A2 A3", "A1 A3", "A1 A2"], 1),
}


@dataclass
class Outcome:
    """What the cache shows and the table has when nobody asks any more."""

    shown: set[str]
    held: set[str]
    answers: list[Any] = field(default_factory=list)

    @property
    def left_behind(self) -> set[str]:
        """Seats that show as taken, and are nobody's."""
        return self.shown - self.held


def run(race: Race, seed: int, cache: SeatCache) -> Outcome:
    clock, table = SetClock(), FakeTable()
    turns = Turns(seed, clock)
    ports = HoldPorts(
        FakeCatalogue([MOVIE], [THEATER], [WIDE_ROOM, SMALL_ROOM], [EV_1, EV_2]),
        turns.port(FakeOrders(table)),
        turns.port(FakeSeats(table)),
        turns.port(cache),
        FakeLanes(Mailbox(clock.now_ms)),
        FakeCounters(),
        clock,
        CountedIds(),
        FakeBlocks(),
    )

    def hold(selection: str) -> Any:
        request = UncheckedHoldRequest("metropolis", "lisboa", "ev_1", selection.split(), race.visitor)
        return lambda: hold_seat(request, ports, HoldSeatLimits(LIMITS, live_holds_max=20))

    def release() -> None:
        release_seat("ev_1", None, race.visitor, ports)

    answers = turns.run([*map(hold, race.selections), *[release] * race.releases])
    states = cache.read_map(EV_1, None, clock.now).seats
    return Outcome(
        shown={seat for seat, state in states.items() if state.status != EMPTY},
        held={seat for (_, seat), row in table.seats.items() if row.status != EMPTY},
        answers=answers,
    )
