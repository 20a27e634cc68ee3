"""Idempotency-Key on HoldSeat: what committed is answered again word for word; a refusal is judged anew."""

import pytest

from tests.cinema import Cinema
from tests.integration.races import WRITE, others_first
from tests.replays import word_for_word
from tests.wire import after, answer_lost, cancelled, throttled

CONFLICT = cancelled("None", "TransactionConflict")


def test_the_same_key_and_body_get_the_same_answer(cinema: Cinema) -> None:
    first = cinema.hold("A1", "A2", key="k1")
    cinema.clock.advance(minutes=2)
    again = cinema.hold("A2", "A1", key="k1")

    assert (again.status, word_for_word(again.body)) == (201, word_for_word(first.body))
    assert cinema.seat("A1")["version"] == 1


@pytest.mark.parametrize("cache", ["warm", "lost", "down"])
@pytest.mark.parametrize("end", ["released", "replaced", "lapsed"])
def test_the_answer_stays_whatever_became_of_the_hold_and_whoever_has_the_seat(
    cinema: Cinema, end: str, cache: str
) -> None:
    first = cinema.hold("A1", key="k1")
    if end == "released":
        cinema.release()
    elif end == "replaced":
        cinema.hold("B1", key="k2")
    else:
        cinema.clock.advance(minutes=11)
    assert cinema.hold("A1", user="grace").status == 201
    if cache == "lost":
        cinema.lose_the_cache()
    here = cinema.without_cache() if cache == "down" else cinema

    for _ in range(2):
        again = here.hold("A1", key="k1")
        assert (again.status, word_for_word(again.body)) == (201, word_for_word(first.body))
    assert cinema.seat("A1")["user_id"] == "grace"
    assert cinema.broken_promises() == []


def test_a_replacement_and_a_smaller_selection_are_remembered_too(cinema: Cinema) -> None:
    cinema.hold("A1", "A2", key="k1")
    smaller = cinema.hold("A1", key="k2")
    other = cinema.hold("B1", key="k3")

    assert (cinema.hold("A1", key="k2").status, cinema.hold("A1", key="k2").body) == (200, smaller.body)
    assert (cinema.hold("B1", key="k3").status, cinema.hold("B1", key="k3").body) == (201, other.body)


@pytest.mark.parametrize("change", [{"seats": ("A2",)}, {"event_id": None}], ids=["other seats", "no event"])
def test_the_same_key_with_another_body_is_refused(cinema: Cinema, change: dict) -> None:
    cinema.hold("A1", key="k1")
    seats = change.pop("seats", ("A1",))
    answer = cinema.hold(*seats, key="k1", **change)

    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert cinema.seat("A2")["status"] == "empty"
    assert cinema.hold("A2", user="grace").status == 201, "the refused request's marks were not taken back"


def test_keys_belong_to_their_user_and_event(cinema: Cinema) -> None:
    cinema.hold("A1", key="k1")
    assert cinema.hold("A2", key="k1", user="grace").status == 201
    assert cinema.hold("A1", key="k1", event_id="ev_2").status == 201


def test_a_refusal_is_judged_anew(cinema: Cinema) -> None:
    cinema.hold("A1", user="grace")
    assert cinema.hold("A1", key="k1").status == 409
    cinema.release(user="grace")
    assert cinema.hold("A1", key="k1").status == 201


def test_the_key_of_an_older_order_is_judged_anew(cinema: Cinema) -> None:
    first = cinema.hold("A1", key="k1")
    cinema.release()
    cinema.hold("B1", key="k2")
    again = cinema.hold("A1", key="k1")

    assert again.status == 201
    assert again.body["order_id"] != first.body["order_id"]


def test_a_twin_that_comes_second_gets_the_recorded_answer(cinema: Cinema) -> None:
    twin, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(twin.hold("A1", key="k1")))
    answers.append(cinema.hold("A1", key="k1"))

    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    assert len(cinema.rows("orders")) == 1


@pytest.mark.shows("transaction conflict")
def test_twins_in_each_others_way_are_told_so_after_three_tries(cinema: Cinema) -> None:
    cinema.wire.every(CONFLICT, WRITE)
    answer = cinema.hold("A1", key="k1")

    assert (answer.status, answer.code) == (409, "idempotency_key_in_use")
    assert answer.headers["Retry-After"] == "1"
    assert len(cinema.wire.arguments(WRITE)) == 3


def test_without_a_key_a_conflict_is_over_seats(cinema: Cinema) -> None:
    cinema.wire.every(CONFLICT, WRITE)
    answer = cinema.hold("A1")

    assert (answer.status, answer.code, answer.body["conflicts"]) == (409, "seats_unavailable", ["A1"])
    assert len(cinema.wire.arguments(WRITE)) == 3


@pytest.mark.parametrize(("key", "code"), [(None, "seats_unavailable"), ("k1", "idempotency_key_in_use")])
def test_an_order_that_changes_under_every_try_ends_after_three_rounds(
    cinema: Cinema, key: str | None, code: str
) -> None:
    cinema.hold("A1")
    device = cinema.another_environment()
    cinema.wire.forget()
    cinema.wire.next(WRITE, *(after(lambda seat=seat: device.hold("A1", seat)) for seat in ("B1", "B2", "B3", "B4")))
    answer = cinema.hold("A2", **({"key": key} if key else {}))

    assert (answer.status, answer.code) == (409, code)
    assert len(cinema.wire.arguments(WRITE)) == 3
    assert cinema.booking().body["selected_seat"] == ["A1", "B3"]
    assert cinema.broken_promises() == []


@pytest.mark.parametrize("trouble", [CONFLICT, throttled, answer_lost])
def test_trouble_that_passes_costs_only_time(cinema: Cinema, trouble) -> None:
    cinema.wire.next(WRITE, trouble, trouble)
    answer = cinema.hold("A1", key="k1")

    assert answer.status == 201
    assert cinema.clock.slept, "tries follow each other with a pause"
    first, *others = cinema.wire.arguments(WRITE)
    assert all(other == first for other in others), "each try is the identical request under the same token"
    assert cinema.seat("A1")["version"] == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "tab\there", "new\nline"])
def test_a_malformed_key_is_refused(cinema: Cinema, key: str) -> None:
    answer = cinema.hold("A1", key=key)
    assert (answer.status, answer.code, answer.body["param"]) == (400, "invalid_request", "Idempotency-Key")
    assert cinema.rows("seats") == []


def test_the_longest_key_is_kept(cinema: Cinema) -> None:
    first = cinema.hold("A1", key="~" * 255)
    assert cinema.hold("A1", key="~" * 255).body == first.body
