"""FindOrder: staff of a theater find a customer's order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from box_office.domain.orders import Order
from box_office.domain.tickets import order_of_ticket
from box_office.ports import Addresses, Orders, Users

ORDERS_PER_PAGE = 20  # of one address


@dataclass(frozen=True)
class Wanted:
    """One of them is set."""

    code: str | None = None
    order_id: str | None = None
    ticket_id: str | None = None
    email: str | None = None

    @property
    def by(self) -> str:
        """The name of the one that is set."""
        return next(name for name, value in vars(self).items() if value is not None)


@dataclass(frozen=True)
class Staff:
    """Who looks for an order."""

    user_id: str
    manager: bool
    theater_id: str | None  # of the account

    def may_see(self, order: Order) -> bool:
        """A theater's staff see its orders; a manager without a theater all, a clerk without one their own."""
        if self.theater_id is not None:
            return order.theater_id == self.theater_id
        return self.manager or order.user_id == self.user_id


@dataclass(frozen=True)
class Found:
    orders: Sequence[Order]
    user_email: str | None = None  # whose they all are; None once the account is gone
    next_cursor: str | None = None


@dataclass(frozen=True)
class FindPorts:
    orders: Orders
    users: Users
    addresses: Addresses
    read_code: Callable[[str], tuple[str, str]]  # a ticket's code -> order and ticket


def find_order(wanted: Wanted, staff: Staff, cursor: str | None, ports: FindPorts) -> Found:
    """What the staff may see of it: other orders are not found, nor is it told that there are any. By address newest
    first, a page at a time.

    Raises UnknownTicket for a code that is none, InvalidRequest on a foreign cursor, Unavailable."""
    if wanted.email is not None:
        return of_address(wanted.email, staff, cursor, ports)
    order_id = order_named(wanted, ports)
    order = ports.orders.by_id(order_id) if order_id is not None else None
    if order is None or not staff.may_see(order):
        return Found([])
    return found([order], order.user_id, ports)


def order_named(wanted: Wanted, ports: FindPorts) -> str | None:
    if wanted.code is not None:
        return ports.read_code(wanted.code)[0]
    return wanted.order_id or order_of_ticket(wanted.ticket_id or "")


def of_address(email: str, staff: Staff, cursor: str | None, ports: FindPorts) -> Found:
    user_id = ports.users.of_address(email)
    if user_id is None:
        return Found([])
    if staff.theater_id is not None:
        page = ports.orders.in_theater(user_id, staff.theater_id, ORDERS_PER_PAGE, cursor)
    elif staff.manager or staff.user_id == user_id:
        page = ports.orders.history(user_id, ORDERS_PER_PAGE, cursor)
    else:
        return Found([])
    orders, next_cursor = page
    return found(orders, user_id, ports, next_cursor)


def found(orders: Sequence[Order], user_id: str, ports: FindPorts, next_cursor: str | None = None) -> Found:
    return Found(orders, ports.addresses.of_user(user_id) if orders else None, next_cursor)
