"""The rehearsal of an on-sale reads what the stages deploy; ten thousand people, with a budget."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.stages import Stage
from rehearsal.__main__ import PAYMENTS, parsed, simulation_of
from rehearsal.deployed import read
from rehearsal.prices import dollars, used
from rehearsal.report import admitted_a_second, bottleneck, holders_lost, people_table, resource_table, resources
from rehearsal.simulation import Simulation

# Of one ticket, the requests of those without one included.
BUDGETS = {
    "API Gateway requests": 30,
    "CloudFront and WAF requests": 60,
    "DynamoDB write units": 40,
    "ElastiCache ECPU": 1_500,
    "SQS requests": 8,
}
CENTS_A_TICKET = 0.05  # without what is kept warm


@pytest.fixture(scope="module")
def ten_thousand() -> Simulation:
    run = simulation_of(parsed(["--people=10000"]))
    run.run()
    return run


def test_it_reads_the_numbers_that_a_stage_deploys(all_templates: Mapping[str, Any]) -> None:
    stage, found = Stage(name="prod"), read(all_templates["prod"])
    assert (found.api_rate, found.api_burst) == (stage.requests_per_second, stage.requests_burst)
    assert (found.reserved["hold_seat"], found.lanes, found.workers_per_lane) == (400, 8, 5)
    assert (found.calls_per_second, found.submits_per_second) == (24, 118)
    assert (found.cache_maximum_ecpu, found.seats_warm, found.book_at_once) == (300_000, 0, 100)
    assert (found.hold_seconds, found.hold_seconds_max, found.unreached_seconds_max) == (600, 1_800, 3_600)
    assert found.callbacks_per_minute == stage.edge_callbacks_per_minute and found.edge_caches == 3


def test_the_on_sale_has_the_numbers_of_the_operators_command(ten_thousand: Simulation) -> None:
    deployed = ten_thousand.deployed
    assert deployed.calls_per_second == 3 * PAYMENTS and deployed.seats_warm == 150_000
    assert deployed.api_rate > 10_000, "as during an on-sale"
    assert deployed.edge_caches == 1, "the shield"


def test_ten_thousand_people_are_served_within_their_budget(ten_thousand: Simulation) -> None:
    assert sum(holders_lost(ten_thousand).values()) == 0 and bottleneck(ten_thousand) is None
    people = ten_thousand.people.ended()
    assert people["TICKET"] > 8_500 and people["GAVE_UP"] == 0, people_table(ten_thousand)
    assert ten_thousand.seen.percentile("HoldSeat", 99) < 1
    assert ten_thousand.seen.percentile("submit to ticket", 99) < 60
    crowded = [row for row in resources(ten_thousand) if row.peak > row.quota / 2 and "callbacks" not in row.what]
    assert crowded == [], resource_table(ten_thousand)
    spent, tickets = used(ten_thousand), people["TICKET"]
    over = {name: spent[name] / tickets for name, most in BUDGETS.items() if spent[name] / tickets > most}
    assert over == {}, "a ticket costs more than its budget"
    paid = sum(amount for name, amount in dollars(ten_thousand).items() if not name.startswith("kept warm"))
    assert 100 * paid / tickets < CENTS_A_TICKET


def test_a_waiting_room_would_admit_no_more_than_the_payments_that_the_stage_can_make(ten_thousand: Simulation) -> None:
    admitted = dict(admitted_a_second(ten_thousand))
    assert PAYMENTS < admitted["payments"] < 2 * PAYMENTS, "a sale is two calls, and the stage is made for three"
