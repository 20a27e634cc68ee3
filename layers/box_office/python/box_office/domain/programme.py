"""The next start times in a film's own row, so that the list of films needs no query for each film, and the local days
of a theater that have showings."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice

from box_office.domain.catalogue import Event, Movie
from box_office.domain.local_days import local_day

TIMES_MAX = 100  # start times in a film's row: a page of 100 films is then a tenth of what one query may return
DAYS_MAX = 14  # days with showings that a theater's programme names
LATER_TIMES = 10  # start times that are found beyond a row's own: more than begin before the list is read anew
SNAPSHOT_TIMES_MAX = 1_000  # in the snapshot, where finding later times takes one read for each film


@dataclass(frozen=True)
class Display:
    """`times`: the next distinct starts of showings that are not cancelled, sorted. `cut`: the film has more."""

    times: tuple[int, ...] = ()
    cut: bool = False

    def next_after(self, now: int) -> int | None:
        return next((time for time in self.times if time > now), None)

    def from_now(self, now: int) -> "Display":
        return Display(tuple(time for time in self.times if time > now), self.cut)


@dataclass(frozen=True)
class DisplayedMovie:
    movie: Movie
    display: Display = Display()


def display_of(starts: Iterable[int], most: int = TIMES_MAX) -> Display:
    distinct = sorted(set(starts))
    return Display(tuple(distinct[:most]), len(distinct) > most)


def with_later_times(shown: DisplayedMovie, now: int, events_of: Callable[[str], Iterable[Event]]) -> DisplayedMovie:
    """The film, with later times from its events if its row could not hold all and those in the row are past.

    `events_of`: a film's showings by time. No more of them are taken than are needed."""
    if not shown.display.cut or shown.display.next_after(now) is not None:
        return shown
    starts = (
        one.movie_time for one in events_of(shown.movie.movie_id) if one.cancelled_at is None and one.movie_time > now
    )
    later = tuple(start for start, _ in islice(groupby(starts), LATER_TIMES))
    return DisplayedMovie(shown.movie, Display(later, True))


def of_first_days(events: Iterable[Event], time_zone: str, now: int) -> Iterator[Event]:
    """Of events by time: those of the first `DAYS_MAX` local days from today that have any. The rest is not read."""
    days: set[date] = set()
    today = local_day(now, time_zone)
    for event in events:
        day = local_day(event.movie_time, time_zone)
        if day < today:
            continue  # yesterday's showing, which still runs after midnight
        if day not in days and len(days) == DAYS_MAX:
            return
        days.add(day)
        yield event
