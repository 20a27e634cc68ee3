"""What is written when the table refuses a transaction because of its seats' rows. Pure.

Rows do not fit their order after a restore of the two tables to different seconds, or after an edit by hand. They never
fit again by themselves, so no order may wait for them. A seat whose row still names the order is its own, whatever else
the row says; any other seat is lost. A paid order whose seats are all its own is booked. Any other order frees the
seats that are its own, and goes to a state that needs no seats.
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
    """The end of a declined order whose hold cannot come back, because some of its seats are lost."""
    return replace(held, status=Status.EXPIRED, reason=SEATS_GONE).due(held.due_at or 0)
