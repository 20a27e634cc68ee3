"""`python -m operations.on_sale begin --holds= --warm= --ecpu= --payments=` and `over`: sets and removes an on-sale's
capacity, which is paid by the hour. Called by `make on-sale HOLDS=2000 WARM=800 ECPU=12500000 PAYMENTS=1667` and
`make on-sale-over`.

The capacity is not in the templates: CloudFormation cannot remove a cache's minimum (its handler fails when the
property goes), and one short command should end what is paid by the hour. Both may be run again. `over` gives hold_seat
the number of the template that is deployed.

PAYMENTS sets nothing: workers, their pace, and the pushback of SubmitPayment are deployed together from
`payments_per_second` of the stage's file. The command refuses an on-sale that expects another number than the deployed
one, or whose workers the account has no room for.
Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html, "Pre-scaling", and
https://docs.aws.amazon.com/lambda/latest/dg/configuring-concurrency.html

Exits 0 when the capacity is set, also when it was set before; 1 when it is refused; 2 when it was called wrongly.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from box_office.settings import ENVIRONMENT_PREFIX
from infra.payment_capacity import PaymentCapacity
from operations import prices
from operations.commands import (
    CalledWrongly,
    Refused,
    act_on_target,
    deployed_resources,
    number_in,
    properties_of,
)
from operations.selling import (
    ALIAS,
    VERB,
    drop_provisioned,
    or_none,
    provisioned_now,
    reserved_now,
    restore_reserved,
    template_of,
)
from operations.target import Target

UNRESERVED_MIN = 100  # Lambda keeps so many of an account's for functions without a part of their own
ECPU_MIN, ECPU_MAX = 1_000, 15_000_000  # of a limit; zero removes it
HOLDS_MAX = 100_000
PAYMENTS_MAX = 100_000
# For a million people within a minute: what `make on-sale-rehearsal PEOPLE=1000000` asks for.
HOLDS, WARM, ECPU, PAYMENTS = 2_000, 800, 12_500_000, 1_667
USAGE = f"make on-sale HOLDS={HOLDS} WARM={WARM} ECPU={ECPU} PAYMENTS={PAYMENTS}"
NO_CACHE = "The local stack's cache is a Valkey beside the embedded AWS: it has no minimum to set, and needs none."
NOT_SHOWN = "The embedded AWS keeps these numbers, and neither limits nor warms by them: that is seen in AWS only."


@dataclass(frozen=True)
class Capacity:
    """The numbers that the operator typed; None: the command leaves that number as it is."""

    holds: int | None  # environments of hold_seat that no other function can take
    warm: int | None  # of them, started beforehand and paid by the hour
    ecpu: int | None  # per second, that the cache is kept ready for
    payments: int | None = None  # per second, that the deployed stage has to be made for


def dollars_an_hour(warm: int, memory_mb: int, ecpu: int) -> tuple[float, float]:
    """The price of the provisioned environments, and of the cache's minimum."""
    provisioned = warm * memory_mb / 1024 * 3600 * prices.PROVISIONED_GB_SECOND
    return provisioned, ecpu * 3600 / prices.MILLION * prices.CACHE_ECPU


def capacity_of(holds: str, warm: str, ecpu: str, payments: str = "") -> Capacity:
    """Raises CalledWrongly."""
    capacity = Capacity(
        holds=number_in("HOLDS", holds, 1, HOLDS_MAX),
        warm=number_in("WARM", warm, 1, HOLDS_MAX),
        ecpu=number_in("ECPU", ecpu, ECPU_MIN, ECPU_MAX),
        payments=number_in("PAYMENTS", payments, 1, PAYMENTS_MAX),
    )
    if capacity == Capacity(None, None, None, None):
        raise CalledWrongly(f"What shall be ready? Type {USAGE}, or some of the four.")
    if capacity.holds is not None and capacity.warm is not None and capacity.warm > capacity.holds:
        raise CalledWrongly(
            f"WARM={capacity.warm} exceeds HOLDS={capacity.holds}, which bounds it. Nothing was changed."
        )
    return capacity


def cache_limits(target: Target) -> Mapping[str, Any] | None:
    """The cache's limits of ECPU a second, as they are now; None if the embedded AWS has no such cache."""
    try:
        found = target.client("elasticache").describe_serverless_caches(ServerlessCacheName=target.names.cache)
    except ClientError as error:
        if target.connection and error.response["Error"]["Code"].startswith("ServerlessCacheNotFound"):
            return None
        raise
    return dict(found["ServerlessCaches"][0].get("CacheUsageLimits", {}).get("ECPUPerSecond", {}))


def check(target: Target, capacity: Capacity, functions: Any, limits: Mapping[str, Any] | None) -> None:
    """Checks the numbers before any of them is set. Raises Refused."""
    name = target.names.function(VERB)
    reserved = reserved_now(functions, name)
    if capacity.holds is not None and not target.connection:
        account = functions.get_account_settings()["AccountLimit"]
        most = account["UnreservedConcurrentExecutions"] + (reserved or 0) - UNRESERVED_MIN
        if capacity.holds > most:
            raise Refused(
                f"HOLDS={capacity.holds}: this account has {account['ConcurrentExecutions']:,} concurrent executions, "
                f"and {most:,} can be reserved here. Ask for more in Service Quotas, days ahead. Nothing was changed."
            )
    bound = capacity.holds if capacity.holds is not None else reserved
    if capacity.warm is not None and bound is not None and capacity.warm > bound:
        raise Refused(
            f"WARM={capacity.warm} exceeds the {bound:,} that are reserved: give HOLDS too. Nothing was changed."
        )
    if capacity.holds is not None and capacity.warm is None and provisioned_now(functions, name) > capacity.holds:
        raise Refused(f"HOLDS={capacity.holds} is less than what is provisioned: give WARM too. Nothing was changed.")
    if capacity.ecpu is not None and limits is not None and 0 < limits.get("Maximum", 0) < capacity.ecpu:
        raise Refused(
            f"ECPU={capacity.ecpu} exceeds the cache's maximum of {limits['Maximum']:,}: deploy with a higher "
            "cache_maximum_ecpu first. Nothing was changed."
        )


def deployed_payments(target: Target) -> PaymentCapacity:
    """What the first lane's worker was deployed with; all have the same numbers."""
    name = target.names.function("work_on_lane-0")
    worker = properties_of(deployed_resources(target, "payments"), "AWS::Lambda::Function", FunctionName=name)
    given = worker["Environment"]["Variables"]
    calls, lanes, workers = (
        int(given[ENVIRONMENT_PREFIX + setting.upper()])
        for setting in ("provider_calls_per_second", "lanes", "workers_per_lane")
    )
    return PaymentCapacity(calls, lanes, workers)


def check_payments(target: Target, capacity: Capacity, functions: Any) -> None:
    """Says what the payments need. Raises Refused unless the stage is deployed for them and the account has room for
    their workers beside the holds."""
    if capacity.payments is None:
        return
    deployed = deployed_payments(target)
    if deployed.payments_per_second != capacity.payments:
        raise Refused(
            f"PAYMENTS={capacity.payments}: this stage is deployed for {deployed.payments_per_second:,} payments a "
            f"second. Write payments_per_second = {capacity.payments} into the stage's file (in [during_on_sale] while "
            "on_sale is true), deploy, and type this again. Nothing was changed."
        )
    if not target.connection:
        account = functions.get_account_settings()["AccountLimit"]
        reserved = reserved_now(functions, target.names.function(VERB)) or 0
        holds = capacity.holds if capacity.holds is not None else reserved
        room = account["UnreservedConcurrentExecutions"] + reserved - holds
        if deployed.workers > room:
            raise Refused(
                f"PAYMENTS={capacity.payments} needs {deployed.workers:,} workers at once, and beside the holds this "
                f"account has {room:,} concurrent executions. Ask for more in Service Quotas, days ahead. Nothing was "
                "changed."
            )
    print(
        f"Payments: deployed for {capacity.payments:,} a second: {deployed.lanes} lanes of "
        f"{deployed.workers_per_lane:,} workers, {deployed.provider_calls_per_second:,} calls a second to the provider."
    )


def begin(target: Target, capacity: Capacity) -> int:
    functions, name = target.client("lambda"), target.names.function(VERB)
    template = template_of(target)
    limits = cache_limits(target) if capacity.ecpu is not None else None
    check(target, capacity, functions, limits)
    check_payments(target, capacity, functions)
    if capacity.warm is not None and capacity.holds is not None and provisioned_now(functions, name) > capacity.holds:
        drop_provisioned(functions, name)  # Lambda refuses to reserve less than is provisioned
    if capacity.holds is not None:
        tell_change("Reserved concurrency", reserved_now(functions, name), capacity.holds)
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=capacity.holds)
    if capacity.warm is not None:
        before = provisioned_now(functions, name)
        tell_change("Provisioned concurrency", before or None, capacity.warm)
        if before != capacity.warm:
            functions.put_provisioned_concurrency_config(
                FunctionName=name, Qualifier=ALIAS, ProvisionedConcurrentExecutions=capacity.warm
            )
    if capacity.ecpu is not None:
        set_minimum(target, limits, capacity.ecpu)
    paid = capacity if limits is not None else replace(capacity, ecpu=None)
    tell_cost(paid, int(template.get("MemorySize", 128)), name)
    if target.connection:
        print(NOT_SHOWN)
    return 0


def tell_change(what: str, before: int | None, after: int) -> None:
    changed = f"{or_none(before)} -> {after:,}" if before != after else f"{after:,} already"
    print(f"{what} of {VERB}: {changed}.", flush=True)


def tell_cost(capacity: Capacity, memory_mb: int, function: str) -> None:
    provisioned, cache = dollars_an_hour(capacity.warm or 0, memory_mb, capacity.ecpu or 0)
    print(f"This costs ${provisioned + cache:.2f} an hour in us-east-1, sold or not, until `make on-sale-over`:")
    print(f"  ${provisioned:.2f} for warm environments, ${cache:.2f} for the cache's minimum.")
    if capacity.warm is not None:
        print("It is ready when this says READY, for thousands after minutes:")
        print(f"  aws lambda get-provisioned-concurrency-config --function-name {function} --qualifier {ALIAS}")


def set_minimum(target: Target, limits: Mapping[str, Any] | None, ecpu: int) -> None:
    """Sets the cache's minimum; zero removes it. ModifyServerlessCache takes one field a request."""
    if limits is None:
        print(NO_CACHE)
        return
    before = int(limits.get("Minimum", 0))
    if before == ecpu:
        print(f"The cache's minimum: {ecpu:,} ECPU a second already." if ecpu else "The cache has no minimum.")
        return
    wanted = {**({"Maximum": limits["Maximum"]} if "Maximum" in limits else {}), "Minimum": ecpu}
    target.client("elasticache").modify_serverless_cache(
        ServerlessCacheName=target.names.cache, CacheUsageLimits={"ECPUPerSecond": wanted}
    )
    print(f"The cache's minimum: {before:,} -> {ecpu:,} ECPU a second. It takes up to an hour to be warm.", flush=True)


def over(target: Target) -> int:
    functions, name = target.client("lambda"), target.names.function(VERB)
    drop_provisioned(functions, name)
    restore_reserved(target, functions)
    set_minimum(target, cache_limits(target), 0)
    print("Nothing of an on-sale is paid by the hour any more. Warm throughput stays: it is paid once.")
    return 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make on-sale", usage=USAGE, description="Have an on-sale's capacity ready.")
    parser.add_argument("command", choices=("begin", "over"))
    for name in ("--holds", "--warm", "--ecpu", "--payments"):
        parser.add_argument(name, default="")
    parsed = parser.parse_args(arguments)
    if parsed.command == "over":
        return act_on_target(over)

    try:
        capacity = capacity_of(parsed.holds, parsed.warm, parsed.ecpu, parsed.payments)
    except CalledWrongly as error:
        parser.error(str(error))
    return act_on_target(lambda target: begin(target, capacity))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
