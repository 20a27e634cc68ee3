"""The seat map of the demo's largest room, 450 seats of every category, before compression."""

import json
from collections.abc import Callable, Sequence
from itertools import cycle

from moto import mock_aws

from box_office.adapters.catalogue_rows import event_row, room_row
from box_office.domain.catalogue import Room, Row
from local.demo_programme import DEMO
from tests.bench.report import Budget, Section
from tests.cinema import Cinema
from tests.sample_catalogue import HOUR, MINUTE, event

SEATS = 450
BYTES_MAX = {"SeatMap": 1_000, "GetAvailableSeat": 8_000}
FULLNESS = {
    "all free": ("empty",),
    "a third held, a third booked": ("empty", "hold", "booked"),
    "sold out": ("booked",),
}
OTHER_EVENTS = 6  # of the same film in the same theater: a week's


def demo_room() -> Room:
    """The room of the demo that has 450 seats, as planned there."""
    planned = json.loads(DEMO.read_text(encoding="utf-8"))
    rooms = (room_of(room) for room in planned["rooms"])
    return next(room for room in rooms if room.seat_count == SEATS)


def room_of(planned: dict) -> Room:
    rows = (Row(line["row"], line["category"], tuple(line.get("gaps", ()))) for line in planned["rows"])
    return Room(planned["room_id"], planned["theater_id"], planned["room_name"], tuple(rows))


def bodies(cache_url: str, room: Room, statuses: Sequence[str], other_events: int = 0) -> dict[str, int]:
    """Bytes of what the two routes answer when the seats have `statuses` in turn."""
    with mock_aws():
        cinema = Cinema(cache_url)
        cinema.seed("rooms", room_row(room))
        start = cinema.clock.now + 8 * HOUR
        events = [f"{room.room_id}-20961002-{1930 + number}" for number in range(other_events + 1)]  # as in the demo
        for number, event_id in enumerate(events):
            cinema.seed("events", event_row(event(event_id, room, start + number * MINUTE, movie_id="m")))
        for seat, status in zip(room.category_of, cycle(statuses), strict=False):
            cinema.seed("seats", seat_row(events[0], seat, status, start))
        path = {"movie_id": "m", "theater_id": room.theater_id}
        large = cinema.call("get_available_seat", path, query={"event_id": events[0]})
        small = cinema.small_map(events[0])
    return {"SeatMap": bytes_of(small.body), "GetAvailableSeat": bytes_of(large.body)}


def seat_row(event_id: str, seat: str, status: str, until: int) -> dict:
    owner = {} if status == "empty" else {"order_id": "or_1", "user_id": "ada", "hold_until": until}
    return {"event_id": event_id, "seat_id": seat, "status": status, "pinned": False, "version": 1, **owner}


def bytes_of(body: object) -> int:
    return len(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())


def measure(cache_url: str, empty_cache: Callable[[], None]) -> tuple[list[Budget], Section]:
    room, seen = demo_room(), {}
    for name, statuses in FULLNESS.items():
        empty_cache()
        seen[name] = bodies(cache_url, room, statuses)
    largest = {route: max(sizes[route] for sizes in seen.values()) for route in BYTES_MAX}
    budgets = [
        Budget(f"{route}, {SEATS} seats", f"< {most:,} bytes", f"{largest[route]:,} bytes", largest[route] < most)
        for route, most in BYTES_MAX.items()
    ]
    empty_cache()
    seen[f"all free, and {OTHER_EVENTS} other events to name"] = bodies(cache_url, room, ("empty",), OTHER_EVENTS)
    section = Section(
        f"Bytes of the map of {SEATS} seats",
        "Before compression, from the handlers themselves (`tests/bench/map_sizes.py`); the largest counts against the "
        "budget. GetAvailableSeat also names the pair's other upcoming events, which is no part of the map.",
        ["the room", *BYTES_MAX],
        [[name, *(f"{sizes[route]:,}" for route in BYTES_MAX)] for name, sizes in seen.items()],
    )
    return budgets, section
