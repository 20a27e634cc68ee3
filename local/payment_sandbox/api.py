"""Stripe's API as calls see it: the key, the route, idempotency, and the mode of failure."""

import hashlib
import json
import random
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.payment_sandbox.expansion import expand
from local.payment_sandbox.form import BadForm, parse_form
from local.payment_sandbox.keys import KeyKind, check_authority, cross_origin, preflight, read_key
from local.payment_sandbox.ledger import Ledger, Thing
from local.payment_sandbox.method_tokens import DECLINE_WITHOUT_CODE, GENERIC_DECLINE
from local.payment_sandbox.modes import FAIL_ONCE, CurrentMode, Mode
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.routes import Route, find_route
from local.payment_sandbox.store import SavedAnswer, Store
from local.payment_sandbox.stripe_errors import (
    StripeError,
    down,
    failed,
    invalid,
    key_in_use,
    key_reused,
    lock_timeout,
    other_version,
    rate_limited,
    switched_failure,
    unrecognized,
)
from local.payment_sandbox.stripe_parameters import API_VERSION

KEY_LENGTH_MAX = 255
SAVED_SECONDS = 24 * 3600
WITHHELD_SECONDS_MAX = 120.0
FORM_TYPE = "application/x-www-form-urlencoded"
AT_ONCE = {"down": down, "rate_limited": rate_limited, "lock_timeout": lock_timeout}  # modes in which every call fails
DECLINES = {"declining": GENERIC_DECLINE, "declining_without_code": DECLINE_WITHOUT_CODE}


@dataclass(frozen=True)
class Call:
    """An HTTP request. `headers` have lower-case names."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """`withheld_seconds`: the caller gets no answer, and the connection is closed after so long; 0: it is answered at
    once."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    withheld_seconds: float = 0.0


@dataclass(frozen=True)
class Tools:
    """Clock, waiting, randomness and address, which tests replace."""

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    rng: random.Random
    base_url: str


class Api:
    def __init__(self, store: Store, mode: CurrentMode, tools: Tools, announce: Callable[[], None]) -> None:
        """`announce` is called when callbacks have been added."""
        self._store = store
        self._mode = mode
        self._tools = tools
        self._announce = announce
        self._keys_in_use: set[str] = set()
        self._keys_lock = threading.Lock()

    def ledger(
        self,
        request_id: str | None = None,
        key: str | None = None,
        mode: Mode | None = None,
        asked_with: KeyKind = "secret",
    ) -> Ledger:
        declining = DECLINES.get((mode or self._mode.get()).name)
        tools = self._tools
        return Ledger(self._store, tools.clock, tools.rng, tools.base_url, request_id, key, declining, asked_with)

    def answer(self, call: Call) -> Answer:
        """Answers once it is due: in mode `slow` this takes its time."""
        request_id = f"req_{self._tools.rng.getrandbits(80):020x}"
        mode = self._mode.get()
        route = find_route(call.method, call.path)[0]
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION, **cross_origin(route)}
        if call.method == "OPTIONS":
            asked = find_route(call.headers.get("access-control-request-method", ""), call.path)[0]
            return Answer(204, "", preflight(asked))
        if mode.name == "hang":
            return Answer(504, "", headers, mode.seconds)
        try:
            if mode.name in AT_ONCE:
                raise AT_ONCE[mode.name]()
            answer = self._answer(call, request_id, mode)
        except StripeError as error:
            answer = Answer(error.status, json.dumps(error.body()))
            if mode.name == "slow":
                self._tools.sleep(mode.seconds)
        except Exception:
            traceback.print_exc()  # an error of the sandbox's own code: its transaction was undone
            answer = Answer(500, json.dumps(failed().body()))
        return Answer(answer.status, answer.body, {**headers, **answer.headers}, answer.withheld_seconds)

    def _answer(self, call: Call, request_id: str, mode: Mode) -> Answer:
        asked_with = read_key(call.headers.get("authorization"))
        version = call.headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise other_version(version, API_VERSION)
        route, identifiers = find_route(call.method, call.path)
        if route is None:
            raise unrecognized(call.method, call.path)
        check_authority(asked_with, route)
        form = read_form(call)
        key = call.headers.get("idempotency-key") if call.method == "POST" else None
        if key is not None and not 0 < len(key) <= KEY_LENGTH_MAX:
            raise invalid(f"Idempotency keys have 1 to {KEY_LENGTH_MAX} characters.")
        with self._sole_use(key):
            ledger = self.ledger(request_id, key, mode, asked_with)
            answer = self._saved_or_new(ledger, route, call.path, identifiers, form)
            if mode.name == "slow":
                self._tools.sleep(mode.seconds)  # the key stays in use: Stripe is still at it
        withheld = mode.name == "timeout_after_charge" and route.moves_money(form)
        return Answer(answer.status, answer.body, answer.headers, WITHHELD_SECONDS_MAX if withheld else 0.0)

    @contextmanager
    def _sole_use(self, key: str | None) -> Iterator[None]:
        if key is None:
            yield
            return
        with self._keys_lock:
            if key in self._keys_in_use:
                raise key_in_use(key)
            self._keys_in_use.add(key)
        try:
            yield
        finally:
            with self._keys_lock:
                self._keys_in_use.discard(key)

    def _saved_or_new(
        self, ledger: Ledger, route: Route, path: str, identifiers: tuple[str, ...], form: dict[str, Any]
    ) -> Answer:
        """Effect, callbacks and saved answer are one transaction, which is durable before the caller is answered."""
        key = ledger.idempotency_key
        parameters = hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()
        with self._store.transaction():
            now = self._tools.clock()
            saved = self._store.saved_answer(key, now - SAVED_SECONDS) if key else None
            if saved and key:
                return replay(saved, key, path, parameters)
            failing = self._failing(key, route, form)
            if failing is None or failing["effect"]:
                status, thing = run(ledger, route, identifiers, form)
            if failing is not None:
                status, thing = switched_failure().status, switched_failure().body()
            body = json.dumps(thing)
            if key:
                self._store.save_answer(key, now, SavedAnswer(path, parameters, status, body, ledger.request_id or ""))
        if ledger.events:
            self._announce()
        return Answer(status, body, {"Idempotency-Key": key} if key else {})

    def _failing(self, key: str | None, route: Route, form: dict[str, Any]) -> dict[str, bool] | None:
        """How this call is to fail, if it is the one that was switched to. Used up with the call's transaction."""
        if key is None or not route.moves_money(form):
            return None
        failing: dict[str, bool] | None = self._store.setting(FAIL_ONCE)
        if failing is not None:
            self._store.put_setting(FAIL_ONCE, None)
        return failing


def run(ledger: Ledger, route: Route, identifiers: tuple[str, ...], form: dict[str, Any]) -> tuple[int, Thing]:
    parameters = Parameters(form, route.parameters)
    expanded = parameters.expansions()
    try:
        thing = route.operation(ledger, parameters, *identifiers)
    except StripeError as error:
        if not error.executed:
            raise  # nothing was done: the transaction is undone and the key stays free
        return error.status, error.body()
    return 200, expand(ledger, thing, expanded)


def replay(saved: SavedAnswer, key: str, path: str, parameters: str) -> Answer:
    if saved.route != path:
        raise key_reused(key, "endpoint")
    if saved.parameters != parameters:
        raise key_reused(key, "parameters")
    headers = {"Idempotency-Key": key, "Idempotent-Replayed": "true", "Original-Request": saved.request_id}
    return Answer(saved.status, saved.body, headers)


def read_form(call: Call) -> dict[str, Any]:
    content_type = call.headers.get("content-type", FORM_TYPE).split(";")[0].strip().lower()
    if call.body and content_type != FORM_TYPE:
        raise invalid(f"Invalid request (check that your POST content type is {FORM_TYPE}).")
    try:
        text = call.body.decode() if call.method == "POST" else call.query
        return parse_form(text)
    except (UnicodeDecodeError, BadForm) as error:
        raise invalid(f"Invalid request: {error}") from error
