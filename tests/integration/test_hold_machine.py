"""The same machine over moto and Valkey: few steps, real conditions and scripts."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import valkey
from moto import mock_aws

from tests.cinema import Cinema
from tests.hold_machine import WIDE, HoldMachine, run_machine


@pytest.fixture
def machine(cache_url: str) -> Iterator[type[HoldMachine]]:
    with ExitStack() as accounts:

        def make() -> Cinema:
            accounts.close()
            accounts.enter_context(mock_aws())
            with valkey.Valkey.from_url(cache_url) as server:
                server.flushall()
            return Cinema(cache_url, settings_changes=WIDE)

        yield type("OverAdapters", (HoldMachine,), {"make": staticmethod(make)})


def test_whatever_people_do_the_model_and_the_tables_agree(machine: type[HoldMachine]) -> None:
    run_machine(machine, examples=6, steps=25)
