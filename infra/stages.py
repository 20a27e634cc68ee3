"""What differs between stages, and nothing else does. Figures with units in their names; sources in docs/operations.md.

A number can be raised for an on-sale, and lowered after it, without touching this file:
`cdk deploy --all -c stage=prod -c hold_provisioned_concurrency=2000 -c cache_minimum_ecpu=200000`.
"""

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import aws_cdk as cdk


class UnknownStage(ValueError):
    """The stage, or a number for it, is not one that can be deployed."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    name: str
    architecture: str = "arm64"  # Lambda's words: arm64 or x86_64
    python_version: str = "3.13"
    wheel_platform: str | None = "aarch64-manylinux_2_28"  # None: wheels for the machine that builds
    tls: bool = True  # between functions, cache and bucket; one machine has neither certificates nor IAM users
    cache_shards: int = 64  # users share a slot of the cache by hash
    cache_minimum_ecpu: int = 0  # per second, kept warm and paid for; 0: the service's own floor
    cache_maximum_ecpu: int = 30_000  # per second: the bound of the bill
    cache_maximum_gigabytes: int = 5
    hold_reserved_concurrency: int = 0  # 0: none. Reserving must leave the account 100 unreserved
    hold_provisioned_concurrency: int = 0  # 0: none
    snap_start: bool = False  # for what is not provisioned; every published version is billed while it exists
    seats_warm_writes: int = 0  # write units a second; 0: a new table's 4,000. Can be raised, never lowered
    orders_warm_writes: int = 0
    requests_per_second: int = 10_000  # the account's default quota, for the whole stage of the API
    requests_burst: int = 5_000
    retain: bool = False  # deletion protection; tables, users and bucket outlive their stack
    log_level: str = "INFO"
    log_retention_days: int = 14

    @property
    def removal_policy(self) -> cdk.RemovalPolicy:
        """What was kept from a failed first deployment would stop the second: only what has lived is retained."""
        return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if self.retain else cdk.RemovalPolicy.DESTROY


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
        ),
        "dev": Stage(name="dev", log_level="DEBUG", requests_per_second=500, requests_burst=1_000),
        "prod": Stage(
            name="prod",
            cache_maximum_ecpu=300_000,
            cache_maximum_gigabytes=20,
            # Of the default account's 1,000: what watches the map can never starve who holds seats.
            hold_reserved_concurrency=400,
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
    if stage.hold_provisioned_concurrency > stage.hold_reserved_concurrency > 0:
        raise UnknownStage(
            f"hold_provisioned_concurrency={stage.hold_provisioned_concurrency} exceeds "
            f"hold_reserved_concurrency={stage.hold_reserved_concurrency}: raise that one too, or set it to 0."
        )
    return stage


def overridable() -> tuple[str, ...]:
    """The numbers of a stage that `-c name=value` may replace."""
    return tuple(field.name for field in fields(Stage) if field.type is int)
