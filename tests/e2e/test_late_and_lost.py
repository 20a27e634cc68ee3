"""HoldSeat and ReleaseSeat: crashes, answers that never come, a write that comes late, and conflicts."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.deployed import table_rule
from tests.waiting import eventually

KEPT_MS = 1_500  # shorter than the functions' read time-out: they go on waiting


@pytest.mark.shows("crash before or after the write")
def test_a_crash_between_mark_and_write_leaves_nothing_that_stays(stack, showing, visitors):
    """The write is kept on its way and never arrives; its process dies meanwhile. The mark remains, and ages."""
    ada, ben = visitors(2)
    never = table_rule("TransactWriteItems", showing, latency=KEPT_MS, reset=True)  # nor does a second try arrive
    with ThreadPoolExecutor(1) as pool, stack.faults.rules(never):
        lost = pool.submit(ada.hold, showing, "A1", "A2")
        stack.faults.await_fired()
        stack.kill_workers("hold_seat")
        assert lost.result().status == 503
    assert stack.orders(showing) == []
    assert ben.hold(showing, "A2").code == "seats_unavailable"  # the mark: a false "taken", never a sale
    again = ada.hold(showing, "A1", "A2")
    assert (again.status, again.word) == (201, "HELD")
    assert ada.release(showing).status == 204


@pytest.mark.shows("crash before or after the write")
def test_a_crash_after_the_write_is_one_hold(stack, showing, visitors):
    """The process dies while its write is under way, and the write arrives all the same."""
    ada, ben = visitors(2)
    late = table_rule("TransactWriteItems", showing, latency=KEPT_MS, times=1)
    with ThreadPoolExecutor(1) as pool, stack.faults.rules(late):
        lost = pool.submit(ada.hold, showing, "A1", "A2")
        stack.faults.await_fired()
        stack.kill_workers("hold_seat")
        assert lost.result().status == 503
        eventually(lambda: len(stack.orders(showing)) == 1, "the write arrives")
    assert ben.hold(showing, "A1").status == 409
    again = ada.hold(showing, "A1", "A2")
    assert again.status == 200
    (order,) = stack.orders(showing)
    assert order["order_id"] == again.body["order_id"]


def test_a_retry_before_the_crashed_write_arrives_is_one_hold(stack, showing, visitors):
    ada = visitors(1)[0]
    late = table_rule("TransactWriteItems", showing, latency=KEPT_MS, times=1)
    with ThreadPoolExecutor(1) as pool, stack.faults.rules(late):
        lost = pool.submit(ada.hold, showing, "A1", "A2")
        stack.faults.await_fired()
        stack.kill_workers("hold_seat")
        assert lost.result().status == 503
        again = ada.hold(showing, "A1", "A2")
        assert again.status in (201, 200), "the new hold; on a busy machine the late write has come by now"
        time.sleep(KEPT_MS / 1000)  # by now it certainly has
    (order,) = stack.orders(showing)
    assert order["order_id"] == again.body["order_id"]


@pytest.mark.shows("write committed, answer lost")
def test_committed_and_not_known_even_after_all_tries(stack, showing, visitors):
    """Every try is lost: the hold waits on its lane under the id that it was written with, and is found made."""
    ada, ben = visitors(2)
    with stack.faults.rules(table_rule("TransactWriteItems", showing, response={"abort_frac": 0})):
        unknown = ada.hold(showing, "A1", "A2")
        assert (unknown.status, unknown.word) == (202, "QUEUED")
        assert ben.hold(showing, "A1").status == 409
    again = ada.hold(showing, "A1", "A2")
    assert again.status == 200
    (order,) = stack.orders(showing)
    assert order["order_id"] == again.body["order_id"] == unknown.body["order_id"]


def test_a_release_whose_answer_was_lost_lets_go_once(stack, showing, visitors):
    ada, ben = visitors(2)
    order_id = ada.hold(showing, "A1").body["order_id"]
    with stack.faults.rules(table_rule("TransactWriteItems", showing, response={"abort_frac": 0}, times=1)):
        assert ada.release(showing, order_id).status == 204
    (order,) = stack.orders(showing)
    assert (order["status"], order["revision"]) == ("RELEASED", 2)
    assert ben.hold(showing, "A1").status == 201


def conflict(seats):
    """What the table says of a transaction over an order and so many seats that met another one."""
    reasons = [{"Code": "TransactionConflict"}, *[{"Code": "None"}] * seats]
    return {"code": "TransactionCanceledException", "fields": {"CancellationReasons": reasons}}


@pytest.mark.shows("transaction conflict")
def test_a_conflict_in_the_table_is_waited_out(stack, showing, visitors):
    (ada,) = visitors(1)
    with stack.faults.rules(table_rule("TransactWriteItems", showing, error=conflict(1), times=2)):
        held = ada.hold(showing, "A1")
        assert stack.faults.fired() == 2
    assert held.status == 201
