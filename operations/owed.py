"""`python -m operations.owed`: lists the refunds and cash that customers are owed and
that an operator has to give back. Called by `make owed`.

These are refunds that the provider refused or that a bank returned later, and cash of orders that the system refunded
by itself. Each line is a refund of an order; `make settle` ends them. Exits 0 when it could read them all, 1 otherwise.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from box_office.adapters.dynamodb.changes import DynamoDBChanges, Tables
from box_office.adapters.dynamodb.orders import DynamoDBOrders
from box_office.adapters.system import RandomIds, SystemClock
from box_office.domain.money import in_words
from box_office.domain.orders import Order
from box_office.domain.payments import Refund
from box_office.names import DUE_SHARDS
from box_office.use_cases.settle_owed import SettlePorts, owed_orders
from operations.commands import act_on_target
from operations.output import counted
from operations.target import Target

CLOCK_SKEW_MS = 1_000
AGAIN = "Type the same command again: it only reads."


def settle_ports(target: Target) -> SettlePorts:
    dynamodb, clock, ids = target.client("dynamodb"), SystemClock(), RandomIds()
    tables = Tables(seats=target.tables["seats"], orders=target.tables["orders"])
    changes = DynamoDBChanges(dynamodb, tables, clock, ids, CLOCK_SKEW_MS)
    return SettlePorts(DynamoDBOrders(dynamodb, tables.orders, changes), clock, ids, DUE_SHARDS)


def why_owed(order: Order, refund: Refund) -> str:
    if order.in_cash(refund):
        attempt = order.attempt_numbered(refund.attempt)
        reference = attempt.method.reference if attempt is not None else None
        if reference is not None:
            return f"paid on the desk's terminal ({reference}): a clerk gives it back there"
        return "paid in cash: a clerk hands it back"
    return f"the provider refused its refund ({refund.failure or 'no reason given'})"


def line(order: Order, refund: Refund) -> str:
    asked = datetime.fromtimestamp(refund.asked_at // 1000, UTC)
    amount = in_words(min(refund.amount, order.owed_of(refund.capture)), order.currency)
    attempt = order.attempt_numbered(refund.attempt)
    intent = refund.intent_id or (attempt.intent_id if attempt is not None else None) or "-"
    return f"  {order.order_id}  {order.event_id}  {amount}  {asked:%Y-%m-%d}  {intent}  {why_owed(order, refund)}"


def list_owed(target: Target) -> int:
    orders = sorted(owed_orders(settle_ports(target)), key=lambda order: order.owed_refunds[0].asked_at)
    for order in orders:
        for refund in order.owed_refunds:
            print(line(order, refund))
    if not orders:
        print("Nothing is owed.")
        return 0
    print(f"{counted(len(orders), 'order')} to settle: give the money back, then")
    print('  make settle ORDER=or_... WHY="how it was given back" [PAID=11.50]')
    return 0


def main(arguments: Sequence[str]) -> int:
    description = "List the refunds and cash that customers are owed and an operator has to give back."
    argparse.ArgumentParser(prog="make owed", usage="make owed", description=description).parse_args(arguments)
    return act_on_target(list_owed, again=AGAIN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
