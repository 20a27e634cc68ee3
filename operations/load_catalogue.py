"""`python -m operations.load_catalogue FILE`: loads a plan of films and showings. Called by `make catalogue FILE=...`.

Loads into the local stack when `.local/stack.json` is there, else into the stage that STAGE names, in AWS.
Exits 0 when the plan is loaded; 1 when it is refused or cannot be written, when customers bought seats that the plan
has changed, or when the command could not check that; 2 when it was called wrongly; 130 when it was stopped.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError
from tqdm import tqdm

from box_office.adapters.aws_errors import error_code
from box_office.adapters.dynamodb.catalogue import CatalogueTables
from box_office.adapters.dynamodb.orders import DynamoDBOrders
from box_office.adapters.system import SystemClock
from box_office.domain.catalogue import Event, Movie
from box_office.domain.errors import Unavailable
from box_office.names import EDGE_REGION, EDGE_URL, EVENT_ENDS, dead_letters
from box_office.settings.payments import WorkerSettings
from box_office.settings.shared import CatalogueSettings
from box_office.wrong_values import named
from operations.catalogue import plan_file
from operations.catalogue.dynamodb_store import DynamoDBCatalogueStore
from operations.catalogue.eventbridge_schedules import EventBridgeSchedules
from operations.catalogue.film_cards import FilmCards
from operations.catalogue.load import (
    PROBLEMS_MAX,
    Loaded,
    PlanRefused,
    Waits,
    load_catalogue,
    look_again,
)
from operations.catalogue.plan_document import read_plan
from operations.catalogue.planning.plan import Problem
from operations.catalogue.snapshot_writer import SnapshotWriter
from operations.commands import after_failure
from operations.output import counted, fail
from operations.stage_rules import rules_of_sale
from operations.target import NoTarget, Target, this_target, what_failed

EXAMPLE = "local/demo_catalogue.json"
USAGE = "make catalogue FILE=plan.json"
OVER_NAMED_MAX = 5
WAITS = Waits(
    memory=CatalogueSettings.model_fields["catalogue_memory_seconds"].default,
    queued=WorkerSettings.model_fields["queued_hold_seconds_max"].default,
)
NOT_LOOKED = "The plan is loaded. Whether customers bought seats as they were before it was not checked."
GOES_BACK = (
    "From now on no order of a showing that moved, or of seats that a room has lost, becomes booked: paid ones are"
    " refunded without you (event_moved), unpaid holds lapse."
)
FOR_YOU = (
    "You settle the orders that are BOOKED, or whose seats are of another category now: tell those customers, and"
    " refund them (RefundBooking, as a manager); or load a plan in which the showing is again as it was sold."
)
NO_PAGE = {"ParameterNotFound", "NoSuchBucket"}  # of a stage without an edge
NO_CARDS = "The plan is loaded, but links to its films show no title where they are shared: the cards were not written."
AGAIN = "Then type the same command again: it completes what was begun."


class Bars:
    """Progress on a terminal as bars, elsewhere as a line for every stage that is done, or not at all."""

    def __init__(self, on_terminal: bool, lines: bool = True) -> None:
        self._on_terminal = on_terminal
        self._lines = lines
        self._bar: tqdm[NoReturn] | None = None
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage != self._stage:
            self.close()
            self._stage = stage
            self._bar = tqdm(desc=stage, total=total, unit="") if self._on_terminal else None
        if self._bar is not None:
            self._bar.update(done - self._bar.n)
        elif done == total and self._lines:
            print(f"{stage}: {done}", flush=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@dataclass(frozen=True)
class Tables:
    catalogue: DynamoDBCatalogueStore
    orders: DynamoDBOrders


def tables_of(target: Target) -> Tables:
    tables = CatalogueTables(**{role: target.tables[role] for role in ("movies", "theaters", "rooms", "events")})
    dynamodb, jitter = target.client("dynamodb"), random.SystemRandom().random
    store = DynamoDBCatalogueStore(dynamodb, tables, target.tables["seats"], time.sleep, jitter)
    return Tables(store, DynamoDBOrders(dynamodb, target.tables["orders"]))


def load(path: Path, target: Target, bars: Bars) -> Loaded:
    """Raises plan_file.Unreadable, PlanRefused, Unavailable, NoTarget, OSError."""
    document, _ = plan_file.read(path)
    plan, problems = read_plan(document)
    if plan is None:
        raise PlanRefused(problems)
    plan = replace(plan, sales_close_minutes=rules_of_sale(target.names.stage).sales_close_minutes)
    tables, jitter, names = tables_of(target), random.SystemRandom().random, target.names
    role, queue = target.arn("iam", f"role/{names.schedule_role}"), target.arn("sqs", names.queue(EVENT_ENDS))
    dead = target.arn("sqs", names.queue(dead_letters(EVENT_ENDS)))
    schedules = EventBridgeSchedules(
        target.client("scheduler"), names.schedule_group, queue, role, dead, time.sleep, jitter
    )
    now = time.time_ns() // 1_000_000
    try:
        with SnapshotWriter(target.client("s3"), target.bucket(), now) as snapshot:
            return load_catalogue(plan, tables.catalogue, tables.orders, schedules, snapshot, now, bars)
    finally:
        bars.close()


def write_film_cards(films: Sequence[Movie], target: Target) -> int:
    """What links to films show where they are shared; how many were not as they should be. 0 too where the stage has no
    page. Raises BotoCoreError, ClientError."""
    try:
        url = target.web_url or edge_url(target)
        return FilmCards(target.client("s3"), target.page_bucket(), url).write(films)
    except ClientError as error:
        if error_code(error) in NO_PAGE:
            return 0
        raise


def edge_url(target: Target) -> str:
    found = target.client("ssm", EDGE_REGION).get_parameter(Name=target.names.parameter(EDGE_URL))
    return str(found["Parameter"]["Value"]).rstrip("/")


def what_was_sold_before(loaded: Loaded, target: Target, bars: Bars) -> Sequence[str]:
    """A line for each order that a customer bought as it was before the plan. First waits until no function remembers
    the old showings, and prints so. Raises Unavailable."""
    if not loaded.at_risk:
        return []
    if loaded.still_sold:
        print(waiting_for(loaded.still_sold), flush=True)
    tables = tables_of(target)
    try:
        return look_again(loaded, tables.catalogue, tables.orders, SystemClock(), WAITS, bars)
    finally:
        bars.close()


def waiting_for(events: Sequence[Event]) -> str:
    named_ones = ", ".join(event.event_id for event in events[:OVER_NAMED_MAX])
    more = ", ..." if len(events) > OVER_NAMED_MAX else ""
    return (
        f"Waiting {WAITS.total} s before a last look at {counted(len(events), 'showing')} that this plan changed while "
        f"on sale ({named_ones}{more}): functions sell from a memory of up to {WAITS.memory} s, and a hold may wait "
        f"{WAITS.queued} s on its lane. The plan is loaded."
    )


def describe(path: Path, refused: PlanRefused) -> list[str]:
    """`plan.json:12: there is no film 'metropolis' ... (events[3].movie_id)`, one line a problem."""
    _, text = plan_file.read(path)
    lines = plan_file.lines_of(text, [problem.path for problem in refused.problems])
    lines_shown = [f"{path}:{lines[problem.path]}: {problem.reason}{place(problem)}" for problem in refused.problems]
    if refused.total > PROBLEMS_MAX:
        lines_shown.append(f"... and {refused.total - PROBLEMS_MAX} more.")
    return [*lines_shown, "The plan is refused; nothing was written."]


def place(problem: Problem) -> str:
    """The problem's place in the document, unless the reason names it."""
    where = named(problem.path)
    return f" ({where})" if where and not problem.reason.startswith(f"{where} ") else ""


def plan_path(arguments: Sequence[str]) -> Path:
    """The plan's path. If there is no such file, prints what to type and exits with 2."""
    parser = argparse.ArgumentParser(prog="make catalogue", usage=USAGE, description="Load a plan of films.")
    parser.add_argument("file", help="the plan, as docs/catalogue.md describes it")
    name = parser.parse_args(arguments).file
    if not name:
        parser.error(f"which plan? Type {USAGE}; the demo's is FILE={EXAMPLE}")
    path = Path(name)
    if path.is_dir():
        parser.error(f"{name!r} is a directory; FILE is to be one plan, as in FILE={path / 'plan.json'}")
    if not path.is_file():
        parser.error(f"there is no file {name!r} (looked for in {Path.cwd()})")
    return path


def main(arguments: Sequence[str]) -> int:
    path, target, bars = plan_path(arguments), None, Bars(sys.stderr.isatty())
    try:
        target = this_target()
        print(f"Loading into {target.description}.", flush=True)
        loaded = load(path, target, bars)
    except plan_file.Unreadable as error:
        return fail(f"{path}:{error.line}: {error.reason}", "Nothing was written.")
    except PermissionError as error:
        return fail(f"{error.filename} cannot be read: {error.strerror}. Nothing was written.")
    except PlanRefused as refused:
        return fail(*describe(path, refused))
    except NoTarget as error:
        return fail(str(error), "Nothing was written.")
    except (Unavailable, BotoCoreError, ClientError) as error:
        return fail(what_failed(error, target), after_failure(error, AGAIN))
    except KeyboardInterrupt:
        fail("\nStopped. Part of the plan may be written: the same command completes it.")
        return 130
    tell(path, loaded)
    tell_of_cards(loaded.films, target)
    return last_look(loaded, target, bars)


def tell_of_cards(films: Sequence[Movie], target: Target) -> None:
    """A film without its card is sold all the same: what fails here is said, and ends nothing."""
    try:
        if written := write_film_cards(films, target):
            print(f"Wrote {counted(written, 'card')} for links to films.")
    except (BotoCoreError, ClientError) as error:
        print(f"Note: {NO_CARDS} {what_failed(error, target)} {AGAIN}")


def last_look(loaded: Loaded, target: Target, bars: Bars) -> int:
    """Checks whether customers bought seats that the plan has changed. The plan is loaded, also if this fails."""
    try:
        sold = what_was_sold_before(loaded, target, bars)
    except (Unavailable, BotoCoreError, ClientError) as error:
        return fail(what_failed(error, target), NOT_LOOKED, GOES_BACK)
    except KeyboardInterrupt:
        fail(f"\nStopped. {NOT_LOOKED}", GOES_BACK)
        return 130
    if sold:
        return fail("The plan is loaded, but seats were sold as they were before it:", *sold, GOES_BACK, FOR_YOU)
    if loaded.still_sold:
        print("Looked again: no customer was sold a seat as it was before.")
    return 0


def tell(path: Path, loaded: Loaded) -> None:
    showings, displayed = counted(loaded.events, "showing"), counted(loaded.films_on_display, "film")
    print(
        f"Loaded {path}: wrote {counted(loaded.movies, 'film')}, {counted(loaded.theaters, 'theater')}, "
        f"{counted(loaded.rooms, 'room')}, {showings} (what was as planned already is not written); "
        f"{displayed} {'is' if loaded.films_on_display == 1 else 'are'} on display."
    )
    if over := loaded.already_over:
        named_ones = ", ".join(f"{event.event_id} ({utc(event.movie_time)})" for event in over[:OVER_NAMED_MAX])
        more = ", ..." if len(over) > OVER_NAMED_MAX else ""
        are = "is" if len(over) == 1 else "are"
        print(f"Note: {counted(len(over), 'showing')} of the plan {are} already over: not on sale: {named_ones}{more}")


def utc(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
