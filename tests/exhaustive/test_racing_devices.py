"""One account's racing devices leave no marks behind, over the fakes: many orders of the steps, quickly."""

from collections.abc import Callable

import pytest

from box_office.domain.errors import BoxOfficeError
from box_office.domain.seats import Change
from box_office.use_cases.hold_in_progress import Held
from tests.examples import ADMISSION_LIMITS
from tests.fakes import seat_cache
from tests.fakes.cinema import generous
from tests.fakes.seat_cache import FakeSeatCache
from tests.racing_devices import RACES, THIRTY_DEVICES, Race, run

SEEDS = range(40)


def left_behind(race: Race) -> list[set[str]]:
    outcomes = (run(race, seed, FakeSeatCache(generous())) for seed in SEEDS)
    return [outcome.left_behind for outcome in outcomes if outcome.left_behind]


@pytest.mark.parametrize("race", RACES.values(), ids=RACES)
def test_what_came_to_nothing_is_taken_back_at_once(race: Race) -> None:
    assert left_behind(race) == []


def test_thirty_devices_end_with_one_order_of_one_seat_and_true_answers() -> None:
    """With admission's own limits: some devices are told to come later, and their marks go too."""
    for seed in SEEDS:
        outcome = run(THIRTY_DEVICES, seed, FakeSeatCache(ADMISSION_LIMITS))
        assert outcome.shown == outcome.held
        assert len(outcome.held) == 1
        assert all(isinstance(answer, Held | BoxOfficeError) for answer in outcome.answers), outcome.answers


def marks_above_and_later_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: only a mark on top, made before the write's own request began, is let go."""

    def let_go(mark, order, now):
        return mark.order_id == order.order_id or (mark.holder == order.holder and mark.made_at <= now)

    monkeypatch.setattr(seat_cache, "let_go", let_go)


def what_lies_under_a_mark_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = seat_cache.let_go

    def on_top_only(mark, order, now):
        return mark.covers is not None and let_go(mark, order, now)

    monkeypatch.setattr(seat_cache, "let_go", on_top_only)


def a_change_says_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Change, "changed_at", lambda self, now: now)


@pytest.mark.parametrize(
    ("without", "race"),
    [
        (marks_above_and_later_ones_stay, THIRTY_DEVICES),
        (what_lies_under_a_mark_stays, RACES["two devices and a release"]),
        (a_change_says_its_own_time, RACES["selections that grow, and a release"]),
    ],
    ids=["what was marked later and written earlier", "what lies under another's mark", "changes come in order"],
)
def test_without_the_rule_the_race_shows(
    monkeypatch: pytest.MonkeyPatch, without: Callable[[pytest.MonkeyPatch], None], race: Race
) -> None:
    without(monkeypatch)
    assert left_behind(race), "the rule was taken out and the race shows nothing: mend the race"
