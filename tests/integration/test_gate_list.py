"""Over the tables; what is there in tests/scenarios/gate_list.py."""

from tests.cinema import Cinema
from tests.scenarios.gate_list import *  # noqa: F403
from tests.scenarios.gate_list import listed, sell


def test_the_list_costs_one_query_however_many_are_sold(cinema: Cinema) -> None:
    sell(cinema, "A1")
    sell(cinema, "B1", user="grace")
    listed(cinema)
    cinema.wire.forget()
    listed(cinema)
    assert cinema.wire.counts == {"query": 1}
