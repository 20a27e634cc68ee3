"""What a request costs, counted: round trips to the cache and calls to the tables (DESIGN section 13)."""

from collections import Counter

import pytest

from box_office.adapters.valkey.connection import ValkeyConnection
from tests.cinema import Cinema


@pytest.fixture
def trips(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Everything is warm: scripts are known, the catalogue is remembered, the event is loaded."""
    counted: Counter = Counter()
    send = ValkeyConnection._send

    def count(self, calls, by_digest):
        counted["cache"] += 1
        return send(self, calls, by_digest)

    cinema.map(user="linus")
    cinema.small_map()
    for user in ("linus", "linus", "eve"):
        cinema.hold("C1", user=user)  # won, the same again, lost
    cinema.release(user="linus")
    cinema.clock.advance(seconds=2)
    cinema.wire.forget()
    monkeypatch.setattr(ValkeyConnection, "_send", count)
    return counted


def test_a_hold_that_wins_is_one_trip_to_the_cache_and_one_write(cinema: Cinema, trips: Counter) -> None:
    assert cinema.hold("A1", "A2", key="k1").status == 201
    assert (trips["cache"], cinema.wire.counts) == (1, {"transact_write_items": 1})


def test_a_hold_that_loses_is_one_trip_to_the_cache(cinema: Cinema, trips: Counter) -> None:
    cinema.hold("A1", user="grace")
    cinema.wire.forget()
    trips.clear()

    assert cinema.hold("A1", "A2", key="k1").status == 409
    assert (trips["cache"], cinema.wire.counts) == (1, {})


@pytest.mark.parametrize(
    ("seats", "status"),
    [("A1 A2 A3", 201), ("A1 A3", 201), ("A3 A4", 201), ("A1", 200)],
    ids=["added", "one swapped", "all swapped", "dropped"],
)
@pytest.mark.parametrize("shown_by", ["marks", "rows"])
def test_replacing_adds_one_read(cinema: Cinema, trips: Counter, seats: str, status: int, shown_by: str) -> None:
    cinema.hold("A1", "A2")
    if shown_by == "rows":
        cinema.clock.advance(seconds=46)
        cinema.map(user="linus")
    cinema.wire.forget()
    trips.clear()

    assert cinema.hold(*seats.split()).status == status
    assert cinema.wire.counts == {"get_item": 1, "transact_write_items": 1}
    assert trips["cache"] == 1


def test_a_second_replacement_adds_one_read_as_the_first_did(cinema: Cinema, trips: Counter) -> None:
    for seats in (("A1", "A2"), ("A1", "A3"), ("A3", "A4"), ("A4", "B1", "B2"), ("B1", "B2"), ("A1", "A2")):
        trips.clear()
        cinema.wire.forget()
        assert cinema.hold(*seats).status in (200, 201)
        assert trips["cache"] == 1
    assert cinema.map(user="linus").body["rows"][0]["status"] == "hhee"


def test_the_same_seats_again_are_one_read_between_marks_and_their_undo(cinema: Cinema, trips: Counter) -> None:
    cinema.hold("A1", "A2")
    cinema.wire.forget()
    trips.clear()

    assert cinema.hold("A2", "A1").status == 200
    assert (trips["cache"], cinema.wire.counts) == (2, {"get_item": 1})


@pytest.mark.parametrize("end", ["released", "lapsed"])
def test_starting_after_an_earlier_order_adds_one_read(cinema: Cinema, trips: Counter, end: str) -> None:
    cinema.hold("A1")
    if end == "released":
        cinema.release()
    else:
        cinema.clock.advance(minutes=11)
        cinema.map(user="linus")
    cinema.wire.forget()
    trips.clear()

    assert cinema.hold("A2").status == 201
    # The showing's facts are read again once a minute: that is no matter of the order.
    reads = [read for read in cinema.wire.arguments("get_item") if read["TableName"].endswith("orders")]
    assert (trips["cache"], len(reads), cinema.wire.counts["transact_write_items"]) == (1, 1, 1)


def test_a_warm_map_is_one_trip_to_the_cache(cinema: Cinema, trips: Counter) -> None:
    here = cinema.another_environment(map_shared_ms=1_000)
    there = cinema.another_environment(map_shared_ms=1_000)
    for warm in (here, there):
        warm.map()
        warm.small_map()
    cinema.clock.advance(seconds=2)
    trips.clear()
    for wire in (here.wire, there.wire):
        wire.forget()
    made = []
    for look in (here.map, here.map, here.small_map, here.small_map, there.map, there.small_map):
        assert look().status == 200
        made.append(trips.pop("cache", 0))
    assert made == [2, 1, 1, 0, 1, 1], "the first in a second packs it; an environment keeps the small map"
    assert (here.wire.counts, there.wire.counts) == ({}, {})


def test_after_the_end_of_sales_nobody_marks_anything(cinema: Cinema, trips: Counter) -> None:
    cinema.clock.advance(minutes=480)
    assert cinema.hold("A1").code == "sales_closed"
    assert (trips["cache"], cinema.wire.counts["transact_write_items"]) == (0, 0)


def test_every_read_of_orders_and_seats_is_consistent(cinema: Cinema) -> None:
    alone = cinema.without_cache()
    for user in ("ada", "grace"):
        alone.hold("A1", "A2", user=user)
    alone.hold("A1", event_id=None)
    held = alone.hold("A2", "A3").body["order_id"]
    alone.map()
    alone.booking(order_id=held)
    alone.booking(order_id="or_none")
    alone.call("get_my_bookings")
    alone.release(order_id=held)

    seen = set()
    for operation, arguments in alone.wire.sent:
        for table, request in arguments.get("RequestItems", {arguments.get("TableName"): arguments}).items():
            if table is not None and table.endswith(("orders", "Available_seat")):
                seen.add((operation, table.rsplit("-")[-1]))
                assert request.get("ConsistentRead") is True, f"{operation} of {table} may see yesterday's rows"
    assert {("get_item", "orders"), ("query", "orders"), ("query", "Available_seat")} <= seen
    assert {("batch_get_item", "orders"), ("batch_get_item", "Available_seat")} <= seen
