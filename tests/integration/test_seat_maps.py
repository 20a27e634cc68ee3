"""GetAvailableSeat and SeatMap: the same map for everybody, small, tagged, and right."""

import valkey

from tests.cinema import Cinema
from tests.integration.cache_races import is_of_seats
from tests.sample_catalogue import HOUR, TODAY
from tests.scenarios.seat_maps import *  # noqa: F403


def test_polls_are_spread_out_as_the_crowd_grows(cinema: Cinema) -> None:
    """Each is refused, and counts all the same: a watcher who tries is a watcher."""
    tries_key = "{ev:ev_1}:tries:" + str(cinema.clock.now // 10_000)
    with valkey.Valkey.from_url(cinema.cache_url) as server:
        server.set(tries_key, 9_999)
    assert cinema.small_map().body["poll_after"] == 2, "the window is not over"
    cinema.hold("A1")
    cinema.clock.advance(seconds=10)
    assert cinema.small_map().body["poll_after"] == 4


def test_a_warm_map_asks_no_table(cinema: Cinema) -> None:
    cinema.map()
    cinema.wire.forget()
    cinema.map(user="grace")
    assert not cinema.wire.sent


def test_the_map_of_an_event_that_is_over_asks_no_table_and_has_nothing_available(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.map()
    cinema.small_map()
    cinema.clock.now = TODAY + 12 * HOUR  # it ended an hour ago
    cinema.lose_the_cache()
    for _ in range(3):
        cinema.clock.advance(seconds=2)  # longer than a look is kept
        for look in (cinema.map, cinema.small_map):
            over = look()
            assert (over.status, set(over.body["remaining"].values())) == (200, {0})
    assert [call for call in cinema.wire.arguments("query") if is_of_seats(call)][1:] == []
