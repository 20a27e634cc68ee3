"""Every function is called once, what is broken a second time, and then it is told with the log that says why."""

import io
import json
from typing import Any

import httpx
import pytest

from local import beginning, stack
from local.services import Addresses, StackFailed
from local.stack_file import Account
from local.warm_up import Broken, Request, requests_of, warm_up, warm_up_consumers

PREFIX = "arn:aws:lambda:us-east-1:000000000000:function:"
URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{PREFIX}cinema-get_list:live/invocations"
RESOURCES = [
    {"path": "/"},
    {"path": "/List/api/v0/{proxy+}", "resourceMethods": {"GET": {"methodIntegration": {"uri": URI}}, "OPTIONS": {}}},
    {"path": "/Hold/api/v0", "resourceMethods": {"POST": {}}},
]
LIST = Request("GET", "/List/api/v0/warm-up/", "cinema-get_list")
KEYS = {"AuthorizationToken": "t", "x-api-key": "k"}
HOLD = Request("POST", "/Hold/api/v0/", None)


class Api:
    """Answers as scripted, path by path; then 200."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answers: list[Any]) -> None:
        self.asked: list[str] = []
        self._answers = answers
        make = httpx.Client
        transport = httpx.MockTransport(self._answer)
        monkeypatch.setattr(httpx, "Client", lambda **options: make(transport=transport, **options))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["AuthorizationToken"] == "t" and request.headers["x-api-key"] == "k"
        self.asked.append(request.url.path)
        waiting = self._answers.get(request.url.path.split("/")[1])
        one = waiting.pop(0) if waiting else 200
        if isinstance(one, Exception):
            raise one
        return httpx.Response(one, text="so it is")


class Lambda:
    error = b'{"errorType": "SyntaxError", "errorMessage": "invalid", "stackTrace": ["line 1"]}'

    def __init__(self, **failures: int) -> None:
        self.failures, self.called = failures, []

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_event_source_mappings"
        return self

    def paginate(self) -> list[Any]:
        return [{"EventSourceMappings": [{"FunctionArn": f"{PREFIX}{name}:live"} for name in ("book", "refresh")]}]

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:
        assert json.loads(Payload) == {"Records": []}
        name = FunctionName.removeprefix(PREFIX).removesuffix(":live")
        self.called.append(name)
        if self.called.count(name) > self.failures.get(name, 0):
            return {"Payload": io.BytesIO(b"{}")}
        return {"FunctionError": "Unhandled", "Payload": io.BytesIO(self.error)}


def test_each_route_is_asked_once_and_its_function_is_known() -> None:
    assert list(requests_of(RESOURCES)) == [LIST, HOLD]


@pytest.mark.parametrize("once", [503, httpx.ReadTimeout("slow")])
def test_what_fails_once_on_a_busy_machine_is_not_told(monkeypatch: pytest.MonkeyPatch, once: Any) -> None:
    api = Api(monkeypatch, List=[once])
    assert warm_up("http://api", KEYS, [LIST, HOLD]) == []
    assert sorted(api.asked) == [HOLD.path, LIST.path, LIST.path]


def test_what_fails_twice_is_told_with_its_function(monkeypatch: pytest.MonkeyPatch) -> None:
    Api(monkeypatch, List=[500, 502], Hold=[httpx.ReadTimeout("slow")] * 2)
    assert warm_up("http://api", KEYS, [LIST, HOLD]) == [
        Broken("POST /Hold/api/v0/ gets no answer: slow", None),
        Broken("GET /List/api/v0/warm-up/ answers 502: so it is", "cinema-get_list"),
    ]


@pytest.mark.parametrize(
    ("error", "told"), [(Lambda.error, "SyntaxError: invalid"), (b"no JSON", "no JSON"), (b"[]", "[]")]
)
def test_functions_behind_queues_are_called_the_same_way(error: bytes, told: str) -> None:
    functions = Lambda(book=1, refresh=2)
    functions.error = error
    assert warm_up_consumers(functions) == [Broken(f"refresh:live fails: {told}", "refresh")]
    assert sorted(functions.called) == ["book", "book", "refresh", "refresh"]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A stack that runs, into which anything deploys."""
    monkeypatch.setattr(stack, "STATE", tmp_path)
    addresses = Addresses(1, 2, 3, 4, None)
    facts = {
        "aws_endpoint_url": addresses.aws_url,
        "cache_url": addresses.cache_url,
        "payment_sandbox_url": addresses.payments_url,
        "web_url": addresses.web_url,
        "faults_url": addresses.faults_url,
    }
    monkeypatch.setattr(stack, "running_stack", lambda: facts)
    monkeypatch.setattr(stack, "mended", lambda found: found)
    monkeypatch.setattr(stack.deployment, "synthesis", lambda _: stack.contextlib.nullcontext(lambda: None))
    monkeypatch.setattr(stack.deployment, "deploy", lambda _: None)
    monkeypatch.setattr(stack.deployment, "find_api", lambda *_: ("http://api", RESOURCES))
    monkeypatch.setattr(stack, "name_people_to_page", lambda _: None)
    monkeypatch.setattr(stack.front_door, "origin_key_of", lambda _: "k")
    monkeypatch.setattr(stack.front_door, "write_config", lambda *_: False)
    monkeypatch.setattr(beginning, "sign_in", lambda _, who: [Account(*who[0], "t")])


@pytest.mark.usefixtures("deployed")
def test_a_redeployment_of_broken_code_fails_and_names_the_logs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Api(monkeypatch, List=[502, 502])
    monkeypatch.setattr(stack.deployment, "client", lambda *_: Lambda(book=2))
    with pytest.raises(StackFailed, match="2 function calls failed"):
        stack.redeploy()
    said = capsys.readouterr().out
    assert "WARNING: GET /List/api/v0/warm-up/ answers 502" in said and "functions/cinema-get_list.log" in said
    assert "WARNING: book:live fails" in said and "functions/book.log" in said
    assert "ready" not in said


@pytest.mark.usefixtures("deployed")
def test_a_redeployment_of_sound_code_is_ready(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Api(monkeypatch)
    monkeypatch.setattr(stack.deployment, "client", lambda *_: Lambda())
    stack.redeploy()
    said = capsys.readouterr().out
    assert "ready" in said and "WARNING" not in said
