"""The sample catalogue that all worlds of the tests show. Imports no world.

One film (`metropolis`) at one theater (`lisboa`), two events (`ev_1` tonight, `ev_2` tomorrow), rooms of 3 and 2 rows.
"""

from typing import Any

from box_office.domain.catalogue import Event, Movie, Room, Row, Theater

TODAY = 4_000_010_400_000  # 2096-10-02T10:00:00Z: the cache's own clock must not have reached an event's end
MINUTE, HOUR = 60_000, 3_600_000

MOVIE = Movie("metropolis", "Metropolis", "A city above, a city below.", 153, "PG", 1927, "Fritz Lang")
THEATER = Theater("lisboa", "Cine Tejo", "Rua do Cais 4", "Bar opens early.", "Europe/Lisbon", "EUR")
ROOM = Room("lisboa-3", "lisboa", "3", (Row("A", "sspp", (2,)), Row("B", "ssssssssssss"), Row("C", "wcwc")))
SMALL_ROOM = Room("lisboa-1", "lisboa", "1", (Row("A", "ssss"), Row("B", "ssss")))
ROOM_SEATS = {"ev_1": 20, "ev_2": 8}
PRICES = {"standard": 1150, "premium": 1500, "wheelchair": 1150, "companion": 0}


def event(event_id: str, room: Room, movie_time: int, **changes: Any) -> Event:
    facts: dict[str, Any] = {
        "event_id": event_id,
        "movie_id": "metropolis",
        "theater_id": "lisboa",
        "room_id": room.room_id,
        "room_name": room.room_name,
        "movie_time": movie_time,
        "end_time": movie_time + 3 * HOUR,
        "sales_end": movie_time,
        "currency": "EUR",
        "prices": PRICES,
        "listed_at": TODAY - 24 * HOUR,
    }
    return Event(**facts | changes)
