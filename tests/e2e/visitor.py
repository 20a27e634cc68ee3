"""Somebody who uses the API over HTTP, and the record of what everybody was told."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.edge.refusals import OF_THE_FIREWALL
from tests.documented import hold_to_document, verb_at
from tests.e2e.connections import Connections
from tests.waiting import eventually

TOKEN_HEADER = "AuthorizationToken"
REQUEST_SECONDS_MAX = 90.0  # the gateway gives up after 29, by its own clock
SEATS_GONE = ("EXPIRED", "RELEASED", "UNRESOLVED", "REFUNDED")
FIREWALL_CODES = {refusal.code for refusal in OF_THE_FIREWALL}  # it answers them as plain JSON: it cannot choose
PATIENCE_TRIES = 4  # how often a 429 is obeyed before it is an answer


@dataclass(frozen=True)
class Showing:
    """One event of the tests' own plan. `rows`: row -> its seats, in order."""

    event_id: str
    movie_id: str
    theater_id: str
    rows: Mapping[str, Sequence[str]]

    @property
    def seats(self) -> list[str]:
        return [seat for row in self.rows.values() for seat in row]


@dataclass(frozen=True)
class Answer:
    """One answer; times are epoch seconds, and bound when the server acted."""

    status: int
    headers: httpx.Headers
    body: Any
    began: float
    ended: float

    @property
    def code(self) -> str | None:
        return self.body.get("code") if isinstance(self.body, dict) else None

    @property
    def word(self) -> str:
        return self.headers["Status"]


@dataclass
class Claim:
    """From `since` to `until` the user had been told that the seat is theirs, and had not touched it again."""

    user: str
    seat: tuple[str, str]  # event, seat
    since: float
    until: float = float("inf")


@dataclass
class History:
    """What everybody was told, in one test. For one device a user: another's release would not be known here."""

    statuses: Counter = field(default_factory=Counter)
    claims: list[Claim] = field(default_factory=list)
    _open: dict[tuple[str, str], list[Claim]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, answer: Answer) -> None:
        with self._lock:
            self.statuses[answer.status] += 1

    def close(self, user: str, event_id: str, at: float) -> list[str]:
        """From `at` on the user's seats of the event may be anybody's. Answers which they were."""
        with self._lock:
            closed = self._open.pop((user, event_id), [])
            for claim in closed:
                claim.until = at
            return [claim.seat[1] for claim in closed]

    def claim(self, user: str, event_id: str, seats: Sequence[str], since: float) -> None:
        with self._lock:
            claims = [Claim(user, (event_id, seat), since) for seat in seats]
            self.claims += claims
            self._open[user, event_id] += claims

    def double_holds(self) -> list[str]:
        """Seats that two users had been promised at the same time."""
        return [
            f"{one.seat} was promised to {one.user} and {other.user} at once" for one, other in overlapping(self.claims)
        ]


def overlapping(claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    of_seat = defaultdict(list)
    for claim in claims:
        of_seat[claim.seat].append(claim)
    for rivals in of_seat.values():
        rivals.sort(key=lambda claim: claim.since)
        for number, one in enumerate(rivals):
            for other in rivals[number + 1 :]:
                if one.user != other.user and other.since < one.until:
                    yield one, other


@dataclass
class Visitor:
    """Signed in if there is a token. Any number of threads may use one; the connections are kept and shared."""

    name: str
    token: str | None
    http: Connections
    history: History

    def request(self, method: str, path: str, **arguments: Any) -> Answer:
        """Every answer is checked for what all answers have: a Status word, and a problem document for an error; and it
        is held to docs/openapi.json."""
        headers = {TOKEN_HEADER: self.token} if self.token else {}
        headers |= arguments.pop("headers", {})
        began = time.time()
        raw = self.http.request(method, path, headers=headers, **arguments)
        is_json = "json" in raw.headers.get("Content-Type", "") and raw.content
        answer = Answer(raw.status_code, raw.headers, raw.json() if is_json else raw.text, began, time.time())
        self.history.heard(answer)
        assert answer.word == answer.word.upper() and answer.word, f"{method} {path}: {answer}"
        if answer.status >= 400 and method != "HEAD":
            by_the_firewall = answer.code in FIREWALL_CODES and raw.headers["Content-Type"] == "application/json"
            assert by_the_firewall or raw.headers["Content-Type"] == "application/problem+json", answer
            assert answer.body["type"] == f"/problems#{answer.code}", answer
            assert (answer.body["status"], answer.word) == (answer.status, str(answer.code).upper()), answer
        if answer.status in (429, 503):
            assert int(raw.headers["Retry-After"]) >= 1, answer
        verb = verb_at(method, path)
        if verb is not None:
            hold_to_document(verb, answer.status, raw.headers, answer.body, by_gateway=True)
        return answer

    def get(self, path: str, **arguments: Any) -> Answer:
        return self.request("GET", path, **arguments)

    def post(self, path: str, body: Any = None, **arguments: Any) -> Answer:
        return self.request("POST", path, json=body, **arguments)

    def hold(self, showing: Showing, *seats: str, key: str | None = None, sale: str | None = None) -> Answer:
        body = {
            "movie_id": showing.movie_id,
            "theater_id": showing.theater_id,
            "event_id": showing.event_id,
            "selected_seat": list(seats),
        }
        if sale is not None:
            body["sale"] = sale
        headers = {"Idempotency-Key": key} if key else {}
        before = self.history.close(self.name, showing.event_id, time.time())
        answer = self.patiently("POST", f"/HoldSeat/api/v0/{showing.movie_id}", json=body, headers=headers)
        if answer.status in (200, 201):
            self.history.claim(self.name, showing.event_id, answer.body["selected_seat"], answer.ended)
        elif answer.status < 500:
            self.history.claim(self.name, showing.event_id, before, answer.ended)  # nothing has changed
        return answer

    def release(self, showing: Showing, order_id: str | None = None) -> Answer:
        self.history.close(self.name, showing.event_id, time.time())
        body = {"order_id": order_id} if order_id else None
        return self.patiently("POST", f"/ReleaseSeat/api/v0/{showing.event_id}/", json=body)

    def holds(self, showing: Showing, *seats: str) -> str:
        """Gets them, and returns the order's id."""
        answer = self.hold(showing, *seats)
        assert answer.status == 201, answer
        return answer.body["order_id"]

    def pay(self, showing: Showing, payment: str | dict[str, Any] | None = "pm_card_visa", **more: Any) -> Answer:
        """`payment`: a card's token, or paymentInfo as it is; None leaves it out. `key` goes into the header, the rest
        into the body."""
        info = {"type": "card", "payment_method": payment} if isinstance(payment, str) else payment
        headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
        body = {"event_id": showing.event_id, **({} if info is None else {"paymentInfo": info}), **more}
        return self.post(f"/SubmitPayment/api/v0/{showing.event_id}/", body, headers=headers)

    def refund(self, showing: Showing, **body: Any) -> Answer:
        self.history.close(self.name, showing.event_id, time.time())
        headers = {"Idempotency-Key": body.pop("key")} if "key" in body else {}
        return self.post(f"/RefundBooking/api/v0/{showing.event_id}/", body, headers=headers)

    def check_in(self, code: str) -> Answer:
        return self.post("/CheckInTicket/api/v0/", {"ticket": code})

    def sees(self, showing: Showing, status: str, **query: str) -> Any:
        """The booking, as soon as it has this status; fails when it never has."""

        def is_it(answer: Answer) -> bool:
            return answer.status == 200 and answer.body["status"] == status

        answer = self._booking_that(is_it, status, showing, query)
        if status in SEATS_GONE:
            self.history.close(self.name, showing.event_id, time.time())
        return answer.body

    def sees_action(self, showing: Showing, **query: str) -> Any:
        """What the bank wants of the customer, as soon as the booking says so."""

        def has_one(answer: Answer) -> bool:
            return bool(answer.body.get("next_action"))

        answer = self._booking_that(has_one, "a next_action", showing, query)
        assert (answer.body["status"], answer.word) == ("PAYING", "REQUIRES_ACTION"), answer
        return answer.body["next_action"]

    def _booking_that(
        self, is_it: Callable[[Answer], bool], what: str, showing: Showing, query: Mapping[str, str]
    ) -> Answer:
        answers: list[Answer] = []

        def asked() -> bool:
            answers[:] = [self.booking(showing, **query)]
            return is_it(answers[0])

        eventually(asked, lambda: f"{what}: {answers[0]}")
        return answers[0]

    def patiently(self, method: str, path: str, **arguments: Any) -> Answer:
        """Obeys Retry-After of a 429 as a well-made client does, a bounded number of times."""
        for _ in range(PATIENCE_TRIES - 1):
            answer = self.request(method, path, **dict(arguments))
            if answer.status != 429:
                return answer
            time.sleep(int(answer.headers["Retry-After"]))
        return self.request(method, path, **arguments)

    def map(self, showing: Showing, **headers: str) -> Answer:
        path = f"/GetAvailableSeat/api/v0/{showing.movie_id}/{showing.theater_id}"
        return self.get(path, params={"event_id": showing.event_id}, headers=headers)

    def small_map(self, showing: Showing) -> Answer:
        return self.get(f"/SeatMap/api/v0/{showing.event_id}")

    def booking(self, showing: Showing, **query: str) -> Answer:
        return self.get(f"/GetBooking/api/v0/{showing.event_id}/", params=query)

    def bookings(self, **query: Any) -> Answer:
        return self.get("/GetMyBookings/api/v0/", params=query)
