"""Blocks over the tables, Valkey and AWS WAF: who blocks themselves, and what the edge refuses."""

from typing import Any

import pytest

from box_office.domain.blocks import Kind, Source, Subject, address_subject
from box_office.names import Names
from tests.cinema import Cinema
from tests.edge_sets import EdgeSets
from tests.scenarios.blocking import *  # noqa: F403
from tests.wire import unreachable


@pytest.fixture
def edge(cinema: Cinema) -> EdgeSets:
    sets = EdgeSets(Names("test"))
    sets.deploy()
    return sets


def to_edge(cinema: Cinema) -> Any:
    return cinema.handler("carry_blocks_to_edge")({}, None)["networks"]


def test_addresses_of_operators_are_carried_to_the_edge_and_back_out(cinema: Cinema, edge: EdgeSets) -> None:
    cinema.block(address_subject("203.0.113.7"))
    cinema.block(address_subject("2001:db8:1::/48"), minutes=30)
    cinema.block(address_subject("203.0.113.8"), source=Source.AUTOMATIC)
    cinema.block(Subject(Kind.USER, "ada"))

    assert to_edge(cinema) == 2
    assert (edge.addresses(4), edge.addresses(6)) == ({"203.0.113.7/32"}, {"2001:db8:1::/48"})
    cinema.clock.advance(seconds=30 * 60)
    assert to_edge(cinema) == 1
    assert (edge.addresses(4), edge.addresses(6)) == ({"203.0.113.7/32"}, set())


def test_without_an_edge_the_run_carries_nothing_and_does_not_fail(cinema: Cinema) -> None:
    cinema.block(address_subject("203.0.113.7"))
    assert to_edge(cinema) is None


def test_a_table_that_does_not_answer_costs_the_block_s_row_and_no_customer_an_answer(cinema: Cinema) -> None:
    cinema.settings_changes = {"user_hold_burst": 1, "user_refusals_max": 1}
    cinema.hold("A1")
    cinema.wire.every(unreachable, "put_item")
    assert cinema.hold("A2").code == "rate_limited"
    assert cinema.hold("A2").code == "blocked", "the cache refuses without the table"
    cinema.wire.heal()
    assert cinema.block_table.of_subject(Subject(Kind.USER, "ada")) == []


def test_whom_admission_refuses_costs_a_write_at_the_refusal_that_blocks_and_at_no_other(cinema: Cinema) -> None:
    cinema.settings_changes = {"user_hold_burst": 1, "user_refusals_max": 3}
    cinema.hold("A1")
    sent = []
    for _ in range(6):
        cinema.wire.forget()
        cinema.hold("A2")
        sent.append([name for name, _ in cinema.wire.sent].count("put_item"))
    assert sent == [0, 0, 1, 0, 0, 0]
