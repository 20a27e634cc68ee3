"""Stripe's package without a network: what it would send is recorded, what Stripe would answer is scripted."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import stripe

from local.payment_sandbox.form import parse_form

INTENT: dict[str, Any] = {
    "id": "pi_1",
    "object": "payment_intent",
    "amount": 2300,
    "amount_received": 0,
    "client_secret": "pi_1_secret_1",
    "currency": "eur",
    "customer": None,
    "last_payment_error": None,
    "latest_charge": None,
    "metadata": {},
    "next_action": None,
    "payment_method": None,
    "payment_method_types": ["card"],
    "status": "requires_payment_method",
}


@dataclass(frozen=True)
class Sent:
    """One request: `parameters` as the package wrote them, lists as objects with numbers for names."""

    method: str
    path: str
    parameters: Mapping[str, Any]
    headers: Mapping[str, str]

    @property
    def call(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answered:
    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def intent(**members: Any) -> Answered:
    """A member that is given as `...` is left out, as Stripe leaves out what is optional."""
    shown = INTENT | members
    return Answered({name: value for name, value in shown.items() if value is not ...})


def refusal(status: int = 400, kind: str = "invalid_request_error", **members: Any) -> Answered:
    return Answered({"error": {"type": kind, **members}}, status)


class ScriptedStripe(stripe.HTTPClient):
    """`answers` are given in order. One that is an exception is raised: the network's."""

    name = "scripted"

    def __init__(self, *answers: Answered | Exception) -> None:
        super().__init__()
        self.answers = deque(answers)
        self.sent: list[Sent] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        form = parse_form(post_data if isinstance(post_data, str) else parts.query)
        self.sent.append(Sent(method.upper(), parts.path, form, dict(headers or {})))
        answer = self.answers.popleft() if self.answers else intent()
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer.body), answer.status, {"request-id": "req_1", **answer.headers}

    @property
    def calls(self) -> list[str]:
        return [one.call for one in self.sent]
