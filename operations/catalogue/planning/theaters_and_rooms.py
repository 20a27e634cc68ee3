"""Finds the problems of a plan's films, theaters and rooms, and the showings that they change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from box_office.domain.catalogue import Event, Room, Theater
from box_office.domain.money import NOT_CHARGEABLE
from operations.catalogue.planning.plan import Facts, Plan, Problem, Showing, places


def check_places(plan: Plan, stored: Facts) -> list[Problem]:
    """Problems: ids given twice, references to nothing, and changes that showings on sale could not follow."""
    there = places(plan, stored)
    problems = [
        *duplicates("movies", "movie_id", (movie.movie_id for movie in plan.movies)),
        *duplicates("theaters", "theater_id", (theater.theater_id for theater in plan.theaters)),
        *duplicates("rooms", "room_id", (room.room_id for room in plan.rooms)),
    ]
    for number, theater in enumerate(plan.theaters):
        before = stored.theaters.get(theater.theater_id)
        if before is not None and before.currency != theater.currency:
            reason = f"the theater's showings are priced in {before.currency}; its currency cannot change"
            problems.append(Problem(("theaters", number, "currency"), reason))
        elif theater.currency in NOT_CHARGEABLE:
            problems.append(Problem(("theaters", number, "currency"), never_charged(theater)))
    for number, room in enumerate(plan.rooms):
        if room.theater_id not in there.theaters:
            reason = f"there is no theater {room.theater_id!r}, neither in the plan nor in the tables"
            problems.append(Problem(("rooms", number, "theater_id"), reason))
        before_room = stored.rooms.get(room.room_id)
        if before_room is not None and before_room.theater_id != room.theater_id:
            reason = f"the room is one of {before_room.theater_id!r}; it cannot move to another theater"
            problems.append(Problem(("rooms", number, "theater_id"), reason))
    return problems


def never_charged(theater: Theater) -> str:
    reason = f"no card can be charged in {theater.currency}; the payment provider does not take it"
    return f"theater {theater.theater_id!r}: {reason}"


def duplicates(kind: str, name: str, ids: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, one in enumerate(ids):
        if one in seen:
            yield Problem((kind, number, name), f"{one!r} is given more than once")
        seen.add(one)


def unpriced_rooms(plan: Plan, showings: Sequence[Showing], stored: Facts, now: int) -> Iterator[Problem]:
    """A room that gains a category which a showing on sale there has no price for."""
    planned = {showing.event.event_id for showing in showings}
    for number, room in enumerate(plan.rooms):
        for event in stored.events_of_room.get(room.room_id, ()):
            missing = missing_prices(event, room)
            if missing and not event.over(now) and event.event_id not in planned:
                reason = f"event {event.event_id!r} in this room has no price for {', '.join(missing)} seats"
                yield Problem(("rooms", number, "rows"), reason)


def renamed_rooms(plan: Plan, showings: Sequence[Showing], stored: Facts, now: int) -> Iterator[Event]:
    """Events that the plan does not name, in rooms whose name it changes, which is in the events' rows."""
    planned = {showing.event.event_id for showing in showings}
    for room in plan.rooms:
        for event in stored.events_of_room.get(room.room_id, ()):
            if event.room_name != room.room_name and not event.over(now) and event.event_id not in planned:
                yield replace(event, room_name=room.room_name)


def missing_prices(event: Event, room: Room) -> list[str]:
    return sorted(set(room.category_of.values()) - set(event.prices))
