"""Turns every showing of a plan into the event that it will be, and finds the problems of each."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from box_office.domain.catalogue import EVENT_MS_MAX, Event
from box_office.domain.money import CHARGE_STEP, NOT_CHARGEABLE, chargeable, largest_charge, major_units, minor_units
from operations.catalogue.planning.clocks import instant, utc, wrong_clocks
from operations.catalogue.planning.plan import Facts, Places, Plan, PlannedEvent, Problem, Showing
from operations.catalogue.planning.theaters_and_rooms import missing_prices, never_charged

MINUTE_MS = 60_000
ID_CHARACTERS_MAX = 64


def resolve(plan: Plan, there: Places, now: int) -> tuple[list[Showing], list[Problem]]:
    """Every planned event as the event it will be; `listed_at` is `now` until it is compared with the tables."""
    showings: list[Showing] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for planned in plan.events:
        wrong = list(missing_references(planned, there)) or list(wrong_places(planned, plan, there))
        wrong = wrong or list(wrong_clocks(planned, there, now))
        if not wrong:
            event = event_of(planned, plan, there, now)
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
    """A showing at a theater of the tables whose currency no card can be charged in; the plan's own are reported
    once."""
    theater = there.theaters[there.rooms[planned.room_id].theater_id]
    if theater.currency in NOT_CHARGEABLE and theater not in plan.theaters:
        yield Problem((*planned.path, "room_id"), never_charged(theater))


def event_of(planned: PlannedEvent, plan: Plan, there: Places, now: int) -> Event:
    movie = there.movies[planned.movie_id]
    room = there.rooms[planned.room_id]
    theater = there.theaters[room.theater_id]
    zone = ZoneInfo(theater.time_zone)
    movie_time = instant(planned.start, zone, now)
    end_time = planned.end_time or movie_time + (movie.length + plan.cleaning_minutes) * MINUTE_MS
    sales_end = movie_time - plan.sales_close_minutes * MINUTE_MS if planned.sales_end is None else planned.sales_end
    return Event(
        event_id=planned.event_id or default_event_id(room.room_id, movie_time, zone),
        movie_id=movie.movie_id,
        theater_id=theater.theater_id,
        room_id=room.room_id,
        room_name=room.room_name,
        movie_time=movie_time,
        end_time=end_time,
        sales_end=sales_end,
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


def default_event_id(room_id: str, movie_time: int, zone: ZoneInfo) -> str:
    """`lisboa-3-20261123-1930`: the same showing has the same id, however often its plan is loaded."""
    local = utc(movie_time).astimezone(zone)
    return f"{room_id}-{local:%Y%m%d-%H%M}"


def wrong_times(planned: PlannedEvent, event: Event, there: Places) -> Iterator[Problem]:
    """Problems of the showing's times. `sales_end` is checked only if the plan gives it and the showing's end is right,
    because otherwise it follows from another time that is wrong."""
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


def merged(showings: Sequence[Showing], stored: Facts) -> list[Showing]:
    """The showings with the tables' `listed_at` and `cancelled_at`, which a plan never changes."""
    result = []
    for showing in showings:
        before = stored.events.get(showing.event.event_id)
        event = showing.event
        if before is not None:
            event = replace(event, listed_at=before.listed_at, cancelled_at=before.cancelled_at)
        result.append(Showing(showing.path, event))
    return result
