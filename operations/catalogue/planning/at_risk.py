"""Finds the seats of existing showings that a plan takes away, or changes into another showing's or category's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from box_office.domain.catalogue import Event
from box_office.domain.orders import Order
from box_office.domain.sold_as import sold_as_it_is
from operations.catalogue.planning.plan import Facts, Path, Plan, Showing


@dataclass(frozen=True)
class AtRisk:
    """Seats of an existing event that a plan takes away, or makes seats of another category or another showing."""

    path: Path
    event: Event  # as the tables have it
    seats: frozenset[str] | None  # None: all of them, because the event itself changes
    what: str  # what the plan changes, e.g. "room 'lisboa-3'"
    would: str  # before the plan is written, e.g. "lose seats"
    did: str  # after it, e.g. "lost seats"
    becomes: Event | None = None  # the event as the plan moves it
    seats_stay: bool = False  # the room keeps the seats, in another category

    def leaves(self, order: Order, known_since: int | None) -> bool:
        """Whether the order was sold as the plan makes the showing, so that the plan takes nothing from it.

        `known_since`: from then on no function sells the showing as it was; None before the plan is written.
        """
        if self.becomes is not None:
            return order.room_id is not None and sold_as_it_is(order, self.becomes)
        return self.seats_stay and known_since is not None and order.first_held_at >= known_since


def seats_at_risk(plan: Plan, showings: Sequence[Showing], stored: Facts, now: int) -> list[AtRisk]:
    """The seats that no customer may hold or own when the plan is written."""
    return [*moved_events(showings, stored), *changed_rooms(plan, stored, now)]


def moved_events(showings: Sequence[Showing], stored: Facts) -> Iterator[AtRisk]:
    for showing in showings:
        after, before = showing.event, stored.events.get(showing.event.event_id)
        if before is None:
            continue
        changed = [
            name for name in ("movie_id", "room_id", "movie_time") if getattr(before, name) != getattr(after, name)
        ]
        if changed:
            what, names = f"event {before.event_id!r}", ", ".join(changed)
            yield AtRisk(showing.path, before, None, what, f"change {names}", f"changed {names}", becomes=after)


def changed_rooms(plan: Plan, stored: Facts, now: int) -> Iterator[AtRisk]:
    """Seats that a room loses, and seats that change their category: a customer who bought a wheelchair place needs
    one."""
    for number, room in enumerate(plan.rooms):
        before = stored.rooms.get(room.room_id)
        before_of, after_of = (before.category_of if before is not None else {}), room.category_of
        gone = frozenset(before_of) - frozenset(after_of)
        others = frozenset(seat for seat in before_of if after_of.get(seat, before_of[seat]) != before_of[seat])
        path, what = ("rooms", number, "rows"), f"room {room.room_id!r}"
        for event in stored.events_of_room.get(room.room_id, ()) if gone or others else ():
            if event.over(now):
                continue
            if gone:
                yield AtRisk(path, event, gone, what, "lose seats", "lost seats")
            if others:
                would, did = "change the category of seats", "changed the category of seats"
                yield AtRisk(path, event, others, what, would, did, seats_stay=True)
