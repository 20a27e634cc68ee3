"""An order: the record that carries one user's hold of one event to its tickets (DESIGN section 4).

Times are epoch milliseconds, money is integer minor units. `now` is always an argument.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypedDict, Unpack

from box_office.domain.order_keys import archive_key, current_key
from box_office.domain.payments import OF_TICKETS, Attempt, AttemptState, CaptureKey, Refund, RefundState
from box_office.domain.tickets import REFUNDED, Ticket


class Status(StrEnum):
    HELD = "HELD"
    PAYING = "PAYING"
    PAID = "PAID"
    UNRESOLVED = "UNRESOLVED"
    BOOKED = "BOOKED"
    REFUNDING = "REFUNDING"
    REFUNDED = "REFUNDED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


BEING_PAID = frozenset({Status.PAYING, Status.PAID})
UNFINISHED = frozenset({Status.PAYING, Status.PAID, Status.UNRESOLVED})  # REFUNDING is while a refund of it is open
# REFUNDED is one of them: its capture went back by refunds of its tickets, and is no surplus.
TAKING_MONEY = frozenset({Status.PAYING, Status.PAID, Status.BOOKED, Status.REFUNDING, Status.REFUNDED})
KEPT_KEYS_MAX = 10  # idempotency keys that an order remembers, the latest first


class KeptAnswer(TypedDict, total=False):
    """The parts of an answer that a later state of the order lacks, by route; money in minor units."""

    seats: Sequence[Sequence[str | int]]  # HoldSeat, ExtendHold: [seat, price], in the answer's order
    hold_until: int  # HoldSeat, ExtendHold
    change: int  # SubmitPayment, in cash
    amount: int  # RefundBooking


@dataclass(frozen=True)
class KeyRecord:
    """A request that was committed under an idempotency key, with all that a replay needs to repeat its answer."""

    route: str
    key: str
    fingerprint: str  # of the request that came with `key`
    status_code: int
    answer: KeptAnswer


@dataclass(frozen=True)
class Order:
    user_id: str
    order_id: str  # the fencing token of its seats
    event_id: str
    movie_id: str
    theater_id: str
    movie_time: int
    status: Status
    seat_prices: Mapping[str, int]  # seat -> minor units when it was taken; refunded seats stay
    currency: str
    revision: int  # every transaction expects the one that it read, and adds one
    hold_until: int
    first_held_at: int
    room_id: str | None = None  # when it was sold; None in orders of before 2026-11-28
    sale: str | None = None  # of a desk clerk's order
    earlier_tickets: int = 0  # live tickets of this user's earlier orders of the event
    earlier_wheelchairs: tuple[str, ...] = ()  # the wheelchair places among those tickets' seats
    earlier_companions: tuple[str, ...] = ()  # the companion seats among them
    superseded: bool = False  # a newer order has taken its place: it lies under its archive key
    lane: str | None = None
    attempt: int = 0  # the number of the current attempt
    attempts: tuple[Attempt, ...] = ()
    pinned_at: int | None = None
    asked_at: int | None = None  # just before the first call to the provider: the cap counts from here
    changed_at: int = 0  # when the last change was written, by its writer's clock
    due_at: int | None = None  # when the reconciler checks it again; None when nothing is unfinished
    reason: str | None = None  # why it expired, if not by time alone, or why its money goes back
    refunds: tuple[Refund, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    keys: tuple[KeyRecord, ...] = field(default=())

    @property
    def selected_seat(self) -> tuple[str, ...]:
        return tuple(self.seat_prices)

    @property
    def price(self) -> int:
        return sum(self.seat_prices.values())

    @property
    def current_key(self) -> str:
        """The key of the user's newest order of this event (at a desk: of this sale)."""
        return current_key(self.event_id, self.sale)

    @property
    def archive_key(self) -> str:
        """The order's key once a newer order has superseded it."""
        return archive_key(self.event_id, self.order_id)

    @property
    def holder(self) -> str:
        return holder_of(self.user_id, self.sale)

    @property
    def ref(self) -> "OrderRef":
        return OrderRef(self.user_id, self.event_id, self.order_id, self.sale)

    @property
    def key(self) -> str:
        return self.archive_key if self.superseded else self.current_key

    @property
    def current_attempt(self) -> Attempt | None:
        return self.attempt_numbered(self.attempt)

    def attempt_numbered(self, number: int) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.number == number), None)

    def with_attempt(self, changed: Attempt) -> "Order":
        """The same order with this attempt, in place of the one with the same number if there is one."""
        others = [attempt for attempt in self.attempts if attempt.number != changed.number]
        return replace(self, attempts=tuple(sorted((*others, changed), key=lambda attempt: attempt.number)))

    @property
    def takes_money(self) -> bool:
        """Whether the current attempt's capture pays for the order's tickets, rather than being surplus."""
        return self.status in TAKING_MONEY

    @property
    def surplus_captures(self) -> tuple[Attempt, ...]:
        """Attempts whose captures this order cannot take, and whose refunds are not written yet."""
        asked = {refund.attempt for refund in self.refunds if refund.surplus and refund.intent_id is None}
        return tuple(
            attempt
            for attempt in self.attempts
            if attempt.state is AttemptState.CAPTURED
            and not (self.takes_money and attempt.number == self.attempt)
            and attempt.number not in asked
        )

    def waits_for(self, number: int) -> bool:
        """Whether the outcome of the attempt of this number decides how the order goes on."""
        return self.status in (Status.PAYING, Status.UNRESOLVED) and number == self.attempt

    @property
    def orphaned_attempts(self) -> tuple[Attempt, ...]:
        """Attempts whose outcome the order does not wait for, though their intents could still be charged."""
        return tuple(
            attempt
            for attempt in self.attempts
            if attempt.open and attempt.intent_id is not None and not self.waits_for(attempt.number)
        )

    @property
    def refunded(self) -> int:
        """Minor units of the tickets' price that the customer has back: DONE, or paid out by the person who
        settled the refund."""
        return min(self.price, sum(refund.given for refund in self.refunds if not refund.surplus))

    @property
    def voided_price(self) -> int:
        """Minor units of the tickets that the customer has given up, or never got although they paid."""
        if self.status in (Status.REFUNDING, Status.REFUNDED) and not self.tickets:
            return self.price
        return sum(self.seat_prices[ticket["seat_id"]] for ticket in self.tickets if ticket["status"] == REFUNDED)

    @property
    def refundable(self) -> int:
        """Minor units of the tickets' price that can still be given back. Those of void tickets are on their way or
        owed already, and a part may have gone back at the provider's dashboard."""
        return max(0, self.price - max(self.voided_price, self.standing(OF_TICKETS)))

    @property
    def open_refunds(self) -> tuple[Refund, ...]:
        """Refunds that the provider has not answered yet, or has accepted and not carried out yet."""
        return tuple(refund for refund in self.refunds if self.is_open(refund))

    def is_open(self, refund: Refund) -> bool:
        accepted = refund.state is RefundState.PENDING and not self.in_cash(refund)
        return refund.state is RefundState.ASKED or accepted

    @property
    def owed_refunds(self) -> tuple[Refund, ...]:
        """Refunds that only a person can end: the provider refused them, or a till owes them, and no other refund of
        the same capture has given that money back."""
        waits = [refund for refund in self.refunds if not self.is_open(refund) and not refund.is_over]
        return tuple(refund for refund in waits if self.owed_of(refund.capture) > 0)

    def owed_of(self, capture: CaptureKey) -> int:
        """Minor units of a capture that belong to the customer, and that no open or finished refund covers."""
        return max(0, self.due_back(capture) - self.standing(capture))

    def due_back(self, capture: CaptureKey) -> int:
        """Minor units of a capture that belong to the customer, given back or not."""
        if capture == OF_TICKETS:
            return self.voided_price
        attempt = self.attempt_numbered(capture[0]) if capture[1] is None else None
        asked = (refund.amount for refund in self.refunds if refund.capture == capture and refund.asked_for_surplus)
        return attempt.amount if attempt is not None else max(asked, default=0)

    def standing(self, capture: CaptureKey) -> int:
        """Minor units of a capture that refunds have given back, or will give back without a person's help."""
        return sum(
            refund.amount
            for refund in self.refunds
            if refund.capture == capture and (refund.is_over or self.is_open(refund))
        )

    def in_cash(self, refund: Refund) -> bool:
        attempt = self.attempt_numbered(refund.attempt) if refund.intent_id is None else None
        return attempt is not None and attempt.in_cash

    @property
    def has_money_to_settle(self) -> bool:
        """Whether the provider has to be asked about surplus captures, orphaned intents or open refunds."""
        return bool(self.surplus_captures or self.orphaned_attempts or self.open_refunds)

    @property
    def unfinished(self) -> bool:
        """Whether a worker or the reconciler can still move the order on."""
        return self.status in UNFINISHED or self.has_money_to_settle

    def due(self, at: int) -> "Order":
        """The order, due for the reconciler at `at` if anything of it is unfinished or owed to the customer."""
        return replace(self, due_at=at if self.unfinished or self.owed_refunds else None)

    def due_by(self, at: int, not_before: int = 0) -> "Order":
        """As `due(at)`, but a due time from `not_before` to `at` stays as it is: to move the order's entry in the index
        of due orders costs two write units, and the reconciler comes once a minute anyway."""
        kept = self.due_at is not None and not_before <= self.due_at <= at
        return self.due(self.due_at if kept and self.due_at is not None else at)

    @property
    def live_tickets(self) -> int:
        return len(self.seats_with_tickets)

    @property
    def seats_with_tickets(self) -> frozenset[str]:
        return frozenset(ticket["seat_id"] for ticket in self.tickets if ticket["status"] != REFUNDED)

    def holds_seats(self, now: int) -> bool:
        """HELD and not lapsed. Half-open: at `hold_until` itself the hold is over."""
        return self.status is Status.HELD and now < self.hold_until

    def status_at(self, now: int) -> Status:
        """A lapsed hold is EXPIRED at once, whatever the row says."""
        return Status.EXPIRED if self.status is Status.HELD and not self.holds_seats(now) else self.status

    def seconds_left(self, now: int) -> int:
        return max(0, (self.hold_until - now) // 1000) if self.holds_seats(now) else 0

    def extendable_until(self, hold_ms_max: int) -> int:
        """When the hold ends at the latest, whatever its holder does. `hold_ms_max`: from its first hold."""
        return self.first_held_at + hold_ms_max

    def as_superseded(self, now: int) -> "Order":
        """The order as it is written under its archive key when a newer order supersedes it."""
        return replace(self, status=self.status_at(now), revision=self.revision + 1, superseded=True)

    def key_record(self, route: str, key: str) -> KeyRecord | None:
        return next((record for record in self.keys if (record.route, record.key) == (route, key)), None)


class Course(TypedDict, total=False):
    """The attributes that most transitions of an order change."""

    status: Status
    pinned_at: int | None
    asked_at: int | None
    reason: str | None
    tickets: tuple[Ticket, ...]


def changed(order: Order, **course: Unpack[Course]) -> Order:
    """The order as the next transaction writes it."""
    return replace(order, revision=order.revision + 1, **course)


@dataclass(frozen=True)
class OrderRef:
    """Enough to find an order: messages carry it, and so does an intent's metadata."""

    user_id: str
    event_id: str
    order_id: str
    sale: str | None = None


def holder_of(user_id: str, sale: str | None = None) -> str:
    """The holder of seats of one event: the user, who has one current order; at a desk one sale of the clerk's."""
    return user_id if sale is None else f"{user_id}@{sale}"
