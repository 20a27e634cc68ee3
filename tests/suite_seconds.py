"""`python -m tests.suite_seconds [pytest's arguments]`: what each suite takes of the processor, as a table in Markdown.

Runs the tests in this one process and prints, by directory and for the dearest files, the tests, the processor's
seconds and the seconds of waiting. On a busy machine the processor's seconds say more than a clock does: with every
processor at work `make test` ends after their sum by the number of processors, or after its longest share.

A deployed stack outlives the command that started it. Linux gives its processes to this one when their parents end, so
what they took is in the row "stacks and other processes that outlived their test".
"""

import ctypes
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

import pytest

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
DEAREST_SHOWN = 25
OUTLIVED = "stacks and other processes that outlived their test"


@dataclass
class Cost:
    tests: int = 0
    cpu_seconds: float = 0.0
    clock_seconds: float = 0.0

    def add(self, tests: int, cpu_seconds: float, clock_seconds: float) -> None:
        self.tests += tests
        self.cpu_seconds += cpu_seconds
        self.clock_seconds += clock_seconds

    @property
    def waiting_seconds(self) -> float:
        """At least: several processes of one test work at once."""
        return max(0.0, self.clock_seconds - self.cpu_seconds)


def cpu_seconds() -> float:
    """Of this process, and of its children that have ended and were waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait_for_orphans() -> None:
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                return  # one is still at work
        except ChildProcessError:
            return


class Meter:
    """A plugin of pytest: {file: cost}. Fixtures of a module or session count for the test that needs them first."""

    def __init__(self) -> None:
        self.costs: dict[str, Cost] = defaultdict(Cost)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        cpu, clock = cpu_seconds(), time.monotonic()
        try:
            return (yield)
        finally:
            file = item.nodeid.partition("::")[0]
            self.costs[file].add(1, cpu_seconds() - cpu, time.monotonic() - clock)


def by_directory(costs: Mapping[str, Cost]) -> dict[str, Cost]:
    found: dict[str, Cost] = defaultdict(Cost)
    for file, cost in costs.items():
        found[str(PurePath(file).parent)].add(cost.tests, cost.cpu_seconds, cost.clock_seconds)
    return found


def table(costs: Mapping[str, Cost]) -> Iterator[str]:
    """The dearest first."""
    yield from ("| | tests | CPU s | waiting s |", "| --- | ---: | ---: | ---: |")
    for name, cost in sorted(costs.items(), key=lambda one: -one[1].cpu_seconds):
        yield f"| {name} | {cost.tests:,} | {cost.cpu_seconds:.1f} | {cost.waiting_seconds:.1f} |"


def main(arguments: list[str]) -> int:
    adopt_orphans()
    meter, begun = Meter(), time.monotonic()
    # The order of the files and the processes are pytest's own: a row is one test after the other.
    code = pytest.main(["-q", "-p", "no:xdist", *arguments], plugins=[meter])
    before_orphans = cpu_seconds()
    wait_for_orphans()
    outlived = cpu_seconds() - before_orphans
    suites = by_directory(meter.costs)
    whole = Cost(sum(one.tests for one in suites.values()), cpu_seconds(), time.monotonic() - begun)
    suites["all, the collection included"] = whole
    if outlived:
        suites[OUTLIVED] = Cost(0, outlived)
    dearest = sorted(meter.costs.items(), key=lambda one: -one[1].cpu_seconds)[:DEAREST_SHOWN]
    print("", *table(suites), "", *table(dict(dearest)), sep="\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
