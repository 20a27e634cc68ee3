"""Races at the door: each returns what it broke, and nothing when every promise was kept."""

from tests.cinema import Cinema
from tests.integration.payment_races import booked
from tests.integration.races import statuses
from tests.wire import after

WRITE = "put_item"  # a check-in changes the order alone


def two_gates_scan_at_once(cinema: Cinema) -> list[str]:
    """The same code on two phones: one of them lets its holder in."""
    booked(cinema, "A1")
    [ticket] = cinema.booking().body["tickets"]
    other, answers = cinema.another_environment(), []
    cinema.wire.next(WRITE, after(lambda: answers.append(other.check_in(ticket["code"], user="porter-2"))))
    answers.append(cinema.check_in(ticket["code"]))
    return [*cinema.broken_promises(), *statuses(answers, 200, 409)]


def two_gates_scan_two_tickets_of_an_order(cinema: Cinema) -> list[str]:
    """Both are let in, and neither check-in is lost."""
    booked(cinema, "A1", "A3")
    first, second = (ticket["code"] for ticket in cinema.booking().body["tickets"])
    other, answers = cinema.another_environment(), []
    cinema.wire.next(WRITE, after(lambda: answers.append(other.check_in(second, user="porter-2"))))
    answers.append(cinema.check_in(first))
    lost = [one["seat_id"] for one in cinema.booking().body["tickets"] if one["checked_in_at"] is None]
    return [*cinema.broken_promises(), *statuses(answers, 200, 200), *lost]
