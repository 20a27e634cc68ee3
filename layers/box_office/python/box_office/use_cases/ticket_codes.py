"""Tickets' codes: what a booking shows, and what a gate scans."""

from collections.abc import Callable
from dataclasses import dataclass

from box_office.domain.orders import Order
from box_office.domain.signed_codes import PREFIX, Seat, read_signed_code, signed_code
from box_office.domain.ticket_codes import read_code, ticket_code
from box_office.domain.ticket_keys import KeyRing
from box_office.domain.tickets import Ticket, ticket_id
from box_office.ports import Clock, Signatures


@dataclass(frozen=True)
class TicketCodes:
    """`ring()`: read when first needed, as most bookings that are looked at have no tickets yet; so are `signatures()`.
    Raises Unavailable when the keys cannot be read."""

    ring: Callable[[], KeyRing]
    signatures: Callable[[], Signatures]
    clock: Clock

    def code_of(self, order: Order, ticket: Ticket) -> str:
        """The code of before 2026-11-29 for an order or a seat whose id does not fit into the new one."""
        named = Seat(order.order_id, order.event_id, order.movie_time, ticket["seat_id"])
        if not named.fits:
            return ticket_code(order.order_id, ticket["ticket_id"], self.ring().first)
        return signed_code(named, self.ring().signing(self.clock.now_ms()), self.signatures().sign)

    def read(self, code: str) -> tuple[str, str]:
        """Order and ticket. Raises UnknownTicket."""
        if not code.startswith(PREFIX):
            return read_code(code, self.ring().first)
        order_id, seat_id = read_signed_code(code, self.ring(), self.signatures().verify)
        return order_id, ticket_id(order_id, seat_id)
