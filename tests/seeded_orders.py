"""Orders whose payment has begun or is done, seeded with their seats: suites of the hold pay nothing themselves."""

from typing import Any

from box_office.domain.orders import Status
from tests.examples import order, ticket
from tests.sample_catalogue import MINUTE
from tests.verbs import Verbs


def book(cinema: Verbs, *seats: str, user: str = "ada", order_id: str = "or_booked") -> None:
    """An order that was paid."""
    paid = order(order_id, user, " ".join(seats), status=Status.BOOKED, tickets=tuple(map(ticket, seats)))
    cinema.seed_order(paid)
    for seat in seats:
        cinema.seed_seat(seat, status="booked", version=3, order_id=order_id, user_id=user, order_key="ev_1")


def pay(cinema: Verbs, *seats: str, user: str = "ada", status: str = "PAYING", **facts: Any) -> None:
    """An order whose payment is being processed, with its pinned seats."""
    hold_until = facts.setdefault("hold_until", cinema.clock.now + 10 * MINUTE)
    cinema.seed_order(order("or_paying", user, " ".join(seats), status=Status(status), **facts))
    for seat in seats:
        members = {"order_id": "or_paying", "user_id": user, "order_key": "ev_1", "hold_until": hold_until}
        cinema.seed_seat(seat, status="hold", version=2, pinned=True, **members)
