"""The functions' environments, in pools: grown step by step, replaced without losing a request.

On AWS a burst gets an environment a request. On two cores that many cold starts would take longer than the burst,
so a pool is small, grows by one environment at a time, and requests wait in line for the first that is free.
A function whose code or configuration changed gets a new pool; the old one finishes what it has.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from typing import Any

from local.embedded_aws.environments import Environment, EnvironmentLost, InitFailed, Revision, Sandbox

logger = logging.getLogger("box_office.functions")

LATEST = "$LATEST"
STARTS_AT_ONCE = 2  # cold starts need a core each
WAIT_SECONDS_MAX = 28.0  # the gateway gives up after 29
SETTLE_SECONDS = 1.0  # code and layers of one deployment arrive in two calls
REVISION_MEMBERS = (
    "CodeSha256",
    "Layers",
    "Environment",
    "Handler",
    "Runtime",
    "Timeout",
    "MemorySize",
    "Role",
    "Version",
)


class Pool:
    """Environments of one revision. `lend` waits in line; `retire` ends them as they come back."""

    def __init__(self, start: Callable[[], Environment], size_max: int, starts: threading.Semaphore) -> None:
        self._start = start
        self._size_max = size_max
        self._starts = starts
        self._changed = threading.Condition()
        self._free: list[Environment] = []
        self._lent: set[Environment] = set()
        self._starting = False
        self._waiting = 0
        self._retired = False
        self._failures = 0
        self._last_failure: InitFailed | None = None

    @contextmanager
    def lend(self) -> Iterator[Environment]:
        """An environment for one event. Raises InitFailed, or TimeoutError when none came free in time."""
        environment = self._take()
        usable = False
        try:
            yield environment
            usable = True
        finally:
            with self._changed:
                self._lent.discard(environment)
                if usable:
                    self._free.append(environment)
                self._changed.notify()
            if not usable:
                environment.stop()
            self._end_unwanted()

    def _take(self) -> Environment:
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        with self._changed:
            failures_before = self._failures
            self._waiting += 1
            try:
                while not self._any_free():
                    if self._last_failure and self._failures > failures_before and not self._lent:
                        raise self._last_failure
                    self._grow()
                    if not self._changed.wait(deadline - time.monotonic()):
                        raise TimeoutError(f"no environment came free within {WAIT_SECONDS_MAX:.0f} seconds")
                environment = self._free.pop()
                self._lent.add(environment)
                return environment
            finally:
                self._waiting -= 1

    def _any_free(self) -> bool:
        """Whether one is free and alive: Lambda hands no event to an environment that died while it was idle."""
        for environment in [one for one in self._free if one.ended]:
            self._free.remove(environment)
            environment.stop()
        return bool(self._free)

    def _grow(self) -> None:
        if not self._starting and len(self._lent) + len(self._free) < self._size_max:
            self._starting = True
            threading.Thread(target=self._start_one, daemon=True).start()

    def _start_one(self) -> None:
        environment = failure = None
        try:
            with self._starts:
                environment = self._start()
        except InitFailed as error:
            failure = error
            logger.error("a function's handler cannot be imported: %s", error)
        except OSError as error:
            failure = InitFailed({"errorType": type(error).__name__, "errorMessage": str(error)})
            logger.exception("an environment could not be started")
        with self._changed:
            self._starting = False
            if failure:
                self._failures += 1
                self._last_failure = failure
            elif environment:
                self._free.append(environment)
                if len(self._free) < self._waiting:
                    self._grow()
            self._changed.notify_all()
        self._end_unwanted()

    def _end_unwanted(self) -> None:
        """Once retired and with no request in line, every free environment has served."""
        with self._changed:
            if not self._retired or self._waiting:
                return
            unwanted, self._free = self._free, []
        for environment in unwanted:
            environment.stop()

    def retire(self) -> None:
        with self._changed:
            self._retired = True
        self._end_unwanted()

    def stop(self) -> None:
        """Ends every environment, also one that serves a request."""
        with self._changed:
            self._retired = True
            environments, self._free = [*self._free, *self._lent], []
        for environment in environments:
            environment.stop()


class Functions:
    """What ministack asks to run a function: `run(record, event, request_id)`."""

    def __init__(
        self,
        sandbox: Sandbox,
        layer_content: Callable[[object], bytes | None],
        credentials: Callable[[Mapping[str, Any]], dict[str, str]],
        current_record: Callable[[str], Mapping[str, Any] | None],
        workers_max: int,
    ) -> None:
        self._sandbox = sandbox
        self._layer_content = layer_content
        self._credentials = credentials
        self._current_record = current_record
        self._workers_max = workers_max
        self._starts = threading.Semaphore(STARTS_AT_ONCE)
        self._lock = threading.Lock()
        self._pools: dict[str, dict[str, Pool]] = {}  # function -> revision -> pool

    def run(self, record: Mapping[str, Any], event: object, request_id: str) -> dict[str, Any]:
        """ministack's result: `{"body": ..., "log": ...}`, with `"error": True` for what Lambda calls an error."""
        try:
            try:
                return self._run_once(record, event, request_id)
            except InitFailed:
                # In the middle of a deployment the code may be new and its layer still old. The handler did not run.
                time.sleep(SETTLE_SECONDS)
                return self._run_once(record, event, request_id)
        except InitFailed as error:
            return {"body": dict(error.answer), "error": True, "log": str(error)}
        except EnvironmentLost as error:
            return {"body": {"errorType": error.kind, "errorMessage": str(error)}, "error": True, "log": str(error)}
        except TimeoutError as error:
            logger.error("%s: %s", record["config"]["FunctionName"], error)
            return {"body": {"errorType": "Rate Exceeded", "errorMessage": str(error)}, "error": True, "log": ""}

    def _run_once(self, record: Mapping[str, Any], event: object, request_id: str) -> dict[str, Any]:
        with self._pool(record).lend() as environment:
            answer = environment.call(event, request_id)
        if "error" in answer:
            return {"body": answer["error"], "error": True, "log": answer["log"]}
        return {"body": answer["result"], "log": answer["log"]}

    def _pool(self, record: Mapping[str, Any]) -> Pool:
        config = record["config"]
        function = ":".join(config["FunctionArn"].split(":")[:7])  # without the version
        if config.get("Version", LATEST) == LATEST:
            # ministack hands over a copy: its code may be older than its configuration, which is shared.
            record = self._current_record(config["FunctionName"]) or record
        facts = json.dumps([config.get(member) for member in REVISION_MEMBERS], sort_keys=True, default=str)
        fingerprint = sha256(facts.encode()).hexdigest()
        with self._lock:
            pools = self._pools.setdefault(function, {})
            if fingerprint in pools:
                return pools[fingerprint]
            revision = self._revision(dict(config), record["code_zip"])
            pool = Pool(partial(Environment, revision, self._sandbox), self._workers_max, self._starts)
            older = list(pools.values())
            pools[fingerprint] = pool
        for one in older:  # a late request still finds the older pool, and is served
            one.retire()
        return pool

    def _revision(self, config: dict[str, Any], code: bytes) -> Revision:
        layers = [content for layer in config.get("Layers", []) if (content := self._layer_content(layer))]
        unpacked = [self._sandbox.unpack("layer", content) for content in layers]
        return Revision(
            arn=config["FunctionArn"],
            name=config["FunctionName"],
            handler=config["Handler"],
            timeout_seconds=float(config.get("Timeout", 3)),
            paths=[self._sandbox.unpack("code", code), *(layer / "python" for layer in unpacked)],
            environ=self._sandbox.environ(config, self._credentials(config)),
        )

    def stop(self) -> None:
        with self._lock:
            pools, self._pools = [pool for revisions in self._pools.values() for pool in revisions.values()], {}
        for pool in pools:
            pool.stop()
