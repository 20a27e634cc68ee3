"""`PYTHONPATH=. .venv/bin/python -m tests.bench.connections`: what a connection to the cache costs, by the plain client
that the functions use and by the cluster client that they could use instead.

In turns, against one local Valkey in cluster mode: a client is made, sends HoldSeat's pipeline of four scripts, and is
closed. Bytes are the server's own count of what it sent and received; CPU is this process's.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import valkey
from valkey.cluster import ValkeyCluster

from box_office.adapters.valkey.connection import Call, Script, connect_to
from tests.bench.report import Budget, Section, table
from tests.valkey_server import running_valkey

RUNS = 40
BYTES_MAX = 2_000
CPU_SHARE_MAX = 0.5
TRIVIAL = Script()  # what the scripts do costs the same in both
KEYS = ("{us:0}:gate:ada", "{ad:10.0.0.1}:gate", "{us:0}:session:ada", "{ev:ev_1}:seats")
PLAIN, CLUSTER = "plain client (ours)", "cluster client"


@dataclass(frozen=True)
class Cost:
    bytes_sent: float  # by the server
    bytes_received: float
    cpu_seconds: float


def cluster_client(url: str) -> ValkeyCluster:
    parts = urlsplit(url)
    return ValkeyCluster(
        host=parts.hostname, port=parts.port, decode_responses=True, max_connections=1, require_full_coverage=False
    )


CLIENTS: Mapping[str, Callable[[str], valkey.Valkey]] = {
    PLAIN: lambda url: connect_to(url, 1_000),
    CLUSTER: cluster_client,
}


def pipeline_of(client: valkey.Valkey, plain: bool) -> Sequence[object]:
    sent = client.pipeline(transaction=False) if plain else client.pipeline()
    for key in KEYS:
        sent.execute_command(*Call(TRIVIAL, (key,), (1, 2, 3)).command(by_digest=False))
    return sent.execute()


def one(name: str, url: str, watcher: valkey.Valkey) -> Cost:
    before, began = watcher.info("stats"), time.process_time()
    client = CLIENTS[name](url)
    pipeline_of(client, plain=name == PLAIN)
    client.close()
    spent, after = time.process_time() - began, watcher.info("stats")
    sent = after["total_net_output_bytes"] - before["total_net_output_bytes"]
    return Cost(sent, after["total_net_input_bytes"] - before["total_net_input_bytes"], spent)


def costs(url: str) -> dict[str, Cost]:
    """Medians of runs in turns; the watcher's own traffic is taken off."""
    with valkey.Valkey.from_url(url) as watcher:
        watcher.info("stats")
        quiet = [watcher.info("stats") for _ in range(2)]
        own_out, own_in = (
            quiet[1][name] - quiet[0][name] for name in ("total_net_output_bytes", "total_net_input_bytes")
        )
        for name in CLIENTS:
            one(name, url, watcher)  # the script is known, modules are warm
        runs = [{name: one(name, url, watcher) for name in CLIENTS} for _ in range(RUNS)]
    return {
        name: Cost(
            statistics.median(run[name].bytes_sent for run in runs) - own_out,
            statistics.median(run[name].bytes_received for run in runs) - own_in,
            statistics.median(run[name].cpu_seconds for run in runs),
        )
        for name in CLIENTS
    }


def measure(url: str) -> tuple[list[Budget], Section]:
    found = costs(url)
    plain, cluster = found[PLAIN], found[CLUSTER]
    share = plain.cpu_seconds / cluster.cpu_seconds
    moved = plain.bytes_sent + plain.bytes_received
    budgets = [
        Budget(
            "a connection to the cache, with HoldSeat's first pipeline",
            f"< {BYTES_MAX:,} bytes",
            f"{moved:,.0f} bytes",
            moved < BYTES_MAX,
        ),
        Budget(
            "a connection to the cache, CPU",
            f"<= {CPU_SHARE_MAX:g} x the cluster client's",
            f"{share:.2f} x",
            share <= CPU_SHARE_MAX,
        ),
    ]
    rows = [
        [
            name,
            f"{cost.bytes_sent:,.0f}",
            f"{cost.bytes_received:,.0f}",
            f"{cost.cpu_seconds / cluster.cpu_seconds:.2f}",
        ]
        for name, cost in found.items()
    ]
    return budgets, Section(
        "What a connection to the cache costs",
        f"A client made, HoldSeat's pipeline of four scripts sent, and closed; medians of {RUNS} runs in turns against "
        "a local Valkey in cluster mode, without TLS (`tests/bench/connections.py`).",
        ["client", "bytes that the server sent", "bytes that it received", "CPU of the client, x the cluster client's"],
        rows,
    )


if __name__ == "__main__":
    with running_valkey() as cache_url:
        kept, section = measure(cache_url)
    print(table(section.head, section.rows))
    print(
        table(
            ["what", "budget", "measured", "kept"], [[one.what, one.budget, one.measured, one.verdict] for one in kept]
        )
    )
