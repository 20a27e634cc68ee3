"""A seat's row in the table, and what a change does to it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from box_office.domain.catalogue import EVENT_MS_MAX
from box_office.domain.order_keys import parse_order_key
from box_office.domain.orders import Order, holder_of

ROW_KEPT_MS = 90 * 24 * 3_600_000  # after the end of the showing: refunds and disputes are long over


class SeatStatus(StrEnum):
    """The status in a seat's row."""

    EMPTY = "empty"
    HOLD = "hold"
    BOOKED = "booked"


EMPTY, HOLD, BOOKED = SeatStatus.EMPTY, SeatStatus.HOLD, SeatStatus.BOOKED


def status_of(word: str) -> SeatStatus:
    """The status of a row. A word that no release writes, as after an edit by hand, counts as a hold: that seat is not
    sold, and the showing's other seats still are."""
    try:
        return SeatStatus(word)
    except ValueError:
        return HOLD


@dataclass(frozen=True)
class SeatRow:
    """One row of Available_seat. A seat that was never held has none: absence is `empty`, version 0."""

    seat_id: str
    status: SeatStatus
    version: int  # issued by table writes alone
    order_id: str | None = None
    user_id: str | None = None
    order_key: str | None = None
    hold_until: int = 0
    pinned: bool = False

    @property
    def sale(self) -> str | None:
        """The sale, parsed from `order_key`."""
        return parse_order_key(self.order_key or "").sale

    @property
    def holder(self) -> str | None:
        return holder_of(self.user_id, self.sale) if self.user_id is not None else None

    def booked_by(self, holder: str) -> bool:
        return self.status == BOOKED and self.holder == holder

    def can_be_taken(self, holder: str, now: int, clock_skew_ms: int) -> bool:
        """Whether a write that takes the seat may succeed, by this row; its own conditions decide."""
        if self.status == EMPTY:
            return True
        if self.status == BOOKED:
            return False
        if self.holder == holder:
            return True  # the holder may ask for the same seats again while paying: then the order is the answer
        return not self.pinned and self.hold_until + clock_skew_ms <= now


def row_expires_at(movie_time: int) -> int:
    """When DynamoDB may remove a seat's row. The showing ends at most EVENT_MS_MAX after its start."""
    return movie_time + EVENT_MS_MAX + ROW_KEPT_MS


class SeatAct(StrEnum):
    """What a change does to a seat; each has one named condition in the table's adapter."""

    TAKE = "take"  # empty, never touched, or held by a hold that lapsed
    KEEP = "keep"  # must still be the order's; nothing is written
    EXTEND = "extend"  # must still be the order's; gets the new end
    FREE = "free"  # must still be the order's, unpinned; becomes empty
    PIN = "pin"  # a hold of the order; time alone frees it no longer
    UNPIN = "unpin"  # must be pinned for the order; becomes a hold again, with the order's end
    FREE_PINNED = "free pinned"  # must be pinned for the order; becomes empty
    REPIN = "repin"  # as TAKE, and pinned at once: the order was charged after the cap
    BOOK = "book"  # must be pinned for the order; becomes booked
    FREE_BOOKED = "free booked"  # must be booked for the order; becomes empty, as its ticket was refunded
    BOOK_OWN = "book own"  # must name the order, whatever else its row says; becomes booked
    FREE_OWN = "free own"  # must name the order, whatever else its row says; becomes empty


@dataclass(frozen=True)
class Change:
    """One transaction: the newest order of a user and event from `before` to `after`, with all its seats."""

    before: Order | None  # the order must still be at this revision; None: there must be none
    after: Order
    acts: dict[str, SeatAct]  # seat -> act
    superseded: Order | None = None  # the order that `after` takes the place of; it moves to its archive key
    # Set when a worker makes a queued hold: no release and no drop may have ended it, under its archive key.
    must_not_be_archived: bool = False
    # Set when a queued hold is ended: no worker may have made it, under the current key.
    must_not_be_current: bool = False
    recount: Order | None = None  # the user's newest order, if this one is superseded and loses tickets

    @property
    def recounted(self) -> Order | None:
        """The newest order as it is written: without the places whose tickets this change gives back."""
        if self.recount is None or self.before is None:
            return self.recount
        lost = self.before.seats_with_tickets - self.after.seats_with_tickets
        return replace(
            self.recount,
            earlier_wheelchairs=tuple(seat for seat in self.recount.earlier_wheelchairs if seat not in lost),
            earlier_companions=tuple(seat for seat in self.recount.earlier_companions if seat not in lost),
        )

    def changed_at(self, now: int) -> int:
        """When the change counts as made: never before the order's last change, whatever the writers' clocks say."""
        return max(now, self.before.changed_at) if self.before is not None else now
