"""Races over the cache, step by step: each returns what it broke, and nothing when every rule was kept."""

import pytest

from tests.cinema import Cinema
from tests.integration.races import WRITE, statuses
from tests.verbs import Answer
from tests.wire import (
    Crash,
    after,
    answer_lost,
    before_the_answer,
    crash,
    never_answered,
    never_connected,
    throttled,
    unreachable,
)

READ = "query"
SEND = "send_message"  # to the lane where a hold waits for the table


def shown(cinema: Cinema, seats: str, wanted: str) -> list[str]:
    """What somebody else sees of some seats just now, a letter each."""
    rows = cinema.another_environment().small_map().body["status"]
    got = "".join(rows[seat[0]][int(seat[1:]) - 1] for seat in seats.split())
    return [] if got == wanted else [f"the map shows {seats} as {got}, not {wanted}"]


def an_undo_comes_late(cinema: Cinema) -> list[str]:
    """So late that the seat has a new owner."""
    grace, answers = cinema.another_environment(), []

    def meanwhile() -> None:
        cinema.clock.advance(minutes=10, seconds=2)
        grace.map(user="grace")
        answers.append(grace.hold("A1", user="grace"))

    cinema.wire.next(WRITE, lambda send: [meanwhile(), never_connected(send)])
    cinema.wire.every(unreachable, SEND)
    answers.append(cinema.hold("A1", user="ada"))
    return [*cinema.broken_promises(), *statuses(answers, 201, 503), *shown(cinema, "A1", "h")]


def a_loader_comes_after_the_next_one(cinema: Cinema) -> list[str]:
    cinema.hold("A1")
    other, slow = cinema.another_environment(), cinema.another_environment()
    slow.wire.next(
        READ,
        before_the_answer(
            other.release,
            lambda: cinema.clock.advance(seconds=50),
            lambda: other.map(user="grace"),
        ),
    )
    slow.map(user="linus")
    return [*cinema.broken_promises(), *shown(cinema, "A1", "e")]


def a_loader_comes_after_a_hold_of_a_known_seat(cinema: Cinema) -> list[str]:
    cinema.hold("A1")
    cinema.release()
    cinema.clock.advance(seconds=10)
    cinema.map()
    return loader_after_a_hold(cinema)


def a_loader_comes_after_a_hold_of_an_untouched_seat(cinema: Cinema) -> list[str]:
    cinema.map()
    return loader_after_a_hold(cinema)


def loader_after_a_hold(cinema: Cinema) -> list[str]:
    cinema.clock.advance(seconds=46)
    grace, answers = cinema.another_environment(), []
    cinema.wire.next(READ, before_the_answer(lambda: answers.append(grace.hold("A1", user="grace"))))
    cinema.map(user="linus")
    return [*cinema.broken_promises(), *statuses(answers, 201), *shown(cinema, "A1", "h")]


def die_before_writing(cinema: Cinema, *seats: str) -> None:
    cinema.wire.next(WRITE, crash)
    with pytest.raises(Crash):
        cinema.hold(*seats)


def an_environment_dies_between_mark_and_write(cinema: Cinema) -> list[str]:
    """Nobody holds the seat, and within a minute everybody knows."""
    die_before_writing(cinema, "A1")
    grace = cinema.another_environment()
    early = grace.hold("A1", user="grace")
    cinema.clock.advance(seconds=60)
    late = grace.hold("A1", user="grace")
    return [*cinema.broken_promises(), *statuses([early], 409), *statuses([late], 201)]


def the_same_user_tries_again_after_a_crash(cinema: Cinema) -> list[str]:
    die_before_writing(cinema, "A1", "A2")
    answer = cinema.another_environment().hold("A1", "A2")
    return [*cinema.broken_promises(), *statuses([answer], 201)]


def a_loser_costs_the_table_nothing(cinema: Cinema) -> list[str]:
    cinema.map()
    cinema.hold("A1", user="ada")
    cinema.wire.forget()
    answer = cinema.hold("A1", user="grace")
    calls = [f"the loser called the table: {cinema.wire.counts}"] if cinema.wire.sent else []
    return [*statuses([answer], 409), *calls]


def two_people_look_when_a_reload_is_due(cinema: Cinema) -> list[str]:
    cinema.map()
    cinema.clock.advance(seconds=46)
    other, seen = cinema.another_environment(), list[Answer]()
    cinema.wire.forget()
    cinema.wire.next(READ, after(lambda: seen.append(other.map(user="grace"))))
    seen.append(cinema.map())
    # The catalogue is read by query as well, once an environment: it is no seat table.
    seats = [call for call in (*cinema.wire.arguments(READ), *other.wire.arguments(READ)) if is_of_seats(call)]
    return [*statuses(seen, 200, 200), *([] if len(seats) == 1 else [f"{len(seats)} callers read the seats"])]


def is_of_seats(query: dict) -> bool:
    return query["TableName"].endswith("Available_seat")


def the_table_is_out_of_reach(cinema: Cinema) -> list[str]:
    cinema.map()
    cinema.wire.every(never_connected, WRITE, SEND)
    return certain_failure(cinema)


def the_table_throttles(cinema: Cinema) -> list[str]:
    cinema.map()
    cinema.wire.every(throttled, WRITE)
    cinema.wire.every(unreachable, SEND)
    return certain_failure(cinema)


def certain_failure(cinema: Cinema) -> list[str]:
    answer = cinema.hold("A1")
    told = [] if int(answer.headers.get("Retry-After", 0)) > 0 else ["no Retry-After"]
    tries = len(cinema.wire.arguments(WRITE))
    bounded = [] if 1 <= tries <= 3 else [f"{tries} tries"]
    return [*cinema.broken_promises(), *statuses([answer], 503), *told, *bounded, *shown(cinema, "A1", "e")]


def no_try_of_a_write_is_answered(cinema: Cinema) -> list[str]:
    """It may have been written: the marks stay, and never stop this user's next try."""
    cinema.map()
    cinema.wire.every(never_answered, WRITE)
    cinema.wire.every(unreachable, SEND)
    unknown = cinema.hold("A1")
    seen = shown(cinema, "A1", "h")
    again = cinema.another_environment().hold("A1")
    return [*cinema.broken_promises(), *statuses([unknown], 503), *seen, *statuses([again], 201)]


def an_unanswered_try_is_followed_by_certain_failures(cinema: Cinema) -> list[str]:
    """The first try was written, and the others know nothing of it."""
    cinema.map()
    cinema.wire.next(WRITE, answer_lost, throttled, never_connected)
    cinema.wire.every(unreachable, SEND)
    unknown = cinema.hold("A1")
    seen = shown(cinema, "A1", "h")
    again = cinema.another_environment().hold("A1")
    return [*cinema.broken_promises(), *statuses([unknown], 503), *seen, *statuses([again], 200)]


def the_cache_thinks_a_held_seat_is_free(cinema: Cinema) -> list[str]:
    cinema.map()
    cinema.without_cache().hold("A1", user="grace")
    first = cinema.hold("A1", "A2", user="ada")
    cinema.wire.forget()
    second = cinema.hold("A1", user="ada")
    calls = [f"not repaired: the second try called the table: {cinema.wire.counts}"] if cinema.wire.sent else []
    named = [] if first.body.get("conflicts") == ["A1"] else [f"conflicts: {first.body}"]
    return [*statuses([first, second], 409, 409), *calls, *named, *shown(cinema, "A1 A2", "he")]


def a_loser_without_the_cache_writes_nothing(cinema: Cinema) -> list[str]:
    cinema.hold("A1", user="grace")
    alone = cinema.without_cache()
    answer = alone.hold("A1", user="ada")
    writes = alone.wire.arguments(WRITE)
    return [*statuses([answer], 409), *(["a loser wrote"] if writes else [])]
