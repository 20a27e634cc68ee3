"""A plan of films and showings: what it asks for, and what of it cannot be.

A plan adds and changes; it never removes. What it does not name stays as it is. Checking is pure: whoever loads a
plan gathers the facts (`Facts`), asks here, and writes only if nothing is wrong.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from box_office.domain.catalogue import EVENT_MS_MAX, Event, Movie, Room, Theater
from box_office.domain.money import (
    CHARGE_STEP,
    NOT_CHARGEABLE,
    chargeable,
    largest_charge,
    major_units,
    minor_units,
)
from box_office.domain.orders import Order
from box_office.domain.sold_as import sold_as_it_is

MINUTE_MS = 60_000
UTC_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
ID_CHARACTERS_MAX = 64
T = TypeVar("T")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """Something wrong in the plan: where in the document, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Start:
    """When a showing begins: an instant, or a local time some days after the day of loading."""

    at: int | None = None
    day: int = 0
    local_time: time | None = None


@dataclass(frozen=True)
class PlannedEvent:
    path: Path
    event_id: str | None
    movie_id: str
    room_id: str
    theater_id: str | None
    start: Start
    end_time: int | None
    sales_end: int | None
    prices: Mapping[str, Decimal]  # major units


@dataclass(frozen=True)
class Plan:
    """The document, well formed but not yet compared with anything."""

    movies: Sequence[Movie]
    theaters: Sequence[Theater]
    rooms: Sequence[Room]
    events: Sequence[PlannedEvent]
    cleaning_minutes: int


@dataclass(frozen=True)
class Facts:
    """What the tables hold of what a plan names, by id; and the showings of its rooms from the first that matters."""

    movies: Mapping[str, Movie] = field(default_factory=dict)
    theaters: Mapping[str, Theater] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    events_of_room: Mapping[str, Sequence[Event]] = field(default_factory=dict)


@dataclass(frozen=True)
class Showing:
    """A planned event with its facts resolved, and where it stands in the document."""

    path: Path
    event: Event


@dataclass(frozen=True)
class Places:
    """Films, theaters and rooms as they will be: the tables' with the plan's over them."""

    movies: Mapping[str, Movie]
    theaters: Mapping[str, Theater]
    rooms: Mapping[str, Room]


def places(plan: Plan, known: Facts) -> Places:
    return Places(
        {**known.movies, **{movie.movie_id: movie for movie in plan.movies}},
        {**known.theaters, **{theater.theater_id: theater for theater in plan.theaters}},
        {**known.rooms, **{room.room_id: room for room in plan.rooms}},
    )


def check_places(plan: Plan, known: Facts) -> list[Problem]:
    """Ids given twice, references to nothing, and changes that showings on sale could not follow."""
    there = places(plan, known)
    problems = [
        *twice("movies", "movie_id", (movie.movie_id for movie in plan.movies)),
        *twice("theaters", "theater_id", (theater.theater_id for theater in plan.theaters)),
        *twice("rooms", "room_id", (room.room_id for room in plan.rooms)),
    ]
    for number, theater in enumerate(plan.theaters):
        before = known.theaters.get(theater.theater_id)
        if before is not None and before.currency != theater.currency:
            reason = f"the theater's showings are priced in {before.currency}; its currency cannot change"
            problems.append(Problem(("theaters", number, "currency"), reason))
        elif theater.currency in NOT_CHARGEABLE:
            problems.append(Problem(("theaters", number, "currency"), never_charged(theater)))
    for number, room in enumerate(plan.rooms):
        if room.theater_id not in there.theaters:
            reason = f"there is no theater {room.theater_id!r}, neither in the plan nor in the tables"
            problems.append(Problem(("rooms", number, "theater_id"), reason))
        before_room = known.rooms.get(room.room_id)
        if before_room is not None and before_room.theater_id != room.theater_id:
            reason = f"the room is one of {before_room.theater_id!r}; it cannot move to another theater"
            problems.append(Problem(("rooms", number, "theater_id"), reason))
    return problems


def never_charged(theater: Theater) -> str:
    reason = f"no card can be charged in {theater.currency}; the payment provider does not take it"
    return f"theater {theater.theater_id!r}: {reason}"


def twice(kind: str, name: str, ids: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, one in enumerate(ids):
        if one in seen:
            yield Problem((kind, number, name), f"{one!r} is given more than once")
        seen.add(one)


def resolve(plan: Plan, there: Places, now: int) -> tuple[list[Showing], list[Problem]]:
    """Every planned event as the event it will be; `listed_at` is `now` until it is compared with the tables."""
    showings: list[Showing] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for planned in plan.events:
        wrong = list(missing_references(planned, there)) or list(wrong_places(planned, plan, there))
        wrong = wrong or list(wrong_clocks(planned, there, now))
        if not wrong:
            event = event_of(planned, plan.cleaning_minutes, there, now)
            wrong = [*wrong_times(planned, event, there), *wrong_prices(planned, event, there)]
            if len(event.event_id) > ID_CHARACTERS_MAX:
                reason = f"{event.event_id!r} would be too long an id: shorten the room's, or give an event_id"
                wrong.append(Problem(planned.path, reason))
            if event.event_id in seen:
                wrong.append(Problem((*planned.path, "event_id"), f"{event.event_id!r} is given more than once"))
            seen.add(event.event_id)
            showings.append(Showing(planned.path, event))
        problems += wrong
    return showings, problems


def missing_references(planned: PlannedEvent, there: Places) -> Iterator[Problem]:
    if planned.movie_id not in there.movies:
        reason = f"there is no film {planned.movie_id!r}, neither in the plan nor in the tables"
        yield Problem((*planned.path, "movie_id"), reason)
    room = there.rooms.get(planned.room_id)
    if room is None:
        reason = f"there is no room {planned.room_id!r}, neither in the plan nor in the tables"
        yield Problem((*planned.path, "room_id"), reason)
    elif planned.theater_id not in (None, room.theater_id):
        reason = f"room {room.room_id!r} is in theater {room.theater_id!r}"
        yield Problem((*planned.path, "theater_id"), reason)
    elif room.theater_id not in there.theaters:
        yield Problem((*planned.path, "room_id"), f"the room's theater {room.theater_id!r} is unknown")


def wrong_places(planned: PlannedEvent, plan: Plan, there: Places) -> Iterator[Problem]:
    """A showing at a theater of the tables whose currency no card can be charged in; the plan's own are told once."""
    theater = there.theaters[there.rooms[planned.room_id].theater_id]
    if theater.currency in NOT_CHARGEABLE and theater not in plan.theaters:
        yield Problem((*planned.path, "room_id"), never_charged(theater))


def wrong_clocks(planned: PlannedEvent, there: Places, now: int) -> Iterator[Problem]:
    """On the two nights of a year on which a local time is no instant, or two."""
    zone = ZoneInfo(there.theaters[there.rooms[planned.room_id].theater_id].time_zone)
    showing = f"the showing of {planned.movie_id!r} in room {planned.room_id!r}"
    if planned.start.local_time is not None:
        local = local_start(planned.start, planned.start.local_time, zone, now)
        if (wrong := wrong_local_time(local, zone)) is not None:
            yield Problem((*planned.path, "time"), f"{showing}: {wrong}")
    elif planned.event_id is None:
        start = utc(planned.start.at or 0)
        local = start.astimezone(zone).replace(tzinfo=None)
        if clocks_go(local, zone) == "back":
            wrong = f"{comes_twice(local, zone)}, and an id made of it would be that of two showings"
            example = f"{planned.room_id}-{start:%Y%m%dT%H%MZ}"
            yield Problem((*planned.path, "movie_time"), f"{showing}: {wrong}; give an event_id, such as {example!r}")


def wrong_local_time(local: datetime, zone: ZoneInfo) -> str | None:
    match clocks_go(local, zone):
        case "back":
            first, second = (f"{local.replace(tzinfo=zone, fold=fold).astimezone(UTC):{UTC_FORMAT}}" for fold in (0, 1))
            return f"{comes_twice(local, zone)}; write movie_time instead, {first} or {second}, and an event_id"
        case "forward":
            there_is_none = f"there is no {local:%H:%M} on {local:%Y-%m-%d} in {zone.key}"
            return f"{there_is_none}, where the clocks go forward then; write another time"
    return None


def comes_twice(local: datetime, zone: ZoneInfo) -> str:
    return f"{local:%H:%M} comes twice on {local:%Y-%m-%d} in {zone.key}, where the clocks go back then"


def clocks_go(local: datetime, zone: ZoneInfo) -> str | None:
    """At this local time: "back" when it comes twice, "forward" when it never comes."""
    before, after = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    assert before is not None and after is not None
    return None if before == after else "back" if before > after else "forward"


def utc(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds // 1_000, UTC)


def event_of(planned: PlannedEvent, cleaning_minutes: int, there: Places, now: int) -> Event:
    movie = there.movies[planned.movie_id]
    room = there.rooms[planned.room_id]
    theater = there.theaters[room.theater_id]
    zone = ZoneInfo(theater.time_zone)
    movie_time = instant(planned.start, zone, now)
    end_time = planned.end_time or movie_time + (movie.length + cleaning_minutes) * MINUTE_MS
    return Event(
        event_id=planned.event_id or default_event_id(room.room_id, movie_time, zone),
        movie_id=movie.movie_id,
        theater_id=theater.theater_id,
        room_id=room.room_id,
        room_name=room.room_name,
        movie_time=movie_time,
        end_time=end_time,
        sales_end=movie_time if planned.sales_end is None else planned.sales_end,
        currency=theater.currency,
        prices={category: to_minor(price, theater.currency) for category, price in sorted(planned.prices.items())},
        listed_at=now,
    )


def to_minor(price: Decimal, currency: str) -> int:
    """-1 for an amount that the currency cannot express; `wrong_prices` refuses it."""
    try:
        return minor_units(price, currency)
    except ValueError:
        return -1


def instant(start: Start, zone: ZoneInfo, now: int) -> int:
    if start.local_time is None:
        return start.at or 0
    local = local_start(start, start.local_time, zone, now)
    return int(local.replace(tzinfo=zone).timestamp()) * 1_000


def local_start(start: Start, local_time: time, zone: ZoneInfo, now: int) -> datetime:
    """Without its zone."""
    return datetime.combine(local_date(now, zone) + timedelta(days=start.day), local_time)


def local_date(now: int, zone: ZoneInfo) -> date:
    return utc(now).astimezone(zone).date()


def default_event_id(room_id: str, movie_time: int, zone: ZoneInfo) -> str:
    """`lisboa-3-20261123-1930`: the same showing has the same id, however often its plan is loaded."""
    local = utc(movie_time).astimezone(zone)
    return f"{room_id}-{local:%Y%m%d-%H%M}"


def wrong_times(planned: PlannedEvent, event: Event, there: Places) -> Iterator[Problem]:
    """Of the sales' end only if it was given and the showing's end is right: else it is not what is wrong."""
    length_ms = there.movies[event.movie_id].length * MINUTE_MS
    if event.end_time < event.movie_time + length_ms:
        yield Problem((*planned.path, "end_time"), f"the film is longer: {length_ms // MINUTE_MS} minutes")
    elif event.end_time - event.movie_time > EVENT_MS_MAX:
        reason = f"a showing lasts {EVENT_MS_MAX // 3_600_000} hours at most"
        yield Problem((*planned.path, "end_time"), reason)
    elif planned.sales_end is not None and event.sales_end > event.end_time:
        yield Problem((*planned.path, "sales_end"), "sales cannot end after the showing")


def wrong_prices(planned: PlannedEvent, event: Event, there: Places) -> Iterator[Problem]:
    """A price below the provider's smallest charge is taken: that depends on the account's bank, several seats may
    exceed it together, and cash has none. Paying such an order by card is declined with `amount_too_small`."""
    for category, minor in event.prices.items():
        where = (*planned.path, "prices", category)
        if minor < 0:
            yield Problem(where, f"{planned.prices[category]} has more decimals than {event.currency}")
        elif minor > (largest := largest_charge(event.currency)):
            most = f"no card can be charged more than {major_units(largest, event.currency)} {event.currency}"
            yield Problem(where, f"{planned.prices[category]} {event.currency} is beyond any ticket: {most}")
        elif not chargeable(minor, event.currency):
            step = major_units(CHARGE_STEP[event.currency], event.currency)
            reason = f"no card can be charged {planned.prices[category]} {event.currency}: only multiples of {step}"
            yield Problem(where, reason)
    for category in missing_prices(event, there.rooms[event.room_id]):
        reason = f"room {event.room_id!r} has {category} seats, but there is no price for them"
        yield Problem((*planned.path, "prices"), reason)


def missing_prices(event: Event, room: Room) -> list[str]:
    return sorted(set(room.category_of.values()) - set(event.prices))


def merged(showings: Sequence[Showing], known: Facts) -> list[Showing]:
    """A plan changes what it names; when an event was first listed and that it was cancelled stay as they are."""
    result = []
    for showing in showings:
        before = known.events.get(showing.event.event_id)
        event = showing.event
        if before is not None:
            event = replace(event, listed_at=before.listed_at, cancelled_at=before.cancelled_at)
        result.append(Showing(showing.path, event))
    return result


def overlaps(showings: Sequence[Showing], known: Facts) -> list[Problem]:
    """Two films in one room at once, whether both are in the plan or one is in the tables."""
    planned = {showing.event.event_id: showing for showing in showings}
    by_room: dict[str, list[tuple[Event, Path | None]]] = {}
    for showing in planned.values():
        by_room.setdefault(showing.event.room_id, []).append((showing.event, showing.path))
    for room_id, events in known.events_of_room.items():
        if room_id in by_room:
            by_room[room_id] += [(event, None) for event in events if event.event_id not in planned]
    return [problem for events in by_room.values() for problem in overlaps_in_room(events)]


def overlaps_in_room(events: Sequence[tuple[Event, Path | None]]) -> Iterator[Problem]:
    running = sorted(
        ((event, path) for event, path in events if event.cancelled_at is None),
        key=lambda one: (one[0].movie_time, one[0].event_id),
    )
    latest, latest_path = None, None
    for event, path in running:
        if latest is not None and event.movie_time < latest.end_time:
            where = path or latest_path
            other = latest if path else event
            if where is not None:  # two events that the tables hold already are not this plan's doing
                yield Problem(
                    where, f"room {event.room_id!r} is taken by event {other.event_id!r} until {until(other)}"
                )
        if latest is None or event.end_time > latest.end_time:
            latest, latest_path = event, path


def until(event: Event) -> str:
    return f"{utc(event.end_time):{UTC_FORMAT}}"


@dataclass(frozen=True)
class AtRisk:
    """Seats of an existing event that a plan takes away, or makes seats of another category or another showing."""

    path: Path
    event: Event  # as the tables have it
    seats: frozenset[str] | None  # None: all of them, for the event itself changes
    what: str  # is changed, e.g. "room 'lisboa-3'"
    would: str  # e.g. "lose seats"
    did: str  # e.g. "lost seats"
    becomes: Event | None = None  # what an event that moves is sold as from then on
    seats_stay: bool = False  # they are another category's from then on

    def leaves(self, order: Order, known_since: int | None) -> bool:
        """The order was sold what the plan makes of its seats: nothing is taken away from it.

        `known_since`: from when on nobody sells them as they were; None before the plan is written.
        """
        if self.becomes is not None:
            return order.room_id is not None and sold_as_it_is(order, self.becomes)
        return self.seats_stay and known_since is not None and order.first_held_at >= known_since


def seats_at_risk(plan: Plan, showings: Sequence[Showing], known: Facts, now: int) -> list[AtRisk]:
    """Which events' seats must be looked at before the plan may be written."""
    return [*moved_events(showings, known), *changed_rooms(plan, known, now)]


def moved_events(showings: Sequence[Showing], known: Facts) -> Iterator[AtRisk]:
    for showing in showings:
        after, before = showing.event, known.events.get(showing.event.event_id)
        if before is None:
            continue
        changed = [
            name for name in ("movie_id", "room_id", "movie_time") if getattr(before, name) != getattr(after, name)
        ]
        if changed:
            what, names = f"event {before.event_id!r}", ", ".join(changed)
            yield AtRisk(showing.path, before, None, what, f"change {names}", f"changed {names}", becomes=after)


def changed_rooms(plan: Plan, known: Facts, now: int) -> Iterator[AtRisk]:
    """Seats that go, and seats that become others: a wheelchair place that is one no more is not what was sold."""
    for number, room in enumerate(plan.rooms):
        before = known.rooms.get(room.room_id)
        before_of, after_of = (before.category_of if before is not None else {}), room.category_of
        gone = frozenset(before_of) - frozenset(after_of)
        others = frozenset(seat for seat in before_of if after_of.get(seat, before_of[seat]) != before_of[seat])
        path, what = ("rooms", number, "rows"), f"room {room.room_id!r}"
        for event in known.events_of_room.get(room.room_id, ()) if gone or others else ():
            if event.over(now):
                continue
            if gone:
                yield AtRisk(path, event, gone, what, "lose seats", "lost seats")
            if others:
                would, did = "change the category of seats", "changed the category of seats"
                yield AtRisk(path, event, others, what, would, did, seats_stay=True)


def unpriced_rooms(plan: Plan, showings: Sequence[Showing], known: Facts, now: int) -> Iterator[Problem]:
    """A room that gains a category which a showing on sale there has no price for."""
    planned = {showing.event.event_id for showing in showings}
    for number, room in enumerate(plan.rooms):
        for event in known.events_of_room.get(room.room_id, ()):
            missing = missing_prices(event, room)
            if missing and not event.over(now) and event.event_id not in planned:
                reason = f"event {event.event_id!r} in this room has no price for {', '.join(missing)} seats"
                yield Problem(("rooms", number, "rows"), reason)


def renamed_rooms(plan: Plan, showings: Sequence[Showing], known: Facts, now: int) -> Iterator[Event]:
    """Events that the plan does not name, in rooms that it names anew: they carry their room's name."""
    planned = {showing.event.event_id for showing in showings}
    for room in plan.rooms:
        for event in known.events_of_room.get(room.room_id, ()):
            if event.room_name != room.room_name and not event.over(now) and event.event_id not in planned:
                yield replace(event, room_name=room.room_name)
