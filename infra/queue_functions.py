"""The functions behind the queues, and the one of every minute: one row each."""

from dataclasses import dataclass

from box_office import names as known
from box_office.settings import (
    BookSettings,
    ReceiptSettings,
    ReconcilerSettings,
    RedriveSettings,
    RefreshSettings,
    WorkerSettings,
)
from infra.function_plan import FunctionPlan, Need
from infra.rules_of_sale import WORKER_TIMEOUT_SECONDS
from infra.stages import Stage


@dataclass(frozen=True, kw_only=True)
class QueueFunction(FunctionPlan):
    folder: str = "consumers"
    batch_max: int = 1
    at_once: int  # batches, of each of its queues


# Freeing, pinning or booking seats is one transaction with their order.
CHANGE = frozenset({Need.GET_ORDERS, Need.WRITE_ORDERS, Need.WRITE_SEATS})
CHARGE = CHANGE | {
    Need.READ_EVENT,
    Need.READ_WALLET,
    Need.WRITE_WALLET,
    Need.REFRESH,
    Need.ANNOUNCE,
    Need.PAYMENT_SECRET,
    Need.SEND_TO_LANES,
}


def lane_worker(workers: int) -> QueueFunction:
    """One message a call: behind every message a customer waits, and the last of ten would wait for nine banks."""
    return QueueFunction(
        verb="work_on_lane",
        settings=WorkerSettings,
        needs=CHARGE | {Need.CHECK_ORDERS, Need.COUNT_TICKETS, Need.READ_ROOM, Need.PARK},
        timeout_seconds=WORKER_TIMEOUT_SECONDS,
        at_once=workers,
        sends_to_itself=True,  # a delayed copy after each 429 of the provider
    )


REDRIVE = QueueFunction(
    verb="redrive",
    settings=RedriveSettings,
    needs=frozenset({Need.SEND_TO_LANES, Need.PARK}),
    timeout_seconds=30,
    batch_max=10,
    at_once=2,
    sends_to_itself=True,  # through a lane that goes on failing
)
REFRESH_SEATS = QueueFunction(
    verb="refresh_seats",
    settings=RefreshSettings,
    needs=frozenset({Need.CACHE, Need.READ_EVENT, Need.NAMED_SEATS, Need.PARK}),
    timeout_seconds=20,
    batch_max=10,
    at_once=20,
)
END_EVENT = QueueFunction(
    verb="end_event",
    settings=BookSettings,
    needs=CHANGE | {Need.CACHE, Need.READ_EVENT, Need.SEATS_OF_EVENT, Need.POSTPONE_END, Need.PARK},
    timeout_seconds=60,  # a room full of holds, one transaction each
    at_once=5,
    sends_to_itself=True,  # the end of a showing that was moved, a quarter of an hour later
)
SEND_RECEIPT = QueueFunction(
    verb="send_receipt",
    settings=ReceiptSettings,
    needs=frozenset({Need.GET_ORDERS, Need.READ_CATALOGUE, Need.ADDRESS_OF_USER, Need.SEND_MAIL, Need.PARK}),
    timeout_seconds=20,
    at_once=2,  # SES grants 14 mails a second to begin with
)
RECONCILE = FunctionPlan(
    verb="reconcile",
    folder="schedules",
    settings=ReconcilerSettings,
    needs=CHARGE | {Need.DUE_ORDERS, Need.DUE_EVENTS, Need.SEATS_OF_EVENT, Need.COUNT_TICKETS, Need.LANE_BACKLOG},
    # Begins nothing after 50 s (80 s while the provider is silent); the order in hand may wait for it a few times.
    timeout_seconds=150,
)


def book_order(at_once: int) -> QueueFunction:
    return QueueFunction(
        verb="book_order",
        settings=BookSettings,
        needs=CHANGE | {Need.CACHE, Need.READ_EVENT, Need.GET_ROOM, Need.NAMED_SEATS, Need.PARK},
        timeout_seconds=20,
        batch_max=5,
        at_once=at_once,
    )


def queue_functions(stage: Stage) -> tuple[FunctionPlan, ...]:
    """Every function of the payments stack, whether this deployment has it or not."""
    worker, booker = lane_worker(stage.workers_per_lane), book_order(stage.bookings_at_once)
    return (worker, REDRIVE, booker, REFRESH_SEATS, END_EVENT, SEND_RECEIPT, RECONCILE)


QUEUE_OF = {
    "book_order": known.PAYMENT_COMPLETE,
    "refresh_seats": known.REFRESH,
    "end_event": known.EVENT_ENDS,
    "send_receipt": known.RECEIPTS,
}
