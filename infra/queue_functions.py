"""The functions behind the queues, and those of every minute: one row each."""

from dataclasses import dataclass

from box_office import names
from box_office.settings.bookings import ReceiptSettings
from box_office.settings.payments import BookSettings, ReconcilerSettings, RedriveSettings, WorkerSettings
from box_office.settings.shared import BlockSettings
from box_office.settings.showings import CarrySettings, RefreshSettings
from infra.function_plan import FunctionPlan, Permission
from infra.rules_of_sale import WORKER_TIMEOUT_SECONDS
from infra.stages import Stage


@dataclass(frozen=True, kw_only=True)
class QueueFunction(FunctionPlan):
    folder: str = "consumers"
    batch_max: int = 1
    at_once: int  # batches of each of its queues that run at once


# Freeing, pinning or booking seats is one transaction with their order.
CHANGE = frozenset({Permission.GET_ORDERS, Permission.WRITE_ORDERS, Permission.WRITE_SEATS})
CHARGE = CHANGE | {
    Permission.READ_EVENT,
    Permission.READ_WALLET,
    Permission.WRITE_WALLET,
    Permission.COUNT_DECLINES,
    Permission.REFRESH,
    Permission.ANNOUNCE,
    Permission.PAYMENT_SECRET,
    Permission.SEND_TO_LANES,
}


def lane_worker(workers: int) -> QueueFunction:
    """One message a call: a customer waits for each, and the last of a batch of ten would wait for nine banks."""
    return QueueFunction(
        verb="work_on_lane",
        settings=WorkerSettings,
        permissions=CHARGE | {Permission.CHECK_ORDERS, Permission.COUNT_TICKETS, Permission.READ_ROOM, Permission.PARK},
        timeout_seconds=WORKER_TIMEOUT_SECONDS,
        at_once=workers,
        sends_to_itself=True,  # a delayed copy after each 429 of the provider
    )


REDRIVE = QueueFunction(
    verb="redrive",
    settings=RedriveSettings,
    permissions=frozenset({Permission.SEND_TO_LANES, Permission.PARK}),
    timeout_seconds=30,
    batch_max=10,
    at_once=2,
    sends_to_itself=True,  # through a lane that goes on failing
)
REFRESH_SEATS = QueueFunction(
    verb="refresh_seats",
    settings=RefreshSettings,
    permissions=frozenset({Permission.CACHE, Permission.READ_EVENT, Permission.NAMED_SEATS, Permission.PARK}),
    timeout_seconds=20,
    batch_max=10,
    at_once=20,
)
END_EVENT = QueueFunction(
    verb="end_event",
    settings=BookSettings,
    permissions=CHANGE
    | {Permission.CACHE, Permission.READ_EVENT, Permission.SEATS_OF_EVENT, Permission.POSTPONE_END, Permission.PARK},
    timeout_seconds=60,  # a room full of holds, one transaction each
    at_once=5,
    sends_to_itself=True,  # the end of a showing that was moved, a quarter of an hour later
)
SEND_RECEIPT = QueueFunction(
    verb="send_receipt",
    settings=ReceiptSettings,
    permissions=frozenset(
        {
            Permission.GET_ORDERS,
            Permission.READ_CATALOGUE,
            Permission.ADDRESS_OF_USER,
            Permission.SEND_MAIL,
            Permission.PARK,
        }
    ),
    timeout_seconds=20,
    at_once=2,  # SES grants 14 mails a second to begin with
)
RECONCILE = FunctionPlan(
    verb="reconcile",
    folder="schedules",
    settings=ReconcilerSettings,
    permissions=CHARGE
    | {
        Permission.DUE_ORDERS,
        Permission.DUE_EVENTS,
        Permission.SEATS_OF_EVENT,
        Permission.COUNT_TICKETS,
        Permission.LANE_BACKLOG,
    },
    # A run begins no order after 50 s (80 s while the provider is silent); its last may call the provider a few times.
    timeout_seconds=150,
)


CARRY_BLOCKS = FunctionPlan(
    verb="carry_blocks",
    folder="schedules",
    settings=CarrySettings,
    permissions=frozenset({Permission.CACHE, Permission.READ_BLOCKS}),
    timeout_seconds=30,
)
# A function of its own: AWS WAF is reached from outside of the network only.
CARRY_BLOCKS_TO_EDGE = FunctionPlan(
    verb="carry_blocks_to_edge",
    folder="schedules",
    settings=BlockSettings,
    permissions=frozenset({Permission.READ_BLOCKS, Permission.EDGE_ADDRESSES}),
    timeout_seconds=30,
)


def book_order(at_once: int) -> QueueFunction:
    return QueueFunction(
        verb="book_order",
        settings=BookSettings,
        permissions=CHANGE
        | {Permission.CACHE, Permission.READ_EVENT, Permission.GET_ROOM, Permission.NAMED_SEATS, Permission.PARK},
        timeout_seconds=20,
        batch_max=5,
        at_once=at_once,
    )


def queue_functions(stage: Stage) -> tuple[FunctionPlan, ...]:
    """Every function of the payments stack, also send_receipt where the deployment does not have it."""
    worker, booker = lane_worker(stage.payment_capacity.workers_per_lane), book_order(stage.bookings_at_once)
    return (worker, REDRIVE, booker, REFRESH_SEATS, END_EVENT, SEND_RECEIPT, *SCHEDULED)


SCHEDULED = (RECONCILE, CARRY_BLOCKS, CARRY_BLOCKS_TO_EDGE)
QUEUE_OF = {
    "book_order": names.PAYMENT_COMPLETE,
    "refresh_seats": names.REFRESH,
    "end_event": names.EVENT_ENDS,
    "send_receipt": names.RECEIPTS,
}
