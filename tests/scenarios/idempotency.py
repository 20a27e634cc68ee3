"""Idempotency-Key on HoldSeat: what committed is answered again word for word; a refusal is judged anew."""

import pytest

from tests.replays import word_for_word
from tests.verbs import Verbs


def test_the_same_key_and_body_get_the_same_answer(cinema: Verbs) -> None:
    first = cinema.hold("A1", "A2", key="k1")
    cinema.clock.advance(minutes=2)
    again = cinema.hold("A2", "A1", key="k1")

    assert (again.status, word_for_word(again.body)) == (201, word_for_word(first.body))
    assert cinema.seat("A1")["version"] == 1


@pytest.mark.parametrize("cache", ["warm", "lost", "down"])
@pytest.mark.parametrize("end", ["released", "replaced", "lapsed"])
def test_the_answer_stays_whatever_became_of_the_hold_and_whoever_has_the_seat(
    cinema: Verbs, end: str, cache: str
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


def test_a_replacement_and_a_smaller_selection_are_remembered_too(cinema: Verbs) -> None:
    cinema.hold("A1", "A2", key="k1")
    smaller = cinema.hold("A1", key="k2")
    other = cinema.hold("B1", key="k3")

    assert (cinema.hold("A1", key="k2").status, cinema.hold("A1", key="k2").body) == (200, smaller.body)
    assert (cinema.hold("B1", key="k3").status, cinema.hold("B1", key="k3").body) == (201, other.body)


@pytest.mark.parametrize(("seat", "rest"), [("A2", {}), ("A1", {"event_id": None})], ids=["other seats", "no event"])
def test_the_same_key_with_another_body_is_refused(cinema: Verbs, seat: str, rest: dict) -> None:
    cinema.hold("A1", key="k1")
    answer = cinema.hold(seat, key="k1", **rest)

    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert cinema.seat("A2")["status"] == "empty"
    assert cinema.hold("A2", user="grace").status == 201, "the refused request's marks were not taken back"


def test_keys_belong_to_their_user_and_event(cinema: Verbs) -> None:
    cinema.hold("A1", key="k1")
    assert cinema.hold("A2", key="k1", user="grace").status == 201
    assert cinema.hold("A1", key="k1", event_id="ev_2").status == 201


def test_a_refusal_is_judged_anew(cinema: Verbs) -> None:
    cinema.hold("A1", user="grace")
    assert cinema.hold("A1", key="k1").status == 409
    cinema.release(user="grace")
    assert cinema.hold("A1", key="k1").status == 201


def test_the_key_of_an_older_order_is_judged_anew(cinema: Verbs) -> None:
    first = cinema.hold("A1", key="k1")
    cinema.release()
    cinema.hold("B1", key="k2")
    again = cinema.hold("A1", key="k1")

    assert again.status == 201
    assert again.body["order_id"] != first.body["order_id"]
    assert cinema.booking().body["selected_seat"] == ["A1"]


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "tab\there", "new\nline"])
def test_a_malformed_key_is_refused(cinema: Verbs, key: str) -> None:
    answer = cinema.hold("A1", key=key)
    assert (answer.status, answer.code, answer.body["param"]) == (400, "invalid_request", "Idempotency-Key")
    assert cinema.rows("seats") == []


def test_the_longest_key_is_kept(cinema: Verbs) -> None:
    first = cinema.hold("A1", key="~" * 255)
    assert cinema.hold("A1", key="~" * 255).body == first.body
