"""Rates, the blacklist and the pause, as a client sees them."""

import pytest

from tests.cinema import Cinema


@pytest.mark.guards("API4 resource consumption")
def test_too_many_requests_are_told_when_to_come_again(cinema: Cinema) -> None:
    cinema.settings_changes = {"user_hold_burst": 2, "user_map_burst": 1}
    answers = [cinema.hold(f"B{number}") for number in (1, 2, 3)]

    assert [answer.status for answer in answers] == [201, 201, 429]
    assert (answers[2].code, answers[2].headers["Status"]) == ("rate_limited", "RATE_LIMITED")
    assert answers[2].headers["Retry-After"] == "1"
    assert cinema.seat("B3")["status"] == "empty"
    assert cinema.hold("B3", user="grace").status == 201, "a refused request leaves no marks"
    assert (cinema.release().status, cinema.release().code) == (429, "rate_limited")
    assert [cinema.map().status, cinema.map().status] == [200, 429]


def test_a_blocked_user_still_reads_and_releases_a_live_hold(cinema: Cinema) -> None:
    cinema.settings_changes = {"user_hold_burst": 1, "user_refusals_max": 1}
    cinema.hold("A1")
    cinema.hold("A2")

    blocked = cinema.hold("A2")
    assert (blocked.status, blocked.code, blocked.headers["Status"]) == (403, "blocked", "BLOCKED")
    assert cinema.map().code == "blocked"
    assert cinema.booking().body["status"] == "HELD"
    assert cinema.release().status == 204
    assert cinema.seat("A1")["status"] == "empty"
    cinema.clock.advance(seconds=1)
    assert cinema.release().status == 204, "no block refuses a release, the second one neither"


@pytest.mark.guards("API4 resource consumption")
def test_an_address_is_limited_whoever_uses_it(cinema: Cinema) -> None:
    cinema.settings_changes = {"address_burst": 2}
    answers = [cinema.map(user=f"user-{number}", address="198.51.100.9").status for number in range(3)]
    assert answers == [200, 200, 429]
    assert cinema.map(user="user-3", address="198.51.100.10").status == 200


@pytest.mark.guards("API6 sensitive business flows")
def test_letting_go_four_times_pauses_new_holds_of_that_event_only(cinema: Cinema) -> None:
    for _ in range(4):
        cinema.hold("A1")
        cinema.release()
        cinema.clock.advance(seconds=1)
    cinema.clock.advance(ms=-1_000)
    paused = cinema.hold("A1")

    assert (paused.status, paused.code, paused.headers["Retry-After"]) == (429, "rate_limited", "2")
    assert cinema.hold("A1", event_id="ev_2").status == 201
    cinema.clock.advance(seconds=2)
    assert cinema.hold("A1").status == 201


def test_with_the_cache_down_the_limiter_lets_everything_pass(cinema: Cinema) -> None:
    alone = cinema.another_environment(cache_url="redis://127.0.0.1:1", settings_changes={"user_hold_burst": 1})
    assert [alone.hold(f"B{number}").status for number in (1, 2, 3)] == [201, 201, 201]


def test_who_is_refused_costs_no_table_call_whether_or_not_a_showing_is_named(cinema: Cinema) -> None:
    cinema.settings_changes = {"user_hold_burst": 2}
    warm = [cinema.hold("A1", event_id=event_id).status for event_id in (None, "ev_1")]
    assert warm == [201, 200], "a request that names no showing fills the bucket once, as any other"
    cinema.wire.forget()

    for event_id in (None, "ev_1"):
        refused = cinema.hold("A1", event_id=event_id)
        assert (refused.status, refused.code) == (429, "rate_limited")
    assert cinema.wire.counts == {}
