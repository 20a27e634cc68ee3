"""One request to each function, so that nobody's first click waits for a cold start."""

import re

import httpx

from infra.http_functions import HTTP_FUNCTIONS
from local.services import StackFailed
from local.toolchain import ROOT

SECONDS_MAX = 30


def path_of(route: str) -> str:
    """Well formed, and naming nothing: the function is imported, makes its clients, reads, and writes nothing."""
    return re.sub(r"{\w+\+?}", "warm-up", route).rstrip("/") + "/"


def warm_up(api_url: str, token: str) -> None:
    """Raises StackFailed if a function answers 5xx: then it cannot work at all."""
    broken = []
    with httpx.Client(trust_env=False, timeout=SECONDS_MAX, headers={"AuthorizationToken": token}) as http:
        for function in HTTP_FUNCTIONS:
            if not (ROOT / "functions" / "api" / f"{function.verb}.py").exists():
                continue
            path = path_of(function.path)
            answer = http.request(function.method, api_url + path)
            if answer.status_code >= 500:
                broken.append(f"{function.method} {path}: {answer.status_code} {answer.text[:300]}")
    if broken:
        lines = "".join(f"\n    {one}" for one in broken)
        raise StackFailed(f"The functions were deployed, but fail:{lines}\n  Logs: .local/logs/functions/")
