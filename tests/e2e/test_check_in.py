"""At the gate: one ticket, one person, once."""

from functools import partial

from tests.e2e.races import together


def tickets(visitor, showing, *seats):
    assert visitor.hold(showing, *seats).status == 201
    assert visitor.pay(showing).status == 202
    return visitor.sees(showing, "BOOKED")["tickets"]


def test_of_two_gates_at_once_one_lets_in(showing, visitors, staff):
    (ada,) = visitors(1)
    (ticket,) = tickets(ada, showing, "A1")
    gate = staff("gate")
    answers = together([partial(gate.check_in, ticket["code"])] * 6)
    assert sorted(answer.status for answer in answers)[0] == 200
    assert [answer.status for answer in answers].count(200) == 1
    assert {answer.code for answer in answers if answer.status != 200} <= {"already_checked_in", "unavailable"}


def test_only_the_gate_checks_in(showing, visitors, staff, passer_by):
    (ada,) = visitors(1)
    (ticket,) = tickets(ada, showing, "A1")
    for visitor in (ada, staff("desk1")):
        assert (visitor.check_in(ticket["code"]).status, visitor.check_in(ticket["code"]).code) == (403, "forbidden")
    assert passer_by.check_in(ticket["code"]).status == 401
    assert ada.booking(showing).body["tickets"][0]["checked_in_at"] is None
