"""A deployed stage over moto, as far as the operator's commands look at it."""

from typing import Any

from box_office.adapters.aws_clients import client
from box_office.adapters.catalogue_rows import event_row
from box_office.adapters.dynamodb.order_rows import order_from, order_row
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.domain.catalogue import Event
from box_office.domain.orders import Order, Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.domain.tickets import VALID
from box_office.names import PARKED, Names
from tests import moto_aws

NAMES = Names("test")
NOW = 4_000_010_400_000
QUEUES = ("lane-0", "lane-0-dlq", "refresh", "refresh-dlq", PARKED)
EVENT = Event("ev_1", "metropolis", "lisboa", "lisboa-3", "3", NOW, NOW + 1, NOW, "EUR", {"standard": 1150}, NOW - 9)


def order(user_id: str, status: Status, *seats: str, **changes: Any) -> Order:
    return Order(
        user_id=user_id,
        order_id=f"or_{user_id}",
        event_id="ev_1",
        movie_id="metropolis",
        theater_id="lisboa",
        movie_time=NOW,
        status=status,
        seat_prices=dict.fromkeys(seats, 1150),
        currency="EUR",
        revision=1,
        hold_until=NOW + 600_000,
        first_held_at=NOW,
        **changes,
    )


def booked(user_id: str, *seats: str, used: str | None = None, kind: Kind = Kind.CARD) -> Order:
    paid = Attempt(1, AttemptState.CAPTURED, Method(kind, "pm_1"), 1150 * len(seats), "pi_1")
    tickets = tuple(
        {"ticket_id": f"tk_{seat}", "seat_id": seat, "status": VALID, "checked_in_at": NOW if seat == used else None}
        for seat in seats
    )
    return order(user_id, Status.BOOKED, *seats, attempt=1, attempts=(paid,), tickets=tickets)


class Stage:
    """A deployed stage, as far as the commands look at it."""

    def __init__(self) -> None:
        self.dynamodb, self.sqs = client("dynamodb"), client("sqs")
        moto_aws.create_tables(self.dynamodb)
        self.urls = {name: self.sqs.create_queue(QueueName=NAMES.queue(name))["QueueUrl"] for name in QUEUES}
        self.put("events", event_row(EVENT))

    def put(self, role: str, row: dict[str, Any]) -> None:
        self.dynamodb.put_item(TableName=NAMES.table(role), Item=to_item(row))

    def seat(self, one: Order) -> None:
        """The order with its seats, as its last transaction left them."""
        self.put("orders", order_row(one))
        status = "booked" if one.status is Status.BOOKED else "hold"
        for seat in one.selected_seat:
            self.put(
                "seats",
                {"event_id": "ev_1", "seat_id": seat, "status": status, "version": 1, "hold_until": one.hold_until}
                | {"pinned": one.status is Status.PAYING, "order_id": one.order_id, "user_id": one.user_id}
                | {"order_key": one.key},
            )

    def order(self, user_id: str) -> Order:
        key = to_item({"user_id": user_id, "order_key": "ev_1"})
        return order_from(self.dynamodb.get_item(TableName=NAMES.table("orders"), Key=key)["Item"])

    def seats(self) -> dict[str, str]:
        rows = map(from_item, self.dynamodb.scan(TableName=NAMES.table("seats"))["Items"])
        return {row["seat_id"]: row["status"] for row in rows}

    def event(self) -> dict[str, Any]:
        key = to_item({"event_id": "ev_1"})
        return from_item(self.dynamodb.get_item(TableName=NAMES.table("events"), Key=key)["Item"])

    def waiting(self, queue: str) -> list[str]:
        """Bodies; taken out."""
        found = []
        while messages := self.sqs.receive_message(QueueUrl=self.urls[queue], MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.urls[queue], ReceiptHandle=message["ReceiptHandle"])
                found.append(message["Body"])
        return found

    def park(self, body: str, **attributes: str) -> None:
        told = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self.sqs.send_message(QueueUrl=self.urls[PARKED], MessageBody=body, MessageAttributes=told)
