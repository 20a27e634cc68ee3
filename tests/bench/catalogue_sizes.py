"""What a page loads before it draws: a theater's day of 24 showings, and an event with its room of 450 seats; before
compression. Each film and showing has every member that a plan may give it."""

from dataclasses import replace

from moto import mock_aws

from box_office.adapters.catalogue_rows import event_row, movie_row, room_row
from box_office.domain.programme import Display
from tests.bench.map_sizes import SEATS, bytes_of, demo_room
from tests.bench.report import Budget
from tests.cinema import Cinema
from tests.sample_catalogue import MINUTE, MOVIE, event

SHOWINGS = 24
PROGRAMME, DETAIL = f"GetProgramme, a day of {SHOWINGS} showings", f"GetEventDetail, {SEATS} seats"
BYTES_MAX = {PROGRAMME: 30_000, DETAIL: 12_000}
TOLD = {"language": "pt-BR", "subtitles": "en-GB", "formats": ("35mm", "Atmos"), "access": ("audio_description",)}


def sizes(cache_url: str) -> dict[str, int]:
    """Each showing is of a film of its own: no day of as many is larger."""
    room = demo_room()
    with mock_aws():
        cinema = Cinema(cache_url)
        cinema.seed("rooms", room_row(room))
        for number in range(SHOWINGS):
            film = replace(
                MOVIE,
                movie_id=f"the-cabinet-of-dr-caligari-{number}",
                title=f"The Cabinet of Dr. Caligari, part {number}",
                poster=f"https://images.cinema.example/posters/the-cabinet-of-dr-caligari-{number}.jpg",
            )
            cinema.seed("movies", movie_row(film, Display()))
            showing_id = f"{room.room_id}-20961002-{number:04d}"
            start = cinema.clock.now + number * 30 * MINUTE
            showing = event(showing_id, room, start, movie_id=film.movie_id, theater_id="lisboa", **TOLD)
            cinema.seed("events", event_row(showing))
        day = cinema.call("get_programme", {"theater_id": "lisboa"}, user=None)
        listed = sum(len(film["events"]) for film in day.body["movies"])
        assert listed >= SHOWINGS, f"the day has {listed} showings: {day.body}"
        detail = cinema.call("get_event_detail", {"event_id": f"{room.room_id}-20961002-0001"}, user=None)
        assert sum(len(row["seats"]) for row in detail.body["rows"]) == SEATS, detail.body
    return {PROGRAMME: bytes_of(day.body), DETAIL: bytes_of(detail.body)}


def measure(cache_url: str) -> list[Budget]:
    return [
        Budget(what, f"< {BYTES_MAX[what]:,} bytes", f"{size:,} bytes", size < BYTES_MAX[what])
        for what, size in sizes(cache_url).items()
    ]
