"""`make bench`: measures the budgets of DESIGN section 13, prints them, and writes them into docs/performance.md, and
its tables into docs/performance.json.

`PYTHONPATH=.:layers/box_office/python .venv/bin/python -m tests.bench sale` measures and prints only the parts that are
named. Exits 1 when a budget is broken.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

from infra.node_runtime import use_bundled_node

use_bundled_node()  # before anything imports the CDK

import valkey  # noqa: E402

from tests.bench import (  # noqa: E402
    catalogue_sizes,
    cold_start,
    connections,
    dollars,
    ecpu,
    growth,
    map_sizes,
    page_sizes,
    paying,
    round_trips,
    second_start,
    warm_cpu,
)
from tests.bench.report import Budget, Report, Section  # noqa: E402
from tests.bench.tables import tables_of  # noqa: E402
from tests.cinema import use_test_credentials  # noqa: E402
from tests.valkey_server import running_valkey  # noqa: E402
from toolchain.install import ROOT  # noqa: E402

PAGE = ROOT / "docs" / "performance.md"
TABLES = PAGE.with_suffix(".json")
BEGIN, END = "<!-- written by make bench: from here -->\n", "<!-- to here -->\n"


Measured = tuple[Iterable[Budget], *tuple[Section, ...]]
# In the order of the page. Each part is called with the cache's address, its cache empty.
PARTS: Mapping[str, tuple[str, Callable[[str], Measured]]] = {
    "cold-start": ("cold start", lambda _: cold_start.measure()),
    "warm-cpu": ("warm CPU", warm_cpu.measure),
    "connections": ("a connection to the cache", connections.measure),
    "round-trips": ("round trips and units", round_trips.measure),
    "sale": ("a sale", paying.measure),
    "ecpu": ("ECPU", ecpu.measure),
    "dollars": ("dollars", dollars.measure),
    "map-sizes": ("sizes of the map", lambda url: map_sizes.measure(url, flush(url))),
    "catalogue-sizes": ("sizes of a programme and of an event", lambda url: (catalogue_sizes.measure(url),)),
    "growth": ("a large catalogue", lambda url: (growth.measure(url, flush(url)),)),
    "page-sizes": ("sizes of the page", lambda _: page_sizes.measure()),
    "second-start": ("a second start of the local stack", lambda _: (second_start.measure(),)),
}


def measured(names: Iterable[str]) -> Report:
    report = Report()
    use_test_credentials()
    with running_valkey() as cache_url:
        for name in names:
            what, measure = PARTS[name]
            say(what)
            flush(cache_url)()
            report.add(*measure(cache_url))
    return report


def flush(cache_url: str) -> Callable[[], None]:
    def empty() -> None:
        with valkey.Valkey.from_url(cache_url) as cache:
            cache.flushall()

    return empty


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


def main(names: Sequence[str]) -> int:
    unknown = sorted(set(names) - PARTS.keys())
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    report = measured(names or PARTS)
    print(report.markdown())
    if not names:
        write(report.markdown())
    for budget in report.broken:
        print(f"BROKEN: {budget.what}: {budget.measured}, budget {budget.budget}", file=sys.stderr)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
