"""`python -m operations.cancel_event EVENT [USED]`: cancels a showing, and refunds its tickets.
Called by `make cancel-event EVENT=... [USED=1]`.

The first thing it writes is that the event is cancelled. From then on book_order refunds orders that are being paid,
and HoldSeat refuses holds as soon as each environment has read the event again, within a minute. The reconciler sweeps
the event every minute until nothing is left of it, those last holds included. So this command may be stopped at any
time and run again; it only goes ahead of the reconciler, and shows the progress.

USED=1: used tickets are refunded too, as when the film breaks off; without it, they stay. A showing that is over is
cancelled with USED=1 alone: else only those would have their money back who did not come.

Exits 0 when nothing is left of the event; 1 when something is, when the provider refused a refund of it, or when the
command is refused; 2 when it was called wrongly.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from box_office.adapters.dynamodb.changes import DynamoDBChanges, Tables
from box_office.adapters.dynamodb.events import DynamoDBEvents
from box_office.adapters.dynamodb.orders import DynamoDBOrders, DynamoDBSeats
from box_office.adapters.sqs.queues import SQSLanes, SQSRefreshQueue
from box_office.adapters.system import RandomIds, SystemClock
from box_office.domain.errors import Unavailable, UnknownEvent
from box_office.domain.money import in_words
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.refunding import owed_in_cash
from box_office.names import DUE_SHARDS, REFRESH
from box_office.ports import OutcomeUnknown
from box_office.use_cases.cancel_event import Progress, Swept, is_owed, sweep_cancelled, unfinished_of
from box_office.use_cases.end_event import ClosePorts
from box_office.use_cases.settle_owed import SettlePorts, owed_orders
from box_office.wrong_values import ID, ID_WORDS, given
from operations.commands import NOTHING_CHANGED
from operations.output import counted as number_of
from operations.output import fail
from operations.target import NoTarget, Target, never_sent, this_target, what_failed

WAIT_SECONDS_MAX = 180.0  # refunds take seconds, a payment that is under way a minute; the reconciler ends a stuck one
PASS_SECONDS = 2.0  # between two reads of the orders that are left
CLOCK_SKEW_MS = 1_000
NAMED_MAX = 20
USAGE = "make cancel-event EVENT=ev_7q2 [USED=1]"
WHERE_IDS_ARE = "curl -s $API/GetMovieDetail/api/v0/metropolis/ lists a film's showings with their ids."
ALL_OR_NONE = "Only those who did not come would get money back. For all tickets: make cancel-event EVENT={} USED=1"
AGAIN = "Then type the same command again: it goes on with what was begun."
CASH = "A clerk hands cash back at the desk; `make owed` lists the orders that wait for it."
SETTLE = "`make owed` lists what an operator has to give back, `make settle` records that it was given."
USED_GOES_ON = "The reconciler gives unused tickets back every minute; used ones only this command does."
GOES_ON = "The reconciler goes on every minute; run the same command to see how far it is."


class ShowingOver(Exception):
    """The showing is over, and used tickets are to stay. The message says when it ended."""


class Counted(Progress):
    """The figures of this run, over all passes; on a terminal as a line that changes."""

    def __init__(self, on_terminal: bool) -> None:
        self._on_terminal = on_terminal
        self._before = Swept(0, 0, 0)
        self.now = Swept(0, 0, 0)

    def step(self, expired: int, refunded: int, left: int) -> None:
        self.now = Swept(self._before.expired + expired, self._before.refunded + refunded, left)
        if self._on_terminal:
            print(f"\r{self}   ", end="", flush=True)

    def say(self, text: str) -> None:
        print(f"\n{text}" if self._on_terminal else text, flush=True)

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


class Cancellation:
    """The progress of this run with an event, which is printed when the run ends, and when it is stopped."""

    def __init__(self, event_id: str, used: bool, ports: ClosePorts) -> None:
        self.ports = ports
        self.event_id = event_id
        self.used = used
        self.asked = False  # AWS was asked to write that the event is cancelled
        self.cancelled = False
        # Kept, because orders are found by their seats, which they give up before their refund is done.
        self._seen_open: dict[str, OrderRef] = {}

    def begin(self) -> None:
        """Raises UnknownEvent, ShowingOver, Unavailable, OutcomeUnknown."""
        now = self.ports.clock.now_ms()
        found = self.ports.events.fresh(self.event_id)
        if found is not None and found.over(now) and found.cancelled_at is None and not self.used:
            raise ShowingOver(f"{self.event_id} ended at {utc(found.end_time)}, and was not cancelled.")
        self.asked = True
        event = self.ports.events.cancel(self.event_id, now)
        self.cancelled = True
        at = utc(event.cancelled_at or 0)
        print(f"{self.event_id} is cancelled since {at}; within a minute no customer can take seats.", flush=True)

    def find_open(self) -> None:
        self._seen_open |= {order.order_id: order.ref for order in unfinished_of(self.event_id, self.ports, self.used)}

    def owing(self) -> list[Order]:
        """This event's orders whose money an operator has to give back, also those of earlier runs and of the
        reconciler."""
        ports = SettlePorts(self.ports.orders, self.ports.clock, self.ports.ids, DUE_SHARDS)
        return [order for order in owed_orders(ports) if order.event_id == self.event_id]

    def orders(self) -> list[Order]:
        """All orders that were open at some time of this run, as they are now."""
        return list(filter(None, map(self.ports.orders.locate, self._seen_open.values())))


def utc(epoch_ms: int) -> str:
    return f"{datetime.fromtimestamp(epoch_ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def cash_owed(order: Order) -> int:
    """Minor units that the system refunded by itself of an order that was paid in cash."""
    return sum(refund.amount for refund in order.refunds if owed_in_cash(order, refund))


def refused_of(orders: Sequence[Order]) -> list[Order]:
    """The orders whose refund the provider refused."""
    return [order for order in orders if any(not order.in_cash(refund) for refund in order.owed_refunds)]


def cash_of(orders: Sequence[Order]) -> list[tuple[Order, int]]:
    """The orders of which a clerk has to hand cash back, and how much, in minor units."""
    return [(order, owed) for order in orders if (owed := cash_owed(order))]


def sweep(run: Cancellation, target: Target, counted: Counted) -> tuple[Sequence[Order], Sequence[Order]]:
    """Sweeps the cancelled event until nothing of it is left, or for three minutes.

    Returns the orders that are left, and all that were open or are owed money. Raises NoTarget, Unavailable,
    OutcomeUnknown.
    """
    queues, sqs = target.queues(), target.client("sqs")
    lanes = SQSLanes(sqs, {name: url for name, url in queues.items() if name.removeprefix("lane-").isdigit()})
    refresh = SQSRefreshQueue(sqs, queues[REFRESH])
    deadline, announced = time.monotonic() + WAIT_SECONDS_MAX, False
    run.find_open()
    while True:
        sweep_cancelled(run.event_id, run.ports, lanes, refresh, counted, run.used)
        run.find_open()
        found = run.orders()
        left = [order for order in found if order.unfinished or is_owed(order, run.used)]
        counted.end_pass(len(left))
        if not left or time.monotonic() >= deadline:
            of_this_run = {order.order_id: order for order in found}
            return left, list((of_this_run | {order.order_id: order for order in run.owing()}).values())
        if not announced:
            announced = True
            counted.say(waiting_for(left))
        time.sleep(PASS_SECONDS * (0.5 + random.random() / 2))


def waiting_for(left: Sequence[Order]) -> str:
    paying = sum(order.status is Status.PAYING for order in left)
    return (
        f"Waiting for {number_of(len(left), 'order')}, {WAIT_SECONDS_MAX:.0f} s at most: "
        f"{paying} being paid, {len(left) - paying} being given back."
    )


def event_named(arguments: Sequence[str]) -> tuple[str, bool]:
    """The event's id, and whether used tickets are refunded too. If the arguments name no event, prints what to type
    and exits with 2."""
    parser = argparse.ArgumentParser(prog="make cancel-event", usage=USAGE, description="Call a showing off.")
    parser.add_argument("event", help="the event's id")
    parser.add_argument("used", nargs="?", default="", help="1: used tickets are given back too")
    named = parser.parse_args(arguments)
    event_id = named.event
    if not event_id:
        parser.error(f"which event? Type {USAGE}; {WHERE_IDS_ARE}")
    if not ID.fullmatch(event_id):
        parser.error(f"EVENT must be {ID_WORDS}, not {given(event_id)}; {WHERE_IDS_ARE}")
    if named.used not in ("", "0", "1"):
        parser.error(f"USED is 1 or left out, not {given(named.used)}.")
    return event_id, named.used == "1"


def main(arguments: Sequence[str]) -> int:
    (event_id, used), target, run = event_named(arguments), None, None
    counted = Counted(sys.stdout.isatty())
    try:
        target = this_target()
        print(f"Cancelling {event_id} of {target.description}.", flush=True)
        run = Cancellation(event_id, used, close_ports(target))
        run.begin()
        left, found = sweep(run, target, counted)
    except (UnknownEvent, ShowingOver) as refusal:
        return refuse(refusal, event_id, target)
    except NoTarget as error:
        return fail(str(error), *what_stands(event_id, run))
    except OutcomeUnknown as error:
        return fail(f"AWS did not say whether it wrote: {error}", AGAIN)
    except (Unavailable, BotoCoreError, ClientError) as error:
        run = None if never_sent(error) else run
        return fail(what_failed(error, target), *what_stands(event_id, run), *([AGAIN] if run else []))
    except KeyboardInterrupt:
        print(f"\nStopped. {counted}.", flush=True)
        fail(*what_stands(event_id, run))
        if run and run.cancelled:
            tell_cash_so_far(run)
        return 130
    print(f"{counted}" if not sys.stdout.isatty() else "")
    tell_cash(cash_of(found))
    refused = refused_of(found)
    if refused:
        tell_refused(refused)
    if left:
        named = [f"  {order.order_id}  {order.status}  {', '.join(order.selected_seat)}" for order in left[:NAMED_MAX]]
        goes_on = f"{USED_GOES_ON} {AGAIN}" if used else GOES_ON
        return fail(f"Still open after {WAIT_SECONDS_MAX:.0f} s: {number_of(len(left), 'order')}", *named, goes_on)
    tickets = "ticket" if used else "unused ticket"
    if refused:
        return fail(f"Every {tickets} is void, but {number_of(len(refused), 'refund')} did not go through.", SETTLE)
    print(f"Nothing is left: every {tickets} is given back. The reconciler frees the holds of this last minute.")
    return 0


def refuse(refusal: UnknownEvent | ShowingOver, event_id: str, target: Target | None) -> int:
    if isinstance(refusal, ShowingOver):
        return fail(f"{refusal} {NOTHING_CHANGED}", ALL_OR_NONE.format(event_id))
    web_url = (target.web_url if target else None) or "$API"
    no_such = f"There is no event {event_id!r} in {target.description if target else 'AWS'}; nothing was changed."
    return fail(no_such, WHERE_IDS_ARE.replace("$API", web_url))


def tell_refused(orders: Sequence[Order]) -> None:
    """Lists all orders whose refund was refused: each has a customer without ticket and money."""
    print(f"The provider refused the refund of {number_of(len(orders), 'order')}:")
    for order in orders:
        refused = {refund.capture for refund in order.owed_refunds if not order.in_cash(refund)}
        amount = sum(order.owed_of(capture) for capture in refused)
        print(f"  {order.order_id}  {in_words(amount, order.currency)}")


def what_stands(event_id: str, run: Cancellation | None) -> Sequence[str]:
    """What the operator reads after a run that did not end by itself."""
    if run is None or not run.asked:
        return [NOTHING_CHANGED]
    if not run.cancelled:
        return [f"Whether {event_id} is cancelled was not answered: the same command makes sure that it is."]
    goes_on = f"{USED_GOES_ON} {AGAIN}" if run.used else GOES_ON
    return [f"{event_id} is cancelled, and stays so. {goes_on}"]


def tell_cash_so_far(run: Cancellation) -> None:
    try:
        tell_cash(cash_of(run.orders()))
    except (Unavailable, BotoCoreError, ClientError, KeyboardInterrupt):
        print(f"Which orders were paid in cash could not be read. {CASH}")


def tell_cash(cash: Sequence[tuple[Order, int]]) -> None:
    for order, amount in cash[:NAMED_MAX]:
        print(f"  {order.order_id}  {in_words(amount, order.currency)} in cash")
    if len(cash) > NAMED_MAX:
        print(f"  ... and {len(cash) - NAMED_MAX} more")
    if cash:
        print(f"{number_of(len(cash), 'order')} {'was' if len(cash) == 1 else 'were'} paid in cash. {CASH}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
