"""`python -m operations.settle`: records that an order's owed refunds are settled.
Called by `make settle ORDER= WHY= [PAID=]`.

To be run after an operator gave the money back outside of the provider, or found that none is to be given back. Every
refused refund of the order, and its cash that is owed, becomes SETTLED, with the reason. PAID: how much was paid out,
in major units; without it, all that was owed. May be run again: then it prints how the order was settled.

Exits 0 when nothing is owed any more, 1 when the command is refused, 2 when it was called wrongly.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from box_office.domain.errors import UnknownOrder
from box_office.domain.money import in_words, minor_units
from box_office.domain.orders import Order
from box_office.domain.settling import owed
from box_office.use_cases.settle_owed import OrderKeepsChanging, SettlePorts, settle_order
from box_office.wrong_values import ID, ID_WORDS, given
from operations.commands import NOTHING_CHANGED, Refused, act_on_target
from operations.owed import settle_ports
from operations.target import Target

USAGE = 'make settle ORDER=or_5k WHY="bank transfer 4711" [PAID=11.50]'
WHY_LENGTH_MAX = 500
AGAIN = "Type the same command again: it settles once."


def settlement_of(arguments: Sequence[str]) -> tuple[str, str, Decimal | None]:
    """The order, the reason and the amount. If the command was called wrongly, prints what to type and exits with 2."""
    parser = argparse.ArgumentParser(prog="make settle", usage=USAGE, description="End what an order owes.")
    parser.add_argument("order", help="the order's id")
    parser.add_argument("why", help="how the money was given back, or why none is")
    parser.add_argument("paid", nargs="?", default="", help="how much was paid out, in major units; left out: all")
    named = parser.parse_args(arguments)
    if not ID.fullmatch(named.order):
        parser.error(f"ORDER must be {ID_WORDS}, not {given(named.order)}; `make owed` lists the orders.")
    why = named.why.strip()
    if not why or len(why) > WHY_LENGTH_MAX:
        parser.error(f"WHY must say in 1 to {WHY_LENGTH_MAX} characters how the money was given back, or why none is.")
    return named.order, why, paid_amount(parser, named.paid)


def paid_amount(parser: argparse.ArgumentParser, text: str) -> Decimal | None:
    if not text:
        return None
    try:
        paid = Decimal(text)
    except InvalidOperation:
        parser.error(f"PAID must be an amount like 11.50, not {given(text)}.")
    if not paid.is_finite() or paid < 0:
        parser.error(f"PAID must be an amount like 11.50, not {given(text)}.")
    return paid


def minor_paid(order_id: str, paid: Decimal | None, ports: SettlePorts) -> int | None:
    """Raises UnknownOrder, ValueError when PAID is no amount of the order's currency or more than is owed."""
    if paid is None:
        return None
    order = ports.orders.by_id(order_id)
    if order is None:
        raise UnknownOrder(order_id)
    amount, owing = minor_units(paid, order.currency), owed(order)
    if owing and amount > owing:
        raise ValueError(f"{order_id} is owed {money(order, owing)}, not {money(order, amount)}")
    return amount


def money(order: Order, minor: int) -> str:
    return in_words(minor, order.currency)


def main(arguments: Sequence[str]) -> int:
    order_id, why, paid = settlement_of(arguments)
    return act_on_target(lambda target: settle(target, order_id, why, paid), again=AGAIN)


def settle(target: Target, order_id: str, why: str, paid: Decimal | None) -> int:
    """Raises Refused, Unavailable, OutcomeUnknown."""
    ports = settle_ports(target)
    try:
        order, owing = settle_order(order_id, why, minor_paid(order_id, paid, ports), ports)
    except UnknownOrder as error:
        raise Refused(f"There is no order {order_id}; `make owed` lists those that are owed something.") from error
    except ValueError as error:
        raise Refused(f"PAID is refused: {error}. {NOTHING_CHANGED}") from error
    except OrderKeepsChanging as error:
        raise Refused(f"{order_id} is changing just now; nothing was settled. {AGAIN}") from error
    if owing == 0:
        print(f"Nothing is owed for {order_id}, which is {order.status}; nothing was changed.")
    else:
        print(f"{money(order, owing)} of {order_id} settled: {why}. The order is {order.status}.")
    tell_settled(order)
    return 0


def tell_settled(order: Order) -> None:
    for refund in order.refunds:
        if refund.settled is not None:
            at = datetime.fromtimestamp(refund.settled.at // 1000, UTC)
            paid = f"{money(order, refund.settled.paid)} paid of {money(order, refund.amount)}"
            print(f"  {refund.refund_id}  {at:%Y-%m-%dT%H:%M:%SZ}  {paid}: {refund.settled.why}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
