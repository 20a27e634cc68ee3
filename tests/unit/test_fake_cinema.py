"""Every function is wired over the fakes, so that a scenario may call any verb."""

from pathlib import Path

import pytest

from tests.fakes.cinema import FakeCinema
from tests.sample_catalogue import HOUR, ROOM, TODAY, event

ROOT = Path(__file__).parents[2]
VERBS = sorted(path.stem for path in (ROOT / "functions/api").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_answers_and_never_with_an_error_of_the_fakes(cinema: FakeCinema, verb: str) -> None:
    assert cinema.call(verb).status < 500
    assert cinema.bugs == []


def test_the_catalogue_is_answered_by_the_real_handlers(cinema: FakeCinema) -> None:
    showing = cinema.call("get_event_detail", {"event_id": "ev_1"}, user=None)
    assert (showing.status, showing.body["theater_name"], showing.body["room_name"]) == (200, "Cine Tejo", "3")
    day = cinema.call("get_programme", {"theater_id": "lisboa"}, user=None)
    assert [one["event_id"] for film in day.body["movies"] for one in film["events"]] == ["ev_1"]
    for _ in range(2):
        listed = cinema.call("get_list_of_theater", user=None, query={"limit": "1"})
        assert [one["theater_id"] for one in listed.body["theaters"]] == ["lisboa"]


def test_an_environment_remembers_the_catalogue_for_a_minute(cinema: FakeCinema) -> None:
    def closes() -> str:
        return cinema.call("get_event_detail", {"event_id": "ev_1"}, user=None).body["sales_end"]

    assert closes() == "2096-10-02T18:00:00Z"
    cinema.seed_event(event("ev_1", ROOM, TODAY + 8 * HOUR, sales_end=TODAY + HOUR))
    assert closes() == "2096-10-02T18:00:00Z"
    cinema.clock.advance(minutes=1)
    assert closes() == "2096-10-02T11:00:00Z"
