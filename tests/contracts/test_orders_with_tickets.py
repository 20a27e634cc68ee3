"""The orders of a showing that have tickets, on the fake and on DynamoDB's sparse index."""

from dataclasses import replace

from box_office.domain.orders import OrderRef
from tests.contracts.conftest import Table
from tests.examples import TODAY, begun, changed, order, ticket


def test_only_orders_with_tickets_of_that_showing_are_found(table: Table) -> None:
    table.put_order(order("or_1", "ada", "A1", tickets=(ticket("A1"),), changed_at=TODAY))
    table.put_order(order("or_2", "grace", "A2"))
    table.put_order(order("or_3", "alan", "A1", event_id="ev_2", tickets=(ticket("A1"),)))
    [found] = table.orders.with_tickets("ev_1")
    assert (found.order_id, found.changed_at, list(found.tickets)) == ("or_1", TODAY, [ticket("A1")])
    assert list(table.orders.with_tickets("ev_9")) == []


def test_a_change_is_seen_with_its_time_and_what_the_ticket_remembers(table: Table) -> None:
    table.orders.commit(begun(order("or_1", tickets=(ticket("A1"),))), TODAY, "t1")
    before = table.orders.newest("ada", "ev_1", None)
    assert before is not None
    used = {**ticket("A1"), "checked_in_at": TODAY, "scan_id": "sc_1", "device": "door-1"}
    table.orders.commit(changed(before, replace(before, tickets=(used,), revision=2), {}), TODAY + 5, "t2")
    [found] = table.orders.with_tickets("ev_1")
    assert (found.changed_at, list(found.tickets)) == (TODAY + 5, [used])


def test_an_order_is_found_once_after_a_newer_one_has_taken_its_place(table: Table) -> None:
    booked = order("or_1", tickets=(ticket("A1"),))
    table.orders.commit(begun(booked), TODAY, "t1")
    written = table.orders.newest("ada", "ev_1", None)
    table.orders.commit(begun(order("or_2", seats="A2", revision=2), written, TODAY), TODAY, "t2")
    assert [one.order_id for one in table.orders.with_tickets("ev_1")] == ["or_1"]


def test_those_that_changed_since_come_first_changed_first(table: Table) -> None:
    for number in (3, 1, 2):
        facts = {"tickets": (ticket(f"A{number}"),), "changed_at": TODAY + number}
        table.put_order(order(f"or_{number}", f"user-{number}", f"A{number}", **facts))
    assert [one.order_id for one in table.orders.with_tickets("ev_1", TODAY + 2)] == ["or_2", "or_3"]
    assert [one.order_id for one in table.orders.with_tickets("ev_1")] == ["or_1", "or_2", "or_3"]


def test_many_orders_are_located_wherever_they_lie(table: Table) -> None:
    current, sale = order("or_1"), order("or_2", "clerk", "A2", sale="s1")
    superseded = order("or_3", "clerk", "A3", superseded=True)
    for one in (current, sale, superseded):
        table.put_order(one)
    gone = OrderRef("ada", "ev_1", "or_9")
    found = table.orders.located([current.ref, sale.ref, superseded.ref, gone, current.ref])
    assert sorted({one.order_id for one in found}) == ["or_1", "or_2", "or_3"]
    assert table.orders.located([gone]) == []
