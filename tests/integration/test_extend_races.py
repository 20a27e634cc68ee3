"""More time for a hold against whoever changes it at the same moment: each race with its rule, and without it.

As in test_rules_have_controls.py: a rule that is taken out must show in the race, and a 500 shows nothing.
"""

from collections.abc import Callable
from typing import Any

import pytest

from box_office.adapters.catalogue_rows import event_row
from box_office.adapters.dynamodb.order_rows import due_shard
from tests.cinema import Cinema
from tests.examples import EV_1
from tests.integration.races import END_SECONDS, others_first, statuses
from tests.integration.test_rules_have_controls import always_true
from tests.sample_catalogue import ROOM, event

Race = Callable[[Cinema], list[str]]


def an_extension_meets_the_lapse_and_the_next_owner(cinema: Cinema) -> list[str]:
    """Grace takes one of Ada's two seats a second after the old end, before Ada's write arrives."""
    cinema.hold("A1", "A2")
    cinema.clock.advance(seconds=END_SECONDS - 1)
    grace, answers = cinema.another_environment(), []
    others_first(
        cinema, lambda: cinema.clock.advance(seconds=3), lambda: answers.append(grace.hold("A1", user="grace"))
    )
    answers.append(cinema.extend())
    return [*cinema.broken_promises(), *statuses(answers, 201, 410)]


def an_extension_meets_a_release(cinema: Cinema) -> list[str]:
    return another_write_comes_first(cinema, lambda device: device.release(), 204, 410)


def an_extension_meets_a_release_and_the_next_owner(cinema: Cinema) -> list[str]:
    grace = cinema.another_environment()

    def release_and_take(device: Cinema) -> Any:
        released = device.release()
        assert grace.hold("A1", user="grace").status == 201
        return released

    return another_write_comes_first(cinema, release_and_take, 204, 410)


def an_extension_meets_the_reconcilers_sweep(cinema: Cinema) -> list[str]:
    """The showing is cancelled, and the reconciler ends what is held, between Ada's read and her write."""
    cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=5)
    cancelled = event_row(event("ev_1", ROOM, EV_1.movie_time, cancelled_at=cinema.clock.now))
    due = {"due_at": cinema.clock.now, "due_shard": due_shard("ev_1")}
    minute = cinema.another_environment()
    others_first(cinema, lambda: cinema.seed("events", cancelled | due), minute.reconcile)
    answer = cinema.extend()
    seen = cinema.booking().body
    end = (seen["status"], seen.get("reason"))
    ended = [] if end == ("EXPIRED", "event_cancelled") else [f"the order is {end}"]
    return [*cinema.broken_promises(), *statuses([answer], 410), *ended]


def an_extension_meets_a_payment(cinema: Cinema) -> list[str]:
    return another_write_comes_first(cinema, lambda device: device.submit(), 202, 409)


def an_extension_meets_a_smaller_selection(cinema: Cinema) -> list[str]:
    return another_write_comes_first(cinema, lambda device: device.hold("A2"), 200, 200)


def another_write_comes_first(cinema: Cinema, deed: Callable[[Cinema], Any], theirs: int, ours: int) -> list[str]:
    """The deed of the same user's other device, between this one's read and its write."""
    cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=5)
    device, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(deed(device)))
    answers.append(cinema.extend())
    return [*cinema.broken_promises(), *statuses(answers, theirs, ours)]


def two_devices_extend_at_one_revision(cinema: Cinema) -> list[str]:
    """The second one gains nothing more, and writes nothing."""
    found = another_write_comes_first(cinema, Cinema.extend, 200, 200)
    version = cinema.seat("A1")["version"]
    return [*found, *([] if version == 2 else [f"the seat was written {version - 1} times after the hold"])]


LAST_OWNER = ("STILL_THE_ORDERS",)
REVISION = ("SAME_REVISION",)
CONTROLS: list[tuple[tuple[str, ...], Race]] = [
    (LAST_OWNER, an_extension_meets_the_lapse_and_the_next_owner),
    ((*LAST_OWNER, *REVISION), an_extension_meets_a_release),
    ((*LAST_OWNER, *REVISION), an_extension_meets_a_release_and_the_next_owner),
    ((*LAST_OWNER, *REVISION), an_extension_meets_the_reconcilers_sweep),
    ((*LAST_OWNER, *REVISION), an_extension_meets_a_payment),
    ((*LAST_OWNER, *REVISION), an_extension_meets_a_smaller_selection),
    (REVISION, two_devices_extend_at_one_revision),
]
NAMES = [race.__name__ for _, race in CONTROLS]


@pytest.mark.parametrize(("rules", "race"), CONTROLS, ids=NAMES)
def test_with_the_rules_every_promise_is_kept(cinema: Cinema, rules: tuple[str, ...], race: Race) -> None:
    assert race(cinema) == []


@pytest.mark.parametrize(("rules", "race"), CONTROLS, ids=NAMES)
def test_without_the_rules_the_race_shows(
    cinema: Cinema, monkeypatch: pytest.MonkeyPatch, rules: tuple[str, ...], race: Race
) -> None:
    always_true(*rules)(monkeypatch)
    found = race(cinema)
    assert not cinema.bugs, f"without {rules} the code breaks, which shows nothing: take them out otherwise"
    assert found, f"{rules} were taken out and {race.__name__} shows nothing: mend the race"


def test_a_release_that_read_the_hold_before_its_extension_lets_it_go_all_the_same(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    device = cinema.another_environment()
    others_first(cinema, lambda: device.extend())
    assert cinema.release().status == 204
    assert (cinema.seat("A1")["status"], cinema.booking().body["status"]) == ("empty", "RELEASED")
    assert cinema.broken_promises() == []
