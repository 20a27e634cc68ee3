"""`/_sandbox/...`: what a test or an engineer switches. Answers in every mode.

| switch | does |
|---|---|
| `POST mode {"mode": ...}` | how the sandbox fails from now on (`modes.py`) |
| `POST challenge {"payment_intent", "outcome": "pass" or "fail"}` | ends a 3-D Secure challenge |
| `GET returned` | where a customer lands after the challenge, as long as there is no shop with pages |
| `GET challenge/{payment_intent}` | the page with two buttons that do the same; `?locale=es` |
| `POST settle {"payment_intent", "refund" or "dispute", "outcome": "succeed" or "fail"}` | ends what is processing, |
| | pending or open; `fail` also a refund that had succeeded |
| `POST dashboard_refund {"payment_intent", "amount"}` | a refund that the shop did not make; else the rest |
| `POST refunds {"begin": "pending"}` | the status that refunds begin with; `succeeded` and `requires_action` too |
| `POST fail_once {"effect": true or false}` | the next call with a key that moves money takes effect or not, and is |
| | answered 500, which is stored under its key as Stripe does |
| `POST prune_keys` | forgets the answers under all keys, as Stripe does after a day |
| `POST webhook {"url": ..., "events": "snapshot" or "thin"}` | where callbacks go, and in which form |
| `GET ledger` | `{"payment_intents": [...], "refunds": [...]}` |
| `POST reset` | empties it; mode and address stay, a `fail_once` that waits and `refunds` do not |
| `GET health` | `{"status": "ok", "mode": {...}, "webhook_url": ..., "callbacks": {...}}` |
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from local.payment_sandbox.api import FORM_TYPE, Answer, Api, Call
from local.payment_sandbox.callbacks import FORMS, Callbacks, check_url
from local.payment_sandbox.challenge_page import challenge_page, finished_page
from local.payment_sandbox.decisions import Decision, decide_challenge, refund_at_dashboard, settle
from local.payment_sandbox.ledger import Thing, shown
from local.payment_sandbox.modes import FAIL_ONCE, BadSwitch, CurrentMode, parse_mode
from local.payment_sandbox.page_files import FRAMED_BY
from local.payment_sandbox.refunds import BEGIN, BEGINNINGS
from local.payment_sandbox.store import Store
from local.payment_sandbox.switch_bodies import choice, only, read_json

PREFIX = "/_sandbox/"
CHALLENGE = "challenge/"
HTML = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; script-src 'self'; style-src 'self'; {FRAMED_BY}",
    "Cache-Control": "no-store",
}


class Switches:
    def __init__(self, api: Api, store: Store, mode: CurrentMode, callbacks: Callbacks) -> None:
        self._api = api
        self._store = store
        self._mode = mode
        self._callbacks = callbacks
        self._posts: dict[str, Callable[[dict[str, Any]], object]] = {
            "mode": self._set_mode,
            "challenge": lambda body: self._decide(decide_challenge, body),
            "settle": lambda body: self._decide(settle, body),
            "dashboard_refund": lambda body: self._decide(refund_at_dashboard, body),
            "refunds": self._begin_refunds,
            "fail_once": self._fail_once,
            "prune_keys": self._prune_keys,
            "webhook": self._set_webhook,
            "reset": self._reset,
        }
        self._gets: dict[str, Callable[[], object]] = {"ledger": self._ledger, "health": self._health}

    def answer(self, call: Call) -> Answer:
        name = call.path.removeprefix(PREFIX).rstrip("/")
        try:
            if call.method == "GET" and name.startswith(CHALLENGE):
                return self._page(name.removeprefix(CHALLENGE), dict(parse_qsl(call.query)).get("locale", "en"))
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
        switch_names = ", ".join(
            [*(f"POST {PREFIX}{post}" for post in self._posts), *(f"GET {PREFIX}{get}" for get in self._gets)]
        )
        return as_json(404, {"error": f"No such switch. There are: {switch_names}."})

    def _post(self, name: str, call: Call) -> Answer:
        if name == "challenge" and is_form(call):
            return self._answer_of_page(dict(parse_qsl(call.body.decode(errors="replace"))))
        return as_json(200, self._posts[name](read_json(call.body)))

    def _set_mode(self, body: dict[str, Any]) -> object:
        mode = parse_mode(body)
        self._mode.set(mode)
        self._callbacks.wake()
        return mode.shown()

    def _set_webhook(self, body: dict[str, Any]) -> object:
        only(body, "url", "events")
        form = choice(body, "events", *FORMS) if "events" in body else "snapshot"
        self._callbacks.send_to(check_url(body.get("url")), form)
        return {"webhook_url": self._callbacks.url, "events": form}

    def _begin_refunds(self, body: dict[str, Any]) -> object:
        only(body, "begin")
        status = choice(body, "begin", *BEGINNINGS)
        with self._store.transaction():
            self._store.put_setting(BEGIN, status)
        return {"begin": status}

    def _fail_once(self, body: dict[str, Any]) -> object:
        only(body, "effect")
        if not isinstance(body.get("effect"), bool):
            raise BadSwitch("effect must be true or false.")
        with self._store.transaction():
            self._store.put_setting(FAIL_ONCE, {"effect": body["effect"]})
        return {"fail_once": {"effect": body["effect"]}}

    def _prune_keys(self, body: dict[str, Any]) -> object:
        only(body)
        with self._store.transaction():
            return {"pruned": self._store.forget_answers()}

    def _reset(self, body: dict[str, Any]) -> object:
        only(body)
        with self._store.transaction():
            self._store.empty()
            self._store.put_setting(FAIL_ONCE, None)
            self._store.put_setting(BEGIN, None)
        return {"status": "empty"}

    def _ledger(self) -> object:
        with self._store.transaction():
            intents, refunds = self._store.all("payment_intent"), self._store.all("refund")
        return {"payment_intents": [shown(intent) for intent in intents], "refunds": [shown(one) for one in refunds]}

    def _health(self) -> object:
        with self._store.transaction():
            counts = self._store.callback_counts()
        mode = self._mode.get().shown()
        return {"status": "ok", "mode": mode, "webhook_url": self._callbacks.url, "callbacks": counts}

    def _decide(self, decision: Decision, body: dict[str, Any]) -> Thing:
        with self._store.transaction():
            thing = decision(self._api.ledger(), body)
        self._callbacks.wake()
        return thing

    def _page(self, intent_id: str, locale: str) -> Answer:
        intent = self._intent(intent_id)
        if intent is None:
            return Answer(404, finished_page("There is no such payment."), HTML)
        if intent["status"] != "requires_action":
            return Answer(200, finished_page("This payment is not waiting for you any more."), HTML)
        return Answer(200, challenge_page(intent, locale), HTML)

    def _answer_of_page(self, form: dict[str, str]) -> Answer:
        """Back to the shop, with what Stripe adds to its address."""
        waiting_intent = self._intent(form.get("payment_intent", ""))
        try:
            intent = self._decide(decide_challenge, form)
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


def is_form(call: Call) -> bool:
    """Whether the bank's page sent it. `curl -d` calls every body a form, but no form begins as JSON does."""
    claimed = call.headers.get("content-type", "").startswith(FORM_TYPE)
    return claimed and not call.body.lstrip().startswith((b"{", b"["))


def as_json(status: int, value: object) -> Answer:
    return Answer(status, json.dumps(value))
