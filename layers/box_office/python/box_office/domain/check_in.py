"""What a gate's scan of a ticket does to its order, and what takes it back. Pure.

The change is conditional on the order's revision, as a refund is: of the two, the first to be written counts. Order of
checks: the theater and the showing, the event's end, refunded, used.
"""

from dataclasses import dataclass, replace

from box_office.domain.catalogue import Event
from box_office.domain.errors import (
    AlreadyCheckedIn,
    EventOver,
    Instant,
    InvalidRequest,
    Start,
    TicketRefunded,
    UndoNotPossible,
    UnknownTicket,
    WrongEvent,
)
from box_office.domain.orders import Order, Status
from box_office.domain.seats import Change
from box_office.domain.tickets import REFUNDED, Ticket, Undo, is_named

UNDOS_KEPT_MAX = 5  # of a ticket: who took its check-ins back, and why
SCAN_AGE_MS_MAX = 24 * 3_600_000  # of what a gate scanned without a network


@dataclass(frozen=True)
class Scan:
    """One reading of a code at a gate, as the gate tells it."""

    theater_id: str | None = None  # of the gate's account; None: it lets people in everywhere
    event_ids: frozenset[str] | None = None  # the showings that the gate stands at; None: any of its theater
    scan_id: str | None = None  # the same at the same device: the same scan, asked again
    device: str | None = None  # which gate; the gate's account, if the gate gives itself no name
    scanned_at: int | None = None  # epoch milliseconds by the gate's clock; None: just now
    look: bool = False  # only says what would happen

    def at(self, now: int) -> int:
        """When the person stood at the gate: never in the future. Raises InvalidRequest for a scan of long ago."""
        if self.scanned_at is None:
            return now
        if self.scanned_at < now - SCAN_AGE_MS_MAX:
            raise InvalidRequest("scanned_at may be 24 hours old at most.", "scanned_at")
        return min(self.scanned_at, now)

    def let_in(self, ticket: Ticket) -> bool:
        """This very scan has used the ticket; its answer was lost."""
        used_by = (ticket.get("scan_id"), ticket.get("device"))
        return (
            ticket["checked_in_at"] is not None and self.scan_id is not None and used_by == (self.scan_id, self.device)
        )


@dataclass(frozen=True)
class Showing:
    """What the gate is told of a ticket's showing, whether the ticket is good or not."""

    title: str
    room_name: str
    end_time: int


def decide_check_in(order: Order, wanted: str, scan: Scan, showing: Showing, now: int) -> tuple[Change | None, Ticket]:
    """The change that uses the ticket, and the ticket as used; no change for a look, or a scan that is asked again.

    Raises UnknownTicket, InvalidRequest, WrongEvent, EventOver, TicketRefunded, AlreadyCheckedIn.
    """
    ticket = ticket_of(order, wanted)
    if not stands_at(order, scan):
        raise wrong_event(order, ticket, showing)
    if scan.let_in(ticket) and not scan.look:
        return None, ticket
    at = scan.at(now)
    if at >= showing.end_time:
        raise EventOver("This showing is over.", **names_of(ticket))
    if ticket["status"] == REFUNDED or order.status is not Status.BOOKED:
        raise TicketRefunded("This ticket was refunded.", **names_of(ticket))
    if ticket["checked_in_at"] is not None:
        raise already_checked_in(ticket, ticket["checked_in_at"], at)
    if scan.look:
        return None, ticket
    used = used_by(ticket, scan, at)
    return Change(order, with_ticket(order, used), {}), used


def stands_at(order: Order, scan: Scan) -> bool:
    if scan.theater_id is not None and order.theater_id != scan.theater_id:
        return False
    return scan.event_ids is None or order.event_id in scan.event_ids


def wrong_event(order: Order, ticket: Ticket, showing: Showing) -> WrongEvent:
    return WrongEvent("This ticket is for another showing.", **names_of(ticket), **where_it_is_good(order, showing))


def not_of_this_theater(event: Event, showing: Showing) -> WrongEvent:
    return WrongEvent("This showing is in another theater.", **where_it_is_good(event, showing))


def where_it_is_good(of: Order | Event, showing: Showing) -> dict[str, object]:
    return {
        "event_id": of.event_id,
        "title": showing.title,
        "theater_id": of.theater_id,
        "room_name": showing.room_name,
        "movie_time": Start(of.movie_time),
    }


def names_of(ticket: Ticket) -> dict[str, object]:
    return {"ticket_id": ticket["ticket_id"], "seat_id": ticket["seat_id"]}


def already_checked_in(ticket: Ticket, used_at: int, at: int) -> AlreadyCheckedIn:
    """The scan that was received first counts; a later one with an earlier time is a conflict, and both are told."""
    members: dict[str, object] = {"checked_in_at": Instant(used_at), "device": ticket.get("device")}
    conflict = {"conflict": True} if at < used_at else {}
    return AlreadyCheckedIn("This ticket was used.", **names_of(ticket), **members, **conflict)


def ticket_of(order: Order, wanted: str) -> Ticket:
    """Raises UnknownTicket."""
    ticket = next((one for one in order.tickets if is_named(one, order.order_id, wanted)), None)
    if ticket is None:
        raise UnknownTicket("There is no such ticket.")
    return ticket


def used_by(ticket: Ticket, scan: Scan, at: int) -> Ticket:
    used: Ticket = {**ticket, "checked_in_at": at}
    if scan.scan_id is not None:
        used["scan_id"] = scan.scan_id
    if scan.device is not None:
        used["device"] = scan.device
    return used


def with_ticket(order: Order, changed: Ticket) -> Order:
    tickets = (changed if one["ticket_id"] == changed["ticket_id"] else one for one in order.tickets)
    return replace(order, tickets=tuple(tickets), revision=order.revision + 1)


@dataclass(frozen=True)
class UndoRequest:
    asked_by: str
    reason: str
    theater_id: str | None = None  # of the manager's account; None: a manager of every theater


def decide_undo(order: Order, wanted: str, request: UndoRequest, now: int) -> tuple[Change | None, Ticket]:
    """The change that makes a used ticket good again, which keeps who wanted it and why; no change when that was done
    before. Raises UnknownTicket, TicketRefunded, UndoNotPossible."""
    if request.theater_id is not None and order.theater_id != request.theater_id:
        raise UnknownTicket("There is no such ticket.")
    ticket = ticket_of(order, wanted)
    if ticket["status"] == REFUNDED or order.status is not Status.BOOKED:
        raise TicketRefunded("This ticket was refunded.", **names_of(ticket))
    if ticket["checked_in_at"] is None:
        if ticket.get("undone"):
            return None, ticket
        raise UndoNotPossible("This ticket was never used.", **names_of(ticket))
    undo: Undo = {"at": now, "asked_by": request.asked_by, "reason": request.reason}
    undone = [*ticket.get("undone", ()), undo][-UNDOS_KEPT_MAX:]
    good: Ticket = {**ticket, "checked_in_at": None, "undone": undone}
    good.pop("scan_id", None)  # the scan that let somebody in may let its holder in again
    good.pop("device", None)
    return Change(order, with_ticket(order, good), {}), good
