"""The reconciler over moto: what the tables answer when it is not what one hopes."""

from dataclasses import replace

import pytest

from box_office.adapters.catalogue_rows import event_row
from box_office.adapters.dynamodb.events import DynamoDBEvents
from box_office.adapters.dynamodb.order_rows import due_shard, order_from
from box_office.adapters.dynamodb.orders import DynamoDBOrders
from box_office.adapters.dynamodb.values import to_item
from box_office.domain.errors import Unavailable
from tests.cinema import Cinema
from tests.examples import EV_1
from tests.fakes.provider import SLOW
from tests.moto_aws import TABLE_NAMES
from tests.sample_catalogue import TODAY
from tests.wire import client_error, raising

CONFLICT = raising(client_error("UpdateItem", "TransactionConflictException"))


def paid_without_ticket(cinema: Cinema, seat: str, user: str) -> None:
    cinema.hold(seat, user=user)
    cinema.submit(user=user)
    cinema.deliver("lane-0", "lane-1")
    while cinema.queues.receive("payment-complete"):
        pass  # lost
    assert cinema.booking(user).body["status"] == "PAID"


def test_an_order_in_somebodys_transaction_is_not_put_off_and_holds_nobody_up(cinema: Cinema) -> None:
    for user, seat in (("ada", "A1"), ("grace", "B1")):
        cinema.hold(seat, user=user)
        cinema.submit(SLOW, user=user)
        cinema.deliver()
    cinema.clock.advance(minutes=2)
    cinema.wire.every(CONFLICT, "update_item")
    assert cinema.reconcile() == 2
    cinema.wire.heal()
    for user in ("ada", "grace"):
        [intent] = [one for one in cinema.provider.intents.values() if one.metadata["user_id"] == user]
        cinema.provider.customer_passes(intent.intent_id)
    assert cinema.reconcile() == 2, "due still"
    cinema.deliver()
    assert [cinema.booking(user).body["status"] for user in ("ada", "grace")] == ["BOOKED", "BOOKED"]


def test_a_row_in_a_transaction_is_no_reason_to_fail_when_putting_off_and_unavailable_else(cinema: Cinema) -> None:
    cinema.hold("A1")
    [held] = [order_from(to_item(row)) for row in cinema.rows("orders")]
    cinema.wire.every(CONFLICT, "update_item")
    client = cinema.client("dynamodb")
    DynamoDBOrders(client, TABLE_NAMES["orders"]).postpone(held, TODAY)
    with pytest.raises(Unavailable):
        DynamoDBEvents(client, TABLE_NAMES["events"]).cancellation_done("ev_1")


def test_a_cancellation_whose_row_is_in_a_transaction_is_closed_by_the_next_run(cinema: Cinema) -> None:
    due = {"due_at": TODAY, "due_shard": due_shard("ev_1")}
    cinema.seed("events", event_row(replace(EV_1, cancelled_at=TODAY)) | due)
    cinema.clock.advance(minutes=5)
    cinema.wire.next("update_item", CONFLICT)
    assert cinema.reconcile() == 0
    assert [row["event_id"] for row in cinema.rows("events") if "due_at" in row] == ["ev_1"]
    cinema.clock.advance(minutes=1)
    cinema.reconcile()
    assert [row["event_id"] for row in cinema.rows("events") if "due_at" in row] == []


def test_a_row_that_cannot_be_read_hides_no_other_of_its_shard(cinema: Cinema) -> None:
    paid_without_ticket(cinema, "A1", "ada")
    [row] = cinema.rows("orders")
    by_hand = {name: value for name, value in row.items() if name != "seat_prices"}
    cinema.seed("orders", by_hand | {"user_id": "linus", "due_at": row["due_at"] - 1})
    cinema.clock.advance(minutes=1)
    assert cinema.reconcile() == 1
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
