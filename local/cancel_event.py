"""`python -m local.cancel_event EVENT`: calls a showing off. Called by `make cancel-event EVENT=...`.

The first thing it writes is that the event is cancelled: what is being paid is then given back, nobody takes seats (as
soon as every function has heard of it, within a minute), and the reconciler looks at the event every minute until
nothing is left of it, those last holds included. So this command may be stopped at any time and run again; it only goes
ahead of the reconciler, and shows how far things are.

Exits 0 when nothing is left of the event, 1 when something is, or when it is refused, 2 when it was called wrongly.
"""

import argparse
import os
import random
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from box_office.adapters.dynamodb_changes import DynamoDBChanges, Tables
from box_office.adapters.dynamodb_events import DynamoDBEvents
from box_office.adapters.dynamodb_orders import DynamoDBOrders, DynamoDBSeats
from box_office.adapters.sqs_queues import SQSLanes, SQSRefreshQueue
from box_office.adapters.system import RandomIds, SystemClock
from box_office.domain.errors import Unavailable, UnknownEvent
from box_office.domain.money import major_units
from box_office.domain.orders import Order
from box_office.domain.payments import Kind
from box_office.names import REFRESH
from box_office.ports import OutcomeUnknown
from box_office.use_cases.close_event import ClosePorts, Progress, Swept, is_owed, sweep_cancelled, unfinished_of
from box_office.wrong_values import ID_WORDS, given
from local import stack_file
from local.target import NoTarget, Target, find_target, what_failed
from local.toolchain import STATE

WAIT_SECONDS_MAX = 180.0  # refunds take seconds, a payment that is under way a minute; a stuck one is the reconciler's
PASS_SECONDS = 2.0  # between two looks at what is left
CLOCK_SKEW_MS = 1_000
NAMED_MAX = 20
USAGE = "make cancel-event EVENT=ev_7q2"
EVENT_ID = re.compile("[A-Za-z0-9_.-]{1,64}")
WHERE_IDS_ARE = "curl -s $API/GetMovieDetail/api/v0/metropolis/ lists a film's showings with their ids."
AGAIN = "Then type the same command again: it goes on with what was begun."
GOES_ON = "The reconciler goes on every minute; run the same command to see how far it is."


class Counted(Progress):
    """What this run did, over all passes; on a terminal as a line that changes."""

    def __init__(self, on_terminal: bool) -> None:
        self._on_terminal = on_terminal
        self._before = Swept(0, 0, 0)
        self.now = Swept(0, 0, 0)

    def step(self, expired: int, refunded: int, left: int) -> None:
        self.now = Swept(self._before.expired + expired, self._before.refunded + refunded, left)
        if self._on_terminal:
            print(f"\r{self}   ", end="", flush=True)

    def end_pass(self, left: int) -> None:
        self._before = self.now = replace(self.now, left=left)

    def __str__(self) -> str:
        now = self.now
        return f"holds freed: {now.expired}, tickets given back: {now.refunded}, orders still open: {now.left}"


def close_ports(target: Target) -> ClosePorts:
    dynamodb, clock, ids = target.client("dynamodb"), SystemClock(), RandomIds()
    tables = Tables(seats=target.tables["seats"], orders=target.tables["orders"])
    changes = DynamoDBChanges(dynamodb, tables, clock, ids, CLOCK_SKEW_MS)
    return ClosePorts(
        orders=DynamoDBOrders(dynamodb, tables.orders, changes),
        seats=DynamoDBSeats(dynamodb, tables.seats),
        events=DynamoDBEvents(dynamodb, target.tables["events"]),
        clock=clock,
        ids=ids,
    )


@dataclass(frozen=True)
class Closed:
    left: Sequence[Order]  # nothing, or what took too long
    cash: Sequence[tuple[Order, int]]  # what a clerk has to hand back of which order, in minor units


def cash_owed(order: Order) -> int:
    """What the system gave back by itself of an order that was paid in cash, in minor units."""
    kinds = {attempt.number: attempt.method.kind for attempt in order.attempts}
    returned = (one for one in order.refunds if one.asked_by == "system" and kinds.get(one.attempt) is Kind.CASH)
    return sum(refund.amount for refund in returned)


def cancel(event_id: str, target: Target, counted: Counted) -> Closed:
    """Calls the event off, and waits until nothing is left of it, or for three minutes.

    Raises UnknownEvent, NoTarget, Unavailable, OutcomeUnknown.
    """
    ports, queues, sqs = close_ports(target), target.queues(), target.client("sqs")
    lanes = SQSLanes(sqs, {name: url for name, url in queues.items() if name.removeprefix("lane-").isdigit()})
    refresh = SQSRefreshQueue(sqs, queues[REFRESH])
    event = ports.events.cancel(event_id, ports.clock.now_ms())
    at = datetime.fromtimestamp((event.cancelled_at or 0) // 1000, UTC)
    print(f"{event_id} is cancelled since {at:%Y-%m-%dT%H:%M:%SZ}; within a minute nobody takes seats.", flush=True)
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    # Kept: an order gives its seats up, by which it is found, before its money is back or its cash is told of.
    seen_open = {order.order_id: order.ref for order in unfinished_of(event_id, ports)}
    while True:
        sweep_cancelled(event_id, ports, lanes, refresh, counted)
        seen_open |= {order.order_id: order.ref for order in unfinished_of(event_id, ports)}
        found = list(filter(None, map(ports.orders.locate, seen_open.values())))
        left = [order for order in found if order.unfinished or is_owed(order)]
        counted.end_pass(len(left))
        if not left or time.monotonic() >= deadline:
            return Closed(left, [(order, owed) for order in found if (owed := cash_owed(order))])
        time.sleep(PASS_SECONDS * (0.5 + random.random() / 2))


def event_named(arguments: Sequence[str]) -> str:
    """Leaves with 2 and what to type when no event can be meant."""
    parser = argparse.ArgumentParser(prog="make cancel-event", usage=USAGE, description="Call a showing off.")
    parser.add_argument("event", help="the event's id")
    event_id = parser.parse_args(arguments).event
    if not event_id:
        parser.error(f"which event? Type {USAGE}; {WHERE_IDS_ARE}")
    if not EVENT_ID.fullmatch(event_id):
        parser.error(f"EVENT must be {ID_WORDS}, not {given(event_id)}; {WHERE_IDS_ARE}")
    return event_id


def main(arguments: Sequence[str]) -> int:
    event_id, target = event_named(arguments), None
    stack, counted = stack_file.read(STATE / "stack.json"), Counted(sys.stdout.isatty())
    try:
        target = find_target(stack, os.environ)
        print(f"Cancelling {event_id} of {target.said}.", flush=True)
        closed = cancel(event_id, target, counted)
    except UnknownEvent:
        api_url = stack.get("api_url", "$API") if stack else "$API"
        told = f"There is no event {event_id!r} in {target.said if target else 'AWS'}; nothing was changed."
        return fail(told, WHERE_IDS_ARE.replace("$API", api_url))
    except NoTarget as error:
        return fail(str(error), "Nothing was changed.")
    except OutcomeUnknown as error:
        return fail(f"AWS did not say whether it wrote: {error}", AGAIN)
    except (Unavailable, BotoCoreError, ClientError) as error:
        return fail(what_failed(error, target), AGAIN)
    except KeyboardInterrupt:
        print(f"\nStopped. {counted}. If the event was cancelled: {GOES_ON}", file=sys.stderr)
        return 130
    print(f"{counted}" if not sys.stdout.isatty() else "")
    tell_cash(closed.cash)
    if left := closed.left:
        named = [f"  {order.order_id}  {order.status}  {', '.join(order.selected_seat)}" for order in left[:NAMED_MAX]]
        return fail(f"Still open after {WAIT_SECONDS_MAX:.0f} s, {len(left)} orders:", *named, GOES_ON)
    print("Nothing is left: every unused ticket is given back. Holds of this last minute are the reconciler's to free.")
    return 0


def tell_cash(cash: Sequence[tuple[Order, int]]) -> None:
    """Always: what an earlier run or the reconciler gave back is not in this run's list."""
    for order, amount in cash[:NAMED_MAX]:
        print(f"  {order.order_id}  {major_units(amount, order.currency)} {order.currency} in cash")
    if len(cash) > NAMED_MAX:
        print(f"  ... and {len(cash) - NAMED_MAX} more")
    told = f"{len(cash)} orders were paid in cash. " if cash else ""
    print(f"{told}Cash is handed back by a clerk, at the desk: docs/operations.md#cash-owed lists who waits.")


def fail(*lines: str) -> int:
    print("\n".join(lines), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
