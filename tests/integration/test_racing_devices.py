"""One account's racing devices leave no marks behind, over the scripts of a real Valkey."""

import pytest
import valkey

from box_office.adapters.valkey.connection import ValkeyConnection, connect_to
from box_office.adapters.valkey.seats import FREE, ValkeySeats
from tests.fakes.cinema import generous
from tests.integration.test_rules_have_controls import Patch, lua
from tests.racing_devices import RACES, THIRTY_DEVICES, Race, run
from tests.set_clock import SetClock

SEEDS = range(5)


def left_behind(race: Race, cache_url: str) -> list[set[str]]:
    connection = ValkeyConnection(lambda: connect_to(cache_url, 1_000), SetClock().now_ms)
    found = []
    for seed in SEEDS:
        with valkey.Valkey.from_url(cache_url) as server:
            server.flushall()
        cache = ValkeySeats(
            connection, generous(), shards=1, lanes=2, reload_ms=45_000, clock_skew_ms=1_000, map_shared_ms=0
        )
        if left := run(race, seed, cache).left_behind:
            found.append(left)
    return found


@pytest.mark.parametrize("race", RACES.values(), ids=RACES)
def test_what_came_to_nothing_is_taken_back_at_once(cache_url: str, race: Race) -> None:
    assert left_behind(race, cache_url) == []


@pytest.mark.parametrize(
    ("without", "race"),
    [
        (lua(FREE, "tonumber(made_at) <= let_go_until", "tonumber(made_at) <= now"), THIRTY_DEVICES),
        (
            lua(FREE, "else shown = let_go(covered) and top .. ';' .. empty end", "end"),
            RACES["two devices and a release"],
        ),
    ],
    ids=["what was marked later and written earlier", "what lies under another's mark"],
)
def test_without_the_rule_the_race_shows(
    cache_url: str, monkeypatch: pytest.MonkeyPatch, without: Patch, race: Race
) -> None:
    without(monkeypatch)
    assert left_behind(race, cache_url), "the rule was taken out and the race shows nothing: mend the race"
