"""The table cannot be reached: a hold waits on its lane, and is made when the table is back, or never."""

import pytest

from tests.e2e.deployed import sales_rule, table_rule

SILENT_MS = 60_000  # longer than any function may take
DOWN = {"error": {"code": "InternalServerError", "status": 500}}


def queued(visitor, showing, *seats, **more):
    answer = visitor.hold(showing, *seats, **more)
    assert (answer.status, answer.word) == (202, "QUEUED"), answer
    assert answer.body["selected_seat"] == list(seats)
    return answer.body["order_id"]


@pytest.mark.shows("table down")
def test_a_hold_waits_for_the_table_and_is_made_under_its_own_id(stack, showing, visitors):
    ada, ben = visitors(2)
    with stack.faults.rules(sales_rule(**DOWN)):
        order = queued(ada, showing, "A1", "A2")
        assert ben.hold(showing, "A1").code == "seats_unavailable"  # its marks stay
    booking = ada.sees(showing, "HELD")
    assert (booking["order_id"], booking["selected_seat"]) == (order, ["A1", "A2"])
    assert ada.pay(showing, order_id=order).status == 202
    ada.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [2300]


@pytest.mark.shows("table accepts requests and answers none")
@pytest.mark.parametrize("environment", ["warm", "cold"])
def test_a_hold_that_no_table_answers_is_answered_before_its_function_is_ended(environment, stack, showing, visitors):
    """Whatever is asked of a table is kept on its way, the film and the room included."""
    ada, ben = visitors(2)
    assert ben.hold(showing, "C1").status == 201
    if environment == "cold":
        stack.kill_workers("hold_seat")
    with stack.faults.rules(table_rule(latency=SILENT_MS, reset=True)):
        order = queued(ada, showing, "A1")
        assert stack.faults.fired() > 0
    stack.recover()
    assert ada.sees(showing, "HELD")["order_id"] == order
    assert ben.hold(showing, "A1").code == "seats_unavailable"
