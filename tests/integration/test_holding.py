"""HoldSeat: shapes, codes, ends, caps and prices, by the real handlers on moto and a real Valkey."""

from tests.cinema import Cinema
from tests.scenarios.holding import *  # noqa: F403
from tests.scenarios.holding import buy, has_conflicts, is_already_booked
from tests.wire import never_connected


def test_while_live_holds_cannot_be_counted_no_mark_is_left(three_events: Cinema) -> None:
    cinema = three_events
    for name in ("ev_1", "ev_2"):
        cinema.hold("A1", event_id=name)
    cinema.map(event_id="ev_3", user="linus")
    cinema.wire.every(never_connected, "query")
    assert cinema.hold("A1", event_id="ev_3").status == 503
    cinema.wire.heal()

    assert cinema.small_map("ev_3").body["status"]["A"] == "eeee"


def test_own_booked_seats_are_told_for_one_trip_to_the_cache_and_one_read_of_their_orders(cinema: Cinema) -> None:
    buy(cinema, "A1")
    buy(cinema, "A2")
    cinema.map()
    cinema.wire.forget()
    assert is_already_booked(cinema.hold("A1", "A2"))
    assert cinema.wire.counts == {"batch_get_item": 1}


def test_booked_seats_that_are_not_all_ones_own_are_refused_without_a_table_call(cinema: Cinema) -> None:
    buy(cinema, "A1")
    assert cinema.hold("A2", user="grace").status == 201
    cinema.map()
    cinema.wire.forget()
    assert has_conflicts(cinema.hold("A1", "A2"), "A1", "A2")
    assert has_conflicts(cinema.hold("A1", user="grace"), "A1")
    assert cinema.wire.counts == {}


def test_while_the_orders_cannot_be_read_nobody_is_told_whose_their_booked_seats_are(cinema: Cinema) -> None:
    buy(cinema, "A1")
    cinema.map()
    cinema.wire.every(never_connected, "batch_get_item")
    answer = cinema.hold("A1")
    assert (answer.status, answer.code) == (503, "unavailable")
    cinema.wire.heal()

    assert is_already_booked(cinema.hold("A1"))


def test_a_companion_added_while_the_table_is_away_is_made_by_the_worker(cinema: Cinema) -> None:
    buy(cinema, "C1")
    cinema.wire.every(never_connected, "transact_write_items", "get_item")
    assert cinema.hold("C2").status == 202
    assert cinema.hold("C4", user="grace").status == 202, "nobody can tell what grace has bought"
    cinema.wire.heal()
    cinema.deliver()
    assert cinema.seat("C2")["user_id"] == "ada"
    assert cinema.seat("C4")["status"] == "empty"
