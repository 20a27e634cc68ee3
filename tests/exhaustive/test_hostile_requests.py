"""Requests that no page of ours sends: members that clients may not set, bodies of every wrong form, look-alike ids."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.access_matrix import CALLERS, MATRIX, Access, filled
from tests.access_world import ADA, ADAS_EMAIL, CALLER, World, world
from tests.canaries import BODIES
from tests.verbs import EMAILS, Answer


@pytest.fixture
def a_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], World]]:
    """Each time the same one: its clock is set, and its ids are counted."""
    monkeypatch.setitem(EMAILS, ADA, ADAS_EMAIL)
    made: list[World] = []

    def make() -> World:
        made.append(world(user_hold_burst=10**6, user_map_burst=10**6, address_burst=10**6))
        return made[-1]

    yield make
    assert [bug for one in made for bug in one.cinema.bugs] == [], "an answer was 500"


def everything(of: World) -> Any:
    """All rows, of all users, and what the provider was asked for."""
    of.cinema.deliver()
    rows = [sorted(map(repr, of.cinema.rows(role))) for role in ("orders", "seats")]
    return rows, of.cinema.wallets(), of.cinema.provider.ledger


# Mass assignment

LIES: Mapping[str, Any] = {
    **dict.fromkeys(
        ("price", "amount", "total", "tendered", "refunded", "captured", "change", "attempt", "revision"), 0
    ),
    **dict.fromkeys(("hold_until", "hold_end_time", "first_held_at", "pinned_at", "asked_at", "due_at", "now"), 9**15),
    **dict.fromkeys(("user_id", "sub", "owner", "asked_by", "username", "cognito:username"), "grace"),
    **dict.fromkeys(("groups", "cognito:groups", "roles"), ["manager", "gate"]),
    **dict.fromkeys(("manager", "desk", "admin", "is_admin", "superseded", "pinned", "surplus", "look_only"), True),
    "seat_prices": {"A1": 0},
    "prices": {"standard": 0},
    "currency": "JPY",
    "status": "BOOKED",
    "state": "CAPTURED",
    "theater_id": "london",
    "custom:theater_id": "lisboa",
    "movie_time": "2000-01-01T00:00:00Z",
    "attempts": [{"number": 9, "state": "CAPTURED", "amount": 10**6}],
    "refunds": [{"amount": 10**6, "state": "DONE"}],
    "keys": [{"route": "RefundBooking", "key": "k"}],
    "checked_in_at": None,
    "lane": "lane-1",
    "order_key": "ev_1#or_1",
    "key": "key-of-ada",
    "idempotency_key": "key-of-ada",
    "customer": "cus_ada",
    "payment_info": {"customer": "cus_ada"},
    "intent_id": "pi_1",
    "metadata": {"order_id": "or_1"},
    "deployment": "another",
    "origin": "system",
    "headers": {"AuthorizationToken": "x"},
    "__proto__": {"manager": True},
    "__class__": "Order",
}
CHANGING = [(row, caller) for row in MATRIX for caller in CALLERS if "!" in row.cells[caller] and row.body is not None]


@pytest.mark.guards("API3 object property level authorization")
@pytest.mark.parametrize(("row", "caller"), CHANGING, ids=lambda one: one if isinstance(one, str) else one.names)
def test_what_a_client_may_not_set_it_does_not_set(a_world: Callable[[], World], row: Access, caller: str) -> None:
    """The same request in two equal worlds, in one of them with all that no client may say: the same end."""
    honest, lying = a_world(), a_world()
    known = BODIES[row.verb].model_fields
    lies = {name: value for name, value in LIES.items() if name not in known}
    told = honest.ask(row, caller, honest.facts)
    body = filled(row.body, lying.facts) | lies
    if "paymentInfo" in body:
        body["paymentInfo"] = {**LIES, **body["paymentInfo"]} | {"tendered": None}
    answer = lying.cinema.call(row.verb, filled(row.path, lying.facts), body, **CALLER[caller])
    assert (answer.status, answer.body) == (told.status, told.body)
    assert everything(lying) == everything(honest)
    assert len(lies) > 30


@pytest.mark.guards("API3 object property level authorization")
def test_a_hold_at_any_price_costs_the_servers(a_world: Callable[[], World]) -> None:
    here = a_world()
    answer = here.cinema.hold("B2", user="grace", price=0, seat_prices={"B2": 0}, currency="JPY", status="BOOKED")
    assert (answer.body["price"], answer.body["currency"], answer.body["status"]) == (11.5, "EUR", "HELD")


@pytest.mark.guards("API1 object level authorization")
def test_a_saved_card_pays_its_owners_orders_alone(a_world: Callable[[], World]) -> None:
    here = a_world()
    here.cinema.hold("B2", user="grace")
    info = {"type": "saved", "customer": "cus_ada", "payment_method": "pm_ada", "user_id": ADA}
    assert here.cinema.submit(info, user="grace").status == 202
    here.cinema.deliver()
    assert here.cinema.booking("grace").body["decline"]["code"] == "no_saved_method"
    assert all(intent.customer != "cus_ada" for intent in here.cinema.provider.intents.values())


@pytest.mark.guards("API5 function level authorization")
def test_no_claim_that_a_client_writes_makes_them_staff(a_world: Callable[[], World]) -> None:
    here = a_world()
    forged = {"groups": "manager", "roles": "gate", "custom:groups": "manager", "scope": "manager", "email": "x@y.z"}
    for verb, body in (("find_order", {"order_id": here.facts["order"]}), ("check_in_ticket", {"ticket": "x"})):
        answer = here.cinema.call(verb, {}, body, user="grace", claims=forged)
        assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.guards("API5 function level authorization")
@pytest.mark.parametrize("groups", ["Manager", "managers", "manager;gate", "man\u0430ger", "customer manager-"])
def test_a_group_that_looks_like_staffs_is_none(a_world: Callable[[], World], groups: str) -> None:
    here = a_world()
    body = {"ticket": here.facts["used_code"], "reason": "x"}
    answer = here.cinema.call("undo_check_in", {}, body, user="grace", groups=[groups])
    assert (answer.status, answer.code) == (403, "forbidden")


# Bodies of every wrong form


def padded(size: int) -> Callable[[Mapping[str, Any]], str]:
    def pad(body: Mapping[str, Any]) -> str:
        bare = json.dumps({**body, "more": ""})
        return json.dumps({**body, "more": "x" * (size - len(bare))})

    return pad


def inside(value: str) -> Callable[[Mapping[str, Any]], str]:
    """The body with one more member, whose value is written as it is."""
    return lambda body: json.dumps(body)[:-1].rstrip("{") + (", " if body else "{") + f'"more": {value}}}'


WRONG: Mapping[str, tuple[Callable[[Mapping[str, Any]], str], int]] = {
    "a byte too long": (padded(8_193), 413),
    "a megabyte": (padded(1_000_000), 413),
    "letters of three bytes": (lambda body: json.dumps({**body, "more": "界" * 2_800}, ensure_ascii=False), 413),
    "lists within lists": (inside("[" * 3_900 + "]" * 3_900), 400),
    "an open list within lists": (inside("[" * 7_500), 400),
    "a number of five thousand digits": (inside("9" * 5_000), 400),
    "a comma too many": (lambda body: json.dumps(body)[:-1] + ",}", 400),
    "a comment": (lambda body: json.dumps(body) + " // x", 400),
    "two objects": (lambda body: json.dumps(body) * 2, 400),
    "a mark of the byte order": (lambda body: "\ufeff" + json.dumps(body), 400),
    "every second byte a zero": (lambda body: json.dumps(body).encode("utf-16-le").decode("latin-1"), 400),
    "a form": (lambda body: "&".join(f"{name}={value}" for name, value in {"a": 1, **body}.items()), 400),
    "XML": (lambda body: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', 400),
    "a list": (lambda body: json.dumps([body]), 400),
    "a text": (lambda body: json.dumps(json.dumps(body)), 400),
    "a number": (lambda body: "0", 400),
    "true": (lambda body: "true", 400),
    "a control character": (lambda body: json.dumps(body)[:-1] + "\x00}", 400),
}
BODIED = [
    (verb, next((row, caller) for row, caller in CHANGING if row.verb == verb))
    for verb in BODIES
    if any(row.verb == verb for row, _ in CHANGING)
]


@pytest.mark.guards("API4 resource consumption")
@pytest.mark.parametrize(("verb", "whose"), BODIED, ids=lambda one: one if isinstance(one, str) else "")
def test_a_body_of_the_wrong_form_is_refused_and_changes_nothing(
    a_world: Callable[[], World], verb: str, whose: tuple[Access, str]
) -> None:
    row, caller = whose
    here = a_world()
    before, answers = everything(here), {}
    for name, (wrong, _) in WRONG.items():
        body = wrong(filled(row.body, here.facts))
        answer = here.cinema.call(verb, filled(row.path, here.facts), body, **CALLER[caller])
        answers[name] = answer.status
        assert answer.status != 413 or answer.code == "too_large"
    assert answers == {name: status for name, (_, status) in WRONG.items()}
    assert everything(here) == before


HARMLESS = {
    "exactly 8,192 bytes": padded(8_192),
    "a member that is not finite": inside("NaN"),
    "a member beyond all numbers": inside("1e400"),
    "a thousand empty lists": inside("[" + ",".join(["[]"] * 1_000) + "]"),
    "half a character in a member": inside('"\\ud800"'),
    "blanks around it": lambda body: f"\r\n\t {json.dumps(body)} \n",
}


@pytest.mark.parametrize("form", HARMLESS.values(), ids=HARMLESS)
@pytest.mark.parametrize(("verb", "whose"), BODIED, ids=lambda one: one if isinstance(one, str) else "")
def test_what_is_unusual_and_harmless_is_as_if_it_were_not_there(
    a_world: Callable[[], World], verb: str, whose: tuple[Access, str], form: Callable[[Mapping[str, Any]], str]
) -> None:
    row, caller = whose
    here, plain = a_world(), a_world()
    body = form(filled(row.body, here.facts))
    answer = here.cinema.call(verb, filled(row.path, here.facts), body, **CALLER[caller])
    assert (answer.status, answer.body) == vars_of(plain.ask(row, caller, plain.facts))
    assert everything(here) == everything(plain)


def vars_of(answer: Answer) -> tuple[int, Any]:
    return answer.status, answer.body


@pytest.mark.parametrize("raw", [b"\xff\xfe{}", b'{"order_id": "\xe9"}', b"\x00", b"\xed\xa0\x80"])
def test_bytes_that_are_no_text_are_refused(a_world: Callable[[], World], raw: bytes) -> None:
    here = a_world()
    request = {
        "pathParameters": {"event_id": here.facts["held_event"]},
        "body": base64.b64encode(raw).decode(),
        "isBase64Encoded": True,
        "requestContext": {"authorizer": {"claims": {"sub": ADA, "token_use": "id"}}},
    }
    assert here.cinema.handler("release_seat")(request, None)["statusCode"] == 400


def test_of_a_member_that_is_given_twice_the_last_counts_in_every_check(a_world: Callable[[], World]) -> None:
    """No check reads the first and no act the second: both read the body once it is parsed."""
    here = a_world()
    event, other = here.facts["held_event"], here.facts["event"]
    info = '"paymentInfo": {"type": "card", "payment_method": "pm_visa"}'
    for first, last, status in ((event, other, 400), (other, event, 202)):
        body = f'{{"event_id": "{first}", "event_id": "{last}", {info}}}'
        assert here.cinema.call("submit_payment", {"event_id": event}, body, user=ADA).status == status


# Ids that look like another


FULL_WIDTH = str.maketrans({chr(one): chr(one + 0xFEE0) for one in range(0x21, 0x7F)})
LOOK_ALIKES: Mapping[str, Callable[[str], str]] = {
    "full width": lambda one: one.translate(FULL_WIDTH),
    "a Cyrillic letter": lambda one: one.translate(str.maketrans("oekB", "\u043e\u0435\u043a\u0412")),
    "digits of another script": lambda one: one.translate({ord("0") + n: chr(0x0660 + n) for n in range(10)}),
    "a blank behind": lambda one: f"{one} ",
    "a blank before": lambda one: f" {one}",
    "a line end": lambda one: f"{one}\n",
    "a zero byte": lambda one: f"{one}\0",
    "a zero width": lambda one: f"{one}\u200b",
    "percents": lambda one: "".join(f"%{ord(letter):02x}" for letter in one),
    "a percent of a blank": lambda one: f"{one}%20",
    "capitals": lambda one: one.swapcase(),
    "a path": lambda one: f"../{one}",
    "a sale": lambda one: f"{one}@s1",
    "an archive": lambda one: f"{one}#{one}",
    "a wildcard": lambda one: f"{one[:-1]}*",
    "a condition": lambda one: f"{one}' OR '1'='1",
}
NAMING = [
    (row, name)
    for row in MATRIX
    for place in (row.path, row.query, row.body or {})
    for name, value in place.items()
    if value in ("$order", "$held", "$event", "$held_event", "$ticket", "$code", "$used_code")
]


@pytest.mark.guards("API1 object level authorization")
@pytest.mark.parametrize(("row", "name"), NAMING, ids=lambda one: one if isinstance(one, str) else one.verb)
def test_an_id_that_looks_like_another_is_not_that_one(a_world: Callable[[], World], row: Access, name: str) -> None:
    """Asked by whom the real id serves: the look-alike is refused or unknown, and changes nothing."""
    here = a_world()
    caller = next((one for one in CALLERS if set("+!") & set(row.cells[one])), "ada")
    before = everything(here)
    for alike, of in LOOK_ALIKES.items():
        path, query, body = (filled(one, here.facts) for one in (row.path, row.query, row.body or {}))
        for place in (path, query, body):
            if name in place:
                place[name] = of(place[name])
        answer = here.cinema.call(row.verb, path, None if row.body is None else body, query=query, **CALLER[caller])
        nothing = answer.status == 200 and answer.body.get("orders") == []
        assert answer.status in (400, 404) or nothing, f"{alike}: {answer.status} {answer.body}"
    assert everything(here) == before


@pytest.mark.guards("API1 object level authorization")
def test_a_key_of_another_customer_route_or_showing_is_a_new_key(a_world: Callable[[], World]) -> None:
    here = a_world()
    key, event = here.facts["key"], here.facts["event"]
    assert here.cinema.hold("B2", user="grace", event_id=event, key=key).status == 201
    assert here.cinema.extend(ADA, here.facts["held_event"], key=key).status == 200
    assert here.cinema.submit(user=ADA, event_id=here.facts["held_event"], key=key).status == 202
    assert here.cinema.refund(ADA, event, key=key).status == 202
    held = {one["order_id"] for one in here.cinema.rows("orders") if one["user_id"] == "grace"}
    assert held and not held & {here.facts["held"], here.facts["order"]}
