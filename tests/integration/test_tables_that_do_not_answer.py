"""HoldSeat when the tables take every request and answer none: it ends with an answer, within its function's time."""

import pytest
from botocore.exceptions import ReadTimeoutError

from box_office.adapters.aws_clients import CONFIG
from box_office.adapters.dynamodb import changes as dynamodb_changes
from box_office.use_cases import hold_in_progress
from infra.http_functions import HTTP_FUNCTIONS
from tests.cinema import Cinema
from tests.integration.cache_races import shown
from tests.wire import URL, Send, unreachable

TABLE_CALLS = ("get_item", "batch_get_item", "query", "transact_write_items", "put_item")
FUNCTION_SECONDS = {function.verb: function.timeout_seconds for function in HTTP_FUNCTIONS}
PAUSE_SECONDS_MAX = 1  # of botocore's standard mode, before its second try
TRIES = CONFIG.retries["total_max_attempts"]
NO_ANSWER_SECONDS = TRIES * CONFIG.read_timeout + PAUSE_SECONDS_MAX  # what is taken, and not answered
LONGEST_SECONDS = NO_ANSWER_SECONDS + TRIES * CONFIG.connect_timeout  # and is hard to reach, too
SEND_SECONDS = 2.0  # a client for the lanes, made when it is first needed, and its call


def hang(cinema: Cinema, seconds: float) -> None:
    def never_answered(send: Send) -> None:
        cinema.clock.advance(seconds=seconds)
        raise ReadTimeoutError(endpoint_url=URL)

    cinema.wire.every(never_answered, *TABLE_CALLS)


def held_within(cinema: Cinema, seat: str, **more: str) -> tuple[int, float]:
    """The answer's status, and the seconds that it took."""
    began = cinema.clock.now
    answer = cinema.hold(seat, **more)
    return answer.status, (cinema.clock.now - began) / 1000


@pytest.fixture
def warm(cinema: Cinema) -> Cinema:
    """The environment remembers the film, the room and the showing."""
    cinema.hold("C1", user="linus")
    return cinema


@pytest.mark.shows("table accepts requests and answers none")
@pytest.mark.parametrize("seconds", [NO_ANSWER_SECONDS, LONGEST_SECONDS])
@pytest.mark.parametrize("who", ["held before", "never held"])
@pytest.mark.parametrize("cache", ["up", "down"])
def test_a_hold_that_no_table_answers_is_answered_in_time(warm: Cinema, seconds: float, who: str, cache: str) -> None:
    cinema = warm
    if who == "held before":
        cinema.hold("B1")
        cinema.release()
    here = cinema.without_cache() if cache == "down" else cinema
    if cache == "down":
        here.hold("B2", user="zed")
    hang(here, seconds)
    status, took = held_within(here, "A1")

    assert status == 202
    assert took + SEND_SECONDS <= FUNCTION_SECONDS["hold_seat"]
    assert took <= seconds + 0.5, "one call was waited for, and no other"


@pytest.mark.parametrize("named", [True, False], ids=["a showing is named", "the next showing"])
def test_a_hold_that_no_table_answers_is_answered_in_time_though_the_catalogue_is_asked_first(
    warm: Cinema, named: bool
) -> None:
    """What is remembered is a minute old, and serves when the tables do not answer; no second call is waited for."""
    cinema = warm
    cinema.hold("B1", user="grace", **({} if named else {"event_id": None}))
    cinema.clock.advance(seconds=61)
    hang(cinema, LONGEST_SECONDS)
    status, took = held_within(cinema, "A1", **({} if named else {"event_id": None}))

    assert status == 202
    assert took + SEND_SECONDS <= FUNCTION_SECONDS["hold_seat"]


@pytest.mark.parametrize("named", [True, False], ids=["a showing is named", "the next showing"])
def test_a_cold_environment_that_no_table_answers_answers_in_time(cinema: Cinema, named: bool) -> None:
    """It knows no film, and there is no snapshot either."""
    hang(cinema, LONGEST_SECONDS)
    status, took = held_within(cinema, "A1", **({} if named else {"event_id": None}))

    assert status == 503
    assert took + SEND_SECONDS <= FUNCTION_SECONDS["hold_seat"]


@pytest.mark.parametrize("call", ["transact_write_items", "get_item", "query"])
def test_whichever_call_is_slow_and_then_not_answered_there_is_time_left(warm: Cinema, call: str) -> None:
    """Answers just before it would be too late for another call, then none."""
    cinema = warm
    cinema.hold("B1")
    cinema.clock.advance(seconds=50)  # the showing is to be read again

    def slow(send: Send) -> None:
        cinema.clock.advance(ms=hold_in_progress.TABLE_CALLS_BEGIN_MS - 1)
        return send()

    hang(cinema, LONGEST_SECONDS)
    for operation in {"get_item", "query", "transact_write_items"} - {call}:
        cinema.wire.next(operation, slow)
    status, took = held_within(cinema, "A1")

    assert status in (201, 202, 409, 503)
    assert took + SEND_SECONDS <= FUNCTION_SECONDS["hold_seat"]


def test_what_was_not_answered_leaves_its_marks_for_the_worker_and_what_cannot_wait_leaves_none(
    warm: Cinema,
) -> None:
    cinema = warm
    cinema.map()
    hang(cinema, NO_ANSWER_SECONDS)
    assert held_within(cinema, "A1")[0] == 202
    assert shown(cinema, "A1", "h") == []
    cinema.wire.heal()
    cinema.deliver()
    assert cinema.seat("A1")["status"] == "hold"

    cinema.hold("B1", user="grace")
    cinema.release(user="grace")
    hang(cinema, NO_ANSWER_SECONDS)
    cinema.wire.every(unreachable, "send_message")
    assert held_within(cinema, "A2", user="grace")[0] == 503
    assert shown(cinema, "A2", "e") == [], "her order was not even read: nothing was written"


def test_a_release_that_no_table_answers_is_answered_in_time(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.clock.advance(seconds=61)  # the showing is to be read again
    hang(cinema, LONGEST_SECONDS)
    began = cinema.clock.now
    assert cinema.release().status == 503
    assert (cinema.clock.now - began) / 1000 + SEND_SECONDS <= FUNCTION_SECONDS["release_seat"]


@pytest.mark.parametrize("rule", ["TABLE_CALLS_BEGIN_MS", "PATIENCE_MS"])
def test_control_without_the_rule_the_function_ends_first(
    cinema: Cinema, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    cinema.hold("B1")
    if rule == "TABLE_CALLS_BEGIN_MS":
        monkeypatch.setattr(hold_in_progress, rule, 10**9)
        cinema.clock.advance(seconds=61)  # the catalogue is asked first, and does not answer either
    else:
        monkeypatch.setattr(dynamodb_changes, rule, 10**9)
        monkeypatch.setattr(hold_in_progress, "TABLE_CALLS_BEGIN_MS", 10**9)
    hang(cinema, LONGEST_SECONDS)
    _, took = held_within(cinema, "A1", user="grace")
    assert took + SEND_SECONDS > FUNCTION_SECONDS["hold_seat"]
