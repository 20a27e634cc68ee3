"""What differs between stages, and nothing else does. Figures with units in their names; sources in docs/operations.md.

A number can be raised for an on-sale, and lowered after it, without touching this file:
`cdk deploy --all -c stage=prod -c requests_per_second=50000`. What is paid by the hour is `make on-sale`'s.
"""

import difflib
import platform
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

import aws_cdk as cdk

WORKERS_PER_LANE_MIN, WORKERS_PER_LANE_MAX = 2, 1_000  # MaximumConcurrency of an event source mapping
OF_THE_COMMAND_LINE = {"cli-telemetry", "acknowledged-issue-numbers"}  # what `cdk` keeps there without a ':' or '@'
LOOPBACK = ("http://127.0.0.1:", "http://localhost:")
CALL_PAUSE_SECONDS_MAX = 2  # between a worker's calls: four calls of 20 s and their pauses fit its time-out


class UnknownStage(ValueError):
    """The stage, or what was told for it, is not one that can be deployed. The message is for whoever typed it."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    name: str
    architecture: str = "arm64"  # Lambda's words: arm64 or x86_64
    python_version: str = "3.13"
    wheel_platform: str | None = "aarch64-manylinux_2_28"  # None: wheels for the machine that builds
    tls: bool = True  # between functions, cache and bucket; one machine has neither certificates nor IAM users
    cache_shards: int = 64  # users share a slot of the cache by hash
    cache_maximum_ecpu: int = 30_000  # per second: the bound of the bill
    cache_maximum_gigabytes: int = 5
    hold_reserved_concurrency: int = 0  # 0: none. Reserving must leave the account 100 unreserved
    snap_start: bool = False  # every published version is billed while it exists
    seats_warm_writes: int = 0  # write units a second; 0: a new table's 4,000. Can be raised, never lowered
    orders_warm_writes: int = 0
    requests_per_second: int = 10_000  # the account's default quota, for the whole stage of the API
    requests_burst: int = 5_000
    lanes: int = 2  # booking queues, each with its own workers
    workers_per_lane: int = 2  # at once, and two is the least that a lane can be capped at
    provider_calls_per_second: int = 25  # what the payment provider grants; all workers together keep to it
    bookings_at_once: int = 10  # of the function that turns payments into tickets
    reconcile_reserved_concurrency: int = 0  # 0: none. A run may last 150 s: with fewer than three the next ones fail
    declines_per_five_minutes: int = 50  # that ring an alarm: somebody tries out stolen cards, or the provider is ill
    strangers: bool = False  # who buys is nobody of ours: what only a trial can do without is required
    dashboard_refund_voids: bool = True  # a whole refund at the provider's dashboard voids the tickets
    retain: bool = False  # deletion protection; tables, users and bucket outlive their stack
    log_level: str = "INFO"  # DEBUG would log bodies and keys, and more than INFO would drop the lines of the figures
    log_retention_days: int = 14

    @property
    def removal_policy(self) -> cdk.RemovalPolicy:
        """What was kept from a failed first deployment would stop the second: only what has lived is retained."""
        return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if self.retain else cdk.RemovalPolicy.DESTROY


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What lies outside of the account, from the command line. Raises UnknownStage."""

    provider_url: str = ""  # empty: the payment provider's own address
    return_url: str = ""  # where a customer comes back to from their bank; empty: the API's own address
    receipt_sender: str = ""  # an address that SES may send from; empty: no receipts
    signup_sender: str = ""  # an address of a domain that SES may send from; empty: Cognito's mailer, about 50 a day

    def __post_init__(self) -> None:
        for name in ("provider_url", "return_url"):
            value = getattr(self, name)
            if value and not value.startswith(("https://", *LOOPBACK)):
                raise UnknownStage(f"-c {name}={value}: an https:// address is needed, or one of this machine.")
        for name in ("receipt_sender", "signup_sender"):
            value = getattr(self, name)
            if value and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", value):
                raise UnknownStage(f"-c {name}={value}: a plain mail address is needed.")


def check_outside(stage: Stage, outside: Outside) -> None:
    """Raises UnknownStage for what a stage with strangers cannot do without."""
    if stage.strangers and not outside.return_url.startswith("https://"):
        raise UnknownStage(
            f"Stage {stage.name} needs -c return_url=https://..., the page that customers come back to from their "
            "bank: the API's own address shows them JSON."
        )
    if stage.strangers and not outside.signup_sender:
        raise UnknownStage(
            f"Stage {stage.name} needs -c signup_sender=..., an address of a domain that SES has verified and lets "
            "out of its sandbox: Cognito's own mailer stops at about 50 mails a day, and nobody could sign up any more."
        )


def host_architecture() -> str:
    machine = platform.machine().lower()
    return "arm64" if machine in {"arm64", "aarch64"} else "x86_64"


def stages() -> dict[str, Stage]:
    return {
        "local": Stage(
            name="local",
            architecture=host_architecture(),
            python_version=f"{sys.version_info.major}.{sys.version_info.minor}",
            wheel_platform=None,
            tls=False,
            cache_shards=1,
            lanes=3,
            provider_calls_per_second=500,  # the sandbox grants what it is asked for
        ),
        "dev": Stage(name="dev", requests_per_second=500, requests_burst=1_000),
        "prod": Stage(
            name="prod",
            cache_maximum_ecpu=300_000,
            cache_maximum_gigabytes=20,
            # Of the default account's 1,000: what watches the map can never starve who holds seats.
            hold_reserved_concurrency=400,
            lanes=8,
            workers_per_lane=6,
            bookings_at_once=100,
            reconcile_reserved_concurrency=3,
            strangers=True,
            retain=True,
            log_retention_days=90,
        ),
    }


def stage_named(name: str, overrides: Mapping[str, object] | None = None) -> Stage:
    """The stage with its numbers replaced by `overrides` (as the command line gives them: digits in strings).

    Raises UnknownStage for another stage's name and for a number that is none, or below zero.
    """
    known = stages()
    if name not in known:
        raise UnknownStage(f"Stage {name!r} is unknown. Use -c stage=" + ", -c stage=".join(known) + ".")
    numbers = {}
    for field, value in (overrides or {}).items():
        if not str(value).isascii() or not str(value).isdigit():
            raise UnknownStage(f"-c {field}={value}: a whole number, zero or more, is needed.")
        numbers[field] = int(str(value))
    stage = replace(known[name], **numbers)
    check_workers(stage)
    return stage


def check_workers(stage: Stage) -> None:
    """Raises UnknownStage if the lanes cannot be capped so, or a worker would wait too long for its turn to call."""
    if stage.lanes < 1 or not WORKERS_PER_LANE_MIN <= stage.workers_per_lane <= WORKERS_PER_LANE_MAX:
        raise UnknownStage(
            f"lanes={stage.lanes}, workers_per_lane={stage.workers_per_lane}: at least one lane is needed, with "
            f"{WORKERS_PER_LANE_MIN} to {WORKERS_PER_LANE_MAX} workers (an event source mapping's bounds)."
        )
    if stage.lanes * stage.workers_per_lane > stage.provider_calls_per_second * CALL_PAUSE_SECONDS_MAX:
        raise UnknownStage(
            f"provider_calls_per_second={stage.provider_calls_per_second} is too little for {stage.lanes} lanes of "
            f"{stage.workers_per_lane} workers: each would wait more than {CALL_PAUSE_SECONDS_MAX} s between its calls."
        )


def overridable() -> tuple[str, ...]:
    """The numbers of a stage that `-c name=value` may replace."""
    return tuple(field.name for field in fields(Stage) if field.type is int)


def check_context(told: Iterable[str]) -> None:
    """Raises UnknownStage for a name that nothing reads: mistyped, it would leave the figure as it was, silently.

    `told`: all names of the context. CDK's own have a ':' or an '@' in them.
    """
    known = {"stage", "alarm_email", *overridable(), *(field.name for field in fields(Outside))}
    wrong = [name for name in told if not {":", "@"} & set(name) and name not in known | OF_THE_COMMAND_LINE]
    if wrong:
        raise UnknownStage("\n".join(unknown(name, sorted(known)) for name in wrong))


def unknown(name: str, known: list[str]) -> str:
    closest = difflib.get_close_matches(name, known, 1)
    return f"-c {name}=...: nothing has this name. " + (
        f"Do you mean {closest[0]}?" if closest else f"There are: {', '.join(known)}."
    )
