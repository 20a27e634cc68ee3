"""ExtendHold through its handler: what is answered, what is written, what the cache shows."""

from typing import Any

import pytest

from box_office.adapters.catalogue_rows import event_row
from tests.cinema import Cinema
from tests.examples import EV_1
from tests.integration.races import WRITE
from tests.replays import word_for_word
from tests.sample_catalogue import MINUTE, ROOM, TODAY, event
from tests.seeded_orders import book, pay
from tests.verbs import Answer
from tests.wire import answer_lost, never_answered, throttled

DESK: dict[str, Any] = {"user": "clerk", "groups": ("desk",)}


def extend(cinema: Cinema, order_id: str | None = None, key: str | None = None, **more: Any) -> Answer:
    body = {"order_id": order_id} if order_id else None
    headers = {"Idempotency-Key": key} if key else {}
    return cinema.call("extend_hold", {"event_id": more.pop("event_id", "ev_1")}, body, headers=headers, **more)


def test_a_live_hold_ends_ten_minutes_from_now_in_order_seats_and_map(cinema: Cinema) -> None:
    held = cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=8)
    answer = extend(cinema)
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


def test_a_loser_is_stopped_by_the_cache_at_the_old_end_too(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=8)
    extend(cinema)
    cinema.clock.now = TODAY + 10 * MINUTE + 2_000
    cinema.map(user="linus")  # the entry is read again, as it is each minute
    cinema.wire.forget()
    assert cinema.hold("A1", user="grace").status == 409
    assert WRITE not in cinema.wire.counts


def test_it_costs_one_read_and_one_write(cinema: Cinema) -> None:
    cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=5)
    extend(cinema, user="linus")  # the environment is warm
    cinema.wire.forget()
    assert extend(cinema).status == 200
    assert cinema.wire.counts == {"get_item": 1, WRITE: 1}


def test_time_runs_out_after_thirty_minutes(cinema: Cinema) -> None:
    cinema.hold("A1")
    ends = []
    for _ in range(3):
        cinema.clock.advance(minutes=9)
        ends.append(extend(cinema).body["hold_end_time"][11:16])
    assert ends == ["10:19", "10:28", "10:30"]
    last = extend(cinema)
    assert (last.status, last.code) == (409, "hold_limit_reached")
    assert cinema.booking().body["status"] == "HELD"


def test_when_under_a_minute_is_gained_nothing_is_written(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.clock.advance(seconds=59)
    answer = extend(cinema, key="k1")
    assert (answer.status, answer.body["hold_end_time"]) == (200, "2096-10-02T10:10:00.000Z")
    assert cinema.seat("A1")["version"] == 1
    cinema.clock.advance(seconds=1)
    assert extend(cinema, key="k1").body["hold_end_time"] == "2096-10-02T10:11:00.000Z"


def test_the_end_of_a_stage_with_other_numbers(cinema: Cinema) -> None:
    short = cinema.another_environment(settings_changes={"hold_seconds": 180, "hold_seconds_max": 300})
    short.hold("A1")
    cinema.clock.advance(minutes=2)
    assert extend(short).body["hold_end_time"] == "2096-10-02T10:05:00.000Z"
    assert extend(short).code == "hold_limit_reached"


@pytest.mark.parametrize("wait_ms", [0, 1, 5 * MINUTE])
def test_a_hold_that_is_over_gets_no_more_time(cinema: Cinema, wait_ms: int) -> None:
    cinema.hold("A1")
    cinema.clock.advance(ms=10 * MINUTE + wait_ms)
    assert (extend(cinema).status, extend(cinema).code) == (410, "hold_expired")
    cinema.hold("A2")
    cinema.release()
    assert extend(cinema).code == "hold_expired"


def test_other_states_say_what_they_are(cinema: Cinema) -> None:
    assert extend(cinema).code == "unknown_order"
    assert extend(cinema, event_id="ev_9").code == "unknown_event"
    pay(cinema, "A1")
    assert (extend(cinema).status, extend(cinema).code) == (409, "payment_in_progress")
    book(cinema, "B1", user="grace")
    assert extend(cinema, user="grace").code == "already_booked"


def test_an_order_that_is_not_the_current_one_changes_nothing(cinema: Cinema) -> None:
    first = cinema.hold("A1").body["order_id"]
    cinema.release()
    second = cinema.hold("A2").body["order_id"]
    cinema.clock.advance(minutes=5)
    assert extend(cinema, first).code == "unknown_order"
    assert extend(cinema, second, user="grace").code == "unknown_order"
    assert cinema.seat("A2")["version"] == 1
    assert extend(cinema, second).status == 200


def test_after_sales_end_a_live_hold_gets_more_time(cinema: Cinema) -> None:
    cinema.clock.now = EV_1.sales_end - MINUTE
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    assert extend(cinema).status == 200


def test_a_cancelled_showing_gives_no_more_time(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.seed("events", event_row(event("ev_1", ROOM, EV_1.movie_time, cancelled_at=TODAY)))
    cinema.clock.advance(minutes=5)
    assert (extend(cinema).status, extend(cinema).code) == (409, "event_cancelled")


def test_a_clerk_names_the_order_of_the_sale(cinema: Cinema) -> None:
    order_id = cinema.hold("A1", sale="s1", **DESK).body["order_id"]
    cinema.hold("A2", sale="s2", **DESK)
    cinema.clock.advance(minutes=5)
    assert extend(cinema, **DESK).code == "unknown_order"
    assert extend(cinema, order_id, **DESK).body["hold_end_time"] == "2096-10-02T10:15:00.000Z"
    assert cinema.seat("A2")["hold_until"] == TODAY + 10 * MINUTE
    assert cinema.broken_promises() == []


def test_the_same_key_gets_the_same_answer_but_for_the_seconds_left(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    first = extend(cinema, key="k1")
    cinema.clock.advance(minutes=3)
    again = extend(cinema, key="k1")
    assert word_for_word(again.body) == word_for_word(first.body)
    assert (first.body["seconds_left"], again.body["seconds_left"]) == (600, 420)
    assert extend(cinema, first.body["order_id"], key="k1").code == "idempotency_key_reused"
    assert extend(cinema, key="k2").body["hold_end_time"] == "2096-10-02T10:18:00.000Z"
    cinema.release()
    assert word_for_word(extend(cinema, key="k1").body) == word_for_word(first.body)


def test_a_key_of_a_hold_is_none_of_its_extension(cinema: Cinema) -> None:
    held = cinema.hold("A1", key="k1")
    cinema.clock.advance(minutes=5)
    assert extend(cinema, key="k1").body["hold_end_time"] == "2096-10-02T10:15:00.000Z"
    assert cinema.hold("A1", key="k1").body["hold_end_time"] == held.body["hold_end_time"]


def test_a_lost_answer_of_the_table_is_no_second_change(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    cinema.wire.next(WRITE, answer_lost)
    assert extend(cinema).status == 200
    assert cinema.seat("A1")["version"] == 2


@pytest.mark.parametrize("trouble", [throttled, never_answered], ids=["throttled", "no answer"])
def test_without_the_table_it_is_503_and_the_hold_keeps_its_end(cinema: Cinema, trouble: Any) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    cinema.wire.every(trouble, WRITE)
    answer = extend(cinema, key="k1")
    assert (answer.status, answer.code) == (503, "unavailable")
    cinema.wire.heal()
    assert cinema.seat("A1")["hold_until"] == TODAY + 10 * MINUTE
    assert extend(cinema, key="k1").status == 200


def test_without_the_cache_it_is_the_same(cinema: Cinema) -> None:
    away = cinema.without_cache()
    away.hold("A1")
    cinema.clock.advance(minutes=5)
    assert extend(away).body["hold_end_time"] == "2096-10-02T10:15:00.000Z"


def test_it_fills_the_bucket_that_holds_fill(cinema: Cinema) -> None:
    cinema.settings_changes = {"user_hold_burst": 3}
    cinema.hold("A1")
    assert [extend(cinema).status for _ in range(3)] == [200, 200, 429]


def test_it_takes_somebody_signed_in_and_an_order_id_that_is_one(cinema: Cinema) -> None:
    assert extend(cinema, user=None).code == "unauthenticated"
    assert extend(cinema, "or 1").body["param"] == "order_id"
