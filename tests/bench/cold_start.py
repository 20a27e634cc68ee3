"""The cold start of the hold function on the built layers: CPU from its process's start until its handler is ready.

The layers are those of `prod`, compiled by the Python that the functions run on there, but with wheels for this
machine; the processes run on that Python, isolated: they can import the layers and the function's file, and no more.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from infra.function_plan import settings_of
from infra.http_functions import HTTP_FUNCTIONS
from infra.lambda_layers import Build, code_layer, third_party_layer
from infra.stage_reader import LOCAL, host_architecture, read_stage
from infra.stages import Stage
from infra.target_python import target_python
from tests.bench.report import Budget, Section
from toolchain.install import ROOT

RUNS, RUNS_ON_TOP = 25, 9
RATIO_MAX = 2.0
IMPORT_RUNS = 3
SECONDS_MAX = 60
VERB = "hold_seat"
DEPLOYED = Stage(name="prod", architecture=host_architecture(), wheel_platform=None)
BARE = "import boto3; boto3.client('dynamodb')"
ON_TOP = {
    "boto3's S3 client, too": "boto3.client('s3')",
    "Logger": "from aws_lambda_powertools import Logger",
    "pydantic": "from pydantic import BaseModel, ConfigDict",
    "the cache's client": "from valkey import Valkey",
    "APIGatewayRestResolver (not used)": "from aws_lambda_powertools.event_handler import APIGatewayRestResolver",
}
IMPORT_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|( +)(\S+)$")
PACKAGES = {
    "boto3, botocore and what they bring": "boto3 botocore s3transfer jmespath dateutil urllib3 six".split(),
    "pydantic": "pydantic pydantic_core annotated_types typing_inspection typing_extensions".split(),
    "aws_lambda_powertools": ["aws_lambda_powertools"],
    "valkey": "valkey libvalkey async_timeout".split(),
    "box_office": ["box_office"],
    "the function's own file: makes the clients, checks the settings": [VERB],
}


@dataclass(frozen=True)
class Sandbox:
    """Where the function is unpacked, and the variables that it starts with."""

    paths: Sequence[str]
    environ: Mapping[str, str]

    def command(self, code: str, *options: str) -> list[str]:
        program = f"import sys; sys.path[:0] = {list(self.paths)!r}\n{code}"
        return [str(target_python(DEPLOYED.python_version)), "-I", *options, "-c", program]


def sandbox(directory: Path, layers: Sequence[Build]) -> Sandbox:
    function = next(function for function in HTTP_FUNCTIONS if function.verb == VERB)
    shutil.copy(ROOT / "functions" / "api" / f"{VERB}.py", directory)
    inputs = {
        "catalogue_bucket": "bucket",
        "cache_url": "redis://127.0.0.1:1",
        "queue_url_base": "http://127.0.0.1:1/",
        "staff_client_id": "client",
    }
    settings = settings_of(function, stage=read_stage(LOCAL).stage, inputs=inputs)
    environ = {
        "PATH": os.defpath,
        "HOME": str(directory),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_LAMBDA_FUNCTION_NAME": VERB,
        **settings.environment(),
    }
    return Sandbox([str(directory), *(str(layer.directory / "python") for layer in layers)], environ)


def cpu_seconds(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """User and system time of one process. Raises CalledProcessError when it fails."""
    process = subprocess.Popen(command, env=dict(environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[:3])
    return usage.ru_utime + usage.ru_stime


def ratio(place: Sandbox) -> float:
    """Median CPU of the one over median CPU of the other, taken in turns: what slows one slows both."""
    ours, bare = place.command(f"import {VERB}; assert {VERB}.handler"), place.command(BARE)
    cpu_seconds(ours, place.environ)  # byte code of the SDK, files in memory
    cpu_seconds(bare, place.environ)
    pairs = [(cpu_seconds(ours, place.environ), cpu_seconds(bare, place.environ)) for _ in range(RUNS)]
    return median(mine for mine, _ in pairs) / median(other for _, other in pairs)


def costs_on_top(place: Sandbox) -> dict[str, float]:
    """What each adds to the CPU of a bare client's start, as a share of it; medians of runs in turns."""
    commands = {name: place.command(f"{BARE}\n{code}") for name, code in {"": "", **ON_TOP}.items()}
    runs = [
        {name: cpu_seconds(command, place.environ) for name, command in commands.items()} for _ in range(RUNS_ON_TOP)
    ]
    medians = {name: median(run[name] for run in runs) for name in commands}
    return {name: medians[name] / medians[""] - 1 for name in ON_TOP}


def import_costs(place: Sandbox) -> dict[str, float]:
    """Microseconds that the modules of each package take themselves, without what they import in turn."""
    command = place.command(f"import {VERB}", "-X", "importtime")
    runs: dict[str, list[int]] = defaultdict(list)
    for _ in range(IMPORT_RUNS):
        done = subprocess.run(
            command, env=dict(place.environ), capture_output=True, text=True, timeout=SECONDS_MAX, check=True
        )
        for package, cost in own_times(done.stderr).items():
            runs[package].append(cost)
    return {package: median(costs) for package, costs in runs.items()}


def own_times(log: str) -> dict[str, int]:
    """`-X importtime`'s log, summed by package; what is in none of them is the standard library's."""
    package_of = {module: package for package, modules in PACKAGES.items() for module in modules}
    costs: dict[str, int] = defaultdict(int)
    for line in log.splitlines():
        if found := IMPORT_LINE.match(line):
            costs[package_of.get(found[4].split(".")[0], "standard library")] += int(found[1])
    return costs


def measure() -> tuple[list[Budget], Section, Section]:
    with tempfile.TemporaryDirectory(prefix="box-office-bench-") as directory:
        place = sandbox(Path(directory), [code_layer(DEPLOYED), third_party_layer(DEPLOYED)])
        measured, on_top, costs = ratio(place), costs_on_top(place), import_costs(place)
    budget = Budget(
        "cold start of the hold function, CPU",
        f"<= {RATIO_MAX:g} x a bare client",
        f"{measured:.2f} x",
        measured <= RATIO_MAX,
    )
    total = sum(costs.values())
    added = Section(
        "What each would add to a start",
        f"CPU on top of `{BARE}`, as a share of it, medians of {RUNS_ON_TOP} runs in turns "
        "(`tests/bench/cold_start.py`). What two of them share is counted in each.",
        ["on top of a bare client", "adds"],
        [[name, f"{cost:.0%}"] for name, cost in on_top.items()],
    )
    imports = Section(
        "What the hold function's start imports",
        "`-X importtime` on the built layers: each package's own modules, as a share of all imports "
        f"(`tests/bench/cold_start.py`, Python {DEPLOYED.python_version}). "
        f"The cold start is the CPU of a process until its handler is ready over that of `{BARE}`, "
        f"medians of {RUNS} runs each, in turns.",
        ["package", "share of all imports"],
        [[package, f"{cost / total:.0%}"] for package, cost in sorted(costs.items(), key=lambda one: -one[1])],
    )
    return [budget], imports, added
