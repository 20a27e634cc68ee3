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


def an_undo_while_another_ticket_is_scanned(cinema: Cinema) -> list[str]:
    """The ticket of the undo is good, and the other stays used."""
    booked(cinema, "A1", "A3")
    first, second = (ticket["code"] for ticket in cinema.booking().body["tickets"])
    cinema.check_in(first)
    other, answers = cinema.another_environment(), []
    cinema.wire.next(WRITE, after(lambda: answers.append(other.check_in(second, user="porter-2"))))
    answers.append(cinema.undo(first))
    used = [one["checked_in_at"] is not None for one in cinema.booking().body["tickets"]]
    wrong = [] if used == [False, True] else [f"used: {used}"]
    return [*cinema.broken_promises(), *statuses(answers, 200, 200), *wrong]


def an_undo_while_the_ticket_is_refunded(cinema: Cinema) -> list[str]:
    """A manager gives the used ticket back: no undo makes it good again."""
    booked(cinema, "A1")
    [ticket] = cinema.booking().body["tickets"]
    cinema.check_in(ticket["code"])
    other, answers = cinema.another_environment(), []
    given = {"order_id": cinema.booking().body["order_id"], "tickets": [ticket["ticket_id"]], "reason": "ill"}
    refund = after(lambda: answers.append(other.refund(user="boss", groups=("manager",), **given)))
    cinema.wire.next(WRITE, refund)
    answers.append(cinema.undo(ticket["code"]))
    cinema.deliver()
    return [*cinema.broken_promises(), *statuses(answers, 202, 409), *cinema.unsettled()]
