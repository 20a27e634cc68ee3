"""docs/catalogue.md: its example can be loaded beside the demo, and its limits are the loader's."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from box_office.domain import catalogue
from local import demo_programme
from operations.catalogue import plan_file
from operations.catalogue.plan_document import read_plan
from operations.catalogue.planning.overlaps import overlaps
from operations.catalogue.planning.plan import Facts, Plan, places
from operations.catalogue.planning.showings import resolve
from operations.catalogue.planning.theaters_and_rooms import check_places
from tests.catalogue_plans import NOW, event, movie, plan, read, room, theater

TEXT = (Path(__file__).parent.parent.parent / "docs/catalogue.md").read_text(encoding="utf-8")
LIMIT = re.compile(r"^\| (.+) \| ([\d,]+) \| ([\d,]+) \|$", re.MULTILINE)
LIMITS = {what: (int(low.replace(",", "")), int(high.replace(",", ""))) for what, low, high in LIMIT.findall(TEXT)}
STARTS = {"event_id": None, "movie_time": None, "time": "12:00"}


def of_row(category: str, **changes: Any) -> dict[str, Any]:
    return plan(rooms=[room(rows=[{"row": "A", "category": category, **changes}])])


def rows(counts: list[int]) -> dict[str, Any]:
    names = [first + second for first in "ABC" for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return plan(rooms=[room(rows=[{"row": name, "category": "s" * n} for name, n in zip(names, counts, strict=False)])])


def lasting(minutes: int) -> dict[str, Any]:
    end = f"2026-11-26T{minutes // 60:02}:{minutes % 60:02}:00Z"
    return plan(movies=[movie(length=1)], events=[event(movie_time="2026-11-26T00:00:00Z", end_time=end)])


# By the first words of a row: a plan that is at the limit, with the number that the document tells.
AT: dict[str, Callable[[int], dict[str, Any]]] = {
    "ids": lambda n: plan(movies=[movie(), movie("m" * n)]),
    "`title`": lambda n: plan(movies=[movie(title="t" * n, director="d" * n)], theaters=[theater(name="n" * n)]),
    "`details`": lambda n: plan(movies=[movie(details="d" * n)], theaters=[theater(info="i" * n)]),
    "`certificate`": lambda n: plan(movies=[movie(certificate="c" * n)]),
    "`room_name`": lambda n: plan(rooms=[room(room_name="r" * n)]),
    "`year`": lambda n: plan(movies=[movie(year=n)]),
    "`length`": lambda n: plan(movies=[movie(length=n)]),
    "`cleaning_minutes`": lambda n: plan(cleaning_minutes=n),
    "rows": lambda n: rows([1] * n),
    "seats of a row": lambda n: of_row("s" * n),
    "seats of a room": lambda n: rows([min(99, n - start) for start in range(0, n, 99)]),
    "aisles": lambda n: of_row("s" * 50, gaps=list(range(1, n + 1))),
    "each of `gaps`": lambda n: of_row("s" * 99, gaps=[n]),
    "`offset`": lambda n: of_row("ss", offset=n),
    "`genres`": lambda n: plan(movies=[movie(genres=[f"genre {number}" for number in range(n)])]),
    "`formats`": lambda n: plan(events=[event(formats=[f"format {number}" for number in range(n)])]),
    "each of `genres`": lambda n: plan(movies=[movie(genres=["g" * n])], events=[event(formats=["f" * n])]),
    "`poster`": lambda n: plan(movies=[movie(poster="https://".ljust(n, "p"))]),
    "each of `days`": lambda n: plan(events=[event(**STARTS, days=[n])]),
    "how many `days`": lambda n: plan(events=[event(**STARTS, days=[day % 31 for day in range(n)])]),
    "years": lambda n: plan(events=[event(movie_time=f"{n}-11-25T19:30:00Z")]),
    "minutes from": lasting,
    "a price": lambda n: plan(events=[event(prices=dict.fromkeys(event()["prices"], Decimal(n) / 100))]),
}


def refused(document: dict[str, Any]) -> bool:
    found, problems = read(document)
    return found is None or bool(problems) or bool(resolve(found, places(found, Facts()), NOW)[1])


@pytest.mark.parametrize("what", AT)
def test_the_loader_takes_what_is_within_a_limit_and_nothing_beyond(what: str) -> None:
    ((low, high),) = [limits for words, limits in LIMITS.items() if words.startswith(what)]
    assert not wrong_in_itself(AT[what](high)) and not wrong_in_itself(AT[what](low))
    assert refused(AT[what](high + 1))
    assert low == 0 or refused(AT[what](low - 1))


def wrong_in_itself(document: dict[str, Any]) -> bool:
    """But for a day that is named twice, which only has to be read."""
    found, problems = read(document)
    if found is None or problems:
        return True
    told = resolve(found, places(found, Facts()), NOW)[1]
    return any("given more than once" not in problem.reason for problem in told)


def test_limits_that_count_what_the_tables_hold_are_the_domains() -> None:
    counted = {words.split()[0]: high for words, (_, high) in LIMITS.items() if "tables" in words}
    assert counted == {"rooms": catalogue.ROOMS_MAX, "showings": catalogue.SHOWINGS_MAX}
    assert LIMITS["the file: bytes"][1] == plan_file.PLAN_BYTES_MAX
    assert len(LIMITS) == len(AT) + 3, "a limit that nothing here tries"


def test_the_example_can_be_loaded_beside_the_demo() -> None:
    written = re.search(r"^```json\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert written
    demo, example = of_demo(), json.loads(written[1], parse_float=Decimal)
    found, problems = read_plan(example)
    assert found is not None, problems
    known = Facts(
        movies={one.movie_id: one for one in demo.movies},
        theaters={one.theater_id: one for one in demo.theaters},
        rooms={one.room_id: one for one in demo.rooms},
    )
    showings, wrong = resolve(found, places(found, known), NOW)
    assert [*wrong, *check_places(found, known), *overlaps(showings, known)] == [] and len(showings) == 4
    ids = {one.movie_id for one in found.movies} | {one.theater_id for one in found.theaters}
    ids |= {one.room_id for one in found.rooms}
    assert ids.isdisjoint({*known.movies, *known.theaters, *known.rooms}), "it changes nothing of the demo"


def of_demo() -> Plan:
    found, problems = read_plan(plan_file.read(demo_programme.DEMO)[0])
    assert found is not None, problems
    return found
