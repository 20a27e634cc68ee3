"""The page and the API on one origin, on this machine: the built files of web/dist, and the real handlers over the
fakes with the demo's plan, paid at a payment sandbox. By hand: `python -m tests.browser.cinema_server`; the page is at
the address that it prints.

An ID token is a demo customer's name: nothing is signed here. The clock begins at NOON and runs.
"""

import json
import mimetypes
import random
import re
import signal
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from box_office.domain.catalogue import Event
from box_office.domain.seats import BOOKED, HOLD
from infra.edge.paths import NAMED_PLACES
from infra.http_functions import HTTP_FUNCTIONS
from local import demo_programme
from operations.catalogue import plan_file
from operations.catalogue.plan_document import read_plan
from operations.catalogue.planning.plan import Facts, Plan, places
from operations.catalogue.planning.showings import resolve
from tests.browser.payments import CALLBACKS, SandboxProvider, sandbox_of_cinema
from tests.browser.user_pool import UserPool
from tests.fakes.catalogue import FakeCatalogue
from tests.fakes.cinema import FakeCinema
from tests.fakes.money import FakeEvents
from tests.payment_sandbox_process import Sandbox
from tests.set_clock import SetClock

DIST = Path(__file__).resolve().parents[2] / "web" / "dist"
NOON = 1_795_608_000_000  # 2026-11-25T12:00:00Z, a Wednesday
ONE_AT_A_TIME = threading.RLock()  # the fakes are not made for threads
CUSTOMERS = ("ada", "grace", "alan")
PASSWORD = "A-demo-password-1"


class RunningClock(SetClock):
    """Runs with the machine's clock from a time that a test may set."""

    def __init__(self, now: int) -> None:
        super().__init__(now)
        self._begun: float | None = time.monotonic()

    def now_ms(self) -> int:
        return self.now if self._begun is None else self.now + int((time.monotonic() - self._begun) * 1000)

    def stop_at(self, now: int) -> None:
        """Stands still from here on, so that what is left of a hold does not depend on how slow a machine is."""
        self.now, self._begun = now, None


@cache
def demo_plan(now: int) -> tuple[Plan, tuple[Event, ...]]:
    """The demo's plan, and its showings as of a load at `now`."""
    plan, problems = read_plan(plan_file.read(demo_programme.DEMO)[0])
    assert plan is not None, problems
    showings, problems = resolve(plan, places(plan, Facts()), now)
    assert not problems, problems
    return plan, tuple(showing.event for showing in showings)


def demo_cinema(clock: SetClock | None = None) -> FakeCinema:
    """`clock`: one that runs from NOON unless a test sets its own."""
    clock = clock or RunningClock(NOON)
    cinema = FakeCinema(clock=clock)
    plan, events = demo_plan(clock.now)
    cinema.catalogue = FakeCatalogue(plan.movies, plan.theaters, plan.rooms, events)
    cinema.events = FakeEvents(cinema.catalogue.events)
    cinema.rooms.rooms = cinema.catalogue.rooms
    return cinema


def half_sold(cinema: FakeCinema, event_id: str, *, leave: Sequence[str] = (), every: int = 2) -> None:
    """Sells about one seat of two in groups, holds some, and leaves these free. Always the same seats."""
    chance = random.Random(event_id)
    room = cinema.catalogue.rooms[cinema.catalogue.events[event_id].room_id]
    for row in room.rows:
        number = 1
        while number <= len(row.category):
            group = chance.randint(1, 4)
            seats = [f"{row.row}{one}" for one in range(number, min(number + group, len(row.category) + 1))]
            number += group
            if chance.randrange(every + 1):
                mark_taken(cinema, event_id, [seat for seat in seats if seat not in leave], held=chance.random() < 0.15)


def mark_taken(
    cinema: FakeCinema,
    event_id: str,
    seats: Sequence[str],
    *,
    held: bool = False,
    pinned: bool = False,
    seconds: int = 430,
) -> None:
    """Sold; or held by another customer for `seconds`; or pinned: being paid. No page sees a part of it."""
    members: dict[str, Any] = {"order_id": "or_else", "user_id": "else", "order_key": event_id, "version": 3}
    if held or pinned:
        members |= {"hold_until": cinema.clock.now_ms() + seconds * 1000, "pinned": pinned}
    with ONE_AT_A_TIME:
        for seat in seats:
            cinema.seed_seat(seat, event_id, status=HOLD if held or pinned else BOOKED, **members)


def all_seats(cinema: FakeCinema, event_id: str) -> list[str]:
    return list(cinema.catalogue.rooms[cinema.catalogue.events[event_id].room_id].category_of)


@dataclass(frozen=True)
class Route:
    verb: str
    method: str
    path: re.Pattern[str]


ROUTES = [
    Route(one.verb, one.method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", one.path) + "/?"))
    for one in HTTP_FUNCTIONS
]


@cache
def page_policy(provider_url: str) -> str:
    """The policy that the edge sends with the page. Its module needs the CDK, which needs Node."""
    from infra.node_runtime import use_bundled_node

    use_bundled_node()
    from infra.edge import response_headers
    from infra.edge.provider import provider_addresses

    return response_headers.page_policy(provider_addresses(provider_url), response_headers.sign_in_address("us-east-1"))


class CinemaServer(ThreadingHTTPServer):
    """`url`: of the page. `failing`: verbs that answer 503 until a test takes them out. `workers_rest`: what waits on
    the lanes stays there until `work`."""

    daemon_threads = True

    def __init__(self, cinema: FakeCinema, sandbox: Sandbox, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.cinema = cinema
        self.sandbox = sandbox
        self.workers_rest = False
        self.failing: set[str] = set()
        self.asked: list[str] = []
        self.user_pool = UserPool("fake", {f"{name}@example.com": PASSWORD for name in CUSTOMERS})
        self.policy = page_policy(sandbox.url)
        self.one_at_a_time = ONE_AT_A_TIME
        self.url = f"http://127.0.0.1:{self.server_port}"
        sandbox.switch("mode", mode="ok")
        sandbox.switch("reset")
        sandbox.switch("webhook", url=self.url + CALLBACKS)
        cinema.provider = SandboxProvider(sandbox, f"{self.url}/")

    def work(self) -> None:
        with self.one_at_a_time:
            self.cinema.deliver()

    def reconcile(self) -> None:
        with self.one_at_a_time:
            self.cinema.reconcile()
            self.cinema.deliver()

    def config(self) -> dict[str, Any]:
        return {
            "region": "us-east-1",
            "user_pool_id": "us-east-1_fake",
            "client_id": "fake",
            "staff_client_id": None,
            "stripe_publishable_key": "pk_test_fake",
            "stripe_script": f"{self.sandbox.url}/v3/",
            "languages": ["en", "es"],
            "build": "test",
            "contact_email": "help@cinema.example",
            "hold_seconds": 600,
            "hold_seconds_max": 1_800,
            "stop_sale": None,
            "cognito_endpoint": f"{self.url}/cognito",
            "demo_accounts": [
                {
                    "name": name,
                    "email": f"{name}@example.com",
                    "password": PASSWORD,
                    "group": "customer",
                    "theater_id": None,
                }
                for name in CUSTOMERS
            ],
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
        if address.path == "/cognito/":
            operation = (self.headers.get("X-Amz-Target") or "").rpartition(".")[2]
            status, told = self.server.user_pool.answer(operation, json.loads(body or "{}"))
            self.send(status, "application/x-amz-json-1.1", json.dumps(told).encode(), {})
            return
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
            if not self.server.workers_rest:
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
        is_file = "." in path.rsplit("/", 1)[-1] and path.split("/")[1] not in NAMED_PLACES
        name = path if is_file else "/index.html"  # as the edge's function does
        file = (DIST / name.lstrip("/")).resolve()
        if not file.is_relative_to(DIST) or not file.is_file():
            self.send(404, "text/plain", b"no such file", {})
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
    cinema = demo_cinema()
    for event_id in cinema.catalogue.events:
        half_sold(cinema, event_id)
    with tempfile.TemporaryDirectory() as directory:
        sandbox = sandbox_of_cinema(Path(directory) / "payments.db")
        server = CinemaServer(cinema, sandbox, 8123)
        print(server.url, flush=True)
        try:
            server.serve_forever()
        finally:
            sandbox.end(signal.SIGTERM)


if __name__ == "__main__":
    main()
