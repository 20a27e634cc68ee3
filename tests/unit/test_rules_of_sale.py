"""The numbers that a cinema may change: their bounds rest on what the code does, and the page tells the same."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from box_office.adapters.dynamodb.reads import BATCH_MAX
from box_office.settings.payments import WorkerSettings
from box_office.use_cases import reconcile
from infra.rules_of_sale import BOUNDS, WORKER_TIMEOUT_SECONDS, RulesOfSale, broken_rules
from tests.scenarios.rules_of_sale import *  # noqa: F403

ROOT = Path(__file__).parents[2]
MARK = (ROOT / "layers/box_office/python/box_office/adapters/valkey/scripts/mark.lua").read_text()
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
TRANSACTION_ROWS_MAX = 100  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html


def test_the_defaults_break_no_rule() -> None:
    assert list(broken_rules(RulesOfSale())) == []


def test_every_number_has_bounds_and_is_within_them_by_default() -> None:
    assert [one.name for one in fields(RulesOfSale)] == list(BOUNDS)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_may_be_its_bound_and_nothing_beyond(name: str) -> None:
    bounds = BOUNDS[name]

    def out_of_bounds(value: int) -> list[str]:
        sentences = broken_rules(replace(RulesOfSale(), **{name: value}))
        return [one for one in sentences if one.startswith(f"{name} = {value}: {bounds.least:_} to {bounds.most:_}")]

    assert [out_of_bounds(value) for value in (bounds.least, bounds.most)] == [[], []]
    for value in (bounds.least - 1, bounds.most + 1):
        [sentence] = out_of_bounds(value)
        assert sentence.endswith(f" is needed, because {bounds.why}.")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hold_seconds_min": 601}, "hold_seconds_min = 601: at most hold_seconds = 600"),
        ({"hold_seconds": 180, "decline_seconds": 181}, "decline_seconds = 181: at most hold_seconds = 180"),
        ({"hold_seconds": 1_700}, "hold_seconds_max = 1800: at least hold_seconds + decline_seconds = 1820"),
        ({"pin_minutes_max": 13}, "pin_minutes_max = 13: at least 14 is needed"),
        ({"charging_minutes_max": 14}, "pin_minutes_max = 15: at least 16 is needed"),
    ],
)
def test_a_number_that_does_not_go_with_another_is_refused(changes: dict[str, int], sentence: str) -> None:
    [told] = broken_rules(replace(RulesOfSale(), **changes))
    assert told.startswith(sentence)
    assert "because" in told


@pytest.mark.parametrize(
    "changes",
    [
        {"hold_seconds": 480},
        {"hold_seconds": 480, "hold_seconds_max": 600},
        {"hold_seconds": 1_680},
        {"pin_minutes_max": 14},
        {"charging_minutes_max": 6, "pin_minutes_max": 8},
        {"seats_per_event_max": 4},  # a desk goes on selling ten at a time
    ],
)
def test_numbers_that_go_with_each_other_are_taken(changes: dict[str, int]) -> None:
    assert list(broken_rules(replace(RulesOfSale(), **changes))) == []


def test_the_bounds_of_holds_rest_on_what_the_cache_remembers() -> None:
    [five_minutes] = re.findall(r"FIVE_MINUTES, FIRST_WANTED = (\d+),", MARK)
    [kept] = re.findall(r"PEXPIRE', KEYS\[2\], (\d+)\)", MARK)
    assert BOUNDS["hold_seconds_max"].most * 1_000 + int(five_minutes) <= int(kept)
    assert BOUNDS["hold_seconds"].least > WorkerSettings.model_fields["queued_hold_seconds_max"].default


def test_the_bounds_of_seats_rest_on_what_the_table_takes() -> None:
    most = BOUNDS["seats_per_order_max"].most
    assert 2 * most + 2 <= TRANSACTION_ROWS_MAX, "the order itself, what it follows, the seats it gives up and takes"
    assert BOUNDS["live_holds_max"].most < BATCH_MAX


def test_the_bounds_of_payments_rest_on_when_the_reconciler_acts() -> None:
    found_after_ms = 60_000 + reconcile.RESEND_MS
    assert BOUNDS["charging_minutes_max"].least * 60_000 >= found_after_ms + WORKER_TIMEOUT_SECONDS * 1_000
    assert BOUNDS["unreached_minutes_max"].least * 60_000 > reconcile.LATE_PIN_MS


def test_the_page_tells_every_number_with_its_default_and_its_bounds() -> None:
    row = re.compile(r"^\| `(\w+)` \| ([0-9,]+) \| ([0-9,]+) to ([0-9,]+) \|", re.MULTILINE)
    told = {name: tuple(int(figure.replace(",", "")) for figure in figures) for name, *figures in row.findall(PAGE)}
    defaults = RulesOfSale()
    assert told == {name: (getattr(defaults, name), one.least, one.most) for name, one in BOUNDS.items()}
