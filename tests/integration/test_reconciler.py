"""The reconciler and the callbacks over moto: what the tables and the provider answer when it is not what one hopes."""

import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

import pytest

from box_office.adapters.catalogue_rows import event_row
from box_office.adapters.dynamodb.events import DynamoDBEvents
from box_office.adapters.dynamodb.order_rows import due_shard, order_from
from box_office.adapters.dynamodb.orders import DynamoDBOrders
from box_office.adapters.dynamodb.values import to_item
from box_office.domain.errors import Unavailable
from tests.cinema import Cinema
from tests.deliveries import SECRETS
from tests.examples import EV_1
from tests.fakes.provider import CHALLENGED, SLOW
from tests.moto_aws import TABLE_NAMES
from tests.sample_catalogue import MINUTE, TODAY
from tests.verbs import Answer
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


def test_what_is_put_off_is_seen_by_the_very_next_run(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.submit(SLOW)
    cinema.deliver()
    cinema.clock.advance(minutes=2)
    looks = []
    for late_ms in (0, 900, 0, -900, 400):  # runs do not begin to the second
        cinema.clock.now += late_ms
        before = len(cinema.provider.calls)
        cinema.reconcile()
        looks.append(len(cinema.provider.calls) - before)
        cinema.clock.now += MINUTE - late_ms
    assert looks == [1, 1, 1, 1, 1]


# Callbacks


def call_back(cinema: Cinema, event: dict[str, Any]) -> Answer:
    body, at = json.dumps({"id": "evt_1", "object": "event", **event}), int(time.time())
    secret = SECRETS["box-office-test/payment"]["webhook_secret"]
    signature = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={at},v1={signature}"}
    return cinema.call("payment_webhook", {}, body, user=None, headers=headers)


def about(kind: str, intent: str, **more: Any) -> dict[str, Any]:
    named = {"id": intent} if kind.startswith("payment_intent.") else {"id": "x_1", "payment_intent": intent}
    return {"type": kind, "data": {"object": {"object": kind.split(".")[0], **named, **more}}}


@pytest.mark.parametrize("kind", ["succeeded", "payment_failed", "canceled"])
def test_what_ends_a_payment_is_looked_at(cinema: Cinema, kind: str) -> None:
    assert call_back(cinema, about(f"payment_intent.{kind}", "pi_1")).status == 200
    assert sum(cinema.queues.waiting().values()) == 1


@pytest.mark.parametrize(
    "kind",
    [
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_intent.processing",
        "charge.succeeded",
        "charge.updated",
        "charge.failed",
        "charge.dispute.created",
        "charge.refund.updated",
        "refund.created",
    ],
)
def test_what_ends_no_payment_is_recorded_and_costs_no_call(cinema: Cinema, kind: str) -> None:
    answer = call_back(cinema, about(kind, "pi_1"))
    assert (answer.status, answer.headers["Status"]) == (200, "RECORDED")
    assert cinema.queues.waiting() == {}


@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": {}}, {"data": {"object": None}}, {"data": []}])
def test_a_callback_about_no_object_is_recorded(cinema: Cinema, data: dict[str, Any]) -> None:
    answer = call_back(cinema, {"type": "v1.billing.meter.error_report_triggered", **data})
    assert (answer.status, answer.headers["Status"]) == (200, "RECORDED")
    assert cinema.queues.waiting() == {}


def test_one_challenged_payment_costs_one_look_of_all_its_callbacks(cinema: Cinema) -> None:
    order_id = cinema.hold("A1").body["order_id"]
    cinema.submit(CHALLENGED)
    cinema.deliver()
    intent = f"pi_{order_id}_1"
    cinema.provider.customer_passes(intent)
    before = len(cinema.provider.calls)
    kinds = ("payment_intent.created", "payment_intent.requires_action", "charge.succeeded", "charge.updated")
    for kind in (*kinds, "payment_intent.succeeded"):
        assert call_back(cinema, about(kind, intent)).status == 200
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    # The intent tells whose it is, then the order's own step reads it again.
    assert cinema.provider.calls[before:] == [("retrieve_intent", intent)] * 2
