"""The rehearsal of an on-sale: the same for the same seed, true to the product's own rules, and what it finds."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from box_office.adapters.valkey.seats import QUIET_TRIES, TRIES_WINDOW_MS
from box_office.domain.pushback import CALLS_PER_PAYMENT
from box_office.http_api.seats import POLL_SECONDS
from infra.payment_capacity import submits_for
from rehearsal.__main__ import parsed
from rehearsal.counts import COUNTED, read_counts
from rehearsal.crowd import AGAIN_SECONDS, TRIES, Crowd
from rehearsal.deployed import Deployed
from rehearsal.pages import CALM_TRIES, MAP_POLL_S
from rehearsal.people import Phase
from rehearsal.quotas import QUOTAS, quotas
from rehearsal.report import RAISE, bottleneck, holders_lost, resources, verdict
from rehearsal.scene import Numbers
from rehearsal.service_times import IN_AWS
from rehearsal.simulation import Simulation
from tests.bench.tables import tables_of

ROOT = Path(__file__).parents[2]
HOUR = 3_600
STAGE = Deployed(
    api_rate=50_000,
    api_burst=25_000,
    submits_per_second=0,
    reserved={"hold_seat": 2_000},
    memory_mb={},
    cache_maximum_ecpu=300_000,
    cache_shards=64,
    lanes=8,
    workers_per_lane=113,
    calls_per_second=600,
    book_at_once=100,
    book_batch=5,
    seats_warm=150_000,
    orders_warm=50_000,
    hold_seconds=180,
    hold_seconds_max=540,
    unreached_seconds_max=HOUR,
    edge_caches=3,
    callbacks_per_minute=600,
)
NUMBERS = Numbers(None, 500, 200_000, quotas(asked=True), 600)
# Fast people and short holds: a run is over after some hundred steps.
CROWD = Crowd(people=2_000, films=10, showings_per_film=10, seats=100, card_seconds=(20, 80), come_back=0)


@cache
def fitting() -> Simulation:
    return rehearsed()


def rehearsed(crowd: Crowd = CROWD, stage: Deployed = STAGE, numbers: Numbers = NUMBERS) -> Simulation:
    """In long steps: what is tested here does not depend on a tenth of a second."""
    run = Simulation(crowd, stage, numbers, read_counts(), IN_AWS, step=1.0)
    run.run()
    return run


def test_the_figures_that_it_reads_are_the_tables_of_the_page() -> None:
    written = (ROOT / "docs/performance.md").read_text(encoding="utf-8")
    tables = tables_of(written.partition("<!-- written by make bench: from here -->")[2].partition("<!-- to here")[0])
    assert json.loads(COUNTED.read_text(encoding="utf-8")) == tables, "make bench writes both: run it"
    assert read_counts().calls_per_sale == 2 and read_counts().units_of_a_sale > 20


def test_its_people_use_our_page() -> None:
    page = (ROOT / "web/src/holding/hold.ts").read_text(encoding="utf-8")
    assert re.search(rf"const TRIES = {TRIES};", page) and re.search(
        rf"const AGAIN_SECONDS = {AGAIN_SECONDS:.0f};", page
    )
    assert POLL_SECONDS[0] == MAP_POLL_S
    assert QUIET_TRIES * 1_000 / TRIES_WINDOW_MS == CALM_TRIES


def test_every_quota_names_its_source() -> None:
    assert all(quota.source.startswith("https://docs.") for quota in QUOTAS.values())


def test_the_same_seed_is_the_same_on_sale_and_another_is_another() -> None:
    runs = [rehearsed(replace(CROWD, seed=seed)) for seed in (7, 7, 8)]
    first, same, other = [(run.people.ended(), run.seen.percentile("click to seats", 99)) for run in runs]
    assert first == same != other


def test_every_person_ends_and_every_ticket_has_seats_of_its_own() -> None:
    run = fitting()
    people = run.people.ended()
    assert sum(people.values()) == CROWD.people == sum(people[one.name] for one in Phase if one >= Phase.TICKET)
    sold = run.people.chosen[run.people.phase == Phase.TICKET]
    seats = sold[sold >= 0]
    assert len(set(seats.tolist())) == len(seats)
    assert CROWD.total_seats - run.rooms.free.sum() == len(seats), "what was not paid for is free again"


def test_an_on_sale_that_fits_refuses_no_one() -> None:
    run = fitting()
    assert bottleneck(run) is None and sum(holders_lost(run).values()) == 0
    assert run.seen.percentile("HoldSeat", 99) < 1
    assert all(row.peak <= row.quota for row in resources(run) if "callbacks" not in row.what)


def test_slots_of_users_that_are_too_few_are_what_refuses() -> None:
    crowd = replace(CROWD, people=20_000, films=100, seats=450)
    run = rehearsed(
        crowd, replace(STAGE, cache_shards=1, cache_maximum_ecpu=15_000_000), replace(NUMBERS, ecpu=15_000_000)
    )
    assert "the cache's slots of users" in run.seen.first_refused and "cache_shards" in verdict(run)


# A payment a second for a crowd that pays within a minute or two, and pins that end after ten minutes.
SLOW = replace(
    STAGE,
    workers_per_lane=2,
    calls_per_second=CALLS_PER_PAYMENT,
    unreached_seconds_max=600,
    submits_per_second=submits_for(1, unreached_minutes_max=10),
)
ONE_A_SECOND = replace(NUMBERS, provider_calls=CALLS_PER_PAYMENT)


def test_a_payment_that_no_worker_reaches_is_not_accepted() -> None:
    run = rehearsed(stage=SLOW, numbers=ONE_A_SECOND)
    lost = holders_lost(run)
    assert lost["after a 202"] == 0
    assert bottleneck(run) == "SubmitPayment's throttle" and lost["asked to come back until the hold ended"] > 0


@pytest.mark.parametrize(
    ("stage", "numbers"),
    [
        (replace(SLOW, submits_per_second=0), ONE_A_SECOND),  # a minute's submissions, before SQS's figure shows them
        (replace(SLOW, submits_per_second=0), replace(ONE_A_SECOND, pushback=False)),
    ],
)
def test_without_the_throttle_or_pushback_a_202_ends_as_expired(stage: Deployed, numbers: Numbers) -> None:
    """The control."""
    assert holders_lost(rehearsed(stage=stage, numbers=numbers))["after a 202"] > 0


@pytest.mark.parametrize(
    ("stage", "numbers", "first"),
    [
        (replace(STAGE, api_rate=20, api_burst=20), NUMBERS, "the gateway"),
        (STAGE, replace(NUMBERS, holds=1, warm=1), "environments of hold_seat"),
        (replace(STAGE, cache_maximum_ecpu=1_000), NUMBERS, "the cache"),
        (replace(STAGE, seats_warm=0), replace(NUMBERS, quotas={**NUMBERS.quotas, "table_writes": 50}), "the tables"),
    ],
)
def test_the_first_bottleneck_is_named(stage: Deployed, numbers: Numbers, first: str) -> None:
    run = rehearsed(stage=stage, numbers=numbers)
    assert bottleneck(run) == first and RAISE[first] in verdict(run)


def test_people_are_told_sold_out_only_when_all_is_sold() -> None:
    run = rehearsed(replace(CROWD, films=1, showings_per_film=4, people=600))
    people = run.people.ended()
    assert people["SOLD_OUT"] > 0 and people["TICKET"] > 100
    assert run.rooms.free.sum() < 0.2 * run.crowd.total_seats, "some came too early for the seats that were given back"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("--stage=zzz", "STAGE=zzz: there is no such stage, only dev, local, prod."),
        ("--chart=/nope/on-sale.svg", "CHART=/nope/on-sale.svg: there is no directory /nope."),
        ("--today=maybe", "TODAY=maybe: a whole number from 0 to 1 is needed."),
        ("--people=0", "PEOPLE=0: a whole number from 1 to 5,000,000 is needed."),
    ],
)
def test_what_is_typed_wrongly_is_refused_before_anybody_arrives(
    typed: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parsed([typed])
    assert ended.value.code == 2
    assert why in capsys.readouterr().err


def test_a_switch_is_off_when_it_is_0() -> None:
    assert [parsed([one]).today for one in ("--today=1", "--today=0", "--today=")] == [True, False, False]
    assert [parsed([one]).pushback for one in ("--pushback=1", "--pushback=0", "--pushback=")] == [True, False, True]
