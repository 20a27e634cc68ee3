"""What stays up: with the cache down everything works, slower; with the table down people still see films and seats."""

import pytest

from box_office.adapters.valkey import connection as valkey_connection
from box_office.adapters.valkey.connection import ValkeyConnection
from tests.cinema import Cinema
from tests.integration.cache_races import is_of_seats
from tests.integration.races import WRITE
from tests.wire import after, answer_lost, never_answered, never_connected, throttled, unreachable

TABLE_CALLS = ("get_item", "batch_get_item", "query", "transact_write_items", "scan", "get_object")


def without_table(cinema: Cinema, how=unreachable) -> Cinema:
    cinema.wire.every(how, *TABLE_CALLS)
    return cinema


def without_lanes(cinema: Cinema) -> Cinema:
    cinema.wire.every(unreachable, "send_message")
    return cinema


@pytest.mark.shows("cache down")
def test_with_the_cache_down_everything_works(cinema: Cinema) -> None:
    here = cinema.without_cache()
    held = here.hold("A1", "A2")

    assert (held.status, here.hold("A1", "A2").status) == (201, 200)
    assert here.hold("A2", user="grace").body["conflicts"] == ["A2"]
    assert here.hold("A1", "A3").body["order_id"] == held.body["order_id"]
    assert here.map().body["rows"][0]["status"] == "hehe"
    assert here.small_map().body["status"]["A"] == "hehe"
    assert here.booking().body["selected_seat"] == ["A1", "A3"]
    assert here.release().status == 204
    assert here.hold("A1", user="grace").status == 201
    assert cinema.broken_promises() == []


@pytest.mark.shows("cache down")
def test_a_dead_cache_costs_one_attempt_in_two_seconds_not_each(
    cinema: Cinema, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []

    def connect_to(*_, **__):
        attempts.append(cinema.clock.now)
        raise OSError("connection refused")

    monkeypatch.setattr(valkey_connection, "connect_to", connect_to)
    for _ in range(5):
        assert cinema.map().headers["Status"] == "OK"
    assert len(attempts) == 1
    cinema.clock.advance(seconds=2)
    cinema.map()
    assert len(attempts) == 2, "a cache that is back must be found"


@pytest.mark.parametrize("trouble", [answer_lost, never_answered])
def test_with_the_cache_down_an_unknown_outcome_is_no_accident(cinema: Cinema, trouble) -> None:
    here = cinema.without_cache()
    here.wire.every(trouble, WRITE)
    first = here.hold("A1")
    here.wire.heal()
    second = here.hold("A1")

    assert (first.status, second.status) in ((201, 200), (202, 201)), first.body
    cinema.deliver("lane-0", "lane-1")
    assert [order["status"] for order in cinema.rows("orders") if order["status"] != "EXPIRED"] == ["HELD"]
    assert here.booking().body["order_id"] == second.body["order_id"], "what was queued took the place of a later hold"
    assert cinema.broken_promises() == []


@pytest.mark.parametrize("trouble", [never_answered, never_connected, throttled])
def test_after_sales_end_trouble_with_the_table_is_no_accident(cinema: Cinema, trouble) -> None:
    cinema.clock.advance(minutes=479)
    cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=2)
    cinema.wire.every(trouble, WRITE)
    answer = cinema.hold("A1")

    assert (answer.status, answer.code) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_drop_after_sales_end_that_meets_the_lapse_is_a_refusal(cinema: Cinema) -> None:
    cinema.clock.advance(minutes=479)
    cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=9, seconds=59)
    members = {"status": "hold", "version": 5, "order_id": "or_9", "user_id": "grace", "order_key": "ev_1"}
    cinema.wire.next(WRITE, after(lambda: cinema.seed_seat("A1", hold_until=cinema.clock.now + 1, **members)))
    answer = cinema.hold("A1")

    assert (answer.status, answer.code, answer.body["conflicts"]) == (409, "seats_unavailable", ["A1"])


@pytest.mark.shows("table down")
@pytest.mark.parametrize("how", [unreachable, throttled, never_connected])
def test_with_the_table_down_a_hold_waits_on_its_lane_and_is_made_when_the_table_is_back(cinema: Cinema, how) -> None:
    cinema.map()
    cinema.hold("B1", user="ada")
    without_table(cinema, how)
    queued = cinema.hold("A1", user="grace")

    assert (queued.status, queued.headers["Status"]) == (202, "QUEUED")
    expected = {"status": "QUEUED", "order_id": queued.body["order_id"], "event_id": "ev_1", "selected_seat": ["A1"]}
    assert queued.body == expected
    assert cinema.hold("A1", user="linus").code == "seats_unavailable", "the marks of what is queued stay"
    for refused in (cinema.release(), cinema.booking(), cinema.call("get_my_bookings")):
        assert (refused.status, refused.code) == (503, "unavailable")
        assert int(refused.headers["Retry-After"]) > 0
    cinema.wire.heal()
    assert cinema.booking(user="grace").code == "unknown_order", "of a queued hold nothing is known until it is made"
    cinema.deliver()
    made = cinema.booking(user="grace").body
    assert (made["order_id"], made["status"], made["selected_seat"]) == (queued.body["order_id"], "HELD", ["A1"])
    assert cinema.broken_promises() == []


@pytest.mark.parametrize("how", [unreachable, throttled, never_connected])
def test_with_the_table_down_a_hold_that_names_no_showing_waits_for_the_next_one(cinema: Cinema, how) -> None:
    cinema.hold("B1", user="ada", event_id=None)
    without_table(cinema, how)
    queued = cinema.hold("A1", user="grace", event_id=None)

    assert (queued.status, queued.body["event_id"]) == (202, "ev_1"), (
        "nobody can tell whether grace has an order of another"
    )
    cinema.wire.heal()
    cinema.deliver()
    assert cinema.booking(user="grace").body["order_id"] == queued.body["order_id"]
    assert cinema.broken_promises() == []


@pytest.mark.shows("table throttled")
@pytest.mark.parametrize("how", [unreachable, throttled, never_connected])
def test_with_table_and_lanes_down_holds_say_when_to_come_again(cinema: Cinema, how) -> None:
    cinema.hold("B1", user="ada")
    without_lanes(without_table(cinema, how))
    answer = cinema.hold("A1", user="grace")

    assert (answer.status, answer.code, answer.headers["Status"]) == (503, "unavailable", "UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) > 0
    cinema.wire.heal()
    assert cinema.hold("A1", user="linus").status == 201, "the refused request's marks were not taken back"


@pytest.mark.shows("table down")
@pytest.mark.parametrize("calls", [(WRITE,), TABLE_CALLS], ids=["writes fail", "reads fail too"])
@pytest.mark.parametrize("seats", [("A1", "A2"), ("A3",), ("A1",)])
def test_with_the_table_down_no_selection_is_queued_beside_a_live_hold(cinema: Cinema, calls, seats) -> None:
    cinema.hold("A1")
    cinema.wire.every(throttled, *calls)
    answer = cinema.hold(*seats)

    if calls == (WRITE,) and seats == ("A1",):
        assert answer.status == 200, "the same seats need no write"
    else:
        assert (answer.status, answer.code) == (503, "unavailable"), "it could only expire, and this one lives"
    assert cinema.queues.waiting() == {}
    cinema.wire.heal()
    assert cinema.hold("A2", user="grace").status == 201, "the marks of what certainly failed were not taken back"


def test_with_the_table_down_a_queued_hold_that_is_asked_for_again_is_not_queued_twice(cinema: Cinema) -> None:
    """By a customer who did not hear the first answer: the cache has a hold of theirs, and the worker will make it."""
    cinema.hold("B1", user="ada")
    without_table(cinema)
    assert [cinema.hold("A1", user="grace").status for _ in range(2)] == [202, 503]
    cinema.wire.heal()
    cinema.deliver()
    assert [order["status"] for order in cinema.rows("orders") if order["user_id"] == "grace"] == ["HELD"]
    assert cinema.hold("A1", user="grace").status == 200
    assert cinema.broken_promises() == []


@pytest.mark.shows("table down")
def test_with_the_table_down_a_release_is_refused_and_the_hold_stays(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.clock.advance(seconds=10)
    cinema.map()
    cinema.wire.every(unreachable, WRITE)
    refused = cinema.release()

    assert (refused.status, refused.code) == (503, "unavailable")
    assert cinema.small_map().body["status"]["A"] == "heee", "the cache shows a seat as free that was not released"
    assert cinema.hold("A1", user="grace").code == "seats_unavailable"
    cinema.wire.heal()
    assert cinema.booking().body["status"] == "HELD"
    assert cinema.release().status == 204
    assert cinema.hold("A1", user="grace").status == 201


def test_with_the_table_down_losers_still_hear_that_they_lost(cinema: Cinema) -> None:
    cinema.map()
    cinema.hold("A1", user="ada")
    without_table(cinema)
    assert cinema.hold("A1", user="grace").code == "seats_unavailable"


def test_with_the_table_down_the_map_is_shown_and_says_that_it_is_old(cinema: Cinema) -> None:
    cinema.hold("A1")
    fresh = {"map": cinema.map().body, "small_map": cinema.small_map().body}
    without_table(cinema)
    cinema.clock.advance(seconds=60)

    for look in (cinema.map, cinema.map, cinema.small_map):
        old = look()
        assert (old.status, old.headers["Status"]) == (200, "STALE")
        assert old.body["as_of"] == "2096-10-02T10:00:00.000Z"
        assert old.body["remaining"] == fresh[look.__name__]["remaining"]


def test_with_cache_and_table_down_the_last_map_seen_is_shown(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> None:
    here = cinema.another_environment()
    cinema.hold("A1")
    here.hold("B1", user="grace")
    here.map()
    here.small_map()
    cinema.clock.advance(seconds=2)
    without_table(here)
    cinema.lose_the_cache()
    monkeypatch.setattr(ValkeyConnection, "_send", refuse)

    for look in (here.map, here.small_map):
        old = look()
        assert (old.status, old.headers["Status"], old.body["as_of"]) == (200, "STALE", "2096-10-02T10:00:00.000Z")
    assert here.map().body["rows"][0]["status"] == "heee"
    assert here.hold("A2").headers["Status"] == "QUEUED"
    without_lanes(here)
    answer = here.hold("A2")
    assert (answer.status, answer.code) == (503, "unavailable")


def refuse(*_, **__):
    raise OSError("connection refused")


def test_a_process_that_saw_nothing_shows_the_room_as_it_was_listed(cinema: Cinema) -> None:
    here = cinema.without_cache()
    here.call("get_movie_detail", {"movie_id": "metropolis"}, user=None)
    here.wire.every(unreachable, "transact_write_items")
    seats_only(here)
    old = here.small_map()

    assert (old.status, old.headers["Status"], old.body["as_of"]) == (200, "STALE", "2096-10-01T10:00:00.000Z")
    assert old.body["status"]["A"] == "eeee"


def seats_only(environment: Cinema) -> None:
    """The table of seats is throttled; the catalogue answers."""

    def intercept(send):
        if is_of_seats(environment.wire.arguments("query")[-1]):
            return unreachable(send)
        return send()

    environment.wire.every(intercept, "query")


@pytest.mark.shows("table throttled")
def test_a_throttled_table_of_seats_leaves_the_map_of_the_cache(cinema: Cinema) -> None:
    cinema.map()
    cinema.clock.advance(seconds=50)
    seats_only(cinema)
    assert cinema.map().headers["Status"] == "STALE"
    cinema.wire.heal()
    cinema.clock.advance(seconds=5)
    assert cinema.map().headers["Status"] == "OK"


def test_no_answer_shows_a_stack_trace(cinema: Cinema) -> None:
    cinema.wire.every(broken, "query", "get_item", "batch_get_item", "transact_write_items")
    answer = cinema.hold("A1")
    assert (answer.status, answer.code) == (500, "internal_error")
    assert "KeyError" not in str(answer.body)
    assert "secret" not in str(answer.body)
    assert len(cinema.bugs) == 1
    cinema.bugs.clear()


def broken(send):
    raise KeyError("secret")
