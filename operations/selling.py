"""`python -m operations.selling stop|go`: refuses new holds, or lets customers hold seats again.
Called by `make stop-selling` and `make sell-again`. Customers can still pay for what they hold.

Stopping reserves a concurrency of 0 for hold_seat. Lambda refuses that while provisioned concurrency is set, which may
not exceed the reserved one: so the command removes it first, and `make on-sale` sets it again.
Source: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html

Exits 0 when holds are refused (or accepted again), also when they were before; 1 when AWS refuses; 2 when it was called
wrongly.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from operations.commands import act_on_target, deployed_resources, properties_of
from operations.target import Target

VERB = "hold_seat"
ALIAS = "live"
NOT_SHOWN = "The embedded AWS keeps this number, and HoldSeat goes on: only AWS itself stops it."


def reserved_now(functions: Any, name: str) -> int | None:
    reserved = functions.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
    return None if reserved is None else int(reserved)


def provisioned_now(functions: Any, name: str) -> int:
    try:
        found = functions.get_provisioned_concurrency_config(FunctionName=name, Qualifier=ALIAS)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ProvisionedConcurrencyConfigNotFoundException":
            return 0
        raise
    return int(found["RequestedProvisionedConcurrentExecutions"])


def template_of(target: Target) -> Mapping[str, Any]:
    """The properties of hold_seat in the template as it was last deployed."""
    name = target.names.function(VERB)
    return properties_of(deployed_resources(target, "api"), "AWS::Lambda::Function", FunctionName=name)


def drop_provisioned(functions: Any, name: str) -> None:
    dropped = provisioned_now(functions, name)
    if dropped:
        functions.delete_provisioned_concurrency_config(FunctionName=name, Qualifier=ALIAS)
        print(f"Provisioned concurrency of {VERB}: {dropped:,} -> none.")


def restore_reserved(target: Target, functions: Any) -> bool:
    """Gives hold_seat the number of the deployed template, or none; False if it had that."""
    name, wanted = target.names.function(VERB), template_of(target).get("ReservedConcurrentExecutions")
    before = reserved_now(functions, name)
    if before == wanted:
        return False
    if wanted is None:
        functions.delete_function_concurrency(FunctionName=name)
    else:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=wanted)
    print(f"Reserved concurrency of {VERB}: {or_none(before)} -> {or_none(wanted)}, as deployed.")
    return True


def or_none(number: int | None) -> str:
    return "none" if number is None else f"{number:,}"


def stop(target: Target) -> int:
    functions, name = target.client("lambda"), target.names.function(VERB)
    drop_provisioned(functions, name)
    before = reserved_now(functions, name)
    if before == 0:
        print("Selling is stopped already; nothing was changed.")
    else:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        print(f"Reserved concurrency of {VERB}: {or_none(before)} -> 0. HoldSeat answers 503 to every customer.")
        print(
            "Customers can pay for what they hold, bookings go on. A deployment does not end this; `make sell-again` "
            "does."
        )
    if target.connection:
        print(NOT_SHOWN)
    return 0


def go(target: Target) -> int:
    if not restore_reserved(target, target.client("lambda")):
        print("Seats are on sale already, with the number that is deployed; nothing was changed.")
    return 0


COMMANDS = {"stop": stop, "go": go}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make stop-selling", description="Stop holds, or let them go on.")
    parser.add_argument("command", choices=COMMANDS)
    return act_on_target(COMMANDS[parser.parse_args(arguments).command])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
