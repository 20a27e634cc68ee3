"""One request to each function, so that nobody's first click waits for a cold start."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

SECONDS_MAX = 30
AT_ONCE = 2  # as many cold starts as the embedded AWS makes at a time


def requests_of(resources: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Method and path of each route of the deployed API, as API Gateway lists them.

    Well formed, and naming nothing: the function is imported, makes its clients, reads, and writes nothing.
    """
    for resource in resources:
        for method in resource.get("resourceMethods") or {}:
            if method in ("GET", "POST"):
                yield method, re.sub(r"{\w+\+?}", "warm-up", resource["path"]).rstrip("/") + "/"


def warm_up(api_url: str, token: str, requests: Iterable[tuple[str, str]]) -> list[str]:
    """What answered 5xx, a line each: nothing, if everything works."""
    headers = {"AuthorizationToken": token}
    with (
        httpx.Client(trust_env=False, verify=False, timeout=SECONDS_MAX, headers=headers) as http,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):

        def ask(request: tuple[str, str]) -> str | None:
            method, path = request
            answer = http.request(method, api_url + path)
            if answer.status_code < 500:
                return None
            return f"{method} {path} answers {answer.status_code}: {answer.text[:300]}"

        return [wrong for wrong in pool.map(ask, sorted(set(requests))) if wrong]


def warm_up_consumers(functions: Any) -> list[str]:
    """The same for what is behind queues: a batch without messages. `functions`: a client of Lambda."""
    pages = functions.get_paginator("list_event_source_mappings").paginate()
    arns = {mapping["FunctionArn"] for page in pages for mapping in page["EventSourceMappings"]}

    def invoke(arn: str) -> str | None:
        answer = functions.invoke(FunctionName=arn, Payload=json.dumps({"Records": []}))
        if "FunctionError" not in answer:
            return None
        return f"{arn.rpartition('function:')[2]} fails: {answer['Payload'].read(300).decode()}"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [wrong for wrong in pool.map(invoke, sorted(arns)) if wrong]
