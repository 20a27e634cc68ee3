"""Turns local times of a theater into instants. On two nights of a year a local time never comes, or comes twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from operations.catalogue.planning.plan import Places, PlannedEvent, Problem, Start

UTC_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def wrong_clocks(planned: PlannedEvent, there: Places, now: int) -> Iterator[Problem]:
    """A problem if the showing's local time never comes, or comes twice."""
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


def instant(start: Start, zone: ZoneInfo, now: int) -> int:
    if start.local_time is None:
        return start.at or 0
    local = local_start(start, start.local_time, zone, now)
    return int(local.replace(tzinfo=zone).timestamp()) * 1_000


def local_start(start: Start, local_time: time, zone: ZoneInfo, now: int) -> datetime:
    """The showing's start in the theater's local time, without the zone."""
    return datetime.combine(local_date(now, zone) + timedelta(days=start.day), local_time)


def local_date(now: int, zone: ZoneInfo) -> date:
    return utc(now).astimezone(zone).date()
