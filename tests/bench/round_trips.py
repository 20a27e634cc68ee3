"""Round trips in sequence and capacity units of each kind of request, counted over moto and a real Valkey."""

from collections.abc import Callable

from moto import mock_aws

from box_office.adapters.catalogue_rows import movie_row
from box_office.domain.programme import Display
from tests.bench.report import Budget, Section
from tests.bench.traffic import Traffic, counted
from tests.cinema import Cinema
from tests.sample_catalogue import HOUR, MOVIE
from tests.verbs import Answer

CATALOGUE = {
    "GetListOfMovie": ("get_list_of_movie", {}),
    "GetMovieDetail": ("get_movie_detail", {"movie_id": "metropolis"}),
    "GetTheaterDetail": ("get_theater_detail", {"theater_id": "lisboa"}),
    "GetProgramme": ("get_programme", {"theater_id": "lisboa"}),
    "GetEventDetail": ("get_event_detail", {"event_id": "ev_1"}),
}


class Visits:
    """Requests in an order in which each finds what its name says; `seen` has the traffic of each."""

    def __init__(self, cinema: Cinema) -> None:
        self.cinema = cinema
        self.seen: dict[str, Traffic] = {}

    def expect(self, name: str, status: int, request: Callable[[], Answer]) -> Answer:
        """Raises AssertionError when the request did not do what is being counted."""
        with counted() as traffic:
            answer = request()
        assert answer.status == status, f"{name}: {answer.status} {answer.body}"
        self.seen[name] = traffic
        return answer


def visits(cache_url: str) -> dict[str, Traffic]:
    with mock_aws():
        cinema = Cinema(cache_url, map_shared_ms=1_000)
        cinema.seed("movies", movie_row(MOVIE, Display((cinema.clock.now + 8 * HOUR,))))
        made = Visits(cinema)
        read_catalogue(made)
        hold(made)
        look(made)
        return made.seen


def read_catalogue(made: Visits) -> None:
    for route, (verb, path) in CATALOGUE.items():
        for memory in ("cold", "warm"):
            made.expect(f"{route}, {memory}", 200, lambda verb=verb, path=path: made.cinema.call(verb, path))


def hold(made: Visits) -> None:
    cinema, expect = made.cinema, made.expect
    # The server learns the scripts, this process the film and the room, and the cache the event.
    assert cinema.hold("C1", user="warm-up").status == 201
    assert cinema.hold("C1", user="warm-up").status == 200
    assert cinema.release(user="warm-up").status == 204
    assert cinema.map(user="warm-up").status == 200
    expect("HoldSeat, won", 201, lambda: cinema.hold("A1", "A2"))
    expect("HoldSeat, lost", 409, lambda: cinema.hold("A1", "A2", user="grace"))
    expect("HoldSeat, the same seats again", 200, lambda: cinema.hold("A1", "A2"))
    expect("HoldSeat, a seat added", 201, lambda: cinema.hold("A1", "A2", "A3"))
    expect("HoldSeat, a seat swapped for another", 201, lambda: cinema.hold("A1", "A2", "A4"))
    expect("HoldSeat, a seat dropped", 200, lambda: cinema.hold("A1", "A2"))
    expect("GetBooking", 200, lambda: cinema.booking())
    expect("GetMyBookings, one order", 200, lambda: cinema.call("get_my_bookings"))
    expect("ReleaseSeat", 204, lambda: cinema.release())
    expect("ReleaseSeat, the second time", 204, lambda: cinema.release())
    expect("HoldSeat, after an earlier order", 201, lambda: cinema.hold("B1", "B2"))
    cinema.clock.advance(seconds=46)
    expect("HoldSeat, the first to lose in 45 s", 409, lambda: cinema.hold("B1", "B2", user="grace"))


def look(made: Visits) -> None:
    cinema, expect = made.cinema, made.expect
    others = cinema.another_environment()  # whose looks the map is packed for
    for warm in (cinema, others):
        warm.map(user="warm-up")
        warm.small_map()
    cinema.clock.advance(seconds=2)
    others.small_map()
    expect("GetAvailableSeat, warm", 200, cinema.map)
    expect("SeatMap, warm", 200, cinema.small_map)
    expect("GetAvailableSeat, within the same second", 200, cinema.map)
    expect("SeatMap, within the same second", 200, cinema.small_map)
    cinema.clock.advance(seconds=2)
    expect("SeatMap, the first to look in a second", 200, cinema.small_map)
    cinema.clock.advance(seconds=46)
    expect("SeatMap, the first to look in 45 s", 200, cinema.small_map)


def measure(cache_url: str) -> tuple[list[Budget], Section]:
    seen = visits(cache_url)
    won, lost, swapped = (seen[f"HoldSeat, {how}"] for how in ("won", "lost", "a seat swapped for another"))
    added, again = seen["HoldSeat, a seat added"], seen["HoldSeat, after an earlier order"]
    warm_reads = [seen[f"{route}, warm"] for route in CATALOGUE]
    budgets = [
        trips("HoldSeat, won", "2: cache, then one write", won, (1, 0, 1)),
        trips("HoldSeat, a seat added", "one read more", added, (1, 1, 1)),
        trips("HoldSeat, after an earlier order", "one read more", again, (1, 1, 1)),
        trips("HoldSeat, a seat swapped", "one read more", swapped, (1, 1, 1)),
        trips("HoldSeat, a seat dropped", "one read more", seen["HoldSeat, a seat dropped"], (1, 1, 1)),
        trips("HoldSeat, lost", "1, no table call", lost, (1, 0, 0)),
        trips("GetAvailableSeat, warm", "1", seen["GetAvailableSeat, warm"], (1, 0, 0)),
        trips("SeatMap, warm", "1", seen["SeatMap, warm"], (1, 0, 0)),
        Budget(
            "catalogue reads, warm",
            "none",
            str(sum(len(traffic.trips) for traffic in warm_reads)),
            not any(traffic.trips for traffic in warm_reads),
        ),
        Budget(
            "write units, two seats held",
            "published",
            f"{won.write_units}: {won.item_write_units} for rows, {won.index_write_units} for indexes",
            won.write_units > 0,
        ),
    ]
    section = Section(
        "Round trips and capacity units",
        "Counted in process, request by request, over moto and a real Valkey (`tests/bench/round_trips.py`). Write "
        "units are reckoned from the rows as they lay before and after each write, read units from what was read "
        "(`tests/bench/capacity.py`).",
        ["request", "trips", "in sequence", "read units", "write units: rows + indexes"],
        [row_of(name, traffic) for name, traffic in seen.items()],
    )
    return budgets, section


def trips(what: str, budget: str, traffic: Traffic, allowed: tuple[int, int, int], sends: int = 0) -> Budget:
    """`allowed`: trips to the cache, table reads, table writes. `sends`: to queues."""
    made = (traffic.cache_trips, traffic.table_reads, traffic.table_writes, traffic.sends)
    kept = all(count <= most for count, most in zip(made, (*allowed, sends), strict=True))
    return Budget(what, budget, f"{len(traffic.trips)}: {traffic.in_words()}", kept)


def row_of(name: str, traffic: Traffic) -> list[object]:
    written = f"{traffic.item_write_units} + {traffic.index_write_units}" if traffic.write_units else "0"
    return [name, len(traffic.trips), traffic.in_words(), f"{traffic.read_units:g}", written]
