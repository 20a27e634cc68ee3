"""Days as a theater's clock has them. Pure; the zones' rules are the system's, or the tzdata package's."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from box_office.domain.errors import Unavailable


@cache
def zone_of(time_zone: str) -> ZoneInfo:
    """Raises Unavailable where the rules of an IANA zone are not installed: another day's showings would be wrong."""
    try:
        return ZoneInfo(time_zone)
    except ZoneInfoNotFoundError as error:
        raise Unavailable("The theater's local time cannot be told just now.") from error


def local_day(epoch_ms: int, time_zone: str) -> date:
    return datetime.fromtimestamp(epoch_ms // 1000, UTC).astimezone(zone_of(time_zone)).date()


def bounds_of(day: date, time_zone: str) -> tuple[int, int]:
    """Epoch milliseconds of a local midnight and the next: 23 to 25 hours, where clocks change."""
    return midnight(day, time_zone), midnight(day + timedelta(days=1), time_zone)


def midnight(day: date, time_zone: str) -> int:
    return int(datetime.combine(day, time(), zone_of(time_zone)).timestamp()) * 1000
