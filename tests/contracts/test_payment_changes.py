"""Orders: what a payment does to order and seats, act by act, and how unfinished orders are found. On the fake and on
DynamoDB."""

from dataclasses import replace

import pytest

from box_office.adapters.dynamodb.order_rows import due_shard
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method, Refund, RefundState
from box_office.domain.seats import Change, SeatAct, SeatRow
from box_office.ports import ChangeRefused
from tests.contracts.conftest import Table
from tests.examples import MINUTE, TODAY, begun, order, ticket

END = TODAY + 10 * MINUTE


def row(**changes) -> SeatRow:
    facts = {"seat_id": "A1", "status": "hold", "version": 3, "order_id": "or_1", "user_id": "ada"}
    return SeatRow(**facts | {"order_key": "ev_1", "hold_until": END} | changes)


HELD, PINNED = row(), row(pinned=True)
BOOKED = row(status="booked")
LAPSED = row(order_id="or_9", user_id="grace", hold_until=TODAY - MINUTE)
EMPTY = SeatRow("A1", "empty", 3)
FOREIGN = row(order_id="or_9", user_id="grace")
FOREIGN_PINNED = replace(FOREIGN, pinned=True)
# Their time is over: what they are is all that keeps them.
LAPSED_PINNED, LAPSED_BOOKED = replace(LAPSED, pinned=True), replace(LAPSED, status="booked")
LATER = END + 2 * MINUTE

ALLOWED = [
    (SeatAct.PIN, HELD, row(pinned=True, version=4)),
    (SeatAct.UNPIN, PINNED, row(hold_until=LATER, version=4)),
    (SeatAct.FREE_PINNED, PINNED, SeatRow("A1", "empty", 4)),
    (SeatAct.BOOK, PINNED, row(status="booked", version=4)),
    (SeatAct.FREE_BOOKED, BOOKED, SeatRow("A1", "empty", 4)),
    (SeatAct.REPIN, EMPTY, row(pinned=True, hold_until=LATER, version=4)),
    (SeatAct.REPIN, LAPSED, row(pinned=True, hold_until=LATER, version=4)),
]
REFUSED = [
    *((SeatAct.PIN, each) for each in (PINNED, EMPTY, FOREIGN)),
    *((act, each) for act in (SeatAct.UNPIN, SeatAct.FREE_PINNED, SeatAct.BOOK) for each in (HELD, EMPTY, BOOKED)),
    *((act, FOREIGN_PINNED) for act in (SeatAct.UNPIN, SeatAct.FREE_PINNED, SeatAct.BOOK, SeatAct.REPIN)),
    *((SeatAct.FREE_BOOKED, each) for each in (HELD, EMPTY, replace(BOOKED, order_id="or_9"))),
    *((SeatAct.REPIN, each) for each in (FOREIGN, LAPSED_PINNED, LAPSED_BOOKED)),
]


def put(table: Table, seat: SeatRow) -> Order:
    held = order()
    table.put_order(held)
    table.put_seat("ev_1", seat)
    return held


def change(before: Order, act: SeatAct) -> Change:
    return Change(before, replace(before, revision=2, hold_until=LATER), {"A1": act})


@pytest.mark.parametrize(("act", "before", "after"), ALLOWED)
def test_an_act_does_what_it_says(table: Table, act: SeatAct, before: SeatRow, after: SeatRow) -> None:
    table.orders.commit(change(put(table, before), act), TODAY, "t1")
    assert table.seat("A1") == after
    assert table.orders.newest("ada", "ev_1", None).revision == 2


@pytest.mark.parametrize(("act", "before"), REFUSED)
def test_an_act_leaves_alone_what_is_not_as_it_expects(table: Table, act: SeatAct, before: SeatRow) -> None:
    held = put(table, before)
    with pytest.raises(ChangeRefused) as refused:
        table.orders.commit(change(held, act), TODAY, "t1")
    assert (refused.value.order_failed, refused.value.seats) == (False, (before,))
    assert table.seat("A1") == before
    assert table.orders.newest("ada", "ev_1", None).revision == 1


def paid(**changes) -> Order:
    method = Method(Kind.CARD, "pm_visa", save=True)
    action = {"type": "redirect_to_url", "url": "https://bank.example/", "client_secret": "s"}
    attempts = (
        Attempt(1, AttemptState.DECLINED, method, 1150, "pi_1", {"code": "card_declined", "decline_code": None}),
        Attempt(2, AttemptState.STARTED, method, 1150, "pi_2", None, action, Method(Kind.CASH, tendered=2000)),
    )
    refund = Refund("or_1/refund/1", 2, 1150, ("tk_A1",), RefundState.PENDING, TODAY, "boss", "seat broken")
    facts = {"status": Status.PAYING, "attempt": 2, "attempts": attempts, "pinned_at": TODAY, "asked_at": TODAY + 1}
    return order(**facts | {"refunds": (refund,), "due_at": TODAY, "lane": "lane-1"} | changes)


def test_everything_that_a_payment_knows_comes_back(table: Table) -> None:
    full = paid(tickets=(ticket("A1", "refunded"),))
    table.put_order(full)
    found = table.orders.newest("ada", "ev_1", None)
    # What is None in a decline says nothing, and is not kept.
    declined = replace(full.attempts[0], decline={"code": "card_declined"})
    assert found in (full, replace(full, attempts=(declined, full.attempts[1])))


def test_an_order_without_seats_to_change_is_one_write_on_its_revision(table: Table) -> None:
    held = put(table, PINNED)
    after = replace(held, revision=2, asked_at=TODAY)
    table.orders.commit(Change(held, after, {}), TODAY, "t1")
    assert table.orders.newest("ada", "ev_1", None) == replace(after, changed_at=TODAY)
    with pytest.raises(ChangeRefused) as refused:
        table.orders.commit(Change(held, after, {}), TODAY, "t2")
    assert (refused.value.order_failed, refused.value.order.revision) == (True, 2)


def test_an_order_that_lies_aside_is_changed_where_it_lies(table: Table) -> None:
    first = order(status=Status.UNRESOLVED, due_at=TODAY)
    table.put_order(first)
    second = order("or_2", seats="A2", revision=2)
    table.orders.commit(begun(second, first), TODAY, "t1")
    aside = table.orders.locate(first.ref)
    assert (aside.superseded, aside.status, aside.due_at) == (True, Status.UNRESOLVED, TODAY)
    after = replace(aside, status=Status.EXPIRED, revision=aside.revision + 1, due_at=None)
    table.orders.commit(Change(aside, after, {}), TODAY, "t2")
    assert table.orders.locate(first.ref).status is Status.EXPIRED
    assert table.orders.newest("ada", "ev_1", None).order_id == "or_2"


def test_an_order_is_located_wherever_it_lies(table: Table) -> None:
    table.put_order(order("or_1", superseded=True, status=Status.BOOKED))
    table.put_order(order("or_2"))
    table.put_order(order("or_3", "clerk", sale="s1"))
    assert table.orders.locate(OrderRef("ada", "ev_1", "or_1")).status is Status.BOOKED
    assert table.orders.locate(OrderRef("ada", "ev_1", "or_2")).order_id == "or_2"
    assert table.orders.locate(OrderRef("clerk", "ev_1", "or_3", "s1")).sale == "s1"
    assert table.orders.locate(OrderRef("clerk", "ev_1", "or_3")) is None
    assert table.orders.locate(OrderRef("grace", "ev_1", "or_1")) is None
    assert [table.orders.by_id(name).order_id for name in ("or_1", "or_2", "or_3")] == ["or_1", "or_2", "or_3"]
    assert table.orders.by_id("or_4") is None


def test_an_earlier_order_that_loses_tickets_counts_them_down_in_the_newest(table: Table) -> None:
    earlier = order(status=Status.BOOKED, superseded=True, tickets=(ticket("A1"),))
    newest = order("or_2", seats="A2", earlier_tickets=1, revision=5)
    table.put_order(earlier)
    table.put_order(newest)
    after = replace(earlier, tickets=(ticket("A1", "refunded"),), revision=2)
    recount = replace(newest, earlier_tickets=0, revision=6)
    table.orders.commit(Change(earlier, after, {}, recount=recount), TODAY, "t1")
    found = table.orders.newest("ada", "ev_1", None)
    assert (found.earlier_tickets, found.revision) == (0, 6)
    again = replace(after, revision=3)
    with pytest.raises(ChangeRefused) as refused:
        table.orders.commit(Change(replace(after), again, {}, recount=recount), TODAY, "t2")
    assert refused.value.order_failed
    assert table.orders.locate(earlier.ref).revision == 2, "all or nothing"


def test_places_whose_tickets_an_earlier_order_loses_are_counted_in_the_newest_no_more(table: Table) -> None:
    both = (ticket("C1"), ticket("C2"))
    earlier = order(seats="C1 C2", status=Status.BOOKED, superseded=True, tickets=both)
    places = {"earlier_wheelchairs": ("C1",), "earlier_companions": ("C2",)}
    newest = order("or_2", seats="A2", earlier_tickets=2, revision=5, **places)
    table.put_order(earlier)
    table.put_order(newest)
    assert table.orders.newest("ada", "ev_1", None) == newest
    after = replace(earlier, tickets=(ticket("C1", "refunded"), ticket("C2")), revision=2)
    recount = replace(newest, earlier_tickets=1, revision=6)
    table.orders.commit(Change(earlier, after, {}, recount=recount), TODAY, "t1")

    found = table.orders.newest("ada", "ev_1", None)
    assert (found.earlier_tickets, found.earlier_wheelchairs, found.earlier_companions) == (1, (), ("C2",))


@pytest.mark.parametrize("key", ["own", "newest"])
def test_a_queued_hold_is_written_only_if_it_was_not_let_go(table: Table, key: str) -> None:
    gone = order("or_1" if key == "own" else "or_2", superseded=key == "own", status=Status.RELEASED, hold_until=TODAY)
    table.put_order(gone)
    with pytest.raises(ChangeRefused) as refused:
        table.orders.commit(replace(begun(order()), must_not_be_archived=True), TODAY, "t1")
    assert refused.value.order_failed
    assert table.seat("A1") is None


def test_a_queued_holds_end_is_written_once_under_its_own_key(table: Table) -> None:
    end = order(status=Status.RELEASED, superseded=True)
    table.orders.commit(Change(None, end, {}), TODAY, "t1")
    with pytest.raises(ChangeRefused):
        table.orders.commit(Change(None, replace(end, status=Status.EXPIRED), {}), TODAY, "t2")
    assert table.orders.find("ada", "ev_1", "or_1").status is Status.RELEASED
    assert table.orders.newest("ada", "ev_1", None) is None


def test_what_is_due_is_found_in_its_shard_when_it_is_due(table: Table) -> None:
    for number in range(6):
        table.put_order(paid(order_id=f"or_{number}", user_id=f"user{number}", due_at=TODAY + number))
    table.put_order(order("or_9", "grace"))  # nothing is unfinished
    found = [one.order_id for shard in range(64) for one in table.orders.due(shard, TODAY + 3, 10).orders]
    assert sorted(found) == ["or_0", "or_1", "or_2", "or_3"]
    [oldest] = table.orders.due(due_shard("or_0"), TODAY, 10).orders
    assert oldest.ref == OrderRef("user0", "ev_1", "or_0")


def test_a_postponed_order_is_due_later_unless_it_has_changed(table: Table) -> None:
    unfinished = paid()
    table.put_order(unfinished)
    table.orders.postpone(unfinished, TODAY + MINUTE)
    shard = due_shard("or_1")
    assert list(table.orders.due(shard, TODAY + MINUTE - 1, 10).orders) == []
    assert [one.order_id for one in table.orders.due(shard, TODAY + MINUTE, 10).orders] == ["or_1"]
    table.orders.postpone(replace(unfinished, revision=9), TODAY + 9 * MINUTE)
    assert [one.order_id for one in table.orders.due(shard, TODAY + MINUTE, 10).orders] == ["or_1"]
    assert table.orders.newest("ada", "ev_1", None).revision == 1


def test_a_finished_order_is_due_no_more_and_not_postponed(table: Table) -> None:
    unfinished = paid()
    table.put_order(unfinished)
    done = replace(unfinished, status=Status.BOOKED, revision=2, due_at=None)
    table.orders.commit(Change(unfinished, done, {}), TODAY, "t1")
    table.orders.postpone(done, TODAY)
    assert list(table.orders.due(due_shard("or_1"), TODAY + MINUTE, 10).orders) == []
