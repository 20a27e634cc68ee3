"""The seat map: how a room's seats are now, the same for every customer. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from box_office.domain.catalogue import CATEGORIES, Room
from box_office.domain.seats import BOOKED, EMPTY, HOLD, SeatRow, SeatStatus

STATUS_LETTERS = {EMPTY: "e", HOLD: "h", BOOKED: "b"}


@dataclass(frozen=True)
class SeatState:
    """One seat as the map shows it. `free_at`: when its hold has lapsed and other customers may take it; None if it is
    not held, or is pinned."""

    status: SeatStatus = EMPTY
    free_at: int | None = None


@dataclass(frozen=True)
class SeatMap:
    letters: Mapping[str, str]  # row -> a letter of STATUS_LETTERS for each seat, e.g. {"A": "eheb"}
    available: tuple[str, ...]
    remaining: Mapping[str, int]  # category -> free seats, for each category that the room has
    next_release: int | None


def state_of(row: SeatRow, now: int, clock_skew_ms: int) -> SeatState:
    """A lapsed hold shows as empty. A pinned seat shows as held, whatever its time."""
    if row.status != HOLD:
        return SeatState(row.status)
    if row.pinned:
        return SeatState(HOLD)
    free_at = row.hold_until + clock_skew_ms
    return SeatState(HOLD, free_at) if now < free_at else SeatState()


def states_of(rows: Iterable[SeatRow], now: int, clock_skew_ms: int) -> dict[str, SeatState]:
    return {row.seat_id: state_of(row, now, clock_skew_ms) for row in rows}


def map_of_room(room: Room, states: Mapping[str, SeatState], on_sale: bool) -> SeatMap:
    """An event that is not on sale shows its seats as they are, and none of them available."""
    status_of = {seat: states[seat].status if seat in states else EMPTY for seat in room.category_of}
    available = tuple(seat for seat, status in status_of.items() if status == EMPTY) if on_sale else ()
    remaining = {category: 0 for category in CATEGORIES if category in room.category_of.values()}
    for seat in available:
        remaining[room.category_of[seat]] += 1
    return SeatMap(
        letters={row.row: "".join(STATUS_LETTERS[status_of[seat]] for seat in row.seats) for row in room.rows},
        available=available,
        remaining=remaining,
        next_release=soonest_release(states, room.seat_count) if on_sale else None,
    )


def soonest_release(states: Mapping[str, SeatState], seat_count: int) -> int | None:
    """If no seat is free: the earliest time at which a hold lapses by itself; else, or if none does, None."""
    if sum(state.status != EMPTY for state in states.values()) < seat_count:
        return None
    return min((state.free_at for state in states.values() if state.free_at is not None), default=None)
