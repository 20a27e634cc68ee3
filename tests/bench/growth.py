"""Every kind of request over a catalogue of 100 films and over one of 100,000: the same calls, the same capacity units.

The films' rows, each with one showing, are laid straight into moto's tables: through its API that would take minutes.
Nothing is remembered when a request begins, so that every read it can make is made.
"""

from collections.abc import Callable

from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from box_office.adapters.catalogue_rows import event_row, movie_row
from box_office.adapters.dynamodb.values import to_item
from box_office.domain.catalogue import Movie
from box_office.domain.programme import Display
from tests.bench.report import Budget
from tests.bench.traffic import Traffic, counted
from tests.cinema import Cinema
from tests.moto_aws import TABLE_NAMES
from tests.sample_catalogue import HOUR, MOVIE, PRICES, SMALL_ROOM, event
from tests.verbs import Answer

FILMS = (100, 100_000)
ACCOUNT, REGION = "123456789012", "us-east-1"  # moto's


def fill(films: int, now: int) -> None:
    """Films `0000001`, ... of one length and one showing each: whatever is read of some is read of any."""
    tables = dynamodb_backends[ACCOUNT][REGION].tables
    movies, events = tables[TABLE_NAMES["movies"]], tables[TABLE_NAMES["events"]]
    start = now + 8 * HOUR
    for number in range(films):
        name = f"{number:07}"
        film = Movie(name, f"Film {name}", "One of many.", 100, "PG", 2000, "N. N.")
        movies.put_item(to_item(movie_row(film, Display((start,)))))
        showing = event(f"ev_{name}", SMALL_ROOM, start, movie_id=name, prices=PRICES)
        events.put_item(to_item(event_row(showing)))


def requests() -> dict[str, Callable[[Cinema], Answer]]:
    """In an order in which each succeeds."""
    return {
        "GetListOfMovie": lambda here: here.call("get_list_of_movie", query={"limit": "50"}),
        "GetMovieDetail": lambda here: here.call("get_movie_detail", {"movie_id": "metropolis"}),
        "GetTheaterDetail": lambda here: here.call("get_theater_detail", {"theater_id": "lisboa"}),
        "GetAvailableSeat": lambda here: here.map(event_id=None),
        "SeatMap": lambda here: here.small_map(),
        "HoldSeat": lambda here: here.hold("A1", "A2", event_id=None),
        "HoldSeat, other seats": lambda here: here.hold("A1", "A3"),
        "GetBooking": lambda here: here.booking(),
        "GetMyBookings": lambda here: here.call("get_my_bookings"),
        "ReleaseSeat": lambda here: here.release(),
    }


def traffic_at(films: int, cache_url: str) -> dict[str, Traffic]:
    with mock_aws():
        cinema = Cinema(cache_url)
        cinema.seed("movies", movie_row(MOVIE, Display((cinema.clock.now + 8 * HOUR,))))
        fill(films - 1, cinema.clock.now)
        measured = {}
        for name, request in requests().items():
            with counted() as traffic:
                answer = request(cinema.another_environment())
            assert answer.status < 300, f"{name}: {answer.status} {answer.body}"
            measured[name] = traffic
        return measured


def measure(cache_url: str, empty_cache: Callable[[], None]) -> list[Budget]:
    few, many = FILMS
    seen = []
    for films in FILMS:
        empty_cache()
        seen.append(traffic_at(films, cache_url))
    small, large = seen
    differing = [name for name in small if small[name] != large[name]]
    told = f"the same for all {len(small)}" if not differing else f"differ: {', '.join(differing)}"
    trips = sum(len(traffic.trips) for traffic in small.values())
    read = sum(traffic.read_units for traffic in small.values())
    written = sum(traffic.write_units for traffic in small.values())
    measured = f"{told} requests ({trips} trips, {read:g} read units, {written} write units in all)"
    return [Budget(f"any request, {few} films -> {many:,} films", "the same calls and units", measured, not differing)]
