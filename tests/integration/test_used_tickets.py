"""Tickets at the gate, one by one: each lets one person in, and the booking shows which were used."""

from tests.cinema import Cinema


def test_the_tickets_of_one_order_are_used_one_by_one_and_shown_as_used(cinema: Cinema) -> None:
    cinema.hold("A1", "A3")
    cinema.submit()
    cinema.deliver()
    first, second = (one["code"] for one in cinema.booking().body["tickets"])

    assert cinema.check_in(first).status == 200
    assert [one["checked_in_at"] for one in cinema.booking().body["tickets"]] == ["2096-10-02T10:00:00.000Z", None]
    cinema.clock.advance(minutes=1)
    assert cinema.check_in(second).status == 200
    assert cinema.check_in(first).code == "already_checked_in"
    assert cinema.refund().code == "refund_closed"
