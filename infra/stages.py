"""The settings of a stage and their defaults. A stage's own values are in `stages/<stage>.toml`, and nowhere else.

A deployment is `cdk deploy --all -c stage=prod` and nothing more. If a setting had to be typed each time, the next
deployment without it would take it back, and delete its resources (the alarms' subscription, a queue with its
messages). Only `local`, the stage of one machine, takes settings from the command line: `make start` gives them.
"""

import re
from dataclasses import dataclass

from box_office.names import EDGE_REGION as EDGE_REGION
from infra.edge.settings import EdgeSettings
from infra.payment_capacity import PaymentCapacity, capacity_for, submits_for
from infra.rules_of_sale import RulesOfSale
from infra.stage_files import UnknownStage

NO_ALARM_EMAIL = "none"  # written on purpose: the operators of this stage watch its alarms without mail
LOOPBACK = ("http://127.0.0.1:", "http://localhost:")
ZONES = 2  # of the network: functions and cache are in both


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
