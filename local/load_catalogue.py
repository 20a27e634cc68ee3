"""`python -m local.load_catalogue FILE`: loads a plan of films and showings. Called by `make catalogue FILE=...`.

Speaks to the local stack when `.local/stack.json` is there, else to the AWS of the stage that STAGE names.
Exits 0 when the plan is loaded, 1 when it is refused or cannot be written, 2 when it was called wrongly.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from tqdm import tqdm

from box_office.adapters.aws_clients import PATIENT, client
from box_office.adapters.dynamodb_catalogue import CatalogueTables
from box_office.adapters.dynamodb_catalogue_store import DynamoDBCatalogueStore
from box_office.adapters.plan_document import read_plan
from box_office.adapters.s3_snapshot_writer import SnapshotWriter
from box_office.domain.errors import Unavailable
from box_office.domain.plan import Problem
from box_office.names import TABLES, Names
from box_office.use_cases.load_catalogue import PROBLEMS_MAX, Loaded, PlanRefused, TakenMeanwhile, load_catalogue
from local import plan_file, stack_file
from local.toolchain import STATE

DEMO = Path(__file__).with_name("demo_catalogue.json")
LOCAL_STAGE = "local"


class NoTarget(Exception):
    """Neither a local stack nor a stage to load into. The message says what to do."""


@dataclass(frozen=True)
class Target:
    """Where a plan goes. `connection`: what every client is made with; empty in AWS, where the environment knows."""

    names: Names
    tables: Mapping[str, str]  # role -> name
    connection: Mapping[str, Any]

    def client(self, service: str) -> Any:
        return client(service, PATIENT, **self.connection)

    def bucket(self) -> str:
        account = self.client("sts").get_caller_identity()["Account"]
        region = self.connection.get("region_name") or boto3.session.Session().region_name
        return self.names.catalogue_bucket(account, region)


def local_target(aws_endpoint_url: str, region: str, tables: Mapping[str, str]) -> Target:
    connection = {
        "endpoint_url": aws_endpoint_url,
        "region_name": region,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    return Target(Names(LOCAL_STAGE), tables, connection)


def find_target(stack: Mapping[str, Any] | None, environ: Mapping[str, str]) -> Target:
    """Raises NoTarget."""
    if stack is not None:
        return local_target(stack["aws_endpoint_url"], stack["region"], stack["tables"])
    stage = environ.get("STAGE")
    if not stage:
        raise NoTarget("No local stack is running: `make start` starts one. For AWS, set STAGE, as in STAGE=dev.")
    names = Names(stage)
    return Target(names, {role: names.table(role) for role in TABLES}, {})


class Bars:
    """Progress on a terminal as bars, elsewhere as a line for every stage that is done."""

    def __init__(self, on_terminal: bool) -> None:
        self._on_terminal = on_terminal
        self._bar: tqdm | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage != self._stage:
            self.close()
            self._stage = stage
            self._bar = tqdm(desc=stage, total=total, unit="") if self._on_terminal else None
        if self._bar is not None:
            self._bar.update(done - self._bar.n)
        elif done == total:
            print(f"{stage}: {done}", flush=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def load(path: Path, target: Target, bars: Bars) -> Loaded:
    """Raises plan_file.Unreadable, PlanRefused, TakenMeanwhile, Unavailable, OSError."""
    document, _ = plan_file.read(path)
    plan, problems = read_plan(document)
    if plan is None:
        raise PlanRefused(problems)
    tables = CatalogueTables(**{role: target.tables[role] for role in ("movies", "theaters", "rooms", "events")})
    store = DynamoDBCatalogueStore(
        target.client("dynamodb"), tables, target.tables["seats"], time.sleep, random.SystemRandom().random
    )
    now = time.time_ns() // 1_000_000
    try:
        with SnapshotWriter(target.client("s3"), target.bucket(), now) as snapshot:
            return load_catalogue(plan, store, snapshot, now, bars)
    finally:
        bars.close()


def describe(path: Path, refused: PlanRefused) -> list[str]:
    """`plan.json:12: there is no film 'metropolis' ... (events[3].movie_id)`, one line a problem."""
    _, text = plan_file.read(path)
    lines = plan_file.lines_of(text, [problem.path for problem in refused.problems])
    told = [f"{path}:{lines[problem.path]}: {problem.reason}{place(problem)}" for problem in refused.problems]
    if refused.total > PROBLEMS_MAX:
        told.append(f"... and {refused.total - PROBLEMS_MAX} more.")
    return [*told, "The plan is refused; nothing was written."]


def place(problem: Problem) -> str:
    parts = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in problem.path)
    return f" ({parts.lstrip('.')})" if parts else ""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make catalogue", description="Load a plan of films and showings.")
    parser.add_argument("file", type=Path, help="the plan, as docs/catalogue.md describes it")
    path = parser.parse_args(arguments).file
    if not path.is_file():
        parser.error(f"there is no file {str(path)!r}; usage: make catalogue FILE=plan.json")
    try:
        target = find_target(stack_file.read(STATE / "stack.json"), os.environ)
        loaded = load(path, target, Bars(sys.stderr.isatty()))
    except plan_file.Unreadable as error:
        return fail(f"{path}:{error.line}: {error.reason}", "Nothing was written.")
    except PlanRefused as refused:
        return fail(*describe(path, refused))
    except TakenMeanwhile as taken:
        return fail(f"The plan is loaded, but {taken}.", "That happened while it was written: give those seats back.")
    except (Unavailable, NoTarget) as error:
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        return fail(f"{error}{cause}", "Load the plan again when that is mended: it completes what was begun.")
    except (BotoCoreError, ClientError) as error:
        return fail(f"AWS refused: {error}", "Load the plan again when that is mended: it completes what was begun.")
    print(
        f"Loaded {path}: wrote {loaded.movies} films, {loaded.theaters} theaters, {loaded.rooms} rooms, "
        f"{loaded.events} showings (what was as planned already is not written); "
        f"{loaded.films_on_display} films are on display."
    )
    return 0


def fail(*lines: str) -> int:
    for line in lines:
        print(line.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
