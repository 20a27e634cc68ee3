"""The seat map: how a room's seats are now, the same for every customer. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from box_office.domain.catalogue import CATEGORIES, Room
from box_office.domain.seats import BOOKED, EMPTY, HOLD, SeatRow, SeatStatus

STATUS_LETTERS = {EMPTY: "e", HOLD: "h", BOOKED: "b"}
OFF_SALE_LETTER = "x"  # of a seat that is empty, and of a category without a price


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
    remaining: Mapping[str, int]  # category -> free seats, for each category of the room that is on sale
    next_release: int | None
    on_sale: bool = True  # of the whole event


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


def map_of_room(
    room: Room, states: Mapping[str, SeatState], on_sale: bool, off_sale: Collection[str] = frozenset()
) -> SeatMap:
    """An event that is not on sale shows its seats as they are, and none of them available. `off_sale`: seats that are
    not sold at this event, whoever asks."""
    status_of = {seat: states[seat].status if seat in states else EMPTY for seat in room.category_of}
    letter_of = {seat: STATUS_LETTERS[status] for seat, status in status_of.items()}
    letter_of |= {seat: OFF_SALE_LETTER for seat in off_sale if status_of[seat] == EMPTY}
    sold = {seat: status for seat, status in status_of.items() if seat not in off_sale} if off_sale else status_of
    available = tuple(seat for seat, status in sold.items() if status == EMPTY) if on_sale else ()
    categories = {room.category_of[seat] for seat in sold} if off_sale else set(room.seats_of)
    remaining = {category: 0 for category in CATEGORIES if category in categories}
    for seat in available:
        remaining[room.category_of[seat]] += 1
    return SeatMap(
        letters={row.row: "".join(letter_of[seat] for seat in row.seats) for row in room.rows},
        available=available,
        remaining=remaining,
        next_release=release_among(states, sold) if on_sale else None,
        on_sale=on_sale,
    )


def release_among(states: Mapping[str, SeatState], sold: Collection[str]) -> int | None:
    return soonest_release({seat: state for seat, state in states.items() if seat in sold}, len(sold))


def soonest_release(states: Mapping[str, SeatState], seat_count: int) -> int | None:
    """If no seat is free: the earliest time at which a hold lapses by itself; else, or if none does, None."""
    if sum(state.status != EMPTY for state in states.values()) < seat_count:
        return None
    return min((state.free_at for state in states.values() if state.free_at is not None), default=None)
