"""The desk: cash is in the till when it is submitted, and one customer's card is never another's."""

import pytest

from tests.cinema import Cinema
from tests.wire import passing, unreachable

CLERK = {"user": "clerk", "groups": ("desk",)}
CASH = {"type": "cash", "tendered": 20}


def test_cash_becomes_a_ticket_however_long_the_table_was_away(cinema: Cinema) -> None:
    cinema.hold("A1", **CLERK)
    assert cinema.submit(CASH, **CLERK).body["change"] == 8.5
    cinema.wire.next("put_item", passing)
    cinema.wire.next("put_item", *[unreachable] * 20)
    cinema.queues.deliver_once("lane-0")
    cinema.queues.deliver_once("lane-1")
    cinema.wire.heal()
    cinema.clock.advance(minutes=70)  # past the cap, and past the hour that an unreached pin is kept

    cinema.reconcile()
    cinema.deliver()

    booking = cinema.booking("clerk").body
    assert (booking["status"], len(booking["tickets"])) == ("BOOKED", 1)


def test_cash_in_the_place_of_an_open_challenge_gives_change_each_time_it_is_asked(cinema: Cinema) -> None:
    cinema.hold("A1", **CLERK)
    cinema.submit("pm_challenged", **CLERK)
    cinema.deliver()

    first = cinema.submit(CASH, key="c1", **CLERK)
    again = cinema.submit(CASH, key="c1", **CLERK)

    assert (first.body["change"], again.body) == (8.5, first.body)


def test_a_desk_neither_keeps_a_card_nor_pays_with_a_kept_one(cinema: Cinema) -> None:
    cinema.hold("A1", sale="s1", **CLERK)
    (order,) = cinema.rows("orders")
    card = {"type": "card", "payment_method": "pm_first_customer", "save": True}
    assert cinema.submit(card, order_id=order["order_id"], **CLERK).status == 202
    cinema.deliver()
    assert cinema.wallets() == []

    held = cinema.hold("A2", sale="s2", **CLERK).body
    refused = cinema.submit({"type": "saved"}, order_id=held["order_id"], **CLERK)
    assert (refused.status, refused.body["param"]) == (400, "paymentInfo")


def test_a_refunds_key_is_answered_word_for_word_after_another_refund(cinema: Cinema) -> None:
    cinema.hold("A1", "A3")
    cinema.submit()
    cinema.deliver()
    booking = cinema.booking().body
    first, second = (ticket["ticket_id"] for ticket in booking["tickets"])
    manager = {"user": "boss", "groups": ("manager",), "order_id": booking["order_id"], "reason": "seat broken"}

    answer = cinema.refund(**manager, tickets=[first], key="k1")
    cinema.refund(**manager, tickets=[second], key="k2")

    assert cinema.refund(**manager, tickets=[first], key="k1").body == answer.body


@pytest.mark.parametrize("sale", [f"{1_795_446_123_456 + i * 7_919}" for i in range(40)])
def test_a_sale_may_be_named_by_a_clock(cinema: Cinema, sale: str) -> None:
    assert cinema.hold("A1", sale=sale, **CLERK).status == 201
