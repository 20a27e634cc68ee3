"""UndoCheckIn: a manager makes a used ticket good again."""

from dataclasses import dataclass

from box_office.domain.check_in import UndoRequest, decide_undo
from box_office.domain.errors import Unavailable, UnknownTicket
from box_office.domain.tickets import Ticket
from box_office.ports import Clock, Ids, Orders, OutcomeUnknown
from box_office.use_cases.rounds import NOT_COMMITTED, in_rounds


@dataclass(frozen=True)
class UndoPorts:
    orders: Orders
    clock: Clock
    ids: Ids


def undo_check_in(order_id: str, ticket_id: str, request: UndoRequest, ports: UndoPorts) -> Ticket:
    """The ticket as it is then. Raises as `decide_undo`, and Unavailable."""
    now = ports.clock.now_ms()
    try:
        return in_rounds(lambda: one_undo(order_id, ticket_id, request, ports, now))
    except NOT_COMMITTED as busy:  # a gate, or a refund
        raise Unavailable("This ticket is being changed; try again.") from busy


def one_undo(order_id: str, ticket_id: str, request: UndoRequest, ports: UndoPorts, now: int) -> Ticket:
    order = ports.orders.by_id(order_id)
    if order is None:
        raise UnknownTicket("There is no such ticket.")
    change, ticket = decide_undo(order, ticket_id, request, now)
    if change is not None:
        try:
            ports.orders.commit(change, now, ports.ids.token())
        except OutcomeUnknown as unknown:
            raise Unavailable("It is not known whether that was written; try again.") from unknown
    return ticket
