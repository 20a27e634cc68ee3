"""The page and the API on one origin, on this machine: the built files of web/dist, and the real handlers over the
fakes with the demo's plan. By hand: `python -m tests.browser.cinema_server`; the page is at the address that it prints.

A token is a demo customer's name: nothing is signed here. The clock begins at NOON and runs.
"""

import json
import mimetypes
import re
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from box_office.domain.catalogue import Event
from infra.http_functions import HTTP_FUNCTIONS
from local import demo_programme
from operations.catalogue import plan_file
from operations.catalogue.plan_document import read_plan
from operations.catalogue.planning.plan import Facts, Plan, places
from operations.catalogue.planning.showings import resolve
from tests.fakes.catalogue import FakeCatalogue
from tests.fakes.cinema import FakeCinema
from tests.set_clock import SetClock

DIST = Path(__file__).resolve().parents[2] / "web" / "dist"
NOON = 1_795_608_000_000  # 2026-11-25T12:00:00Z, a Wednesday
CUSTOMERS = ("ada", "grace", "alan")


class RunningClock(SetClock):
    """Runs with the machine's clock from a time that a test may set."""

    def __init__(self, now: int) -> None:
        super().__init__(now)
        self._begun = time.monotonic()

    def now_ms(self) -> int:
        return self.now + int((time.monotonic() - self._begun) * 1000)


def demo_plan() -> Plan:
    plan, problems = read_plan(plan_file.read(demo_programme.DEMO)[0])
    assert plan is not None, problems
    return plan


def demo_cinema(now: int = NOON) -> FakeCinema:
    cinema = FakeCinema(clock=RunningClock(now))
    plan = demo_plan()
    showings, problems = resolve(plan, places(plan, Facts()), now)
    assert not problems, problems
    events: list[Event] = [showing.event for showing in showings]
    cinema.catalogue = FakeCatalogue(plan.movies, plan.theaters, plan.rooms, events)
    cinema.events.events = cinema.catalogue.events
    cinema.rooms.rooms = cinema.catalogue.rooms
    return cinema


@dataclass(frozen=True)
class Route:
    verb: str
    method: str
    path: re.Pattern[str]


ROUTES = [
    Route(one.verb, one.method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", one.path) + "/?"))
    for one in HTTP_FUNCTIONS
]


def page_policy() -> str:
    """The policy that the edge sends with the page. Its module needs the CDK, which needs Node."""
    from infra.node_runtime import use_bundled_node

    use_bundled_node()
    from infra.edge import response_headers

    return response_headers.page_policy("us-east-1")


class CinemaServer(ThreadingHTTPServer):
    """`url`: of the page. `failing`: verbs that answer 503 until a test takes them out."""

    daemon_threads = True

    def __init__(self, cinema: FakeCinema, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.cinema = cinema
        self.failing: set[str] = set()
        self.asked: list[str] = []
        self.policy = page_policy()
        self.one_at_a_time = threading.Lock()  # the fakes are not made for threads
        self.url = f"http://127.0.0.1:{self.server_port}"

    def config(self) -> dict[str, Any]:
        return {
            "region": "us-east-1",
            "user_pool_id": "us-east-1_fake",
            "client_id": "fake",
            "staff_client_id": None,
            "stripe_publishable_key": "pk_test_fake",
            "stripe_script": None,
            "languages": ["en", "es"],
            "build": "test",
            "stop_sale": None,
            "demo_accounts": [{"name": name, "group": "customer", "token": name} for name in CUSTOMERS],
        }


class Handler(BaseHTTPRequestHandler):
    server: CinemaServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.answer()

    do_POST = do_DELETE = do_GET

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode() or None
        address = urlsplit(self.path)
        for route in ROUTES:
            found = route.path.fullmatch(address.path)
            if found and route.method == self.command:
                names = {name: unquote(value) for name, value in found.groupdict().items()}
                self.answer_verb(route.verb, names, parse_qs(address.query), body)
                return
        self.answer_file(address.path)

    def answer_verb(self, verb: str, path: dict[str, str], query: dict[str, list[str]], body: str | None) -> None:
        user = self.headers.get("AuthorizationToken")
        self.server.asked.append(f"{verb} {' '.join(path.values())}".strip())
        if verb in self.server.failing:
            problem = {"code": "unavailable", "detail": "Try again.", "status": 503}
            self.send(503, "application/problem+json", json.dumps(problem).encode(), {"Retry-After": "1"})
            return
        request = {
            "pathParameters": path,
            "queryStringParameters": {name: values[-1] for name, values in query.items()},
            "multiValueQueryStringParameters": query,
            "headers": dict(self.headers),
            "body": body,
            "isBase64Encoded": False,
            "requestContext": {
                "requestId": "test",
                "authorizer": {"claims": {"sub": user, "token_use": "id", "cognito:groups": "customer"}}
                if user
                else None,
                "identity": {"sourceIp": "192.0.2.1"},
            },
        }
        with self.server.one_at_a_time:
            raw = self.server.cinema.handler(verb)(request, None)
            self.server.cinema.deliver()
        headers = {name: value for name, value in raw["headers"].items() if name.lower() != "content-type"}
        kind = next(
            (value for name, value in raw["headers"].items() if name.lower() == "content-type"), "application/json"
        )
        self.send(raw["statusCode"], kind, (raw["body"] or "").encode(), headers)

    def answer_file(self, path: str) -> None:
        if path == "/config.json":
            self.send(200, "application/json", json.dumps(self.server.config()).encode(), {})
            return
        name = path if "." in path.rsplit("/", 1)[-1] else "/index.html"  # as the edge's function does
        file = (DIST / name.lstrip("/")).resolve()
        if not file.is_relative_to(DIST) or not file.is_file():
            self.send(403, "text/plain", b"no such file", {})
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.send(
            200,
            kind,
            file.read_bytes(),
            {"Content-Security-Policy": self.server.policy, "X-Content-Type-Options": "nosniff"},
        )

    def send(self, status: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    server = CinemaServer(demo_cinema(), 8123)
    print(server.url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
