"""What the use cases need from the world. Adapters implement these; only wiring knows both sides."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from box_office.domain.catalogue import Event, Movie, Room, Theater
from box_office.domain.messages import QueuedHold
from box_office.domain.orders import Order, OrderRef
from box_office.domain.payments import Attempt
from box_office.domain.programme import DisplayedMovie
from box_office.domain.seat_map import SeatState
from box_office.domain.seats import Change, SeatRow

T = TypeVar("T")


class Clock(Protocol):
    def now_ms(self) -> int:
        """Server time in epoch milliseconds. Taken once a request, at the edge, and passed on."""
        ...

    def sleep(self, seconds: float) -> None: ...


class Ids(Protocol):
    def order_id(self) -> str: ...

    def token(self) -> str:
        """At most 36 characters, never the same twice."""
        ...

    def jitter(self) -> float:
        """Uniform in [0, 1)."""
        ...


@dataclass(frozen=True)
class Known(Generic[T]):
    """A fact with its age. `stale`: its source could not be reached, and this is the last that is known."""

    value: T
    as_of: int  # epoch milliseconds
    stale: bool = False


@dataclass(frozen=True)
class ListedMovie:
    movie: Movie
    next_movie_time: int


@dataclass(frozen=True)
class MoviePage:
    movies: tuple[ListedMovie, ...]
    next_cursor: str | None


class Catalogue(Protocol):
    """Facts at most 60 seconds old; when the table cannot be reached: memory of any age, then the loader's snapshot.

    Every look-up costs the same calls whatever the size of the catalogue. An id that memory lacks is looked up in
    the table before it counts as unknown. Raises UnknownMovie, UnknownTheater, UnknownEvent for an id that no
    source has, and Unavailable only when no source answers at all.
    """

    def movies_on_display(self, now: int, limit: int, cursor: str | None) -> Known[MoviePage]: ...

    def movie(self, movie_id: str, now: int) -> Known[Movie]: ...

    def theater(self, theater_id: str, now: int) -> Known[Theater]: ...

    def theaters(self, theater_ids: Sequence[str], now: int) -> Known[Mapping[str, Theater]]:
        """One call for all of them; those that no source has are left out."""
        ...

    def rooms_of(self, theater_id: str, now: int) -> Known[Sequence[Room]]: ...

    def room(self, room_id: str, now: int) -> Known[Room]: ...

    def event(self, event_id: str, now: int) -> Known[Event]: ...

    def events_of_pair(self, movie_id: str, theater_id: str, now: int) -> Known[Sequence[Event]]:
        """Events not over at `now`, by time; cancelled ones included."""
        ...

    def events_of_movie(self, movie_id: str, now: int) -> Known[Sequence[Event]]:
        """Events not over at `now`, in all theaters, by time; cancelled ones left out."""
        ...


class ChangeRefused(Exception):
    """A condition of the transaction did not hold; nothing was written. Carries the rows that stood in the way."""

    def __init__(self, order_failed: bool, order: Order | None, seats: Sequence[SeatRow]) -> None:
        super().__init__("refused")
        self.order_failed = order_failed
        self.order = order  # as it lies under the newest key, if that condition failed
        self.seats = tuple(seats)


class ChangeConflicted(Exception):
    """Other transactions on the same rows were in the way at every try; nothing was written."""

    def __init__(self, order_conflicted: bool, seats: Sequence[str]) -> None:
        super().__init__("conflicted")
        self.order_conflicted = order_conflicted
        self.seats = tuple(seats)


class OutcomeUnknown(Exception):
    """The transaction may or may not have been written: no try of it was answered."""


@dataclass(frozen=True)
class Due:
    """Of one shard. `unreadable`: how many rows are not as we write them; each is in the log."""

    orders: Sequence[Order]
    unreadable: int = 0


class Orders(Protocol):
    """The lock. Reads are consistent. Raises Unavailable when the table certainly did nothing."""

    def newest(self, user_id: str, event_id: str, sale: str | None) -> Order | None:
        """The user's newest order of the event; at a desk, of the sale."""
        ...

    def newest_of_events(self, user_id: str, event_ids: Sequence[str]) -> Sequence[Order]: ...

    def current(self, user_id: str, event_id: str, order_id: str) -> Order | None:
        """The order, as long as no newer one has moved it aside; at a desk, of any sale."""
        ...

    def find(self, user_id: str, event_id: str, order_id: str) -> Order | None:
        """One of the user's own orders, newest or not, of any sale."""
        ...

    def locate(self, ref: OrderRef) -> Order | None:
        """The same for who knows the sale: two reads at most."""
        ...

    def by_id(self, order_id: str) -> Order | None:
        """Through the index by id, which lags behind a moment; the order itself is then read consistently."""
        ...

    def due(self, shard: int, now: int, limit: int) -> Due:
        """What is unfinished and due."""
        ...

    def postpone(self, order: Order, due_at: int) -> None:
        """Looks again later; changes nothing else, and nothing at all if the order has changed since."""
        ...

    def history(self, user_id: str, limit: int, cursor: str | None) -> tuple[Sequence[Order], str | None]:
        """The user's orders, last begun first, and where to go on. Raises InvalidRequest on a foreign cursor."""
        ...

    def live_holds(self, user_id: str, since: int, now: int) -> Sequence[Order]:
        """The user's orders begun after `since` that hold seats at `now`."""
        ...

    def commit(self, change: Change, now: int, token: str) -> None:
        """One conditional transaction over the order and its seats, repeated with the same token when the outcome
        is unknown. Raises ChangeRefused, ChangeConflicted, OutcomeUnknown or Unavailable."""
        ...


class Seats(Protocol):
    """Consistent reads of Available_seat; absent rows are left out. Raises Unavailable."""

    def of_event(self, event_id: str) -> Sequence[SeatRow]: ...

    def named(self, event_id: str, seat_ids: Sequence[str]) -> Sequence[SeatRow]: ...


class CacheDown(Exception):
    """The cache did not answer. It is only a filter: everything goes on without it."""


@dataclass(frozen=True)
class Visitor:
    """Who passes the gate."""

    address: str
    user_id: str | None = None
    desk: bool = False


@dataclass(frozen=True)
class Gate:
    """What the gate says: `code` is None to pass, else an error code of API.md."""

    code: str | None = None
    retry_after_seconds: int = 1


@dataclass(frozen=True)
class MarkRequest:
    """Marks wanted on some seats of one event, in the name of one request."""

    visitor: Visitor
    event: Event
    seats: Sequence[str]
    seat_count: int  # of the room: tells whether anything is free
    order_id: str
    token: str  # of this request: an undo removes only its own marks
    hold_until: int
    sale: str | None = None


@dataclass(frozen=True)
class Marked:
    """The answer of the three scripts. Either the gate refused, or some seats are taken, or all are marked."""

    gate: Gate
    marked: bool
    taken: tuple[str, ...] = ()
    next_release: int | None = None
    # Of this user's hold of the event, as far as the cache knows; 0: they began an order, and none of it lives.
    held_until_before: int | None = None
    lease: str | None = None  # this caller is the one to read the event again
    lane: int | None = None  # of the user's session

    @property
    def began_before(self) -> bool:
        return self.held_until_before is not None


@dataclass(frozen=True)
class Look:
    """An event's entry: `loaded_at` is None when it was never read from the table since it was last lost."""

    gate: Gate
    seats: Mapping[str, SeatState]
    loaded_at: int | None
    looks_per_second: float = 0.0


@dataclass(frozen=True)
class Seen:
    """The seats of one event as they were at `as_of`."""

    states: Mapping[str, SeatState]
    as_of: int
    stale: bool = False
    looks_per_second: float = 0.0


class LastSeen(Protocol):
    """The last that this process saw of each event, bounded in number."""

    def get(self, event_id: str) -> Seen | None: ...

    def put(self, event_id: str, seen: Seen) -> None: ...


class SeatCache(Protocol):
    """A filter that keeps losers away from the table. Every method is one round trip and raises CacheDown."""

    def mark(self, request: MarkRequest, now: int) -> Marked: ...

    def undo(self, request: MarkRequest, marked: Marked, rows: Sequence[SeatRow], now: int) -> None:
        """Removes the marks of this request's token alone, restores what they covered, and repairs the entry with
        the rows, if any, that the table just gave back."""
        ...

    def free(
        self, event: Event, visitor: Visitor, order: Order, seats: Sequence[str], token: str, released: bool, now: int
    ) -> None:
        """After a write that freed them: shows as empty those that the entry still gives to this order.
        `released`: the user let the whole order go, which is counted."""
        ...

    def pass_gate(self, visitor: Visitor, action: str, now: int) -> Gate:
        """`action` is `hold` or `look`: which of the user's buckets the request fills."""
        ...

    def look(self, event: Event, visitor: Visitor | None, looks: int, now: int) -> Look:
        """`looks`: how many people this one look serves. Without a visitor no gate is asked."""
        ...

    def lease(self, event: Event, token: str, now: int) -> str | None:
        """The right to read the event from the table, for one caller at a time; None if another has it."""
        ...

    def remember_queued(self, event: Event, visitor: Visitor, order_id: str) -> None:
        """This user's hold waits on a lane: a release may come before it does."""
        ...

    def was_queued(self, event: Event, visitor: Visitor, order_id: str) -> bool: ...

    def copy(self, event: Event, rows: Sequence[SeatRow], read_at: int) -> None:
        """Copies some rows, as they were read at `read_at`."""
        ...

    def purchased(self, event: Event, visitor: Visitor, sale: str | None) -> None:
        """Ends what the gate counts against this user at this event: the live hold, and what was let go before."""
        ...

    def flush(self, event: Event) -> None:
        """Forgets the event."""
        ...

    def load(self, event: Event, rows: Sequence[SeatRow], read_at: int, lease: str | None) -> None:
        """Copies a whole event as it was read at `read_at`; rows it lacks are seats nobody touched."""
        ...


Progress = Callable[[str, int, int | None], None]  # stage, done, total if known


class CatalogueStore(Protocol):
    """The catalogue's tables as a loader sees them: consistent reads, batched writes. Raises Unavailable."""

    def movies(self, ids: Iterable[str]) -> Mapping[str, DisplayedMovie]: ...

    def theaters(self, ids: Iterable[str]) -> Mapping[str, Theater]: ...

    def rooms(self, ids: Iterable[str]) -> Mapping[str, Room]: ...

    def events(self, ids: Iterable[str]) -> Mapping[str, Event]: ...

    def events_of_room(self, room_id: str, since: int) -> Sequence[Event]:
        """Events that begin after `since`, cancelled ones included."""
        ...

    def live_seats(self, event_id: str, now: int) -> Sequence[str]:
        """Seats that somebody holds or owns."""
        ...

    def put_theaters(self, theaters: Sequence[Theater], progress: Progress) -> None: ...

    def put_rooms(self, rooms: Sequence[Room], progress: Progress) -> None: ...

    def put_movies(self, movies: Sequence[DisplayedMovie], progress: Progress) -> None: ...

    def add_events(self, events: Sequence[Event], progress: Progress) -> None:
        """New ones: whatever lay under their ids is replaced."""
        ...

    def change_events(self, events: Sequence[Event], progress: Progress) -> None:
        """Never revives: that an event was cancelled, and what is left of that, stays whatever `events` say."""
        ...

    def every_movie(self) -> Iterator[DisplayedMovie]: ...

    def every_theater(self) -> Iterator[Theater]: ...

    def every_room(self) -> Iterator[Room]: ...

    def every_event(self) -> Iterator[Event]: ...


class Snapshot(Protocol):
    """A new version in the making; readers see it when it is published, never half of it."""

    def add_movie(self, movie: DisplayedMovie) -> None: ...

    def add_theater(self, theater: Theater) -> None: ...

    def add_room(self, room: Room) -> None: ...

    def add_event(self, event: Event) -> None: ...

    def publish(self, progress: Progress) -> None: ...


class Schedules(Protocol):
    """What happens by itself, once, at a given time. Raises Unavailable."""

    def put_ends(self, events: Sequence[Event], progress: Progress) -> None:
        """A message to the queue of ended events at each one's end, in place of whatever was set for it before."""
        ...


class Events(Protocol):
    """An event's own row, read consistently: what booking decides by is never a memory."""

    def fresh(self, event_id: str) -> Event | None: ...

    def cancel(self, event_id: str, now: int) -> Event:
        """Marks the event cancelled, once, and due for the reconciler. Raises UnknownEvent, Unavailable."""
        ...

    def cancelled_due(self, shard: int, now: int, limit: int) -> Sequence[Event]: ...

    def cancellation_done(self, event_id: str) -> None:
        """Nothing is left of it for the reconciler."""
        ...


class Lanes(Protocol):
    """The booking queues. Raises Unavailable when a message was certainly not taken, or may not have been."""

    @property
    def names(self) -> Sequence[str]: ...

    def send_order(self, lane: str, ref: OrderRef, attempt: int, delay_seconds: int = 0) -> None: ...

    def send_look(self, lane: str, intent_id: str, delay_seconds: int = 0) -> None:
        """An intent of which somebody said something: the provider is to be asked."""
        ...

    def send_hold(self, lane: str, hold: QueuedHold) -> None: ...

    def backlog(self, lane: str) -> int:
        """Messages that wait for a worker, about: tells a lost message from one that waits its turn. None in work."""
        ...


class RefreshQueue(Protocol):
    """Tells the VPC's side which rows to copy into the cache. Late or lost, the cache is merely stale."""

    def send(self, event_id: str, seat_ids: Sequence[str]) -> None: ...


class Announcements(Protocol):
    def payment_complete(self, ref: OrderRef) -> None:
        """Raises Unavailable; the reconciler then announces it again."""
        ...


class NoAnswer(Exception):
    """The provider did not answer, or not for good: whatever was asked may or may not have happened."""


class IntentUnknown(NoAnswer):
    """The provider does not know the intent: of one that we stored that is no answer, of one that we heard of it is."""


class ProviderBusy(NoAnswer):
    """The provider answered 429: nothing happened, and we are to come back later."""


class ProviderRefused(Exception):
    """The provider will not make this intent, whatever is tried: an amount too small, a customer that is gone."""

    def __init__(self, decline: Mapping[str, str | None]) -> None:
        super().__init__(str(decline.get("code")))
        self.decline = decline


@dataclass(frozen=True)
class Outcome:
    """What the provider says of an intent, read by its id."""

    state: str  # UNCONFIRMED, PROCESSING, WAITS, DECLINED, CANCELLED, CHARGED
    intent_id: str
    amount: int = 0  # received, minor units
    decline: Mapping[str, str | None] | None = None
    next_action: Mapping[str, str] | None = None
    metadata: Mapping[str, str] | None = None
    payment_method: str | None = None  # what can be charged again, with its customer
    customer: str | None = None


class Provider(Protocol):
    """Moves money. Every method raises NoAnswer when it cannot tell."""

    def create(self, order: Order, attempt: Attempt, saved: "SavedMethod | None") -> str:
        """The id of the attempt's intent; the same again for the same attempt. Nothing is charged.

        Raises ProviderRefused."""
        ...

    def confirm(self, order: Order, attempt: Attempt, saved: "SavedMethod | None") -> Outcome: ...

    def look(self, intent_id: str) -> Outcome: ...

    def cancel(self, intent_id: str) -> Outcome:
        """CANCELLED, or CHARGED if it was too late; anything else is raised as NoAnswer."""
        ...

    def refund(self, intent_id: str, amount: int, key: str) -> bool:
        """True: given back, once a key. False: refused for good."""
        ...


@dataclass(frozen=True)
class SavedMethod:
    """What a user may be charged with again: references of the provider."""

    customer: str
    payment_method: str


class Wallet(Protocol):
    """user_info_tbl. Raises Unavailable."""

    def saved(self, user_id: str) -> SavedMethod | None: ...

    def save(self, user_id: str, method: SavedMethod) -> None: ...


class Counters(Protocol):
    """Figures that alarms watch."""

    def count(self, name: str, order_id: str | None = None) -> None:
        """`order_id`: whom it concerns, so that whoever an alarm wakes finds the order."""
        ...

    def flush(self) -> None: ...


@dataclass(frozen=True)
class Callback:
    """What the provider says of its own accord, its signature checked."""

    callback_id: str
    kind: str  # the provider's word, e.g. `payment_intent.succeeded`
    intent_id: str | None


class Addresses(Protocol):
    """Where a user can be written to. Raises Unavailable."""

    def of_user(self, user_id: str) -> str | None:
        """The user's mail address; None if there is no such user any more."""
        ...


class Mail(Protocol):
    """Raises Unavailable."""

    def send(self, to: str, subject: str, text: str) -> None: ...
