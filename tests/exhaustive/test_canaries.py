"""What a client sends where it does not belong gets into no log, no message and no figure, and into no row but where an
order keeps a client's own words. A token and a card's number are kept nowhere at all."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from box_office.domain.orders import Order
from box_office.http_api.endpoint import Request, Response, endpoint
from tests.access_matrix import CALLERS, EV, HELD, MATRIX, PAIR, Access, filled
from tests.access_matrix import CARD as CARD_INFO
from tests.access_world import ADA, ADAS_EMAIL, CALLER, World, world
from tests.callbacks import about, call_back
from tests.canaries import CARD, EMAIL, FORGED, GROUPS, MARK, PAYS, TOKEN, found_in, places, with_canaries
from tests.fakes.money import FakeCounters
from tests.fakes.queues import Mailbox
from tests.verbs import EMAILS

UNLIMITED = {"user_hold_burst": 10**6, "user_map_burst": 10**6, "address_burst": 10**6, "user_refusals_max": 10**9}
# Members of an order that keep what a client wrote, word for word: an idempotency key, a refund's or an undo's reason,
# the number of a terminal's receipt. The e-mail address of a client who writes one there is nowhere else.
OWN_WORDS = {
    *((member, "email") for member in ("key", "reason", "reference")),
    *((member, "forged line") for member in ("reason", "reference")),
}
# The provider's token of a method: the worker needs it, and then the wallet.
TO_PAY_WITH = {("payment_method", "payment token")} | {(member, "payment token") for member, _ in OWN_WORDS}
IDS_KEPT = {(member, "payment token") for member in ("sale", "order_key", "scan_id", "device")}


# One that changes something, where there is one.
ONE_A_ROUTE = list({row.verb: row for row in sorted(MATRIX, key=lambda row: "!" in row.answers)}.values())


@dataclass
class Sinks:
    """All that leaves a request: records and lines, messages, counts."""

    caplog: pytest.LogCaptureFixture
    capfd: Any
    sent: list[str] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)

    def found(self) -> dict[str, set[str]]:
        out, err = self.capfd.readouterr()
        records = "\n".join(str(vars(record)) for record in self.caplog.records) + self.caplog.text
        sinks = {"logs": out + err + records, "messages": "\n".join(self.sent), "figures": "\n".join(self.counted)}
        self.caplog.clear()
        return {name: canaries for name, text in sinks.items() if (canaries := found_in(text))}


@pytest.fixture
def sinks(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: Any) -> Iterator[Sinks]:
    sinks = Sinks(caplog, capfd)
    put, count = Mailbox.put, FakeCounters.count

    def keep_message(self: Mailbox, queue: str, body: Mapping[str, Any], delay_seconds: int = 0) -> None:
        sinks.sent.append(f"{queue} {json.dumps(body)}")
        put(self, queue, body, delay_seconds)

    def keep_count(self: FakeCounters, name: str, order_id: str | None = None) -> None:
        sinks.counted.append(f"{name} {order_id}")
        count(self, name, order_id)

    monkeypatch.setattr(Mailbox, "put", keep_message)
    monkeypatch.setattr(FakeCounters, "count", keep_count)
    monkeypatch.setitem(EMAILS, ADA, ADAS_EMAIL)
    with caplog.at_level("DEBUG"):
        yield sinks


def who(row: Access) -> str:
    """A caller whom the route serves."""
    return next((one for one in CALLERS if set("+!") & set(row.cells[one])), "ada")


def kept(world: World) -> set[tuple[str, str]]:
    """Members of rows in which a canary is."""
    rows = [*world.cinema.rows("orders"), *world.cinema.rows("seats"), *world.cinema.wallets()]
    return {place for row in rows for place in places(row)}


@pytest.mark.guards("personal data and secrets")
@pytest.mark.parametrize("row", ONE_A_ROUTE, ids=lambda row: row.verb)
def test_what_a_request_holds_is_in_no_log_message_or_figure(sinks: Sinks, row: Access) -> None:
    here = world(**UNLIMITED)
    asked = 0
    for sent in with_canaries(row, here.facts):
        here.cinema.call(row.verb, sent.path, sent.body, query=sent.query, headers=sent.headers, **CALLER[who(row)])
        asked += 1
    here.cinema.deliver()
    here.cinema.reconcile()
    assert sinks.found() == {}
    assert kept(here) <= OWN_WORDS | TO_PAY_WITH | IDS_KEPT
    assert found_in(repr(vars(here.cinema.cache))) <= {"payment token"}, "only a sale's id can be in the cache"
    assert here.cinema.bugs == []
    assert asked > 100


@dataclass(frozen=True)
class Change:
    """A request that is carried out, so that what a client wrote is kept if any of it is. `words`: where it writes."""

    caller: str
    path: Mapping[str, str]
    body: Mapping[str, Any]
    words: str


CHANGES = {
    "hold_seat": Change(
        "desk", {"movie_id": "$movie"}, {**PAIR, **EV, "selected_seat": ["B2"], "sale": "s1"}, "sale Idempotency-Key"
    ),
    "extend_hold": Change("ada", HELD, {}, "Idempotency-Key"),
    "submit_payment": Change("ada", HELD, {**HELD, "paymentInfo": CARD_INFO}, "Idempotency-Key"),
    "refund_booking": Change("manager", EV, {"order_id": "$order"}, "reason Idempotency-Key"),
    "check_in_ticket": Change("gate", {}, {"ticket": "$code"}, "scan_id device"),
    "undo_check_in": Change("manager", {}, {"ticket": "$used_code"}, "reason"),
}
WRITTEN = [(verb, word) for verb, change in CHANGES.items() for word in change.words.split()]
MAY_BE_KEPT = {
    EMAIL: {"email"},
    PAYS: {"payment token"},
    FORGED: {"forged line"},
    TOKEN: set(),
    CARD: set(),
    " ".join(GROUPS): set(),
}


@pytest.mark.guards("personal data and secrets")
@pytest.mark.parametrize(("verb", "word"), WRITTEN)
def test_what_an_order_keeps_of_a_clients_words_has_no_token_and_no_card(sinks: Sinks, verb: str, word: str) -> None:
    change, found = CHANGES[verb], {}
    for canary in MAY_BE_KEPT:
        here = world(**UNLIMITED)
        body, headers = filled(change.body, here.facts), {}
        if word == "Idempotency-Key":
            headers[word] = canary
        else:
            body[word] = canary
        path = filled(change.path, here.facts)
        here.cinema.call(verb, path, body, headers=headers, **CALLER[change.caller])
        here.cinema.deliver()
        here.cinema.reconcile()
        assert sinks.found() == {}
        found[canary] = {one for _, one in kept(here)}
    assert all(found[canary] <= may for canary, may in MAY_BE_KEPT.items()), found
    assert found[PAYS], "the request was refused, so that this shows nothing"


def test_of_a_terminals_reference_too(sinks: Sinks) -> None:
    for canary, may in MAY_BE_KEPT.items():
        here = world(**UNLIMITED)
        sale = here.cinema.hold("B2", user="clerk", groups=("desk",)).body["order_id"]
        here.cinema.submit({"type": "external", "reference": canary}, "clerk", order_id=sale, groups=("desk",))
        here.cinema.deliver()
        assert sinks.found() == {}
        assert {one for _, one in kept(here)} == may


def test_claims_of_a_token_are_in_no_log_and_no_row(sinks: Sinks) -> None:
    here = world(**UNLIMITED)
    claims = {"email": EMAIL, "custom:theater_id": TOKEN, "name": CARD, "phone_number": CARD}
    for row in MATRIX:
        here.cinema.call(row.verb, {}, {}, user="grace", claims=claims, headers={"AuthorizationToken": TOKEN})
        here.ask(row, "grace", here.facts)
    assert sinks.found() == {}
    assert kept(here) == set()


@pytest.mark.guards("API10 consumption of other APIs", "personal data and secrets")
def test_what_a_callback_holds_is_in_no_log_message_or_row(sinks: Sinks) -> None:
    here = world(**UNLIMITED)
    canaries = {"email": EMAIL, "number": CARD, "token": TOKEN}
    intent = next(iter(here.cinema.provider.intents))
    for kind in ("payment_intent.succeeded", "payment_intent.payment_failed", "charge.refunded", "x.y"):
        event = about(kind, intent)
        event["data"]["object"] |= {
            "metadata": {**canaries, "deployment": here.cinema.provider.deployment},
            "receipt_email": EMAIL,
            "description": CARD,
            "client_secret": TOKEN,
            "last_payment_error": {"message": f"{EMAIL} {CARD}", "code": TOKEN},
            "billing_details": canaries,
        }
        for body in ({**event, **canaries}, {**event, "id": TOKEN}, {**event, "id": EMAIL}, {**event, "type": TOKEN}):
            call_back(here.cinema, body)
            call_back(here.cinema, body, f"t=1,v1={TOKEN}")
    here.cinema.deliver()
    assert sinks.found() == {}
    assert kept(here) == set()


@pytest.mark.guards("API3 object property level authorization", "personal data and secrets")
def test_a_payments_token_is_kept_to_pay_with_and_is_nowhere_else(sinks: Sinks) -> None:
    here = world(**UNLIMITED)
    info = {"type": "card", "payment_method": PAYS, "save": True}
    assert here.cinema.submit(info, user=ADA, event_id=here.facts["held_event"]).status == 202
    here.cinema.deliver()
    here.cinema.reconcile()
    assert sinks.found() == {}
    assert kept(here) == {("payment_method", "payment token")}
    shown = [here.cinema.booking(ADA, here.facts["held_event"]), here.cinema.call("get_me", user=ADA)]
    assert [found_in(json.dumps(answer.body)) for answer in shown] == [set(), set()]


@pytest.mark.guards("personal data and secrets")
@pytest.mark.parametrize("named", [f"x{FORGED}", EMAIL, CARD, TOKEN, "-".join(GROUPS), ""])
def test_a_request_id_of_a_clients_making_is_in_no_log_and_no_answer(sinks: Sinks, named: str) -> None:
    """A client may name its request to the gateway."""
    request = {"requestContext": {"requestId": named}, "pathParameters": {"movie_id": "none"}}
    answer = world().cinema.handler("get_movie_detail")(request, None)
    assert (answer["statusCode"], json.loads(answer["body"])["request_id"]) == (404, "none")
    assert sinks.found() == {}


# Controls


@pytest.mark.guards("personal data and secrets")
def test_a_handler_that_logs_its_headers_is_found(sinks: Sinks) -> None:
    logger = Logger(service="careless")

    def handle(request: Request) -> Response:
        logger.info("asked", extra={"headers": dict(request.headers)})
        return Response(200, {})

    endpoint(handle, logger, FakeCounters())(
        {"headers": {"AuthorizationToken": TOKEN, "Cookie": f"{EMAIL} {CARD}"}}, None
    )
    assert sinks.found() == {"logs": {"token", "email", "card"}}


def test_a_message_a_figure_and_a_row_with_a_canary_are_found(sinks: Sinks, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world()
    here.cinema.mailbox.put("lane-0", {"by": TOKEN})
    here.cinema.counters.count(f"Requests of {EMAIL}")
    assert sinks.found() == {"messages": {"token"}, "figures": {"email"}}
    order: Order = next(iter(here.cinema.table.orders.values()))
    here.cinema.seed_order(Order(**vars(order) | {"reason": f"paid with {CARD}"}))
    assert kept(here) == {("reason", "card")}
    assert ("reason", "card") not in OWN_WORDS | TO_PAY_WITH | IDS_KEPT
    assert MARK not in CARD
