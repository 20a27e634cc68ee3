"""The settings of a stage and their defaults. A stage's own values are in `stages/<stage>.toml`, and nowhere else.

A deployment is `cdk deploy --all -c stage=prod` and nothing more. If a setting had to be typed each time, the next
deployment without it would take it back, and delete its resources (the alarms' subscription, a queue with its
messages). Only `local`, the stage of one machine, takes settings from the command line: `make start` gives them.
"""

import difflib
import itertools
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from box_office.names import EDGE_REGION as EDGE_REGION
from infra.edge.settings import EdgeSettings, broken_edge_settings
from infra.payment_capacity import PaymentCapacity, broken_capacity, capacity_for, submits_for
from infra.rules_of_sale import RulesOfSale, broken_rules
from infra.stage_files import (
    DURING_ON_SALE,
    ON_SALE,
    STAGES,
    UnknownStage,
    file_name,
    read_stage_file,
    stage_names,
)

LOCAL, DEFAULT = "local", "dev"
NAME = re.compile(r"[a-z][a-z0-9]{0,11}")  # part of every resource's name; a bucket's has 63 letters at most
NO_ALARM_EMAIL = "none"  # written on purpose: the operators of this stage watch its alarms without mail
OF_THE_COMMAND_LINE = {"cli-telemetry", "acknowledged-issue-numbers"}  # what `cdk` keeps there without a ':' or '@'
LOOPBACK = ("http://127.0.0.1:", "http://localhost:")
ZONES = 2  # of the network: functions and cache are in both
STAFF_TOKEN_HOURS_MAX = 24  # Cognito's own bound
NEVER_LOWERED = ("seats_warm_writes", "orders_warm_writes", "lanes")  # DynamoDB refuses; a lane's messages are lost


@dataclass(frozen=True, kw_only=True)
class Stage(RulesOfSale, EdgeSettings):
    """One stage's settings, with units in their names; docs/operations.md says how to choose the figures."""

    name: str
    architecture: str = "arm64"  # Lambda's words: arm64 or x86_64
    python_version: str = "3.13"
    wheel_platform: str | None = "aarch64-manylinux_2_28"  # None: wheels for the machine that builds
    zone_ids: str = ""  # "use1-az1, use1-az2": of functions and cache; empty: the first two that the account names
    tls: bool = True  # between functions, cache and bucket; one machine has neither certificates nor IAM users
    cache_shards: int = 128  # slots of the cache among which users are spread by hash: docs/scale.md
    cache_maximum_ecpu: int = 30_000  # per second: the bound of the bill
    cache_maximum_gigabytes: int = 5
    hold_reserved_concurrency: int = 0  # 0: none. Reserving must leave the account 100 unreserved
    catalogue_reserved_concurrency: int = 0  # of each function that answers anyone from the catalogue, and its cap
    map_reserved_concurrency: int = 0  # of SeatMap and of GetAvailableSeat, and the cap of each
    snap_start: bool = False  # every published version is billed while it exists
    seats_warm_writes: int = 0  # write units a second; 0: a new table's 4,000. Can be raised, never lowered
    orders_warm_writes: int = 0
    requests_per_second: int = 10_000  # the account's default quota, for the whole stage of the API
    requests_burst: int = 5_000
    # Workers and calls to the provider follow from this one number: infra/payment_capacity.py.
    payments_per_second: int = 8  # 24 calls a second; Stripe grants 25 to begin with
    provider_call_ms: int = 1_500  # that a worker needs for a call to the provider, with what it does around it
    lanes: int = 2  # booking queues, each with its own workers; more than 1,000 workers a lane need more lanes
    bookings_at_once: int = 10  # of the function that turns payments into tickets
    reconcile_reserved_concurrency: int = 0  # 0: none. A run may last 150 s: with fewer than three the next ones fail
    declines_per_five_minutes: int = 50  # that ring an alarm: a thief tries out stolen cards, or the provider fails
    self_blocks_max: int = 100  # users and addresses that are blocked by themselves at once; more ring an alarm
    strangers: bool = False  # customers buy, not testers: the settings that only a trial can do without are required
    dashboard_refund_voids: bool = True  # a whole refund at the provider's dashboard voids the tickets
    staff_totp: bool = False  # managers and clerks need an authenticator app: without it their roles do not count
    staff_token_hours: int = 1  # of a clerk's, a manager's and a gate's ID tokens; `local` has no page to refresh them
    retain: bool = False  # deletion protection; tables, users and bucket outlive their stack
    log_level: str = "INFO"  # DEBUG would log bodies and keys, and more than INFO would drop the lines of the figures
    log_retention_days: int = 14

    @property
    def zones(self) -> list[str]:
        return [one.strip() for one in self.zone_ids.split(",") if one.strip()]

    @property
    def payment_capacity(self) -> PaymentCapacity:
        return capacity_for(self.payments_per_second, self.provider_call_ms, self.lanes)

    @property
    def submits_per_second(self) -> int:
        return submits_for(self.payments_per_second, self.unreached_minutes_max)


@dataclass(frozen=True, kw_only=True)
class ExternalConfig:
    """Addresses outside of the account. Raises UnknownStage."""

    alarm_email: str = ""  # the address that alarms are mailed to, once it has confirmed the first mail
    provider_url: str = ""  # empty: the payment provider's own address
    publishable_key: str = ""  # "pk_...": the provider's public key, for the page's card form; empty: no card form
    sign_in_url: str = ""  # empty: Cognito's own address, which the page signs people in at
    return_url: str = ""  # where the bank sends a customer back to; empty: `domain`, else the API's own address
    receipt_sender: str = ""  # an address that SES may send from; empty: no receipts
    signup_sender: str = ""  # an address of a domain that SES may send from; empty: Cognito's mailer, about 50 a day
    contact_email: str = ""  # where visitors of the page reach the cinema; empty: at the desks of its theaters
    domain: str = ""  # the page's and the API's, "tickets.example.com"; empty: a name of CloudFront's
    certificate_arn: str = ""  # of the domain, in us-east-1

    def __post_init__(self) -> None:
        for name in ("provider_url", "return_url", "sign_in_url"):
            value = getattr(self, name)
            if value and not value.startswith(("https://", *LOOPBACK)):
                raise UnknownStage(f"{name} = {value}: an https:// address is needed, or one of this machine.")
        if self.publishable_key and not re.fullmatch(r"pk_\w+", self.publishable_key):
            raise UnknownStage("publishable_key: the provider's public key is needed, which begins with pk_.")
        for name, also in (
            ("receipt_sender", ""),
            ("signup_sender", ""),
            ("alarm_email", NO_ALARM_EMAIL),
            ("contact_email", ""),
        ):
            value = getattr(self, name)
            if value and value != also and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", value):
                raise UnknownStage(f"{name} = {value}: a plain mail address is needed.")
        if bool(self.domain) != bool(self.certificate_arn):
            raise UnknownStage("domain and certificate_arn: CloudFront takes both, or neither and its own name.")
        if self.domain and not re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", self.domain):
            raise UnknownStage(f"domain = {self.domain}: a host name is needed, such as tickets.example.com.")
        if self.certificate_arn and not self.certificate_arn.startswith(f"arn:aws:acm:{EDGE_REGION}:"):
            raise UnknownStage(
                f"certificate_arn = {self.certificate_arn}: CloudFront takes certificates of {EDGE_REGION} alone."
            )

    @property
    def alarm_subscriber(self) -> str | None:
        return None if self.alarm_email in ("", NO_ALARM_EMAIL) else self.alarm_email


@dataclass(frozen=True)
class Deployment:
    """A stage, and the addresses outside of it, that one deployment deploys."""

    stage: Stage
    external: ExternalConfig


def page_to_return_to(stage: Stage, external: ExternalConfig) -> str | None:
    """Where the bank sends a customer back to. None: no template knows the page's address, which CloudFront makes when
    the edge's stack is deployed."""
    if external.return_url:
        return external.return_url
    return f"https://{external.domain}/" if stage.edge and external.domain else None


def host_architecture() -> str:
    machine = platform.machine().lower()
    return "arm64" if machine in {"arm64", "aarch64"} else "x86_64"


def deployment_of(context: Mapping[str, object], directory: Path = STAGES) -> Deployment:
    """The deployment that the stage's file describes; `context`: all of the command line's. Raises UnknownStage."""
    name = str(context.get("stage") or DEFAULT)
    given = {key: value for key, value in context.items() if is_ours(key)}
    if name != LOCAL:
        refuse_settings_of_the_command_line(given, name, directory)
        given = {}
    else:
        refuse_unknown(given, "-c {}=...")
    return read_stage(name, directory, {key: number_or_text(key, value) for key, value in given.items()})


def read_stage(name: str, directory: Path = STAGES, over: Mapping[str, Any] | None = None) -> Deployment:
    """The stage that its file in `directory` describes, but for what `over` says. Raises UnknownStage."""
    if not NAME.fullmatch(str(name)) or name not in stage_names(directory):
        valid = ", -c stage=".join(stage_names(directory))
        raise UnknownStage(f"Stage {name!r} is unknown. Use -c stage={valid}: a file each in {directory.name}/.")
    file, found = file_name(name, directory), read_stage_file(name, directory)
    for settings in (found.written, found.during):
        refuse_unknown(settings, f"{file}: {{}}")
        for key, value in settings.items():
            check_type(key, value, file)
    if lowered := sorted(set(found.during) & set(NEVER_LOWERED)):
        raise UnknownStage(f"{file}: {', '.join(lowered)} cannot be lowered again: put it before [{DURING_ON_SALE}].")
    try:
        # Always checked: an hour before an on-sale is too late to find a wrong number.
        raised = checked(name, found.raised)
        return raised if found.on_sale else checked(name, {**found.written, **(over or {})})
    except UnknownStage as error:
        raise UnknownStage(f"{file}: {error}") from error


def checked(name: str, settings: Mapping[str, Any]) -> Deployment:
    machine = this_machine() if name == LOCAL else {}
    stage = Stage(name=name, **machine, **{key: settings[key] for key in settings if key in stage_settings()})
    external = ExternalConfig(**{key: settings[key] for key in settings if key in external_settings()})
    check_rules(stage)
    check_staff(stage)
    check_external(stage, external)
    return Deployment(stage, external)


def check_external(stage: Stage, external: ExternalConfig) -> None:
    """Raises UnknownStage when a setting is missing that a stage needs because it retains its data or sells to
    strangers."""
    if stage.retain and not external.alarm_email:
        raise UnknownStage(
            "alarm_email is missing, so no operator would be told of an alarm. Write an address there; or, if alarms "
            f'are watched otherwise, alarm_email = "{NO_ALARM_EMAIL}".'
        )
    if stage.strangers and not external.return_url:
        raise UnknownStage(
            "return_url is missing, so customers would come back from their bank to the API's own address, which shows "
            "them JSON. Write the https:// address of your page there."
        )
    if stage.strangers and not external.return_url.startswith("https://"):
        raise UnknownStage(f"return_url = {external.return_url}: strangers need the https:// address of your page.")
    if stage.strangers and not external.signup_sender:
        raise UnknownStage(
            "signup_sender is missing, so Cognito's own mailer would stop at about 50 mails a day, and no customer "
            "could sign up any more. Write an address there, of a domain that SES has verified and lets out of its "
            "sandbox."
        )


def this_machine() -> dict[str, Any]:
    """Functions of the local stack are built for this machine."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"architecture": host_architecture(), "python_version": python, "wheel_platform": None}


def check_staff(stage: Stage) -> None:
    """Raises UnknownStage if staff of a stage that sells could sign in by a password alone, or if a stage's staff would
    stay signed in for too long."""
    if stage.strangers and not stage.staff_totp:
        raise UnknownStage(
            "staff_totp is missing, so a clerk's password would be enough to sell, and a manager's to refund. Write "
            "staff_totp = true there."
        )
    hours_max = 1 if stage.strangers else STAFF_TOKEN_HOURS_MAX
    if not 1 <= stage.staff_token_hours <= hours_max:
        raise UnknownStage(
            f"staff_token_hours = {stage.staff_token_hours}: 1 to {hours_max} is needed. A token stays valid for so "
            "long after its clerk was dismissed; a stage that sells takes 1, Cognito 24 at most."
        )


def check_rules(stage: Stage) -> None:
    """Raises UnknownStage for the first number that is out of its bounds, or does not go with another."""
    broken = itertools.chain(
        broken_rules(stage), broken_edge_settings(stage), broken_payments(stage), broken_zones(stage)
    )
    sentence = next(broken, None)
    if sentence is not None:
        raise UnknownStage(sentence)


def broken_zones(stage: Stage) -> Iterator[str]:
    """Ids, not names: a name such as us-east-1a is another zone in each account. Source:
    https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html"""
    if not stage.zones:
        return
    wrong = [one for one in stage.zones if not re.fullmatch(r"[a-z]+[0-9]+-az[0-9]+", one)]
    if wrong:
        yield f"zone_ids: {wrong[0]} is no id of a zone, such as use1-az1."
    elif len(set(stage.zones)) != ZONES or len(stage.zones) != ZONES:
        yield f"zone_ids = {stage.zone_ids}: {ZONES} different zones are needed."


def broken_payments(stage: Stage) -> Iterator[str]:
    return broken_capacity(stage.payments_per_second, stage.provider_call_ms, stage.lanes)


def stage_settings() -> dict[str, object]:
    """{setting: its type}, of the settings of Stage that a stage's file may have."""
    return {field.name: field.type for field in fields(Stage) if field.name != "name"}


def external_settings() -> dict[str, object]:
    return {field.name: field.type for field in fields(ExternalConfig)}


def check_type(key: str, value: object, file: str) -> None:
    """Raises UnknownStage for a value of another kind, or a number below zero."""
    wanted = {**stage_settings(), **external_settings()}[key]
    if wanted is int and (type(value) is not int or value < 0):
        raise UnknownStage(f"{file}: {key} = {value}: a whole number, zero or more, is needed.")
    if wanted is bool and type(value) is not bool:
        raise UnknownStage(f"{file}: {key} = {value}: true or false is needed.")
    if wanted not in (int, bool) and not isinstance(value, str):
        raise UnknownStage(f"{file}: {key} = {value}: a text in quotes is needed.")


def number_or_text(key: str, value: object) -> object:
    """A setting as the command line gives it: digits in strings. Raises UnknownStage."""
    if {**stage_settings(), **external_settings()}[key] is not int:
        return value
    if not str(value).isascii() or not str(value).isdigit():
        raise UnknownStage(f"-c {key}={value}: a whole number, zero or more, is needed.")
    return int(str(value))


def is_ours(name: str) -> bool:
    """CDK's own names in the context have a ':' or an '@' in them, but for a few."""
    return not {":", "@"} & set(name) and name not in OF_THE_COMMAND_LINE and name != "stage"


def refuse_settings_of_the_command_line(given: Mapping[str, object], stage: str, directory: Path) -> None:
    """Raises UnknownStage: the next deployment would lack a setting that was typed for one, and delete the resources
    that it had made."""
    refuse_unknown(given, "-c {}=...")
    if given:
        names = ", ".join(sorted(given))
        raise UnknownStage(
            f"-c {names}: settings of a stage are in its file, {directory.name}/{stage}.toml. On the command line the "
            "next deployment would forget them, and take back what they had made."
        )


def refuse_unknown(given: Iterable[str], place: str) -> None:
    """Raises UnknownStage for a name of no setting: a mistyped one would leave the number as it was, without a word."""
    valid = sorted({*stage_settings(), *external_settings()})
    wrong = [name for name in given if name not in valid]
    if wrong:
        raise UnknownStage("\n".join(unknown(name, valid, place) for name in wrong))


def unknown(name: str, valid: list[str], place: str) -> str:
    closest = difflib.get_close_matches(name, [*valid, "stage", ON_SALE, DURING_ON_SALE], 1)
    return f"{place.format(name)}: nothing has this name. " + (
        f"Do you mean {closest[0]}?" if closest else f"There are: {', '.join(valid)}."
    )
