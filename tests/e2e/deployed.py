"""The deployed local stack as tests reach it: its API, and behind the API's back its tables, cache and processes."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import valkey

from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.names import ORIGIN_KEY_HEADER, Names
from local import accounts
from local.processes import identify
from tests.e2e.checkout import MAKE_SECONDS_MAX, ROOT, Checkout
from tests.e2e.connections import Connections
from tests.e2e.payments import Payments, Provider, Queues
from tests.e2e.visitor import REQUEST_SECONDS_MAX, Showing
from tests.waiting import eventually

FOLDERS = ("stages", "infra", "functions", "layers", "local", "operations", "toolchain", "web")
COPIED = ("app.py", "cdk.json", "Makefile", "requirements.txt", *FOLDERS)
OF_THE_PAGE = ("docs/openapi.json", "docs/api-reference")  # deployed with it
NODE_PACKAGES = ("local/cdk/node_modules", "web/node_modules", "docs/api-reference/node_modules")
SHARED = (".venv", ".venv-aws", ".venv-runtime", ".build", *NODE_PACKAGES)
CATALOGUE_PAUSE_SECONDS = 5  # after a failure a function leaves the catalogue's tables alone for so long
NAMES = Names("local")
START_AGAIN = "from local import running; running.start_again(running.read_stack(running.STACK_FILE))"


def copied_checkout(directory: Path) -> Checkout:
    """The same files and tools in another place: what is started and changed there disturbs nobody."""
    (directory / "docs").mkdir()
    for name in (*COPIED, *OF_THE_PAGE):
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "node_modules")
            shutil.copytree(ROOT / name, directory / name, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, directory / name)
    (ROOT / ".build").mkdir(exist_ok=True)  # what one builds, the others need not
    for name in SHARED:
        if (ROOT / name).exists():
            (directory / name).symlink_to(ROOT / name)
    return Checkout(directory)


def make(checkout: Checkout, *arguments: str) -> str:
    """What make said; fails the test with it when make fails."""
    done = checkout.make(*arguments)
    assert done.returncode == 0, f"make {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
    return done.stdout


def run_python(checkout: Checkout, code: str) -> None:
    """With this checkout's modules and tools."""
    subprocess.run(
        [checkout.directory / ".venv/bin/python", "-c", code],
        cwd=checkout.directory,
        env={**os.environ, "PYTHONPATH": ".:layers/box_office/python"},
        stdin=subprocess.DEVNULL,
        check=True,
        timeout=MAKE_SECONDS_MAX,
    )


class DeployedStack:
    """Everything that .local/stack.json tells."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.facts = checkout.stack
        self.tables: Mapping[str, str] = self.facts["tables"]
        self.faults = Faults(self.facts["faults_url"])
        self.cache = Cache(self)
        self.provider = Provider(self.facts["payment_sandbox_url"])
        self.queues = Queues(self)
        self.payments = Payments(self)

    def close(self) -> None:
        self.provider.close()
        self.http.close()
        self.origin.close()
        self.faults.close()
        self.cache.close()

    @cached_property
    def http(self) -> Connections:
        """Through the edge, as everybody comes. Shared by all visitors."""
        return Connections(self.facts["web_url"], REQUEST_SECONDS_MAX)

    @cached_property
    def origin(self) -> Connections:
        """Past the edge and what it keeps, with its key."""
        key = {ORIGIN_KEY_HEADER: self.facts["origin_key"]}
        return Connections(self.facts["api_url"], REQUEST_SECONDS_MAX, key)

    def client(self, service: str) -> Any:
        return self.checkout.client(service)

    @cached_property
    def dynamodb(self) -> Any:
        return self.client("dynamodb")

    @property
    def pids(self) -> Mapping[str, int]:
        """As they are now: a part that was started again has another."""
        return self.checkout.stack["pids"]

    def sign_in(self, names: Sequence[str], group: str = "customer") -> dict[str, str]:
        """Name -> ID token, of people without a theater that are created if there are none of those names."""
        pool = accounts.deployed_pool(self.client("ssm"), NAMES)
        people = accounts.create(self.client("cognito-idp"), pool, [(name, group) for name in names])
        return {one.name: one.token for one in people}

    def seats(self, showing: Showing) -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.tables["seats"],
            ConsistentRead=True,
            KeyConditionExpression="event_id = :event",
            ExpressionAttributeValues=to_item({":event": showing.event_id}),
        )
        return [from_item(item) for page in pages for item in page["Items"]]

    def orders(self, showing: Showing) -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.tables["orders"],
            ConsistentRead=True,
            FilterExpression="event_id = :event",
            ExpressionAttributeValues=to_item({":event": showing.event_id}),
        )
        return [from_item(item) for page in pages for item in page["Items"]]

    def owner(self, showing: Showing, seat: str) -> str | None:
        """The order that holds the seat, if any does."""
        rows = [row for row in self.seats(showing) if row["seat_id"] == seat and row["status"] != "empty"]
        return rows[0]["order_id"] if rows else None

    def lapse(self, showing: Showing, order_id: str) -> bool:
        """Ends a hold as ten minutes would: order and seats say that it ended. False if it was changed meanwhile."""
        order = next(order for order in self.orders(showing) if order["order_id"] == order_id)
        ended = int(time.time() * 1000) - 5_000
        key = {"user_id": order["user_id"], "order_key": order["order_key"]}
        same = {":order": order_id, ":revision": order["revision"], ":until": ended, ":held": "HELD"}
        items = [
            {
                "Update": {
                    "TableName": self.tables["orders"],
                    "Key": to_item(key),
                    "UpdateExpression": "SET hold_until = :until",
                    "ConditionExpression": "order_id = :order AND revision = :revision AND #status = :held",
                    "ExpressionAttributeNames": {"#status": "status"},
                    "ExpressionAttributeValues": to_item(same),
                }
            }
        ]
        for seat in order["selected_seat"]:
            items.append(
                {
                    "Update": {
                        "TableName": self.tables["seats"],
                        "Key": to_item({"event_id": showing.event_id, "seat_id": seat}),
                        "UpdateExpression": "SET hold_until = :until",
                        "ConditionExpression": "order_id = :order",
                        "ExpressionAttributeValues": to_item({":order": order_id, ":until": ended}),
                    }
                }
            )
        try:
            self.dynamodb.transact_write_items(TransactItems=items)
        except self.dynamodb.exceptions.TransactionCanceledException:
            return False
        return True

    def workers(self, verb: str) -> list[int]:
        """The processes that run a function: children of the embedded AWS that this stack started."""
        wanted = f"AWS_LAMBDA_FUNCTION_NAME={NAMES.function(verb)}".encode()
        return [pid for pid in children_of(self.pids["aws"]) if wanted in environ_of(pid)]

    def recover(self) -> None:
        """After an outage of the catalogue's tables: until every function asks them again."""
        self.faults.clear()
        time.sleep(CATALOGUE_PAUSE_SECONDS)

    def kill_workers(self, *verbs: str) -> None:
        """As a crash does: whoever works loses its event, and what the others remember is gone."""
        doomed = {pid for verb in verbs for pid in self.workers(verb)}
        for pid in doomed:
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: not any(identify(pid) for pid in doomed), "what was killed is gone")


def children_of(parent: int) -> list[int]:
    found = []
    for directory in Path("/proc").iterdir():
        if directory.name.isdigit():
            try:
                fields = (directory / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent and fields[0] not in "ZX":
                found.append(int(directory.name))
    return found


def environ_of(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


class Cache:
    """Valkey, and what can befall it. All that waits is bounded, for a stopped cache answers nobody."""

    def __init__(self, stack: DeployedStack) -> None:
        self._stack = stack
        self.client = valkey.Valkey.from_url(stack.facts["cache_url"], socket_timeout=60)

    def close(self) -> None:
        self.client.close()

    def wipe(self) -> None:
        """As a failover to an empty node: neither entries nor scripts."""
        self.client.flushall()
        self.client.script_flush()

    def stop(self) -> None:
        """Connections stay and nothing answers; what is sent meanwhile arrives when it goes on."""
        os.kill(self._stack.pids["cache"], signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self._stack.pids["cache"], signal.SIGCONT)

    def kill(self) -> None:
        os.kill(self._stack.pids["cache"], signal.SIGKILL)

    def start(self) -> None:
        run_python(self._stack.checkout, START_AGAIN)

    def entry_key(self, showing: Showing) -> str:
        return f"{{ev:{showing.event_id}}}:seats"

    def entry(self, showing: Showing) -> dict[str, str]:
        found = self.client.hgetall(self.entry_key(showing))
        return {name.decode(): value.decode() for name, value in found.items()}

    def await_free(self, showing: Showing, *seats: str) -> None:
        """Until the cache has these seats as free. The function that frees them writes to the table first and sends to
        `refresh` afterwards: the queue may be empty in between."""

        def told() -> bool:
            entry = self.entry(showing)
            return all(entry.get(f"s:{seat}", "").startswith("empty|") for seat in seats)

        eventually(told, lambda: f"the cache has {seats} as free: {self.entry(showing)}")

    def forget(self, showing: Showing, *seats: str) -> None:
        self.client.hdel(self.entry_key(showing), *(f"{kind}:{seat}" for seat in seats for kind in "ms"))
        self._drop_map(showing)

    def _drop_map(self, showing: Showing) -> None:
        """The entry was changed behind the functions' back: what looks share for a second is not of it any more."""
        self.client.unlink(f"{{ev:{showing.event_id}}}:map")

    @contextmanager
    def bucket_standing(self, user_id: str, bucket: str) -> Iterator[None]:
        """Inside, no time passes for the user's `hold` or `look` bucket, which has been asked before: requests fill it
        on a slow machine as on a fast one."""
        (gate,) = self.client.scan_iter(f"*:gate:{user_id}")
        self.client.hset(gate, f"at:{bucket}", int(time.time() * 1000) + 3_600_000)
        try:
            yield
        finally:
            self.client.hset(gate, f"at:{bucket}", int(time.time() * 1000))

    def age(self, showing: Showing, seconds: int = 60) -> None:
        """What a minute does: the entry was read so long ago, and its marks were made so long ago."""
        older = {}
        for name, value in self.entry(showing).items():
            if name == "@loaded":
                older[name] = str(int(value) - seconds * 1000)
            elif name.startswith("m:"):
                marks = [mark.split("|") for mark in value.split(";")]
                older[name] = ";".join("|".join([*mark[:-1], str(int(mark[-1]) - seconds * 1000)]) for mark in marks)
        self.client.hdel(self.entry_key(showing), "@lease")
        if older:
            self.client.hset(self.entry_key(showing), mapping=older)
        self._drop_map(showing)

    def remember(self, showing: Showing) -> bytes:
        dump = self.client.dump(self.entry_key(showing))
        assert dump is not None, "the event has no entry yet"
        return dump

    def recall(self, showing: Showing, dump: bytes) -> None:
        """What the cache knew then is what it knows now."""
        self.client.restore(self.entry_key(showing), 0, dump, replace=True)
        self._drop_map(showing)


class Faults:
    """The failure injection between the functions and AWS."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/_microburst", trust_env=False, verify=False, timeout=60)

    def close(self) -> None:
        self._http.close()

    def clear(self) -> None:
        self._http.post("/rules", json=[]).raise_for_status()
        self._http.delete("/fired").raise_for_status()

    @contextmanager
    def rules(self, *rules: Mapping[str, Any]) -> Iterator[None]:
        self._http.post("/rules", json=list(rules)).raise_for_status()
        try:
            yield
        finally:
            self.clear()

    def fired(self) -> int:
        """How many requests the rules have caught."""
        return len(self._http.get("/fired").json())

    def await_fired(self, requests: int = 1) -> None:
        """Until the rules have caught so many requests, which by now are on their way or kept."""
        eventually(lambda: self.fired() >= requests, "a rule has caught a request")


def table_rule(operation: str | None = None, showing: Showing | None = None, **effects: Any) -> dict[str, Any]:
    """A rule of the failure injection for DynamoDB: all of it, or one operation, or what names one event."""
    rule: dict[str, Any] = {"service": "dynamodb", **effects}
    if operation is not None:
        rule["operation"] = operation
    if showing is not None:
        rule["body"] = f"contains(to_string(@), '\"{showing.event_id}\"')"
    return rule


def write_of(
    operation: str, showing: Showing, *, with_: Sequence[str] = (), without: Sequence[str] = ()
) -> dict[str, Any]:
    """A rule for a write of an order of this showing, told by words in it."""
    said = [f"contains(to_string(@), '\"{word}\"')" for word in (showing.event_id, *with_)]
    unsaid = [f"!contains(to_string(@), '\"{word}\"')" for word in without]
    return table_rule(operation) | {"body": " && ".join([*said, *unsaid])}


def sales_rule(**effects: Any) -> dict[str, Any]:
    """The tables of seats and orders, and not the catalogue's."""
    tables = " || ".join(f"contains(to_string(@), '{NAMES.table(role)}')" for role in ("seats", "orders"))
    return {"service": "dynamodb", "body": tables, **effects}
