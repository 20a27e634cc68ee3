"""Any order of holds, releases, lapses, crashes and lost caches, over the fakes: many steps, no I/O."""

from tests.fakes.cinema import FakeCinema
from tests.hold_machine import WIDE, HoldMachine, run_machine


class OverFakes(HoldMachine):
    make = staticmethod(lambda: FakeCinema(settings_changes=WIDE))


def test_whatever_people_do_the_model_and_the_tables_agree() -> None:
    run_machine(OverFakes, examples=120, steps=40)
