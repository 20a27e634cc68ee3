"""One request to each function: no user's first click waits for a cold start, and a function that cannot run is
reported at once."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from botocore.exceptions import BotoCoreError, ClientError

SECONDS_MAX = 30
AT_ONCE = 2  # as many cold starts as the embedded AWS makes at a time
MESSAGE_CHARACTERS_MAX = 300
FUNCTION = re.compile(r":function:([\w-]+)")
T = TypeVar("T")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    function: str | None  # its name, as far as the API tells it


@dataclass(frozen=True)
class Broken:
    message: str
    function: str | None  # whose log says why


def requests_of(resources: Iterable[Mapping[str, Any]]) -> Iterator[Request]:
    """A request for each route of the deployed API, as API Gateway lists them.

    They are well formed, but their ids name nothing: the function is imported, makes its clients, reads, and writes
    nothing.
    """
    for resource in resources:
        for method, deployed in (resource.get("resourceMethods") or {}).items():
            if method in ("GET", "POST"):
                path = re.sub(r"{\w+\+?}", "warm-up", resource["path"]).rstrip("/") + "/"
                yield Request(method, path, function_in((deployed or {}).get("methodIntegration", {}).get("uri", "")))


def function_in(arn: str) -> str | None:
    found = FUNCTION.search(arn)
    return found[1] if found else None


def warm_up(api_url: str, headers: Mapping[str, str], requests: Iterable[Request]) -> list[Broken]:
    """The requests that were answered 5xx, or not at all; empty if all functions work. `headers`: of someone signed
    in, with the key that the API asks for."""
    with httpx.Client(trust_env=False, verify=False, timeout=SECONDS_MAX, headers=dict(headers)) as http:

        def ask(request: Request) -> Broken | None:
            what = f"{request.method} {request.path}"
            try:
                answer = http.request(request.method, api_url + request.path)
            except httpx.TransportError as error:
                return Broken(f"{what} gets no answer: {error or type(error).__name__}", request.function)
            if answer.status_code < 500:
                return None
            return Broken(
                f"{what} answers {answer.status_code}: {answer.text[:MESSAGE_CHARACTERS_MAX]}", request.function
            )

        return tried_twice(ask, sorted(set(requests), key=lambda request: (request.path, request.method)))


def warm_up_consumers(functions: Any) -> list[Broken]:
    """The same for the consumers of queues, with a batch without messages. `functions`: a client of Lambda."""
    pages = functions.get_paginator("list_event_source_mappings").paginate()
    arns = {mapping["FunctionArn"] for page in pages for mapping in page["EventSourceMappings"]}

    def invoke(arn: str) -> Broken | None:
        name = arn.rpartition("function:")[2]
        try:
            answer = functions.invoke(FunctionName=arn, Payload=json.dumps({"Records": []}))
        except (BotoCoreError, ClientError) as error:
            return Broken(f"{name} cannot be called: {error}", function_in(arn))
        if "FunctionError" not in answer:
            return None
        return Broken(f"{name} fails: {reason_in(answer['Payload'].read())}", function_in(arn))

    return tried_twice(invoke, sorted(arns))


def reason_in(error: bytes) -> str:
    """The message of Lambda's error object, without its stack, which is in the log."""
    try:
        parsed = json.loads(error)
        return f"{parsed['errorType']}: {parsed['errorMessage']}"[:MESSAGE_CHARACTERS_MAX]
    except (ValueError, KeyError, TypeError):
        return error.decode(errors="replace")[:MESSAGE_CHARACTERS_MAX]


def tried_twice(ask: Callable[[T], Broken | None], whom: Iterable[T]) -> list[Broken]:
    """The calls that fail at the second try too: on a busy machine the first may time out."""
    left, found = list(whom), []
    for _ in range(2):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = list(zip(left, pool.map(ask, left), strict=True))
        left, found = [one for one, broken in asked if broken], [broken for _, broken in asked if broken]
    return found
