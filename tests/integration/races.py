"""Races over the table, step by step: each returns what it broke, and nothing when every promise was kept.

The steps of the second user happen at a fixed point within the first one's request (tests/wire.py).
"""

from collections.abc import Sequence
from typing import Any

from tests.cinema import Cinema
from tests.seeded_orders import book
from tests.set_clock import SetClock
from tests.verbs import Answer
from tests.wire import after, answer_lost

WRITE = "transact_write_items"
END_SECONDS = 600


def statuses(found: Sequence[Answer], *wanted: int) -> list[str]:
    got = sorted(answer.status for answer in found)
    return [] if got == sorted(wanted) else [f"answers: {[(answer.status, answer.body) for answer in found]}"]


def others_first(cinema: Cinema, *deeds: Any) -> None:
    """So many deeds of others, with an empty cache, right before this environment's next write."""
    cinema.wire.next(WRITE, after(cinema.lose_the_cache, *deeds))


def two_users_want_one_seat(cinema: Cinema) -> list[str]:
    grace, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(grace.hold("A1", user="grace")))
    answers.append(cinema.hold("A1", user="ada"))
    return [*cinema.broken_promises(), *statuses(answers, 201, 409)]


def overlapping_selections_in_opposite_order(cinema: Cinema) -> list[str]:
    grace, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(grace.hold("A3", "A2", user="grace")))
    answers.append(cinema.hold("A1", "A2", user="ada"))
    partial = [] if cinema.seat("A1")["status"] == "empty" else ["a loser keeps one of two seats"]
    return [*cinema.broken_promises(), *statuses(answers, 201, 409), *partial]


def a_release_meets_the_lapse_and_the_next_owner(cinema: Cinema) -> list[str]:
    cinema.hold("A1", "A2", user="ada")
    cinema.clock.advance(seconds=END_SECONDS - 1)
    grace, answers = cinema.another_environment(), []
    others_first(
        cinema,
        lambda: cinema.clock.advance(seconds=3),
        lambda: answers.append(grace.hold("A1", user="grace")),
    )
    answers.append(cinema.release(user="ada"))
    return [*cinema.broken_promises(), *statuses(answers, 201, 204)]


def a_replacement_meets_the_lapse_and_the_next_owner(cinema: Cinema) -> list[str]:
    cinema.hold("A1", user="ada")
    cinema.clock.advance(seconds=END_SECONDS - 1)
    grace, answers = cinema.another_environment(), []
    others_first(
        cinema,
        lambda: cinema.clock.advance(seconds=3),
        lambda: answers.append(grace.hold("A1", user="grace")),
    )
    answers.append(cinema.hold("A1", "A2", user="ada"))
    return [*cinema.broken_promises(), *statuses(answers, 201, 409)]


def a_smaller_selection_meets_the_lapse_and_the_next_owner(cinema: Cinema) -> list[str]:
    cinema.hold("A1", "A2", user="ada")
    cinema.clock.advance(seconds=END_SECONDS - 1)
    grace, answers = cinema.another_environment(), []
    others_first(
        cinema,
        lambda: cinema.clock.advance(seconds=3),
        lambda: answers.append(grace.hold("A1", user="grace")),
    )
    answers.append(cinema.hold("A1", user="ada"))
    return [*cinema.broken_promises(), *statuses(answers, 201, 409)]


def two_devices_hold_for_the_first_time(cinema: Cinema) -> list[str]:
    device, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(device.hold("B1")))
    answers.append(cinema.hold("A1"))
    return [*cinema.broken_promises(), *statuses(answers, 201, 201)]


def two_devices_take_six_seats_each(cinema: Cinema) -> list[str]:
    device, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(device.hold("B1", "B2", "B3", "B4", "B5", "B6")))
    answers.append(cinema.hold("B7", "B8", "B9", "B10", "B11", "B12"))
    seats = [row for row in cinema.rows("seats") if row.get("user_id") == "ada"]
    return [] if len(seats) <= 10 else [f"ada has {len(seats)} seats, ten are allowed"]


def two_devices_replace_at_one_revision(cinema: Cinema) -> list[str]:
    cinema.hold("A1")
    device, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(device.hold("A1", "B2")))
    answers.append(cinema.hold("A1", "B1"))
    return [*cinema.broken_promises(), *statuses(answers, 201, 201)]


def one_device_releases_while_another_adds(cinema: Cinema) -> list[str]:
    cinema.hold("A1")
    device, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(device.hold("A1", "B1")))
    answers.append(cinema.release())
    left = [row["seat_id"] for row in cinema.rows("seats") if row["status"] != "empty"]
    return [*cinema.broken_promises(), *statuses(answers, 201, 204), *(f"{seat} was not let go" for seat in left)]


def one_device_adds_while_another_releases(cinema: Cinema) -> list[str]:
    cinema.hold("A1")
    device, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(device.release()))
    answers.append(cinema.hold("A1", "B1"))
    return [*cinema.broken_promises(), *statuses(answers, 201, 204)]


def two_devices_begin_anew_after_a_lapse(cinema: Cinema) -> list[str]:
    first = cinema.hold("A1").body["order_id"]
    cinema.clock.advance(minutes=11)
    device, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(device.hold("B1")))
    answers.append(cinema.hold("B2"))
    listed = {one["order_id"] for one in cinema.call("get_my_bookings").body["bookings"]}
    known = {first, *(answer.body.get("order_id") for answer in answers)}
    return [*cinema.broken_promises(), *(f"order {name} is lost" for name in known - listed)]


def an_owner_asks_for_a_booked_seat_again(cinema: Cinema) -> list[str]:
    """With another one, so that the newest order alone does not tell."""
    book(cinema, "A1")
    answer = cinema.hold("A1", "A2")
    return [*cinema.broken_promises(), *statuses([answer], 409)]


def tickets_count_towards_ten(cinema: Cinema) -> list[str]:
    book(cinema, "B1", "B2", "B3", "B4", "B5", "B6")
    answer = cinema.hold("B7", "B8", "B9", "B10", "B11")
    return [*cinema.broken_promises(), *statuses([answer], 400)]


def two_devices_add_a_companion_each(cinema: Cinema) -> list[str]:
    """Of one wheelchair place that was bought before: the second takes the place of the first."""
    book(cinema, "C1")
    device, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(device.hold("C4")))
    answers.append(cinema.hold("C2"))
    return [*cinema.broken_promises(), *statuses(answers, 201, 201), *too_many_companions(cinema)]


def a_wheelchair_ticket_is_given_back_while_its_companion_is_added(cinema: Cinema) -> list[str]:
    book(cinema, "C1")
    cinema.hold("A1")
    device, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(device.refund(order_id="or_booked")))
    answers.append(cinema.hold("A1", "C2"))
    return [*cinema.broken_promises(), *statuses(answers, 202, 400), *too_many_companions(cinema)]


def too_many_companions(cinema: Cinema) -> list[str]:
    """Of the room's C1 to C4: wheelchair, companion, wheelchair, companion."""
    live = [
        ticket["seat_id"] for row in cinema.rows("orders") for ticket in row["tickets"] if ticket["status"] == "valid"
    ]
    held = [row["seat_id"] for row in cinema.rows("seats") if row["status"] == "hold"]
    wheelchairs, companions = ({*live, *held} & set(pair) for pair in (("C1", "C3"), ("C2", "C4")))
    return [f"{companions} go with {wheelchairs}"] if len(companions) > len(wheelchairs) else []


def clocks_differ_by_a_second(cinema: Cinema) -> list[str]:
    """Grace's environment is almost a second ahead, and Ada's hold has a millisecond left by her own."""
    cinema.hold("A1", user="ada")
    cinema.clock.advance(ms=END_SECONDS * 1000 - 1)
    cinema.lose_the_cache()
    grace = cinema.another_environment(clock=SetClock(cinema.clock.now + 999))
    answers = [grace.hold("A1", user="grace"), cinema.booking(user="ada")]
    held = [] if answers[1].body["status"] == "HELD" else ["Ada's hold ended early"]
    return [*cinema.broken_promises(), *held, *statuses(answers, 409, 200)]


def the_answer_of_a_write_is_lost(cinema: Cinema) -> list[str]:
    cinema.wire.next(WRITE, answer_lost)
    answer = cinema.hold("A1")
    first, *repeats = cinema.wire.arguments(WRITE)
    changed = [f"the repeat is another request: {repeat}" for repeat in repeats if repeat != first]
    return [*cinema.broken_promises(), *statuses([answer], 201), *changed]
