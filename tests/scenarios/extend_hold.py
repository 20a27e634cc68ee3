"""ExtendHold: what is answered, what is written, what the map shows."""

from typing import Any

import pytest

from tests.examples import EV_1
from tests.replays import word_for_word
from tests.sample_catalogue import MINUTE, ROOM, TODAY, event
from tests.seeded_orders import book, pay
from tests.verbs import Verbs

DESK: dict[str, Any] = {"user": "clerk", "groups": ("desk",)}


def test_a_live_hold_ends_ten_minutes_from_now_in_order_seats_and_map(cinema: Verbs) -> None:
    held = cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=8)
    answer = cinema.extend()
    assert (answer.status, answer.headers["Status"], answer.headers["Cache-Control"]) == (
        200,
        "HELD",
        "private, no-store",
    )
    later = {"hold_end_time": "2096-10-02T10:18:00.000Z", "seconds_left": 600}
    assert answer.body == held.body | later
    assert answer.body["extendable_until"] == "2096-10-02T10:30:00.000Z"
    assert {cinema.seat(seat)["hold_until"] for seat in ("A1", "A2")} == {TODAY + 18 * MINUTE}
    assert cinema.booking().body["seconds_left"] == 600

    cinema.clock.now = TODAY + 10 * MINUTE + 2_000
    assert cinema.hold("A1", user="grace").body["conflicts"] == ["A1"]
    assert cinema.small_map().body["status"]["A"] == "hhee"
    assert cinema.broken_promises() == []


def test_time_runs_out_after_thirty_minutes(cinema: Verbs) -> None:
    cinema.hold("A1")
    ends = []
    for _ in range(3):
        cinema.clock.advance(minutes=9)
        ends.append(cinema.extend().body["hold_end_time"][11:16])
    assert ends == ["10:19", "10:28", "10:30"]
    last = cinema.extend()
    assert (last.status, last.code) == (409, "hold_limit_reached")
    assert cinema.booking().body["status"] == "HELD"


def test_when_under_a_minute_is_gained_nothing_is_written(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.clock.advance(seconds=59)
    answer = cinema.extend(key="k1")
    assert (answer.status, answer.body["hold_end_time"]) == (200, "2096-10-02T10:10:00.000Z")
    assert cinema.seat("A1")["version"] == 1
    cinema.clock.advance(seconds=1)
    assert cinema.extend(key="k1").body["hold_end_time"] == "2096-10-02T10:11:00.000Z"


def test_the_end_of_a_stage_with_other_numbers(cinema: Verbs) -> None:
    short = cinema.another_environment(settings_changes={"hold_seconds": 180, "hold_seconds_max": 300})
    short.hold("A1")
    cinema.clock.advance(minutes=2)
    assert short.extend().body["hold_end_time"] == "2096-10-02T10:05:00.000Z"
    assert short.extend().code == "hold_limit_reached"


@pytest.mark.parametrize("wait_ms", [0, 1, 5 * MINUTE])
def test_a_hold_that_is_over_gets_no_more_time(cinema: Verbs, wait_ms: int) -> None:
    cinema.hold("A1")
    cinema.clock.advance(ms=10 * MINUTE + wait_ms)
    assert (cinema.extend().status, cinema.extend().code) == (410, "hold_expired")
    cinema.hold("A2")
    cinema.release()
    assert cinema.extend().code == "hold_expired"


def test_other_states_say_what_they_are(cinema: Verbs) -> None:
    assert cinema.extend().code == "unknown_order"
    assert cinema.extend(event_id="ev_9").code == "unknown_event"
    pay(cinema, "A1")
    assert (cinema.extend().status, cinema.extend().code) == (409, "payment_in_progress")
    book(cinema, "B1", user="grace")
    assert cinema.extend(user="grace").code == "already_booked"


def test_an_order_that_is_not_the_current_one_changes_nothing(cinema: Verbs) -> None:
    first = cinema.hold("A1").body["order_id"]
    cinema.release()
    second = cinema.hold("A2").body["order_id"]
    cinema.clock.advance(minutes=5)
    assert cinema.extend(order_id=first).code == "unknown_order"
    assert cinema.extend(order_id=second, user="grace").code == "unknown_order"
    assert cinema.seat("A2")["version"] == 1
    assert cinema.extend(order_id=second).status == 200


def test_after_sales_end_a_live_hold_gets_more_time(cinema: Verbs) -> None:
    cinema.clock.now = EV_1.sales_end - MINUTE
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    assert cinema.extend().status == 200


def test_a_cancelled_showing_gives_no_more_time(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.seed_event(event("ev_1", ROOM, EV_1.movie_time, cancelled_at=TODAY))
    cinema.clock.advance(minutes=5)
    assert (cinema.extend().status, cinema.extend().code) == (409, "event_cancelled")


def test_a_clerk_names_the_order_of_the_sale(cinema: Verbs) -> None:
    order_id = cinema.hold("A1", sale="s1", **DESK).body["order_id"]
    cinema.hold("A2", sale="s2", **DESK)
    cinema.clock.advance(minutes=5)
    assert cinema.extend(**DESK).code == "unknown_order"
    assert cinema.extend(order_id=order_id, **DESK).body["hold_end_time"] == "2096-10-02T10:15:00.000Z"
    assert cinema.seat("A2")["hold_until"] == TODAY + 10 * MINUTE
    assert cinema.broken_promises() == []


def test_the_same_key_gets_the_same_answer_but_for_the_seconds_left(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    first = cinema.extend(key="k1")
    cinema.clock.advance(minutes=3)
    again = cinema.extend(key="k1")
    assert word_for_word(again.body) == word_for_word(first.body)
    assert (first.body["seconds_left"], again.body["seconds_left"]) == (600, 420)
    assert cinema.extend(order_id=first.body["order_id"], key="k1").code == "idempotency_key_reused"
    assert cinema.extend(key="k2").body["hold_end_time"] == "2096-10-02T10:18:00.000Z"
    cinema.release()
    assert word_for_word(cinema.extend(key="k1").body) == word_for_word(first.body)


def test_a_key_of_a_hold_is_none_of_its_extension(cinema: Verbs) -> None:
    held = cinema.hold("A1", key="k1")
    cinema.clock.advance(minutes=5)
    assert cinema.extend(key="k1").body["hold_end_time"] == "2096-10-02T10:15:00.000Z"
    assert cinema.hold("A1", key="k1").body["hold_end_time"] == held.body["hold_end_time"]


def test_without_the_cache_it_is_the_same(cinema: Verbs) -> None:
    away = cinema.without_cache()
    away.hold("A1")
    cinema.clock.advance(minutes=5)
    assert away.extend().body["hold_end_time"] == "2096-10-02T10:15:00.000Z"


def test_it_fills_the_bucket_that_holds_fill(cinema: Verbs) -> None:
    cinema.settings_changes = {"user_hold_burst": 3}
    cinema.hold("A1")
    assert [cinema.extend().status for _ in range(3)] == [200, 200, 429]


def test_it_takes_somebody_signed_in_and_an_order_id_that_is_one(cinema: Verbs) -> None:
    assert cinema.extend(user=None).code == "unauthenticated"
    assert cinema.extend(order_id="or 1").body["param"] == "order_id"
