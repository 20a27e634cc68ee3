"""`make on-sale-rehearsal PEOPLE=1000000`: an on-sale in virtual time, and what it says of the stage's numbers.

Exits 0 when no holder lost seats to capacity; 1 when some did; 2 when it was called wrongly.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from infra.stage_files import STAGES
from operations.commands import CalledWrongly, number_in
from operations.on_sale import ECPU, HOLDS, PAYMENTS, WARM
from rehearsal.counts import read_counts
from rehearsal.crowd import Crowd
from rehearsal.deployed import deployed
from rehearsal.quotas import quotas
from rehearsal.report import (
    costs,
    holders_lost,
    people_table,
    resource_table,
    unbounded,
    verdict,
    waiting_room,
    what_it_would_take,
)
from rehearsal.scene import Numbers
from rehearsal.service_times import IN_AWS
from rehearsal.simulation import Simulation

WARM_WRITES = {"seats_warm_writes": 150_000, "orders_warm_writes": 50_000}
USAGE = (
    "make on-sale-rehearsal PEOPLE=1000000 [SECONDS=60] [FRONT=1] [FILMS=100] [SHOWINGS=48] [SEATS=450] [HOT=10] "
    "[HOLDS= WARM= ECPU= PAYMENTS=] [TODAY=1] [DEFAULT_QUOTAS=1] [PUSHBACK=0] [QUICK=1] [STAGE=prod] [SEED=1] "
    "[CHART=file.svg]"
)
BOUNDS = {  # of what is typed: default, least, most
    "people": (10_000, 1, 5_000_000),
    "seconds": (60, 1, 7_200),
    "films": (100, 1, 200_000),
    "showings": (48, 1, 10_000),
    "seats": (450, 10, 100_000),
    "hot": (10, 0, 100),
    "holds": (HOLDS, 1, 100_000),
    "warm": (WARM, 0, 100_000),
    "ecpu": (ECPU, 0, 15_000_000),
    "payments": (PAYMENTS, 1, 100_000),
    "seed": (1, 0, 999_999_999),
}

SWITCHES = {"front": False, "today": False, "default_quotas": False, "pushback": True, "quick": False}


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make on-sale-rehearsal", usage=USAGE)
    for name in (*BOUNDS, *SWITCHES, "stage", "chart"):
        parser.add_argument(f"--{name.replace('_', '-')}", default="")
    options = parser.parse_args(arguments)
    try:
        for name, (default, least, most) in BOUNDS.items():
            typed = number_in(name.upper(), getattr(options, name), least, most)
            setattr(options, name, default if typed is None else typed)
        for name, is_on in SWITCHES.items():
            typed = number_in(name.upper(), getattr(options, name), 0, 1)
            setattr(options, name, is_on if typed is None else bool(typed))
        options.stage = stage_named(options.stage or "prod")
    except CalledWrongly as error:
        parser.error(str(error))
    if options.chart and not Path(options.chart).absolute().parent.is_dir():
        parser.error(f"CHART={options.chart}: there is no directory {Path(options.chart).parent}.")
    return options


def stage_named(name: str) -> str:
    stages = sorted(path.stem for path in STAGES.glob("*.toml"))
    if name not in stages:
        raise CalledWrongly(f"STAGE={name}: there is no such stage, only {', '.join(stages)}.")
    return name


def crowd_of(options: argparse.Namespace) -> Crowd:
    return Crowd(
        people=options.people,
        arrive_seconds=options.seconds,
        front=options.front,
        films=options.films,
        showings_per_film=options.showings,
        seats=options.seats,
        hot=options.hot / 100,
        seed=options.seed,
    )


def simulation_of(options: argparse.Namespace) -> Simulation:
    stage, granted = options.stage, quotas(asked=not (options.today or options.default_quotas))
    if options.today:
        built = deployed(stage, on_sale=False, settings={})
        numbers = Numbers(None, 0, 0, granted, max(granted["provider"], built.calls_per_second))
    else:
        built = deployed(stage, on_sale=True, settings={**WARM_WRITES, "payments_per_second": options.payments})
        numbers = Numbers(options.holds, options.warm, options.ecpu, granted, built.calls_per_second)
    if not options.pushback:  # as it was before SubmitPayment asked anyone to come back
        built, numbers = replace(built, submits_per_second=0), replace(numbers, pushback=False)
    return Simulation(crowd_of(options), built, numbers, read_counts(), IN_AWS)


def main(arguments: Sequence[str]) -> int:
    options = parsed(arguments)
    began = time.monotonic()
    run = simulation_of(options)
    run.run()
    print(people_table(run), resource_table(run), verdict(run), costs(run), sep="\n\n")
    if not options.quick:
        print(f"\nWhat it would take to refuse no one:\n{what_it_would_take(run, unbounded(run))}")
        print(f"\n{waiting_room(run)}")
    if options.chart:
        from rehearsal.chart import draw

        draw(run, Path(options.chart))
    lost = sum(holders_lost(run).values())
    print(f"\n{lost:,} holders lost seats to capacity. Seed {options.seed}; {time.monotonic() - began:.0f} s.")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
