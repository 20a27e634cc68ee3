"""Over the tables; what is there in tests/scenarios/gate_list.py."""

from typing import Any

from box_office.adapters.dynamodb.order_rows import order_row
from box_office.domain.orders import Order, Status
from tests.cinema import Cinema
from tests.examples import TODAY, order, ticket
from tests.scenarios.gate_list import *  # noqa: F403
from tests.scenarios.gate_list import listed, sell, statuses


def test_the_list_costs_two_queries_however_many_are_sold(cinema: Cinema) -> None:
    sell(cinema, "A1")
    sell(cinema, "B1", user="grace")
    listed(cinema)
    cinema.wire.forget()
    listed(cinema)
    assert cinema.wire.counts == {"query": 2}


def test_orders_that_were_booked_before_the_index_was_there_are_listed_and_counted(cinema: Cinema) -> None:
    code, *_ = sell(cinema, "A1")
    sell(cinema, "B1", user="grace")
    sell(cinema, "C1", user="alan")
    cinema.check_in(code)
    for row in cinema.rows("orders"):
        if row["user_id"] != "alan":
            cinema.seed("orders", {name: value for name, value in row.items() if name != "ticketed_event"})
    cinema.hold("A3")  # Ada's next order: hers of before lies under its archive key
    [ada] = [row for row in cinema.rows("orders") if row["order_key"].startswith("ev_1#")]
    cinema.seed("orders", {name: value for name, value in ada.items() if name != "ticketed_event"})
    listed(cinema)
    cinema.wire.forget()
    answer = listed(cinema)
    assert statuses(answer) == {"A1": "used", "B1": "valid", "C1": "valid"}
    assert answer.body["counts"] == {"sold": 3, "in": 1}
    assert cinema.wire.counts == {"query": 2, "batch_get_item": 1}


def booked(number: int) -> Order:
    left, right = (f"{side}{chr(ord('A') + number // 90)}{number % 90 + 1}" for side in "AB")
    tickets = (ticket(left), ticket(right))
    facts: dict[str, Any] = {"status": Status.BOOKED, "tickets": tickets, "changed_at": TODAY + number}
    return order(f"or_{number:04d}", f"user-{number}", f"{left} {right}", **facts)


def test_a_page_reads_no_more_than_its_own_orders(cinema: Cinema) -> None:
    """Each page of this showing would read its 900 orders, had it to count them."""
    cinema.seed("orders", *(order_row(booked(number)) for number in range(900)))
    read: list[int] = []

    def note(send: Any) -> Any:
        answer = send()
        read.append(len(answer["Items"]))
        return answer

    first = listed(cinema).body
    pages, cursor = [first], first["next_cursor"]
    cinema.wire.every(note, "query")
    while cursor is not None:
        pages.append(listed(cinema, cursor=cursor).body)
        cursor = pages[-1]["next_cursor"]
    assert [len(page["tickets"]) for page in pages] == [500, 500, 500, 300]
    assert len({one["ticket_id"] for page in pages for one in page["tickets"]}) == 1_800
    assert read == [260, 260, 151], "orders of two tickets each: what fills a page, and a few more"
    assert all(page["counts"] == {"sold": 1800, "in": 0} for page in pages)
