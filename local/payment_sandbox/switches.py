"""`/_sandbox/...`: what a test or a person switches. Always answers, whatever the mode.

| switch | does |
|---|---|
| `POST mode {"mode": ...}` | how the sandbox fails from now on (`modes.py`) |
| `POST challenge {"payment_intent", "outcome": "pass" or "fail"}` | ends a 3-D Secure challenge |
| `GET returned` | where a customer lands after the challenge, as long as there is no shop with pages |
| `GET challenge/{payment_intent}` | the page with two buttons that do the same |
| `POST settle {"payment_intent" or "refund", "outcome": "succeed" or "fail"}` | ends what is processing or pending |
| `POST fail_once {"effect": true or false}` | the next call with a key that moves money takes effect or not, and is |
| | answered 500, which is stored under its key as Stripe does |
| `POST prune_keys` | forgets the answers under all keys, as Stripe does after a day |
| `POST webhook {"url": ...}` | where callbacks go |
| `GET ledger` | `{"payment_intents": [...], "refunds": [...]}` |
| `POST reset` | empties it; mode and address stay, a `fail_once` that waits does not |
| `GET health` | `{"status": "ok", "mode": {...}, "webhook_url": ..., "callbacks": {...}}` |
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from local.payment_sandbox.api import FORM_TYPE, Answer, Api, Call
from local.payment_sandbox.callbacks import Callbacks, check_url
from local.payment_sandbox.challenge_page import challenge_page, finished_page
from local.payment_sandbox.charging import finish_challenge, settle_debit
from local.payment_sandbox.ledger import Ledger, Thing, shown
from local.payment_sandbox.modes import FAIL_ONCE, BadSwitch, CurrentMode, parse_mode
from local.payment_sandbox.refunds import fail_refund, settle_refund
from local.payment_sandbox.store import Store

PREFIX = "/_sandbox/"
CHALLENGE = "challenge/"
HTML = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}


class Switches:
    def __init__(self, api: Api, store: Store, mode: CurrentMode, callbacks: Callbacks) -> None:
        self._api = api
        self._store = store
        self._mode = mode
        self._callbacks = callbacks
        self._posts: dict[str, Callable[[dict[str, Any]], Any]] = {
            "mode": self._set_mode,
            "challenge": self._challenge,
            "settle": self._settle,
            "fail_once": self._fail_once,
            "prune_keys": self._prune_keys,
            "webhook": self._set_webhook,
            "reset": self._reset,
        }
        self._gets: dict[str, Callable[[], Any]] = {"ledger": self._ledger, "health": self._health}

    def answer(self, call: Call) -> Answer:
        name = call.path.removeprefix(PREFIX).rstrip("/")
        try:
            if call.method == "GET" and name.startswith(CHALLENGE):
                return self._page(name.removeprefix(CHALLENGE))
            if name == "returned":
                return Answer(
                    200, finished_page("The bank has answered. Your booking says how the payment ended."), HTML
                )
            if call.method == "GET" and name in self._gets:
                return as_json(200, self._gets[name]())
            if call.method == "POST" and name in self._posts:
                return self._post(name, call)
        except BadSwitch as error:
            return as_json(400, {"error": str(error)})
        known = ", ".join(
            [*(f"POST {PREFIX}{post}" for post in self._posts), *(f"GET {PREFIX}{get}" for get in self._gets)]
        )
        return as_json(404, {"error": f"No such switch. There are: {known}."})

    def _post(self, name: str, call: Call) -> Answer:
        if name == "challenge" and is_form(call):
            return self._answer_of_page(dict(parse_qsl(call.body.decode(errors="replace"))))
        return as_json(200, self._posts[name](read_json(call.body)))

    def _set_mode(self, body: dict[str, Any]) -> Any:
        mode = parse_mode(body)
        self._mode.set(mode)
        self._callbacks.wake()
        return mode.shown()

    def _set_webhook(self, body: dict[str, Any]) -> Any:
        only(body, "url")
        self._callbacks.send_to(check_url(body.get("url")))
        return {"webhook_url": self._callbacks.url}

    def _fail_once(self, body: dict[str, Any]) -> Any:
        only(body, "effect")
        if not isinstance(body.get("effect"), bool):
            raise BadSwitch("effect must be true or false.")
        with self._store.transaction():
            self._store.put_setting(FAIL_ONCE, {"effect": body["effect"]})
        return {"fail_once": {"effect": body["effect"]}}

    def _prune_keys(self, body: dict[str, Any]) -> Any:
        only(body)
        with self._store.transaction():
            return {"pruned": self._store.forget_answers()}

    def _reset(self, body: dict[str, Any]) -> Any:
        only(body)
        with self._store.transaction():
            self._store.empty()
            self._store.put_setting(FAIL_ONCE, None)
        return {"status": "empty"}

    def _ledger(self) -> Any:
        with self._store.transaction():
            intents, refunds = self._store.all("payment_intent"), self._store.all("refund")
        return {"payment_intents": [shown(intent) for intent in intents], "refunds": [shown(one) for one in refunds]}

    def _health(self) -> Any:
        with self._store.transaction():
            counts = self._store.callback_counts()
        mode = self._mode.get().shown()
        return {"status": "ok", "mode": mode, "webhook_url": self._callbacks.url, "callbacks": counts}

    def _challenge(self, body: dict[str, Any]) -> Any:
        only(body, "payment_intent", "outcome")
        passed = choice(body, "outcome", "pass", "fail")

        def finish(ledger: Ledger) -> Thing:
            intent = waiting(ledger, "payment_intent", body.get("payment_intent"), "requires_action")
            finish_challenge(ledger, intent, passed)
            return shown(intent)

        return self._change(finish)

    def _settle(self, body: dict[str, Any]) -> Any:
        only(body, "payment_intent", "refund", "outcome")
        succeeded = choice(body, "outcome", "succeed", "fail")
        if ("payment_intent" in body) == ("refund" in body):
            raise BadSwitch("Name either a payment_intent or a refund.")

        def finish(ledger: Ledger) -> Thing:
            if "refund" in body:
                thing = waiting(ledger, "refund", body["refund"], "pending")
                settle_refund(ledger, thing) if succeeded else fail_refund(ledger, thing)
            else:
                thing = waiting(ledger, "payment_intent", body["payment_intent"], "processing")
                settle_debit(ledger, thing, succeeded)
            return shown(thing)

        return self._change(finish)

    def _change(self, change: Callable[[Ledger], Thing]) -> Thing:
        with self._store.transaction():
            thing = change(self._api.ledger())
        self._callbacks.wake()
        return thing

    def _page(self, intent_id: str) -> Answer:
        intent = self._intent(intent_id)
        if intent is None:
            return Answer(404, finished_page("There is no such payment."), HTML)
        if intent["status"] != "requires_action":
            return Answer(200, finished_page("This payment is not waiting for you any more."), HTML)
        return Answer(200, challenge_page(intent), HTML)

    def _answer_of_page(self, form: dict[str, str]) -> Answer:
        """Back to the shop, with what Stripe adds to its address."""
        waiting_intent = self._intent(form.get("payment_intent", ""))
        try:
            intent = self._challenge(form)
        except BadSwitch as error:
            return Answer(400, finished_page(str(error)), HTML)
        action = (waiting_intent or {}).get("next_action") or {}
        back = action.get("redirect_to_url", {}).get("return_url")
        if back is None:
            return Answer(200, finished_page("Thank you. You can go back to the shop now."), HTML)
        return Answer(303, "", {"Location": with_result(back, intent), "Cache-Control": "no-store"})

    def _intent(self, intent_id: str) -> Thing | None:
        with self._store.transaction():
            return self._store.get(intent_id, "payment_intent")


def with_result(url: str, intent: Thing) -> str:
    parts = urlsplit(url)
    result = "failed" if intent["last_payment_error"] else "succeeded"
    added = {"payment_intent": intent["id"], "payment_intent_client_secret": intent["client_secret"]}
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *added.items(), ("redirect_status", result)])
    return urlunsplit(parts._replace(query=query))


def waiting(ledger: Ledger, object_name: str, identifier: object, status: str) -> Thing:
    thing = ledger.get(identifier, object_name) if isinstance(identifier, str) else None
    if thing is None:
        raise BadSwitch(f"There is no such {object_name}.")
    if thing["status"] != status:
        raise BadSwitch(f"{thing['id']} is {thing['status']}, not {status}: there is nothing to end.")
    return thing


def choice(body: Mapping[str, Any], name: str, yes: str, no: str) -> bool:
    if body.get(name) not in (yes, no):
        raise BadSwitch(f'{name} must be "{yes}" or "{no}".')
    return body[name] == yes


def only(body: Mapping[str, Any], *names: str) -> None:
    if set(body) - set(names):
        raise BadSwitch(f"This switch takes {', '.join(names) or 'no members'}, nothing else.")


def is_form(call: Call) -> bool:
    """What the page sends. `curl -d` calls every body a form: JSON is known by how it begins, as no form does."""
    claimed = call.headers.get("content-type", "").startswith(FORM_TYPE)
    return claimed and not call.body.lstrip().startswith((b"{", b"["))


def read_json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if body else {}
    except ValueError as error:
        raise BadSwitch(f"The body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise BadSwitch("The body must be a JSON object.")
    return value


def as_json(status: int, value: Any) -> Answer:
    return Answer(status, json.dumps(value))
