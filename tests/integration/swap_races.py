"""Races about what a new selection gives up: each returns what it broke, and nothing when every rule was kept."""

import pytest

from tests.cinema import Cinema
from tests.integration.cache_races import SEND, shown
from tests.integration.races import WRITE, statuses
from tests.sample_catalogue import MINUTE, TODAY
from tests.seeded_orders import book
from tests.verbs import Answer
from tests.wire import Crash, after, before_the_answer, crash, never_answered, never_connected, passing, unreachable

CLERK = {"user": "clerk", "groups": ("desk",)}


def held(cinema: Cinema) -> Cinema:
    """Two seats of ada's, in an entry that was just read."""
    cinema.map(user="linus")
    cinema.hold("A1", "A2")
    return cinema


def somebody_wants_the_seat_that_was_swapped(cinema: Cinema) -> list[str]:
    swapped = held(cinema).hold("A1", "A3")
    seen = shown(cinema, "A1 A2 A3", "heh")
    grace = cinema.another_environment().hold("A2", user="grace")
    return [*cinema.broken_promises(), *statuses([swapped, grace], 201, 201), *seen]


def a_replacement_certainly_fails(cinema: Cinema) -> list[str]:
    held(cinema).wire.every(never_connected, WRITE)
    cinema.wire.every(unreachable, SEND)
    failed = cinema.hold("A1", "A3")
    return [*cinema.broken_promises(), *statuses([failed], 503), *shown(cinema, "A1 A2 A3", "hhe")]


def a_replacement_meets_a_seat_that_the_cache_thinks_is_free(cinema: Cinema) -> list[str]:
    held(cinema).without_cache().hold("A3", user="grace")
    refused = cinema.hold("A1", "A3")
    return [*cinema.broken_promises(), *statuses([refused], 409), *shown(cinema, "A1 A2 A3", "hhh")]


def an_environment_dies_before_it_writes_a_replacement(cinema: Cinema) -> list[str]:
    """Between, others may try, and lose at the table; within a minute everybody knows."""
    cinema.hold("A1", "A2")
    cinema.clock.advance(seconds=46)
    cinema.map(user="linus")
    cinema.wire.next(WRITE, crash)
    with pytest.raises(Crash):
        cinema.hold("A1", "A3")
    early = cinema.another_environment().hold("A3", "A2", user="grace")
    cinema.clock.advance(seconds=60)
    cinema.map(user="linus")
    return [*cinema.broken_promises(), *statuses([early], 409), *shown(cinema, "A1 A2 A3", "hhe")]


def no_try_of_a_replacement_is_answered(cinema: Cinema) -> list[str]:
    """It may have been written: what was given up is shown as free, and judged by the table."""
    held(cinema).wire.every(never_answered, WRITE)
    unknown = cinema.hold("A1", "A3")
    seen = shown(cinema, "A1 A2 A3", "heh")
    grace = cinema.another_environment().hold("A2", user="grace")
    again = cinema.another_environment().hold("A1", "A3")
    seen += shown(cinema, "A1 A2 A3", "heh")
    return [*cinema.broken_promises(), *statuses([unknown, grace, again], 503, 409, 201), *seen]


def a_booking_that_the_cache_has_not_heard_of(cinema: Cinema) -> list[str]:
    """What the user has bought is no longer theirs to give up, and shows as taken."""
    cinema.map(user="linus")
    first = cinema.hold("A1", "A2")
    book(cinema, "A1", "A2", order_id=first.body["order_id"])
    other = cinema.hold("A3")
    return [*cinema.broken_promises(), *statuses([other], 201), *shown(cinema, "A1 A2 A3", "hhh")]


def a_replacement_meets_a_table_that_is_away(cinema: Cinema) -> list[str]:
    """Not even the order can be read: the seats that it holds stay its own, and no other."""
    held(cinema).wire.every(never_connected, "get_item", WRITE)
    refused = cinema.hold("A1", "A3")
    cinema.wire.heal()
    return [*cinema.broken_promises(), *statuses([refused], 503), *shown(cinema, "A1 A2 A3", "hhe")]


def first_sale_at_its_cap(cinema: Cinema) -> Cinema:
    """Its thirty minutes are over, its seats anybody's; the cache thinks that it lives."""
    for seats in ("A1", "A1 A2", "A1 A2 B1", "A1 A2 B1 B2"):
        cinema.hold(*seats.split(), sale="s1", **CLERK)
        cinema.clock.advance(minutes=9)
    cinema.clock.now = TODAY + 30 * MINUTE + 2_000
    cinema.map(user="linus")
    return cinema


def the_other_sale_has_taken_the_seat(cinema: Cinema, pause_seconds: int = 0) -> list[str]:
    second = first_sale_at_its_cap(cinema).another_environment().hold("A1", sale="s2", **CLERK)
    cinema.clock.advance(seconds=pause_seconds)
    cinema.map(user="linus")
    seen: list[str] = []
    cinema.wire.next(WRITE, after(lambda: seen.extend(shown(cinema, "A1", "h"))))
    first = cinema.hold("A3", sale="s1", **CLERK)
    return [*cinema.broken_promises(), *statuses([first, second], 201, 201), *seen, *shown(cinema, "A1", "h")]


def the_other_sale_has_taken_the_seat_and_its_row_is_known(cinema: Cinema) -> list[str]:
    return the_other_sale_has_taken_the_seat(cinema, pause_seconds=46)


def a_clerk_tries_for_a_seat_of_the_other_sale(cinema: Cinema) -> list[str]:
    cinema.map(user="linus")
    first = cinema.hold("A1", sale="s1", **CLERK)
    cinema.wire.forget()
    other = cinema.hold("A1", "A2", sale="s2", **CLERK)
    seen = [f"a loser wrote {count} times" for name, count in cinema.wire.counts.items() if name == WRITE]
    return [*cinema.broken_promises(), *statuses([first, other], 201, 409), *seen, *shown(cinema, "A1 A2", "he")]


def the_other_sale_takes_what_is_being_dropped(cinema: Cinema) -> list[str]:
    """The cache has lost what the first sale marked, so that it hears of the seat only after the write."""
    cinema.hold("A1", "A2", sale="s1", **CLERK)
    cinema.lose_the_cache()
    other, answers = cinema.another_environment(), list[Answer]()

    def meanwhile() -> None:
        other.map(user="linus")
        answers.append(other.hold("A1", sale="s2", **CLERK))

    # The first try finds out that there is an order; the second drops the seat.
    cinema.wire.next(WRITE, passing, before_the_answer(meanwhile))
    answers.append(cinema.hold("A2", sale="s1", **CLERK))
    return [*cinema.broken_promises(), *statuses(answers, 201, 200), *shown(cinema, "A1 A2", "hh")]


def the_same_seats_are_asked_for_until_the_end(cinema: Cinema) -> list[str]:
    """Asking again prolongs nothing, for anybody."""
    first = cinema.hold("A1")
    cinema.clock.advance(minutes=9, seconds=40)
    cinema.map(user="linus")
    again = cinema.hold("A1")
    cinema.clock.advance(seconds=21)
    return [*cinema.broken_promises(), *statuses([first, again], 200, 201), *shown(cinema, "A1", "e")]
