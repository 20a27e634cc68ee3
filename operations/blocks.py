"""`python -m operations.blocks block|unblock|list`: refuses a user or an address for a while, ends that, lists them.
Called by `make block`, `make unblock` and `make blocked`.

A blocked user is refused HoldSeat, ExtendHold and GetAvailableSeat; a blocked address everything, at the edge. Blocks
are rows of a table; two functions carry them to the cache and to the edge's firewall, when these commands ask them to,
and each minute by themselves. Each command may be run again. MINUTES counts from the command.

Exits 0 when the subject is blocked, or not blocked any more, as asked; 1 when the command is refused or AWS fails.
"""

import argparse
import ipaddress
import json
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from box_office.adapters.dynamodb.blocks import DynamoDBBlocks
from box_office.domain.blocks import (
    EDGE_NETWORKS_MAX,
    Block,
    Kind,
    Source,
    Subject,
    address_subject,
    at_edge,
    user_subject,
)
from box_office.ports import Blocks
from infra.stage_files import file_name
from operations.commands import NOTHING_CHANGED, Refused, act_on_target
from operations.output import counted
from operations.stage_rules import Network, allowed_networks
from operations.target import Target
from operations.users import user_named

MINUTES, MINUTES_MAX = 1_440, 525_600  # a day unless the operator says otherwise, a year at most
WHY_LENGTH_MAX = 500
LISTED_MAX = 1_000  # of each source
ALIAS = "live"
AGAIN = "Type the same command again: it does what is left."
ONE_OF = "Name one, an address or a user: ADDRESS=203.0.113.7 or USER=ada@example.com."
TO_EDGE = "carry_blocks_to_edge"
CARRIERS = {"carry_blocks": "the cache", TO_EDGE: "the edge"}


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def table_of(target: Target) -> Blocks:
    return DynamoDBBlocks(target.client("dynamodb"), target.tables["blocks"])


def subject_of(address: str, user: str, target: Target, *, look_up: bool) -> tuple[Subject, str]:
    """The subject, and its name for the operator. `look_up`: the user must be a customer of the pool; an id is taken as
    it is otherwise, because a user who was deleted may still be blocked. Raises Refused."""
    if bool(address) == bool(user):
        raise Refused(f"{ONE_OF} {NOTHING_CHANGED}")
    if address:
        subject = refusing_wrong_values("ADDRESS", address_subject, address)
        return subject, str(subject)
    if "@" not in user and not look_up:
        subject = refusing_wrong_values("USER", user_subject, user)
        return subject, str(subject)
    found = user_named(user, target)
    if look_up and found.staff_groups:
        raise Refused(
            f"User {found} is of the staff ({', '.join(found.staff_groups)}): a block would stop their sales. Disable "
            f"the account in the user pool instead. {NOTHING_CHANGED}"
        )
    return Subject(Kind.USER, found.user_id), f"user {found}"


def refusing_wrong_values(name: str, parse: Callable[[str], Subject], text: str) -> Subject:
    try:
        return parse(text)
    except ValueError as error:
        raise Refused(f"{name}: {error} {NOTHING_CHANGED}") from error


def minutes_of(text: str) -> int:
    """Raises Refused."""
    if not text:
        return MINUTES
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MINUTES_MAX and len(text) < 9):
        raise Refused(f"MINUTES={text}: a whole number from 1 to {MINUTES_MAX:,} is needed. {NOTHING_CHANGED}")
    return int(text)


def why_of(text: str) -> str:
    """Raises Refused."""
    why = " ".join(text.split())
    if len(why) > WHY_LENGTH_MAX:
        raise Refused(f"WHY is {len(why)} characters long, at most {WHY_LENGTH_MAX} are kept. {NOTHING_CHANGED}")
    return why or "no reason given"


def block(target: Target, address: str, user: str, minutes: str, why: str) -> int:
    """Raises Refused, Unavailable."""
    length, reason = minutes_of(minutes), why_of(why)
    subject, name = subject_of(address, user, target, look_up=True)
    is_network = subject.kind is Kind.ADDRESS and not subject.in_admission
    allowed = allowed_around(subject, target)
    if is_network:
        refuse_without_edge(target, name)
        refuse_if_allowed(subject, allowed, target)
    table, now = table_of(target), now_ms()
    before = [one for one in table.of_subject(subject) if one.source is Source.OPERATOR and one.live(now)]
    new = Block(subject, Source.OPERATOR, now, now + length * 60_000, reason, target.caller)
    table.put(new)
    was = f" (before: until {at(before[0].ends_at)})" if before else ""
    print(f"Blocked {name} for {counted(length, 'minute')}, until {at(new.ends_at)}{was}: {reason}.")
    if is_network:
        print("It is a network: the edge refuses it. Admission counts single addresses, and knows nothing of it.")
    print_left_out(table, now)
    carry(target, "has the block now", [TO_EDGE] if is_network else CARRIERS)
    if allowed:
        networks, file = ", ".join(map(str, allowed)), file_name(target.names.stage)
        print(f"The edge refuses nothing that comes from {networks}: it is in allowed_addresses of {file}.")
    return 0


def allowed_around(subject: Subject, target: Target) -> list[Network]:
    """The networks with addresses of this subject which the edge lets in before it looks at blocks."""
    if subject.kind is not Kind.ADDRESS:
        return []
    blocked = ipaddress.ip_network(subject.value)
    return [one for one in allowed_networks(target.names.stage) if overlap(one, blocked)]


def overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def refuse_if_allowed(subject: Subject, allowed: Sequence[Network], target: Target) -> None:
    """Raises Refused."""
    network = ipaddress.ip_network(subject.value)
    if any(one.prefixlen <= network.prefixlen for one in allowed):  # they overlap, so the shorter prefix has the other
        raise Refused(
            f"{network} is within allowed_addresses of {file_name(target.names.stage)}: the edge refuses nothing that "
            f"comes from there, and admission counts single addresses. {NOTHING_CHANGED}"
        )


def refuse_without_edge(target: Target, name: str) -> None:
    """Only the function that carries to the edge knows whether there is one. Raises Refused."""
    if run_carrier(target, TO_EDGE).found_no_edge:
        raise Refused(
            f"{name.capitalize()} is a network: the edge alone refuses a network, and this stage has no edge. Block "
            f"single addresses. {NOTHING_CHANGED}"
        )


def print_left_out(table: Blocks, now: int) -> None:
    left_out = at_edge(table.ending_after(Source.OPERATOR, now, 3 * EDGE_NETWORKS_MAX), now).left_out
    if left_out:
        print(
            f"The edge takes {EDGE_NETWORKS_MAX:,} networks of each version of IP: the {left_out:,} that were blocked "
            "first are refused by admission alone. Block networks in the place of single addresses."
        )


def unblock(target: Target, address: str, user: str) -> int:
    """Raises Refused, Unavailable."""
    subject, name = subject_of(address, user, target, look_up=False)
    table, now = table_of(target), now_ms()
    live = [one for one in table.of_subject(subject) if one.live(now)]
    for one in live:
        if not table.end(one, now):
            raise Refused(f"The block of {name} is being changed just now. {AGAIN}")
        print(f"Unblocked {name}. The block would have ended {at(one.ends_at)}; by {one.by}: {one.why}.")
    if not live and subject.in_admission:
        table.put(ended(subject, now, target.caller))
        print(f"No block of {name} is in the table; if the cache alone had one, that ends.")
    elif not live:
        print(f"No block of {name} is in the table; nothing was changed in it.")
    carry(target, "has no block of it now")
    return 0


def ended(subject: Subject, now: int, by: str) -> Block:
    """A block that is over as it begins. Admission may have begun one while the table was away: it is in the cache
    alone, and this row has the carrier take it out."""
    return Block(subject, Source.AUTOMATIC, now, now, "ended by an operator", by)


def list_blocked(target: Target) -> int:
    table, now = table_of(target), now_ms()
    found = {source: table.ending_after(source, now, LISTED_MAX + 1) for source in Source}
    for source, blocks in found.items():
        for one in blocks[:LISTED_MAX]:
            print(f"  {one.subject}  until {at(one.ends_at)}  {source}, by {one.by}: {one.why}")
        if len(blocks) > LISTED_MAX:
            print(f"  ... and more that are {source}: these {LISTED_MAX:,} end last.")
    number = sum(len(blocks[:LISTED_MAX]) for blocks in found.values())
    ends_one = "`make unblock ADDRESS=...|USER=...` ends one."
    print(f"{counted(number, 'block')}; {ends_one}" if number else "No user and no address is blocked.")
    return 0


def carry(target: Target, is_done: str, to: Collection[str] = CARRIERS) -> None:
    """Asks functions, both unless `to` says otherwise, to carry the table now. If one does not, it does within a
    minute. `is_done`: what cache or edge does then."""
    for verb in to:
        where = CARRIERS[verb]
        run = run_carrier(target, verb)
        if run.failed:
            print(f"{where.capitalize()}: {verb} failed ({run.why_failed}); it runs again each minute by itself.")
        elif run.found_no_edge:
            print("The edge: this stage has none, so admission alone refuses addresses.")
        else:
            print(f"{where.capitalize()} {is_done}.")


@dataclass(frozen=True)
class CarrierRun:
    """`result`: what the function answered, or why there is no answer."""

    verb: str
    failed: bool
    result: Any

    @property
    def why_failed(self) -> str:
        """In a line: what a function raised comes with its whole stack."""
        return str(self.result.get("errorMessage", self.result) if isinstance(self.result, dict) else self.result)

    @property
    def found_no_edge(self) -> bool:
        return self.verb == TO_EDGE and not self.failed and self.result["networks"] is None


def run_carrier(target: Target, verb: str) -> CarrierRun:
    try:
        answer = target.client("lambda").invoke(
            FunctionName=target.names.function(verb), Qualifier=ALIAS, Payload=b"{}"
        )
        return CarrierRun(verb, "FunctionError" in answer, json.loads(answer["Payload"].read() or b"null"))
    except (BotoCoreError, ClientError, ValueError) as error:
        return CarrierRun(verb, True, str(error))


def at(time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make block", description="Refuse a user or an address for a while.")
    commands = parser.add_subparsers(dest="command", required=True)
    for command, options in (
        ("block", ("address", "user", "minutes", "why")),
        ("unblock", ("address", "user")),
        ("list", ()),
    ):
        wanted = commands.add_parser(command)
        for option in options:
            wanted.add_argument(f"--{option}", default="")
    named = vars(parser.parse_args(arguments))
    acts: dict[str, Callable[..., int]] = {"block": block, "unblock": unblock, "list": list_blocked}
    act = acts[named.pop("command")]
    typed = {name: text if name == "why" else text.strip() for name, text in named.items()}
    return act_on_target(lambda target: act(target, **typed), again=AGAIN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
