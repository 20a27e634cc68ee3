"""Loads a plan: reads the rows that it concerns, decides, and writes. A plan with any problem is refused as a whole.

Order of the writes: theaters, rooms, films, the ends of showings, showings, then the start times in films' rows, then
the snapshot. So no reader finds a showing without its room or film, and the next load completes one that was cut short:
a showing is written after its end was scheduled, so a showing that is written has its schedule. (A schedule whose
showing was never written, or that never runs, does no harm.) Showings that change are written before new ones, right
after the check that no customer holds or owns the seats that the plan takes away.

For a minute functions still sell the old showings, from their memory; the book_order function refunds those orders
(DESIGN 6.6). `look_again` waits for that minute to pass and finds such orders.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from box_office.domain.catalogue import EVENT_MS_MAX, Event, Movie, Room, Theater, is_listed
from box_office.domain.orders import Order
from box_office.domain.programme import SNAPSHOT_TIMES_MAX, DisplayedMovie, display_of
from box_office.ports import Clock, Orders
from box_office.use_cases.end_event import owners_of
from operations.catalogue.planning.at_risk import AtRisk, seats_at_risk
from operations.catalogue.planning.limits import too_many_rooms, too_many_showings
from operations.catalogue.planning.overlaps import overlaps
from operations.catalogue.planning.plan import Facts, Plan, Problem, Showing, places
from operations.catalogue.planning.showings import merged, resolve
from operations.catalogue.planning.theaters_and_rooms import check_places, renamed_rooms, unpriced_rooms
from operations.catalogue.ports import CatalogueStore, Progress, Schedules, Snapshot

PROBLEMS_MAX = 20
SEATS_NAMED_MAX = 10
WAITING = "wait for seats sold from memory"


class PlanRefused(Exception):
    """Nothing was written. `problems`: the plan's first problems, of `total`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        once = tuple(dict.fromkeys(problems))  # a showing of seven days is wrong in one place
        super().__init__(f"{len(once)} problems, the first: {once[0].reason}")
        self.problems = once[:PROBLEMS_MAX]
        self.total = len(once)


@dataclass(frozen=True)
class Waits:
    """How long functions may go on selling showings as they were before the plan. Seconds."""

    memory: int  # how long functions remember showings and rooms
    queued: int  # how long a hold may wait on its lane

    @property
    def total(self) -> int:
        return self.memory + self.queued


@dataclass(frozen=True)
class Loaded:
    """How many rows were written: new or changed ones."""

    theaters: int
    rooms: int
    movies: int
    events: int
    films_on_display: int
    already_over: Sequence[Event]  # showings of the plan, written or not, that no customer can buy any more
    at_risk: Sequence[AtRisk] = ()  # seats that functions may sell as they were for a while: `look_again` checks them
    loaded_at: int = 0
    films: Sequence[Movie] = ()  # all of the plan's

    @property
    def still_sold(self) -> Sequence[Event]:
        """The showings at risk that were on sale, each once, as it was before the plan."""
        events = {risk.event.event_id: risk.event for risk in self.at_risk if risk.event.on_sale(self.loaded_at)}
        return list(events.values())


@dataclass(frozen=True)
class Changes:
    theaters: Sequence[Theater]
    rooms: Sequence[Room]
    movies: Sequence[DisplayedMovie]
    new_events: Sequence[Event]
    changed_events: Sequence[Event]
    ends: Sequence[Event]  # those of them that end at a time that is not scheduled yet
    at_risk: Sequence[AtRisk]
    already_over: Sequence[Event]


def load_catalogue(
    plan: Plan,
    store: CatalogueStore,
    orders: Orders,
    schedules: Schedules,
    snapshot: Snapshot,
    now: int,
    progress: Progress,
) -> Loaded:
    """Raises PlanRefused, Unavailable. After Unavailable, loading the same plan again completes what was begun."""
    changes = decide(plan, store, orders, now, progress)
    store.put_theaters(changes.theaters, progress)
    store.put_rooms(changes.rooms, progress)
    store.put_movies(changes.movies, progress)
    changed = {event.event_id for event in changes.changed_events}
    schedules.put_ends([event for event in changes.ends if event.event_id in changed], progress)
    store.change_events(changes.changed_events, progress)
    schedules.put_ends([event for event in changes.ends if event.event_id not in changed], progress)
    store.add_events(changes.new_events, progress)
    on_display = publish(store, snapshot, now, progress)
    return Loaded(
        theaters=len(changes.theaters),
        rooms=len(changes.rooms),
        movies=len(changes.movies),
        events=len(changes.new_events) + len(changes.changed_events),
        films_on_display=on_display,
        already_over=changes.already_over,
        at_risk=changes.at_risk,
        loaded_at=now,
        films=plan.movies,
    )


def look_again(
    loaded: Loaded, store: CatalogueStore, orders: Orders, clock: Clock, waits: Waits, progress: Progress
) -> Sequence[str]:
    """A line for each order that a customer bought as it was before the plan. Raises Unavailable.

    If a showing was on sale, first waits until no function sells it from memory, and no hold of it waits on a lane.
    """
    known_since = clock.now_ms() + waits.memory * 1_000
    if loaded.still_sold:
        for second in range(waits.total):
            progress(WAITING, second, waits.total)
            clock.sleep(1)
        progress(WAITING, waits.total, waits.total)
    sold = sold_before(loaded.at_risk, store, orders, clock.now_ms(), known_since)
    return [f"{risk.what} {risk.did}, and {who_has(risk, taken)}" for risk, taken in sold]


def decide(plan: Plan, store: CatalogueStore, orders: Orders, now: int, progress: Progress) -> Changes:
    """The rows to write. Raises PlanRefused."""
    movies = store.movies({movie.movie_id for movie in plan.movies} | {event.movie_id for event in plan.events})
    rooms = store.rooms({room.room_id for room in plan.rooms} | {event.room_id for event in plan.events})
    theaters = store.theaters(
        {theater.theater_id for theater in plan.theaters} | {room.theater_id for room in [*plan.rooms, *rooms.values()]}
    )
    stored = Facts({movie_id: shown.movie for movie_id, shown in movies.items()}, theaters, rooms)
    there = places(plan, stored)
    showings, wrong = resolve(plan, there, now)
    refuse([*check_places(plan, stored), *wrong])
    progress("compare", 0, None)
    stored = Facts(
        stored.movies,
        theaters,
        rooms,
        store.events({showing.event.event_id for showing in showings}),
        events_of_rooms(plan, showings, store, now),
    )
    showings = merged(showings, stored)
    refuse(
        [
            *overlaps(showings, stored),
            *unpriced_rooms(plan, showings, stored, now),
            *too_many_rooms(plan, other_rooms(plan, store)),
            *too_many_showings(showings, other_showings(showings, store, now), now),
        ]
    )
    at_risk = seats_at_risk(plan, showings, stored, now)
    sold = sold_before(at_risk, store, orders, now)
    refuse([Problem(risk.path, f"{risk.what} would {risk.would}, but {who_has(risk, taken)}") for risk, taken in sold])
    return changes_of(plan, showings, movies, stored, at_risk, now)


def refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise PlanRefused(problems)


def events_of_rooms(
    plan: Plan, showings: Sequence[Showing], store: CatalogueStore, now: int
) -> dict[str, Sequence[Event]]:
    """The showings, in every room that the plan touches, that are not over or that the plan's own could overlap."""
    first = {room.room_id: now for room in plan.rooms}
    for showing in showings:
        event = showing.event
        first[event.room_id] = min(first.get(event.room_id, now), event.movie_time)
    return {room_id: store.events_of_room(room_id, since - EVENT_MS_MAX) for room_id, since in sorted(first.items())}


def other_rooms(plan: Plan, store: CatalogueStore) -> Counter[str]:
    """How many rooms each theater has beside the plan's."""
    named = {room.room_id for room in plan.rooms}
    rooms = store.every_room() if named else ()
    return Counter(room.theater_id for room in rooms if room.room_id not in named)


def other_showings(showings: Sequence[Showing], store: CatalogueStore, now: int) -> Counter[str]:
    """How many listed showings each film has beside the plan's. One scan: a query a film would be more calls."""
    named = {showing.event.event_id for showing in showings}
    events = store.every_event() if named else ()
    return Counter(event.movie_id for event in events if is_listed(event, now) and event.event_id not in named)


@dataclass(frozen=True)
class Taken:
    """A seat, and the order that holds or owns it as it was before the plan."""

    seat_id: str
    order: Order | None  # None: its row names no order that there is


def sold_before(
    risks: Iterable[AtRisk], store: CatalogueStore, orders: Orders, now: int, known_since: int | None = None
) -> Iterator[tuple[AtRisk, Sequence[Taken]]]:
    for risk in risks:
        live = store.live_seats(risk.event.event_id, now)
        rows = [row for row in live if risk.seats is None or row.seat_id in risk.seats]
        owners = {ref.order_id: orders.locate(ref) for ref in owners_of(risk.event.event_id, rows)}
        taken = [Taken(row.seat_id, owners.get(row.order_id or "")) for row in rows]
        if left := [one for one in taken if one.order is None or not risk.leaves(one.order, known_since)]:
            yield risk, left


def who_has(risk: AtRisk, taken: Sequence[Taken]) -> str:
    named = ", ".join(map(described, taken[:SEATS_NAMED_MAX])) + (", ..." if len(taken) > SEATS_NAMED_MAX else "")
    return f"at event {risk.event.event_id!r} a customer holds or owns {named}"


def described(taken: Taken) -> str:
    return taken.seat_id if taken.order is None else f"{taken.seat_id} ({taken.order.order_id}, {taken.order.status})"


def changes_of(
    plan: Plan,
    showings: Sequence[Showing],
    movies: Mapping[str, DisplayedMovie],
    stored: Facts,
    at_risk: Sequence[AtRisk],
    now: int,
) -> Changes:
    """The rows that differ from the tables. So loading the same plan again writes nothing."""
    displayed = [keep_display(movie, movies) for movie in plan.movies]
    events = [*(showing.event for showing in showings), *renamed_rooms(plan, showings, stored, now)]
    before = {event.event_id: event for events in stored.events_of_room.values() for event in events}
    before |= stored.events
    new = [event for event in events if event.event_id not in before]
    changed = [event for event in events if event.event_id in before and before[event.event_id] != event]
    return Changes(
        [theater for theater in plan.theaters if stored.theaters.get(theater.theater_id) != theater],
        [room for room in plan.rooms if stored.rooms.get(room.room_id) != room],
        [shown for shown in displayed if movies.get(shown.movie.movie_id) != shown],
        new,
        changed,
        [event for event in (*new, *changed) if not event.over(now) and ends_anew(event, before.get(event.event_id))],
        at_risk,
        [showing.event for showing in showings if showing.event.over(now)],
    )


def ends_anew(event: Event, before: Event | None) -> bool:
    return before is None or before.end_time != event.end_time


def keep_display(movie: Movie, movies: Mapping[str, DisplayedMovie]) -> DisplayedMovie:
    """Until the showings are written, a film's row keeps the start times that it has."""
    before = movies.get(movie.movie_id)
    return DisplayedMovie(movie) if before is None else DisplayedMovie(movie, before.display)


def publish(store: CatalogueStore, snapshot: Snapshot, now: int, progress: Progress) -> int:
    """Derives the start times in films' rows from all showings there are, then the snapshot from all rows.

    Returns the number of films on display. Films whose showings are over leave the display here."""
    starts: dict[str, list[int]] = {}
    for done, event in enumerate(store.every_event()):
        progress("read showings", done, None)
        if not event.over(now):
            snapshot.add_event(event)
        if event.cancelled_at is None and event.movie_time > now:
            starts.setdefault(event.movie_id, []).append(event.movie_time)
    changed, on_display = [], 0
    for shown in store.every_movie():
        all_starts = starts.get(shown.movie.movie_id, ())
        display = display_of(all_starts)
        after = DisplayedMovie(shown.movie, display)
        on_display += bool(display.times)
        if shown.display.from_now(now) != display or bool(shown.display.times) != bool(display.times):
            changed.append(after)
        snapshot.add_movie(DisplayedMovie(shown.movie, display_of(all_starts, SNAPSHOT_TIMES_MAX)))
    store.put_movies(changed, progress)
    for theater in store.every_theater():
        snapshot.add_theater(theater)
    for room in store.every_room():
        snapshot.add_room(room)
    snapshot.publish(progress)
    return on_display
