"""The table cannot be reached: a hold waits on its lane, and is made when the table is back, or never."""

from tests.e2e.deployed import sales_rule

DOWN = {"error": {"code": "InternalServerError", "status": 500}}


def queued(visitor, showing, *seats):
    answer = visitor.hold(showing, *seats)
    assert (answer.status, answer.word) == (202, "QUEUED"), answer
    assert answer.body["selected_seat"] == list(seats)
    return answer.body["order_id"]


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


def test_a_queued_hold_is_released_like_any_other(stack, showing, visitors):
    ada, ben = visitors(2)
    with stack.faults.rules(sales_rule(**DOWN)):
        order = queued(ada, showing, "A1")
    ada.sees(showing, "HELD")
    assert ada.release(showing, order).status == 204
    assert ben.hold(showing, "A1").status == 201
