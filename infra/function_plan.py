"""The row of one function, behind a route or a queue; and its settings, which infra renders and the function reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from box_office.names import PAYMENT_SECRET, TABLES, TICKETS_SECRET, Names
from box_office.settings import Settings

if TYPE_CHECKING:  # the table of routes is read without the CDK, which takes seconds to import
    from infra.stages import Stage


IN_HAND_MARGIN_SECONDS = 5
# Of the first of the two deployments in which a stage that sells gets its edge: its functions see CloudFront's own
# addresses, each of which is thousands of people's, and cannot tell them from others. The edge's firewall counts.
UNCOUNTED_ADDRESSES = {
    "address_requests_per_second": 10**9,
    "address_burst": 10**9,
    "address_refusals_max": 10**9,
}


class Permission(Enum):
    """What a function may do; infra/permissions.py has the IAM statements of each."""

    READ_CATALOGUE = auto()
    LIST_THEATERS = auto()
    READ_PROGRAMME = auto()
    READ_EVENT = auto()
    READ_ROOM = auto()
    GET_ROOM = auto()
    DUE_EVENTS = auto()
    READ_SEATS = auto()
    SEATS_OF_EVENT = auto()
    NAMED_SEATS = auto()
    WRITE_SEATS = auto()
    READ_ORDERS = auto()
    GET_ORDERS = auto()
    NAMED_ORDERS = auto()
    FIND_SALES = auto()
    ORDERS_BY_ID = auto()
    ORDERS_WITH_TICKETS = auto()
    DUE_ORDERS = auto()
    WRITE_ORDERS = auto()
    CHECK_ORDERS = auto()
    COUNT_TICKETS = auto()
    READ_WALLET = auto()
    WRITE_WALLET = auto()
    COUNT_DECLINES = auto()
    CACHE = auto()
    RECORD_BLOCKS = auto()
    READ_BLOCKS = auto()
    EDGE_ADDRESSES = auto()
    SEND_TO_LANES = auto()
    LANE_BACKLOG = auto()
    REFRESH = auto()
    PARK = auto()
    POSTPONE_END = auto()
    ANNOUNCE = auto()
    PAYMENT_SECRET = auto()
    TICKETS_SECRET = auto()
    ADDRESS_OF_USER = auto()
    SEND_MAIL = auto()


@dataclass(frozen=True, kw_only=True)
class FunctionPlan:
    verb: str  # the file's name
    folder: str  # under functions/
    settings: type[Settings]
    permissions: frozenset[Permission]
    memory_mb: int = 512
    timeout_seconds: int = 10
    sends_to_itself: bool = False  # by design, and more than 16 times: Lambda would end that as a runaway loop

    @property
    def in_vpc(self) -> bool:
        """Only a function that uses the cache is inside the VPC."""
        return Permission.CACHE in self.permissions


def settings_of(plan: FunctionPlan, *, stage: Stage, inputs: Mapping[str, str]) -> Settings:
    """`inputs`: settings that the stage does not decide, such as ids that other stacks generate.

    A function's setting takes the stage's setting of the same name without a line here."""
    names = Names(stage.name)
    values = {f"{role}_table": names.table(role) for role in TABLES} | {
        **vars(stage),
        **vars(stage.payment_capacity),
        "stage": stage.name,
        "behind_edge": stage.origin_key > 0,
        **(UNCOUNTED_ADDRESSES if stage.edge and not stage.origin_key else {}),
        "cache_user": names.cache_user if stage.tls else "",
        "cache_name": names.cache if stage.tls else "",
        "provider_secret": names.secret(PAYMENT_SECRET),
        # A little after Lambda has ended the worker.
        "in_hand_seconds": plan.timeout_seconds + IN_HAND_MARGIN_SECONDS,
        "tickets_secret": names.secret(TICKETS_SECRET),
        **inputs,
    }
    fields = plan.settings.model_fields
    return plan.settings.model_validate({name: value for name, value in values.items() if name in fields})
