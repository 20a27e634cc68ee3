"""The plan's document (docs/catalogue.md): its members, types and bounds. Any other member is refused."""

import re
import zoneinfo
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError, PydanticKnownError

from box_office.domain.catalogue import Movie, Room, Row, Theater
from box_office.domain.money import CURRENCIES
from box_office.wrong_values import ID, SENTENCE, explain, given, named
from operations.catalogue.planning.plan import Path, Plan, PlannedEvent, Problem, Start

GIVEN_TWICE = " (given twice)"  # plan_file adds it to the name of a member that the object has already
SEATS_MAX = 1_000  # of one room: DynamoDB serves them from one partition
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def wrong(reason: str) -> PydanticCustomError:
    return PydanticCustomError(SENTENCE, "{reason}", {"reason": reason})


def printable(text: str) -> str:
    if UNPRINTABLE.search(text):
        raise wrong("control characters and halves of characters cannot be shown")
    if text != text.strip():
        raise wrong("a text must not begin or end with a space")
    return text


@cache
def time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def known_time_zone(name: str) -> str:
    if name not in time_zones():
        raise wrong(f"{name!r} is no IANA time zone")
    return name


def known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise wrong(f"{code!r} is no ISO 4217 currency")
    return code


def as_text(value: object) -> str:
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    return value


def utc_ms(value: object) -> int:
    text = as_text(value)
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise wrong(f"{text!r} is no time in UTC, as in 2026-11-25T19:30:00Z") from None
    if not 2000 <= moment.year < 2200:
        raise wrong(f"{text!r} is not of this time")
    return int(moment.timestamp()) * 1_000


def time_of_day(value: object) -> time:
    text = as_text(value)
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - of the theater's zone, wherever that is
    except ValueError:
        raise wrong(f"{text!r} is no time of day, as in 19:30") from None


def price(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        raise wrong(f"a price is a number, zero or more, not {given(value)}")
    return Decimal(value)


Id = Annotated[str, StringConstraints(pattern=f"^{ID.pattern}$"), AfterValidator(printable)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(printable)]
LongText = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(printable)]
UtcTime = Annotated[int, PlainValidator(utc_ms)]
ClockTime = Annotated[time, PlainValidator(time_of_day)]
Price = Annotated[Decimal, PlainValidator(price)]


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MovieDocument(Document):
    movie_id: Id
    title: Text
    details: LongText
    length: Annotated[int, Field(ge=1, le=660)]  # with cleaning, a showing stays under its twelve hours
    certificate: Annotated[str, StringConstraints(min_length=1, max_length=20), AfterValidator(printable)]
    year: Annotated[int, Field(ge=1888, le=2200)]
    director: Text

    def movie(self) -> Movie:
        return Movie(**self.model_dump())


class TheaterDocument(Document):
    theater_id: Id
    name: Text
    address: Text
    info: LongText = ""
    time_zone: Annotated[str, AfterValidator(known_time_zone)]
    currency: Annotated[str, AfterValidator(known_currency)]

    def theater(self) -> Theater:
        return Theater(**self.model_dump())


class RowDocument(Document):
    row: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]
    category: Annotated[str, StringConstraints(pattern=r"^[spwc]{1,99}$")]
    gaps: Annotated[list[int], Field(max_length=10)] = []

    @model_validator(mode="after")
    def gaps_lie_between_seats(self) -> Self:
        if self.gaps != sorted(set(self.gaps)) or any(not 1 <= gap < len(self.category) for gap in self.gaps):
            raise wrong("gaps are seat numbers that an aisle follows: rising, from 1 to the last but one")
        return self


class RoomDocument(Document):
    room_id: Id
    theater_id: Id
    room_name: Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(printable)]
    rows: Annotated[list[RowDocument], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def seats_are_few_and_distinct(self) -> Self:
        rows = [row.row for row in self.rows]
        if len(rows) != len(set(rows)):
            raise wrong("two rows have the same name")
        if sum(len(row.category) for row in self.rows) > SEATS_MAX:
            raise wrong(f"a room has {SEATS_MAX} seats at most")
        return self

    def room(self) -> Room:
        rows = tuple(Row(row.row, row.category, tuple(row.gaps)) for row in self.rows)
        return Room(self.room_id, self.theater_id, self.room_name, rows)


class EventDocument(Document):
    event_id: Id | None = None
    movie_id: Id
    room_id: Id
    theater_id: Id | None = None
    movie_time: UtcTime | None = None
    days: Annotated[list[Annotated[int, Field(ge=0, le=30)]], Field(min_length=1, max_length=31)] | None = None
    time: ClockTime | None = None
    end_time: UtcTime | None = None
    sales_end: UtcTime | None = None
    prices: Annotated[dict[Literal["standard", "premium", "wheelchair", "companion"], Price], Field(min_length=1)]

    @model_validator(mode="after")
    def begins_once(self) -> Self:
        if (self.movie_time is None) == (self.days is None) or (self.days is None) != (self.time is None):
            raise wrong("give either movie_time, or days and time")
        if self.days is not None:
            if self.end_time is not None or self.sales_end is not None:
                raise wrong("end_time and sales_end go with movie_time, not with days")
            if self.event_id is not None and len(self.days) > 1:
                raise wrong("one event_id cannot name the showings of several days")
        return self

    def planned(self, path: Path) -> list[PlannedEvent]:
        starts = (
            [Start(at=self.movie_time)]
            if self.days is None
            else [Start(day=d, local_time=self.time) for d in self.days]
        )
        return [
            PlannedEvent(
                path,
                self.event_id,
                self.movie_id,
                self.room_id,
                self.theater_id,
                start,
                self.end_time,
                self.sales_end,
                dict(self.prices.items()),
            )
            for start in starts
        ]


class PlanDocument(Document):
    movies: list[MovieDocument] = []
    theaters: list[TheaterDocument] = []
    rooms: list[RoomDocument] = []
    events: list[EventDocument] = []
    cleaning_minutes: Annotated[int, Field(ge=0, le=60)] = 20


def read_plan(document: Any) -> tuple[Plan | None, list[Problem]]:
    """`document` as JSON gives it, its fractions as Decimals."""
    try:
        content = PlanDocument.model_validate(document)
    except ValidationError as error:
        return None, [problem_of(details) for details in error.errors(include_url=False, include_context=True)]
    events = [one for number, event in enumerate(content.events) for one in event.planned(("events", number))]
    plan = Plan(
        [movie.movie() for movie in content.movies],
        [theater.theater() for theater in content.theaters],
        [room.room() for room in content.rooms],
        events,
        content.cleaning_minutes,
    )
    return plan, []


def problem_of(details: ErrorDetails) -> Problem:
    path = tuple(part for part in details["loc"] if part != "[key]")  # pydantic's mark for a map's key
    last = path[-1] if path else None
    if isinstance(last, str) and last.endswith(GIVEN_TWICE):
        member = (*path[:-1], last.removesuffix(GIVEN_TWICE))
        return Problem(member, f"{named(member)} is given twice")
    # The reason names the nearest member and its numbers; the whole path is printed beside it.
    named_at = max((at for at, part in enumerate(path) if isinstance(part, str)), default=None)
    return Problem(path, explain(details, "the plan" if named_at is None else named(path[named_at:])))
