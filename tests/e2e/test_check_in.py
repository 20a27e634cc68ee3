"""At the gate: one ticket, one person, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from tests.e2e.races import together


def tickets(visitor, showing, *seats):
    assert visitor.hold(showing, *seats).status == 201
    assert visitor.pay(showing).status == 202
    return visitor.sees(showing, "BOOKED")["tickets"]


def test_a_ticket_lets_one_person_in_once(showing, visitors, staff):
    (ada,) = visitors(1)
    (ticket,) = tickets(ada, showing, "A1")
    gate = staff("gate")
    first = gate.check_in(ticket["code"])
    assert (first.status, first.word) == (200, "CHECKED_IN")
    members = ("ticket_id", "event_id", "seat_id", "title", "theater_id", "room_name")
    named = {name: first.body[name] for name in members}
    assert named == {
        "ticket_id": ticket["ticket_id"],
        "event_id": showing.event_id,
        "seat_id": "A1",
        "title": "The Race",
        "theater_id": showing.theater_id,
        "room_name": showing.event_id,
    }
    assert abs(datetime.fromisoformat(first.body["checked_in_at"]).timestamp() - first.ended) < 2
    again = gate.check_in(ticket["code"])
    assert (again.status, again.code) == (409, "already_checked_in")
    assert again.body["checked_in_at"] == first.body["checked_in_at"]
    assert (again.body["ticket_id"], again.body["seat_id"]) == (ticket["ticket_id"], "A1")
    shown = ada.booking(showing).body["tickets"][0]
    assert shown["checked_in_at"] == first.body["checked_in_at"]


def test_of_two_gates_at_once_one_lets_in(showing, visitors, staff):
    (ada,) = visitors(1)
    (ticket,) = tickets(ada, showing, "A1")
    gate = staff("gate")
    answers = together([partial(gate.check_in, ticket["code"])] * 6)
    assert sorted(answer.status for answer in answers)[0] == 200
    assert [answer.status for answer in answers].count(200) == 1
    assert {answer.code for answer in answers if answer.status != 200} <= {"already_checked_in", "unavailable"}


def test_the_tickets_of_one_order_are_used_one_by_one_and_then_not_given_back(showing, visitors, staff):
    (ada,) = visitors(1)
    first, second = tickets(ada, showing, "A1", "A2")
    gate = staff("gate")
    assert gate.check_in(first["code"]).status == 200
    assert ada.refund(showing).code == "refund_closed"
    assert gate.check_in(second["code"]).status == 200


def test_after_a_refund_nobody_gets_in(showing, visitors, staff):
    (ada,) = visitors(1)
    (ticket,) = tickets(ada, showing, "A1")
    assert ada.refund(showing).status == 202
    assert staff("gate").check_in(ticket["code"]).code == "ticket_refunded"  # void at once, not when the money is back
    ada.sees(showing, "REFUNDED")
    assert staff("gate").check_in(ticket["code"]).code == "ticket_refunded"


def test_a_refund_and_a_check_in_at_once_are_one_of_both(stack, showing, visitors, staff):
    ada, ben, cyd = visitors(3)
    gate = staff("gate")
    for visitor, seat in ((ada, "A1"), (ben, "A2"), (cyd, "A3")):
        (ticket,) = tickets(visitor, showing, seat)
        with ThreadPoolExecutor(2) as pool:
            entered = pool.submit(gate.check_in, ticket["code"])
            given = pool.submit(visitor.refund, showing)
            outcome = (entered.result().status, given.result().status)
        assert outcome in ((200, 409), (409, 202)), outcome


def test_codes_cannot_be_altered_or_made_up(showing, visitors, staff):
    (ada,) = visitors(1)
    first, second = tickets(ada, showing, "A1", "A2")
    gate = staff("gate")
    code, other = first["code"], second["code"]
    assert code.startswith("BO2:")
    for forged in (
        other[:60] + code[60:],
        code[:60] + other[60:],
        code[:-2] + ("A" if code[-2] != "A" else "B") + code[-1],
        code[:-1],
        code + "0",
        code.lower(),
        code.replace("BO2:", "BO1."),
        first["ticket_id"],
        "BO1..",
        "\N{TICKET}",
    ):
        assert (gate.check_in(forged).status, gate.check_in(forged).code) == (404, "unknown_ticket"), forged
    assert gate.check_in(first["code"]).status == 200


def test_only_the_gate_checks_in(showing, visitors, staff, passer_by):
    (ada,) = visitors(1)
    (ticket,) = tickets(ada, showing, "A1")
    for visitor in (ada, staff("desk1")):
        assert (visitor.check_in(ticket["code"]).status, visitor.check_in(ticket["code"]).code) == (403, "forbidden")
    assert passer_by.check_in(ticket["code"]).status == 401
    assert ada.booking(showing).body["tickets"][0]["checked_in_at"] is None
