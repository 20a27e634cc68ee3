"""The numbers that a cinema may change about holds, payments and refunds: each with its bounds, and their reason.

The defaults are DESIGN.md's. They are in `box_office/settings/`, with what each means. A number of the same name in a
stage's file replaces the default in every function that reads it. No function reads `sales_close_minutes`, so its
default is here: `make catalogue` writes it into the showings of a plan. Numbers that are no cinema's business stay in
code: how far clocks differ, how often the reconciler runs, how long a queued hold may wait, how long functions remember
the catalogue. Scripts of the cache, and commands that know no stage, depend on those.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from box_office.settings.payments import AttemptRules, RefundSettings, WorkerSettings
from box_office.settings.seats import CachedSeatSettings
from box_office.settings.shared import HoldRules

WORKER_TIMEOUT_SECONDS = 90  # four calls of 20 s to the provider (create, confirm, retrieve, cancel), and their pauses
DEFAULTS = {
    name: field.default
    for rules in (HoldRules, AttemptRules, CachedSeatSettings, RefundSettings, WorkerSettings)
    for name, field in rules.model_fields.items()
}


@dataclass(frozen=True, kw_only=True)
class RulesOfSale:
    """All may be changed while sales go on: a hold keeps the end that its customer was answered, and every decision
    after the deployment uses the new numbers."""

    hold_seconds: int = DEFAULTS["hold_seconds"]
    hold_seconds_max: int = DEFAULTS["hold_seconds_max"]
    hold_seconds_min: int = DEFAULTS["hold_seconds_min"]
    seats_per_order_max: int = DEFAULTS["seats_per_order_max"]
    seats_per_event_max: int = DEFAULTS["seats_per_event_max"]
    live_holds_max: int = DEFAULTS["live_holds_max"]
    self_block_minutes: int = DEFAULTS["self_block_minutes"]
    attempts_max: int = DEFAULTS["attempts_max"]
    decline_seconds: int = DEFAULTS["decline_seconds"]
    charging_minutes_max: int = DEFAULTS["charging_minutes_max"]
    pin_minutes_max: int = DEFAULTS["pin_minutes_max"]
    unreached_minutes_max: int = DEFAULTS["unreached_minutes_max"]
    refund_closes_minutes: int = DEFAULTS["refund_closes_minutes"]
    sales_close_minutes: int = 0  # before the start, for a showing whose plan names no `sales_end`


@dataclass(frozen=True)
class Bounds:
    least: int
    most: int
    why: str  # what goes wrong beyond them


BOUNDS: Mapping[str, Bounds] = {
    "hold_seconds": Bounds(
        180,
        3_000,
        "the marks of a hold that waits on its lane for two minutes last as long as a hold, and the cache forgets "
        "after an hour what a customer held",
    ),
    "hold_seconds_max": Bounds(
        210, 3_300, "five minutes after its end a hold still counts as let go, and the cache forgets it after an hour"
    ),
    "hold_seconds_min": Bounds(30, 1_800, "seats that are added for less cannot be paid for in time"),
    "seats_per_order_max": Bounds(
        1, 49, "other seats take the place of all the old ones in one transaction, which has 100 rows at most"
    ),
    "seats_per_event_max": Bounds(
        1, 100, "the row of a customer's newest order lists the wheelchair and companion seats of the earlier ones"
    ),
    "live_holds_max": Bounds(1, 50, "before a customer is refused, their latest 100 orders are read, and no more"),
    "self_block_minutes": Bounds(
        1, 1_440, "many customers share an address, and a block that began by itself ends without an operator"
    ),
    "attempts_max": Bounds(
        1, 20, "every try stays in the order's row, and more of them are what tries out stolen cards"
    ),
    "decline_seconds": Bounds(30, 1_800, "a customer needs that long to type another card"),
    "charging_minutes_max": Bounds(
        6, 60, "a message that was lost with its worker is sent again after three minutes, and must find time left"
    ),
    "pin_minutes_max": Bounds(
        8, 90, "customers answer their bank in this time, and no other customer can buy their seats"
    ),
    "unreached_minutes_max": Bounds(
        10, 240, "after five minutes an alarm rings, and the engineer who hears it needs time"
    ),
    "refund_closes_minutes": Bounds(0, 525_600, "no showing is sold more than a year ahead"),
    "sales_close_minutes": Bounds(0, 1_440, "customers who come to buy on the day of the showing would be refused"),
}


def broken_rules(rules: RulesOfSale) -> Iterator[str]:
    """A sentence for each number that is out of its bounds, or does not go with another."""
    for name, bounds in BOUNDS.items():
        value = getattr(rules, name)
        if not bounds.least <= value <= bounds.most:
            yield f"{name} = {value}: {bounds.least:_} to {bounds.most:_} is needed, because {bounds.why}."
    if rules.hold_seconds_min > rules.hold_seconds:
        yield (
            f"hold_seconds_min = {rules.hold_seconds_min}: at most hold_seconds = {rules.hold_seconds} is possible, "
            "because seats that are added are held for no longer than that."
        )
    if rules.decline_seconds > rules.hold_seconds:
        yield (
            f"decline_seconds = {rules.decline_seconds}: at most hold_seconds = {rules.hold_seconds} is possible, "
            "because a card that is declined would else hold seats for longer than a hold does."
        )
    if rules.hold_seconds + rules.decline_seconds > rules.hold_seconds_max:
        yield (
            f"hold_seconds_max = {rules.hold_seconds_max}: at least hold_seconds + decline_seconds = "
            f"{rules.hold_seconds + rules.decline_seconds} is needed, because a customer who pays at a hold's last "
            "moment and is declined would else lose the seats at once."
        )
    if rules.charging_minutes_max * 60 + WORKER_TIMEOUT_SECONDS > rules.pin_minutes_max * 60:
        least = -(-(rules.charging_minutes_max * 60 + WORKER_TIMEOUT_SECONDS) // 60)
        yield (
            f"pin_minutes_max = {rules.pin_minutes_max}: at least {least} is needed, because a worker begins to charge "
            f"until charging_minutes_max = {rules.charging_minutes_max}, may take {WORKER_TIMEOUT_SECONDS} s, and must "
            "have ended before the reconciler gives the order up."
        )
