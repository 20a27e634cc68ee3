"""Films, theaters and showings, as answers show them."""

from collections.abc import Sequence
from typing import (
    Annotated,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from box_office.http_api.answers.words import (
    Access,
    Currency,
    Cursor,
    Day,
    Id,
    Instant,
    Language,
    LayoutVersion,
    Legend,
    Letters,
    Minutes,
    Money,
    Poster,
    Prices,
    ProgrammeTime,
    SeatId,
    TimeZone,
)


class ListedMovie(TypedDict):
    movie_id: Id
    title: str
    length: Minutes
    certificate: str
    year: int
    director: str
    next_movie_time: ProgrammeTime
    genres: Sequence[str]
    poster: Poster | None
    released: Day | None


class MovieList(TypedDict):
    movies: Sequence[ListedMovie]
    next_cursor: Cursor | None
    as_of: Instant


class Showing(TypedDict):
    event_id: Id
    movie_time: ProgrammeTime
    end_time: ProgrammeTime
    sales_end: ProgrammeTime
    room_name: str
    language: Language | None
    subtitles: Language | None
    formats: Sequence[str]
    access: Sequence[Access]


class TheaterOfMovie(TypedDict):
    theater_id: Id
    name: str
    time_zone: TimeZone
    currency: Currency
    events: Sequence[Showing]


class MovieDetail(TypedDict):
    movie_id: Id
    title: str
    details: str
    length: Minutes
    certificate: str
    year: int
    director: str
    genres: Sequence[str]
    poster: Poster | None
    released: Day | None
    as_of: Instant
    theaters: Sequence[TheaterOfMovie]


class ShowingOfTheDay(Showing):
    price_from: Annotated[Money | None, Field(description="The lowest price that is no companion's.")]
    cancelled_at: Instant | None


class MovieOfTheDay(TypedDict):
    movie_id: Id
    title: str
    length: Minutes
    certificate: str
    year: int
    director: str
    poster: Poster | None
    events: Sequence[ShowingOfTheDay]


class Programme(TypedDict):
    theater_id: Id
    date: Annotated[Day, Field(description="A local day of the theater.")]
    time_zone: TimeZone
    currency: Currency
    movies: Sequence[MovieOfTheDay]
    dates: Annotated[Sequence[Day], Field(description="The next days with showings.")]
    as_of: Instant


class TheaterFacts(TypedDict):
    theater_id: Id
    name: str
    address: str
    info: str
    time_zone: TimeZone
    currency: Currency


class TheaterList(TypedDict):
    theaters: Sequence[TheaterFacts]
    next_cursor: Cursor | None
    as_of: Instant


class RoomFacts(TypedDict):
    room_id: Id
    room_name: str
    seat_count: Annotated[int, Field(ge=1)]


class TheaterDetail(TheaterFacts):
    rooms: Sequence[RoomFacts]


class RowToDraw(TypedDict):
    row: str
    gaps: Annotated[Sequence[int], Field(description="The numbers of seats that an aisle follows.")]
    offset: Annotated[float | None, Field(description="How far to the right the first seat stands, in seats.")]
    seats: Sequence[SeatId]
    category: Letters


class EventDetail(TypedDict):
    """All that a room needs to be drawn, and nothing that changes by the second."""

    event_id: Id
    movie_id: Id
    title: str
    certificate: str
    length: Minutes
    poster: Poster | None
    theater_id: Id
    theater_name: str
    address: str
    time_zone: TimeZone
    currency: Currency
    room_id: Id
    room_name: str
    movie_time: ProgrammeTime
    end_time: ProgrammeTime
    sales_end: ProgrammeTime
    refundable_until: ProgrammeTime
    cancelled_at: Instant | None
    language: Language | None
    subtitles: Language | None
    formats: Sequence[str]
    access: Sequence[Access]
    prices: Prices
    seats_per_order_max: Annotated[int, Field(ge=1)]
    layout_version: LayoutVersion
    rows: Sequence[RowToDraw]
    legend: Legend
    as_of: Instant
