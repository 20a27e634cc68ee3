"""Films, theaters, rooms and events. Times are epoch milliseconds, money is integer minor units."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

CATEGORIES = ("standard", "premium", "wheelchair", "companion")
ACCESS = ("audio_description", "captions", "relaxed")  # what an accessible showing offers
CATEGORY_LETTERS = {"s": "standard", "p": "premium", "w": "wheelchair", "c": "companion"}
EVENT_MS_MAX = 12 * 3_600_000  # the loader refuses longer events: one that began longer ago is over
# The loader refuses more than these, so that one read returns a whole list.
ROOMS_MAX = 200  # of one theater
SHOWINGS_MAX = 10_000  # to come, of one film in all theaters: an answer of 2 MB, where Lambda allows 6


@dataclass(frozen=True)
class Movie:
    movie_id: str
    title: str
    details: str
    length: int  # minutes
    certificate: str
    year: int
    director: str
    genres: tuple[str, ...] = ()
    poster: str | None = None  # an https address
    released: str | None = None  # a day, as in 1927-01-10


@dataclass(frozen=True)
class Theater:
    theater_id: str
    name: str
    address: str
    info: str
    time_zone: str  # IANA
    currency: str  # ISO 4217; one a theater


@dataclass(frozen=True)
class Row:
    """One row of a room. Its seats are numbered from 1: `A1`, `A2`, ..."""

    row: str  # its name, e.g. "A"
    category: str  # a letter of CATEGORY_LETTERS for each seat, e.g. "sspp"
    gaps: tuple[int, ...] = ()  # the numbers of seats that an aisle follows
    offset_tenths: int | None = None  # how far to the right its first seat stands, in tenths of a seat

    @cached_property
    def seats(self) -> tuple[str, ...]:
        return tuple(f"{self.row}{number}" for number in range(1, len(self.category) + 1))


@dataclass(frozen=True)
class Room:
    room_id: str
    theater_id: str
    room_name: str
    rows: tuple[Row, ...]

    @cached_property
    def category_of(self) -> Mapping[str, str]:
        """Every seat of the room with its category: `{"A1": "standard"}`."""
        return {
            seat: CATEGORY_LETTERS[letter]
            for row in self.rows
            for seat, letter in zip(row.seats, row.category, strict=True)
        }

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """Every seat of the room with its place in the room's order."""
        return {seat: place for place, seat in enumerate(self.category_of)}

    @cached_property
    def seats_of(self) -> Mapping[str, frozenset[str]]:
        """The seats of each category that the room has."""
        categories = set(self.category_of.values())
        return {one: frozenset(seat for seat, of in self.category_of.items() if of == one) for one in categories}

    @property
    def seat_count(self) -> int:
        return len(self.category_of)

    @cached_property
    def layout_version(self) -> str:
        """Tells whether the room must be drawn anew: another one for other rows, seats, categories or places."""
        layout = [(row.row, row.category, row.gaps, row.offset_tenths) for row in self.rows]
        return hashlib.sha256(json.dumps(layout).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Event:
    """One showing. `sales_end` is the first instant at which seats can no longer be added."""

    event_id: str
    movie_id: str
    theater_id: str
    room_id: str
    room_name: str
    movie_time: int
    end_time: int
    sales_end: int
    currency: str
    prices: Mapping[str, int] = field(default_factory=dict)  # minor units a category
    listed_at: int = 0  # when the loader first wrote it: nothing was sold before
    cancelled_at: int | None = None
    language: str | None = None  # BCP 47, of the sound
    subtitles: str | None = None  # BCP 47
    formats: tuple[str, ...] = ()  # e.g. "35mm"
    access: tuple[str, ...] = ()  # some of ACCESS

    def on_sale(self, now: int) -> bool:
        return self.cancelled_at is None and now < self.sales_end

    def over(self, now: int) -> bool:
        return now >= self.end_time

    def refundable_until(self, closes_ms: int) -> int:
        """A customer's last moment to give tickets back, `closes_ms` before the start."""
        return self.movie_time - closes_ms


def seats_off_sale(event: Event, room: Room) -> frozenset[str]:
    """Seats of categories that the event has no price for."""
    unpriced = room.seats_of.keys() - event.prices.keys()
    return frozenset().union(*(room.seats_of[category] for category in unpriced))


def is_listed(event: Event, now: int) -> bool:
    """Whether functions read the event into lists, which they do by its start alone: it may be over, or cancelled."""
    return event.movie_time > now - EVENT_MS_MAX
