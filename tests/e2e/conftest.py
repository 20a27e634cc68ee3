"""The stack, a showing and visitors for each test; after each test the promises are checked."""

import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.checkout import RUNNING_STACK, Checkout
from tests.e2e.deployed import DeployedStack, copied_checkout, make
from tests.e2e.promises import assert_promises
from tests.e2e.visitor import History, Showing, Visitor

PEOPLE = 210
PORTION = 80  # showings that are loaded at once: enough for either half of the tests
LAYOUT = {"A": "s" * 12, "B": "s" * 12, "C": "s" * 12, "D": "s" * 12, "W": "wcpp"}
# What they remember of the catalogue, its snapshot included, may be a minute old: older than a plan just loaded.
REMEMBERING = ("get_list_of_movie", "get_movie_detail", "get_available_seat", "seat_map", "hold_seat")
# What a worker that was killed had in hand comes back so soon, instead of after nine minutes: no test waits that long,
# and the time of a queue cannot be moved.
COMES_BACK_SECONDS = 30
ENDS_THE_STACK = "test_local_stack.py"
SECONDS_MAX = 900  # of a test that says nothing else: until its longest wait ends, and what goes before
PRICES = {"standard": 11.5, "premium": 15, "wheelchair": 11.5, "companion": 0}

Visitors = Callable[[int], list[Visitor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(SECONDS_MAX))  # the test's own comes first
    items.sort(key=lambda item: item.path == Path(__file__).parent / ENDS_THE_STACK)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedStack]:
    """A stack of the tests' own, made of a copy of this checkout; or the running one that BOX_OFFICE_STACK names.

    The failure injection always stands between the functions and AWS: it costs about a millisecond a call.
    """
    if running := os.environ.get(RUNNING_STACK):
        stack = DeployedStack(Checkout(Path(running).resolve()))
        assert stack.facts["faults_url"], f"the stack that {RUNNING_STACK} names must run with FAULTS=1"
        with stack.queues.visibility(COMES_BACK_SECONDS):
            yield stack
        stack.close()
        return
    checkout = copied_checkout(tmp_path_factory.mktemp("e2e"))
    make(checkout, "start", "FAULTS=1")
    try:
        stack = DeployedStack(checkout)
        stack.queues.come_back_after(COMES_BACK_SECONDS)
        yield stack
        stack.close()
    finally:
        make(checkout, "stop")


@pytest.fixture(scope="session")
def showings(stack: DeployedStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Showing]:
    """Showings that nobody has touched, loaded as an operator loads them; film and theater are this run's own."""
    return itertools.chain.from_iterable(
        load_showings(stack, f"{int(time.time()):x}-{portion}", tmp_path_factory.mktemp("plan"))
        for portion in itertools.count()
    )


def load_showings(stack: DeployedStack, run: str, directory: Path) -> list[Showing]:
    film, hall = f"e2e-film-{run}", f"e2e-hall-{run}"
    ids = [f"e2e-{run}-{number}" for number in range(PORTION)]
    begins = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=6)
    layout = [{"row": row, "category": category} for row, category in LAYOUT.items()]
    plan = {
        "movies": [
            {
                "movie_id": film,
                "title": "The Race",
                "details": "Everybody wants the same seat.",
                "length": 90,
                "certificate": "PG",
                "year": 2020,
                "director": "N. N.",
            }
        ],
        "theaters": [
            {
                "theater_id": hall,
                "name": "The Hall",
                "address": "Street 1, Lisboa",
                "info": "For tests.",
                "time_zone": "Europe/Lisbon",
                "currency": "EUR",
            }
        ],
        "rooms": [{"room_id": one, "theater_id": hall, "room_name": one, "rows": layout} for one in ids],
        "events": [
            {
                "event_id": one,
                "movie_id": film,
                "room_id": one,
                "movie_time": begins.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "prices": PRICES,
            }
            for one in ids
        ],
    }
    path = directory / "plan.json"
    path.write_text(json.dumps(plan, indent=1))
    assert f"{PORTION} showings" in make(stack.checkout, "catalogue", f"FILE={path}")
    stack.kill_workers(*REMEMBERING)
    rows = {row: tuple(f"{row}{number}" for number in range(1, len(seats) + 1)) for row, seats in LAYOUT.items()}
    return [Showing(one, film, hall, rows) for one in ids]


@pytest.fixture(scope="session")
def tokens(stack: DeployedStack) -> dict[str, str]:
    return stack.sign_in([f"visitor{number}" for number in range(PEOPLE)])


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture(scope="session")
def people(tokens: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Names and tokens, in turn: whoever was declined in one test would wait for their turn to pay in the next ones."""
    return itertools.cycle(tokens.items())


@pytest.fixture
def visitors(
    stack: DeployedStack, tokens: dict[str, str], people: Iterator[tuple[str, str]], history: History
) -> Visitors:
    """So many different people, signed in."""

    def come(count: int) -> list[Visitor]:
        assert count <= len(tokens)
        return [Visitor(*next(people), stack.http, history) for _ in range(count)]

    return come


@pytest.fixture
def staff(stack: DeployedStack, history: History) -> Callable[[str], Visitor]:
    """By name: desk1, desk2, manager, gate. None has a theater: the demo's clerks and gates have one of the demo."""
    tokens = {account["name"]: account["token"] for account in stack.facts["accounts"]}
    for group, names in {"desk": ("desk1", "desk2"), "gate": ("gate",)}.items():
        anywhere = stack.sign_in([f"anywhere-{name}" for name in names], group)
        tokens |= {name: anywhere[f"anywhere-{name}"] for name in names}
    return lambda name: Visitor(name, tokens[name], stack.http, history)


@pytest.fixture
def passer_by(stack: DeployedStack, history: History) -> Visitor:
    return Visitor("passer-by", None, stack.http, history)


@pytest.fixture
def past_the_edge(stack: DeployedStack, history: History) -> Visitor:
    """A passer-by with the edge's key: what the API itself says, which the edge would keep for some seconds."""
    return Visitor("past-the-edge", None, stack.origin, history)


@pytest.fixture
def showing(
    stack: DeployedStack, showings: Iterator[Showing], tokens: dict[str, str], history: History
) -> Iterator[Showing]:
    """A showing of the test's own, in a cache that knows nothing but it: buckets and counts of earlier tests are gone.

    Whatever the test does, afterwards the promises hold, for this showing and for what everybody was told.
    """
    showing = next(showings)
    stack.faults.clear()
    stack.provider.be("ok")
    stack.cache.wipe()
    name, token = next(reversed(tokens.items()))
    checker = Visitor(name, token, stack.http, History())
    assert checker.map(showing).status == 200  # loads the event into the cache
    yield showing
    stack.faults.clear()
    stack.provider.be("ok")
    assert_promises(stack, showing, checker, history)
