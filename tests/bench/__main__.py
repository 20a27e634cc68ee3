"""`make bench`: measures the budgets of DESIGN section 13, prints them, and writes them into docs/performance.md, and
its tables into docs/performance.json.

Exits 1 when a budget is broken.
"""

import json
import sys

from infra.node_runtime import use_bundled_node

use_bundled_node()  # before anything imports the CDK

import valkey  # noqa: E402

from tests.bench import (  # noqa: E402
    catalogue_sizes,
    cold_start,
    connections,
    growth,
    map_sizes,
    paying,
    round_trips,
    second_start,
    warm_cpu,
)
from tests.bench.report import Report  # noqa: E402
from tests.bench.tables import tables_of  # noqa: E402
from tests.cinema import use_test_credentials  # noqa: E402
from tests.valkey_server import running_valkey  # noqa: E402
from toolchain.install import ROOT  # noqa: E402

PAGE = ROOT / "docs" / "performance.md"
TABLES = PAGE.with_suffix(".json")
BEGIN, END = "<!-- written by make bench: from here -->\n", "<!-- to here -->\n"


def measured() -> Report:
    report = Report()
    use_test_credentials()
    say("cold start")
    report.add(*cold_start.measure())
    with running_valkey() as cache_url, valkey.Valkey.from_url(cache_url) as cache:
        say("warm CPU")
        report.add(*warm_cpu.measure(cache_url))
        say("a connection to the cache")
        report.add(*connections.measure(cache_url))
        say("round trips and units")
        cache.flushall()
        report.add(*round_trips.measure(cache_url))
        say("a sale")
        cache.flushall()
        report.add(*paying.measure(cache_url))
        say("sizes of the map")
        report.add(*map_sizes.measure(cache_url, cache.flushall))
        say("sizes of a programme and of an event")
        cache.flushall()
        report.add(catalogue_sizes.measure(cache_url))
        say("a large catalogue")
        report.add(growth.measure(cache_url, cache.flushall))
    say("a second start of the local stack")
    report.add(second_start.measure())
    return report


def say(what: str) -> None:
    print(f"bench: {what} ...", file=sys.stderr, flush=True)


def write(markdown: str) -> None:
    """Raises ValueError when the page has lost the two lines between which the figures belong."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE} has no longer the lines {BEGIN.strip()!r} and {END.strip()!r}.")
    PAGE.write_text(f"{head}{BEGIN}\n{markdown}\n{END}{tail}", encoding="utf-8")
    TABLES.write_text(json.dumps(tables_of(markdown), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    report = measured()
    print(report.markdown())
    write(report.markdown())
    for budget in report.broken:
        print(f"BROKEN: {budget.what}: {budget.measured}, budget {budget.budget}", file=sys.stderr)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
