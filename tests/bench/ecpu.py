"""What requests cost at the cache, in the units that ElastiCache Serverless bills and scales by (ECPU).

The rule, as AWS publishes it: a plain command costs one for each kilobyte that it moves, and at least one; a command
that takes more CPU, as scripts and HGETALL do, the higher of that and its CPU time in units of a plain GET's.
(https://aws.amazon.com/elasticache/pricing/; which commands those are is in the classifier of
github.com/aws/agent-toolkit-for-aws.) Bytes are counted; CPU is the server's own
count of each command, over that of a GET. Both are sent one at a time, a GET to one of so many keys that the processor
has few of them at hand, and of both the least of the rounds counts: a busy machine only adds. The server's count leaves
out what it does for the socket, of which a GET has as much as a script: so scripts cost this much at most.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any
from unittest.mock import patch

import valkey
from moto import mock_aws

from box_office.adapters.catalogue_rows import event_row, room_row
from box_office.adapters.valkey.connection import Call, ValkeyConnection
from tests.bench.map_sizes import demo_room, seat_row
from tests.bench.report import Budget, Section
from tests.cinema import Cinema
from tests.sample_catalogue import HOUR, event
from tests.verbs import Answer

SLOT_ECPU = 30_000  # a second, of one slot, and of an empty cache (AWS quotas)
SHOWING = "lisboa-3-20961002-1930"
OF_THE_SHOWING = "{ev:"  # the beginning of all keys of one showing: one slot
ROUNDS = 15  # of two seats each
GETS, KEYS = 500, 100_000  # so many after each round, of so many keys
USER = "3f2b8c1e-6d7a-4b0e-9a51-0d8c7e5f{:04x}"
ORDER = "or_3d95584b0ea74e209132b7a54080{:04x}"
LOOK, FIRST_LOOK = "a look", "the first look within a second"
WON, LOST, FIRST_LOST = "HoldSeat, won", "HoldSeat, lost", "HoldSeat, the first to lose within a second"
WHOLE_HASH = "the hash itself, as each look read it until 2026-11-29"
TAKES_CPU = {"evalsha", "eval", "hgetall"}
# ECPU of the showing's slot. Those of scripts are ratios of microseconds: their budgets leave room for a busy machine.
MOST = {LOOK: 2, WON: 150, LOST: 150}


@dataclass(frozen=True)
class Cost:
    """Of one command. `key`: its first."""

    command: str
    key: str
    kilobytes: float
    microseconds: float

    def ecpu(self, microseconds_of_get: float) -> float:
        of_cpu = self.microseconds / microseconds_of_get if self.command in TAKES_CPU else 1.0
        return max(1.0, self.kilobytes, of_cpu)


@contextmanager
def watched(server: valkey.Valkey) -> Iterator[list[Cost]]:
    """The cost of each command of the block; each is sent alone, and asked about."""
    costs: list[Cost] = []
    send = ValkeyConnection._send

    def one_by_one(connection: ValkeyConnection, calls: Sequence[Call], by_digest: bool) -> list[Any]:
        return [one(connection, call, by_digest) for call in calls]

    def one(connection: ValkeyConnection, call: Call, by_digest: bool) -> Any:
        server.config_resetstat()
        (answer,) = send(connection, [call], by_digest)
        moved = size([*map(str, call.command(by_digest))]) + size(answer)
        name = str(call.command(by_digest)[0]).lower()
        costs.append(Cost(name, call.keys[0], moved / 1_024, microseconds(server, name)))
        return answer

    with patch.object(ValkeyConnection, "_send", one_by_one):
        yield costs


def microseconds(server: valkey.Valkey, command: str) -> float:
    return float(server.info("commandstats")[f"cmdstat_{command}"]["usec_per_call"])


def size(answer: Any) -> int:
    """Bytes of an answer or a command on the wire, but for the protocol's few around each."""
    match answer:
        case None:
            return 0
        case dict():
            return sum(size(name) + size(value) for name, value in answer.items())
        case list() | tuple():
            return sum(map(size, answer))
    return len(str(answer).encode())


def with_many_keys(server: valkey.Valkey) -> None:
    with server.pipeline(transaction=False) as pipeline:
        for number in range(KEYS):
            pipeline.set(f"{number}", "x" * 100)
        pipeline.execute()


def microseconds_of_get(server: valkey.Valkey, keys: Random) -> float:
    server.config_resetstat()
    for number in keys.choices(range(KEYS), k=GETS):
        server.get(f"{number}")
    return microseconds(server, "get")


def full_room(cache_url: str) -> tuple[Cinema, list[str]]:
    """450 seats, held but for those that are returned; its map is in the cache."""
    cinema, room = Cinema(cache_url, map_shared_ms=1_000), demo_room()
    cinema.seed("rooms", room_row(room))
    start = cinema.clock.now + 8 * HOUR
    cinema.seed("events", event_row(event(SHOWING, room, start, movie_id="metropolis")))
    free = [seat for seat, category in room.category_of.items() if category == "standard"][: 2 * ROUNDS]
    for number, seat in enumerate(room.category_of):
        if seat not in free:
            owner = {"order_id": ORDER.format(number), "user_id": USER.format(number), "order_key": SHOWING}
            cinema.seed("seats", seat_row(SHOWING, seat, "hold", start) | owner)
    cinema.map(user="warm-up", event_id=SHOWING)
    cinema.small_map(SHOWING)
    assert cinema.hold("A1", event_id=SHOWING, user="warm-up").status in (201, 409)
    return cinema, free


def costs(cache_url: str) -> tuple[Mapping[str, list[list[Cost]]], float]:
    """Of each kind of request the commands of each round; and the microseconds of a GET."""
    seen: dict[str, list[list[Cost]]] = defaultdict(list)
    gets, keys = [], Random(1)
    with mock_aws(), valkey.Valkey.from_url(cache_url, decode_responses=True) as server:
        cinema, free = full_room(cache_url)
        with_many_keys(server)

        def watch(name: str, status: int, request: Callable[[], Answer]) -> None:
            with watched(server) as commands:
                answer = request()
            assert answer.status == status, f"{name}: {answer.status} {answer.body}"
            seen[name].append(commands)

        def hold(user: str, *seats: str) -> Callable[[], Answer]:
            return lambda: cinema.hold(*seats, event_id=SHOWING, user=user)

        for number in range(ROUNDS):
            seats = free[2 * number : 2 * number + 2]
            cinema.clock.advance(seconds=2)
            watch(WON, 201, hold(f"winner-{number}", *seats))
            watch(FIRST_LOST, 409, hold(f"loser-{number}", *seats))
            watch(LOST, 409, hold(f"another-loser-{number}", *seats))
            environments = [cinema.another_environment() for _ in range(2)]
            for name, environment in zip((FIRST_LOOK, LOOK), environments, strict=True):
                watch(name, 200, lambda environment=environment: environment.small_map(SHOWING))
            server.config_resetstat()
            whole = server.hgetall(f"{OF_THE_SHOWING}{SHOWING}}}:seats")
            seen[WHOLE_HASH].append(
                [Cost("hgetall", OF_THE_SHOWING, size(whole) / 1_024, microseconds(server, "hgetall"))]
            )
            gets.append(microseconds_of_get(server, keys))
    return seen, min(gets)


def measure(cache_url: str) -> tuple[list[Budget], Section]:
    seen, unit = costs(cache_url)
    of_slot = {name: ecpu(rounds, unit, OF_THE_SHOWING) for name, rounds in seen.items()}
    budgets = [
        Budget(f"ECPU of a showing's slot, {name}", f"<= {most}", f"{of_slot[name]:.0f}", round(of_slot[name]) <= most)
        for name, most in MOST.items()
    ]
    rows = [
        [name, f"{ecpu(seen[name], unit):.0f}", f"{of_slot[name]:.0f}", f"{SLOT_ECPU / of_slot[name]:,.0f}"]
        for name in (WON, LOST, FIRST_LOST, LOOK, FIRST_LOOK, WHOLE_HASH)
    ]
    section = Section(
        "What requests cost at the cache",
        f"ECPU, by the rule that AWS publishes (`tests/bench/ecpu.py`), at a showing of 450 seats of which nearly all "
        f"are held; each command as in the least disturbed of {ROUNDS} rounds. All keys of a showing are in one slot, "
        f"which takes {SLOT_ECPU:,} ECPU a second; the others are of the user and of the address, spread over many. "
        "The first look within a second packs the map for all others; the first to lose reckons for all others when a "
        "full room has a seat again.",
        ["request", "ECPU", "of these, of the showing's slot", "a second that fill the slot"],
        rows,
    )
    return budgets, section


def ecpu(rounds: Sequence[Sequence[Cost]], unit: float, prefix: str = "") -> float:
    """Raises ValueError when the rounds are not of the same commands."""
    for of_all_rounds in zip(*rounds, strict=True):
        if len(kinds := {(cost.command, cost.key.startswith(prefix)) for cost in of_all_rounds}) > 1:
            raise ValueError(f"one round asks another command than the next: {sorted(kinds)}")
    return sum(
        min(cost.ecpu(unit) for cost in of_all_rounds)
        for of_all_rounds in zip(*rounds, strict=True)
        if of_all_rounds[0].key.startswith(prefix)
    )
