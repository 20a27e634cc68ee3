"""A transaction that the table refuses because of its seats: rows that are not as the order left them. Pure.

Happens after a restore that is not to the same second, or by a hand: such rows never fit again, and no state may wait
for them for ever. A seat that still names the order is its own, whatever else the row says; any other is lost. A paid
order whose seats are all its own is booked; else what it owns is freed, and it goes to an end that needs no seats.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from box_office.domain.orders import Order, Status
from box_office.domain.paying import all_given_back, charged_for_nothing
from box_office.domain.seats import Change, SeatAct, SeatRow

SEATS_GONE = "seats_gone"
LATE_PAYMENT = "late_payment"


def without_lost_seats(change: Change, refused: Collection[str], rows: Iterable[SeatRow], now: int) -> Change:
    """What is written instead of `change`, which the table refused because of the seats `refused`, whose rows are
    `rows` (a seat without a row has none)."""
    before = change.before
    assert before is not None
    own = {row.seat_id for row in rows if row.order_id == before.order_id}
    lost = set(refused) - own
    if SeatAct.REPIN in change.acts.values():
        return charged_for_nothing(before, before.attempt, now, LATE_PAYMENT)
    if SeatAct.BOOK in change.acts.values() and not lost:
        return replace(change, acts=change.acts | dict.fromkeys(own, SeatAct.BOOK_OWN))
    freed = {seat: SeatAct.FREE_OWN for seat in change.acts if seat not in lost}
    if SeatAct.BOOK in change.acts.values() or SeatAct.BOOK_OWN in change.acts.values():
        return Change(before, all_given_back(before, SEATS_GONE, now), freed)
    if SeatAct.UNPIN in change.acts.values():
        return Change(before, expired(change.after), freed)
    return replace(change, acts=freed)


def expired(held: Order) -> Order:
    """A decline that cannot give the hold back: some of its seats are not as it left them."""
    return replace(held, status=Status.EXPIRED, reason=SEATS_GONE).due(held.due_at or 0)
