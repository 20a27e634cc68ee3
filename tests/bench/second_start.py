"""How long the local stack takes to start again: all stacks deployed, the catalogue loaded, each function called.

As a multiple of `cdk synth` of the same stacks, taken in turns: what slows the one slows the other.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from local import deployment
from local.services import Addresses
from tests.bench.report import Budget
from tests.e2e.checkout import Checkout
from tests.e2e.deployed import copied_checkout, make
from toolchain.install import CDK_COMMAND, TOOLS, node_command

RUNS = 3
RATIO_MAX = 4.0
APP = f"{TOOLS.python} app.py"
SYNTH = ("synth", "--quiet", "--app", APP, "-c", f"stage={deployment.STAGE}", "--ci", "--no-notices")


def seconds(deed: Callable[[], object]) -> float:
    began = time.monotonic()
    deed()
    return time.monotonic() - began


def synthesize(checkout: Checkout, environ: Mapping[str, str], output: str) -> None:
    command = [str(node_command()), str(CDK_COMMAND), *SYNTH, "--output", output]
    subprocess.run(command, cwd=checkout.directory, env=dict(environ), check=True, capture_output=True)


def measure() -> list[Budget]:
    addresses = Addresses(
        aws_port=1, cache_port=1, payments_port=1, edge_port=1, faults_port=None
    )  # which nothing calls
    environ = deployment.synth_environ(addresses)
    with tempfile.TemporaryDirectory(prefix="box-office-bench-") as directory:
        checkout = copied_checkout(Path(directory))
        make(checkout, "start")
        pairs = []
        try:
            for _ in range(RUNS):
                make(checkout, "stop")
                started = seconds(lambda: make(checkout, "start"))
                pairs.append((started, seconds(lambda: synthesize(checkout, environ, f"{directory}/assembly"))))
        finally:
            make(checkout, "stop")
    ratio = median(one for one, _ in pairs) / median(other for _, other in pairs)
    return [
        Budget(
            "a second start of the local stack", f"<= {RATIO_MAX:g} x `cdk synth`", f"{ratio:.1f} x", ratio <= RATIO_MAX
        )
    ]
