"""Any order of holds, releases, lapses, crashes and lost caches, over the fakes: many steps, no I/O."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.fakes.cinema import FakeCinema
from tests.hold_machine import WIDE, HoldMachine


class OverFakes(HoldMachine):
    make = staticmethod(lambda: FakeCinema(settings_changes=WIDE))


def test_whatever_people_do_the_model_and_the_tables_agree() -> None:
    bounds = settings(
        max_examples=120,
        stateful_step_count=40,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(OverFakes, settings=bounds)
