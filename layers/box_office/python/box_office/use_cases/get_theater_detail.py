"""GetTheaterDetail: one theater and its rooms."""

from collections.abc import Sequence
from dataclasses import dataclass

from box_office.domain.catalogue import Room, Theater
from box_office.ports import Catalogue


@dataclass(frozen=True)
class TheaterDetail:
    theater: Theater
    rooms: Sequence[Room]
    stale: bool


def get_theater_detail(catalogue: Catalogue, theater_id: str, now: int) -> TheaterDetail:
    """Raises UnknownTheater, Unavailable."""
    theater = catalogue.theater(theater_id, now)
    rooms = catalogue.rooms_of(theater_id, now)
    return TheaterDetail(theater.value, rooms.value, theater.stale or rooms.stale)
