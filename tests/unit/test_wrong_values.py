"""Wrong values are told in plain words: which member, what came, what is wanted; in answers and in plans alike."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args

import pytest
from pydantic_core.core_schema import ErrorType

from box_office.adapters.stripe.cards import METHOD_TOKENS
from box_office.domain.errors import InvalidRequest
from box_office.http_api import bodies
from box_office.http_api.bodies import payments, staff
from box_office.http_api.endpoint import Request
from box_office.wrong_values import FORMATS, ID_WORDS, SENTENCE, explain, given, named
from operations.catalogue import plan_document

HOLD = {"movie_id": "metropolis", "theater_id": "lisboa", "selected_seat": ["A1"]}
PAY = {"event_id": "ev_1", "paymentInfo": {"type": "card", "payment_method": "pm_card_visa"}}
CASH = {"event_id": "ev_1", "paymentInfo": {"type": "cash", "tendered": 40}}
PAYMENT_METHOD = METHOD_TOKENS.words

ANSWERS = [
    (bodies.HoldBody, {"theater_id": "lisboa"}, "movie_id", "movie_id is missing."),
    (bodies.HoldBody, {"selected_seat": "A1"}, "selected_seat", "selected_seat must be a list, not the text 'A1'."),
    (bodies.HoldBody, {"selected_seat": None}, "selected_seat", "selected_seat must be a list, not null."),
    (bodies.HoldBody, {"selected_seat": {}}, "selected_seat", "selected_seat must be a list, not an object."),
    (bodies.HoldBody, {"selected_seat": ["A1", 7]}, "selected_seat", "selected_seat[1] must be a text, not 7."),
    (
        bodies.HoldBody,
        {"selected_seat": ["A1|A2"]},
        "selected_seat",
        f"selected_seat[0] must be {ID_WORDS}, not the text 'A1|A2'.",
    ),
    (
        bodies.HoldBody,
        {"selected_seat": ["A1"] * 1_200},
        "selected_seat",
        "selected_seat must have 1000 entries at most, not 1200.",
    ),
    (bodies.HoldBody, {"event_id": "x" * 65}, "event_id", f"event_id must be {ID_WORDS}, not a text of 65 characters."),
    (bodies.HoldBody, {"event_id": ""}, "event_id", f"event_id must be {ID_WORDS}, not an empty text."),
    (bodies.HoldBody, {"event_id": True}, "event_id", "event_id must be a text, not true."),
    (
        bodies.HoldBody,
        {"movie_id": "\ud800"},
        "movie_id",
        "movie_id must be a text of whole characters, not a text of ",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": "visa"},
        "paymentInfo",
        "paymentInfo must be an object, not a text of 4 char",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "crypto"}},
        "paymentInfo",
        "paymentInfo.type must be 'card', 'saved', 'cash' or 'external', not the text 'crypto'.",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "card", "payment_method": "tok_1"}},
        "paymentInfo",
        f"paymentInfo.payment_method must be {PAYMENT_METHOD}, not a text of 5 characters.",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "card", "payment_method": "pm_" + "x" * 121, "save": "yes"}},
        "paymentInfo",
        f"paymentInfo.payment_method must be {PAYMENT_METHOD}, not a text of 124 characters.",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "card", "payment_method": "pm_x\n"}},
        "paymentInfo",
        f"paymentInfo.payment_method must be {PAYMENT_METHOD}, not a text of 5 characters.",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "card", "payment_method": "pm_\ud800"}},
        "paymentInfo",
        "paymentInfo.payment_method must be a text of whole characters, not a text of ",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "card", "save": "yes"}},
        "paymentInfo",
        "paymentInfo.save must be true or false, not the text 'yes'.",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "cash", "tendered": "40"}},
        "paymentInfo",
        "paymentInfo.tendered must be a number, not the text '40'.",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "cash", "tendered": -1}},
        "paymentInfo",
        "paymentInfo.tendered must be 0 or more, not -1.0.",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "cash", "tendered": float("nan")}},
        "paymentInfo",
        "paymentInfo.tendered must be a number, not nan.",
    ),
    (
        payments.SubmitBody,
        {"paymentInfo": {"type": "cash", "tendered": 10**400}},
        "paymentInfo",
        "paymentInfo.tendered ",
    ),
    (payments.RefundBody, {"tickets": []}, "tickets", "tickets must not be empty."),
    (payments.RefundBody, {"reason": "x" * 501}, "reason", "reason must have 500 characters at most."),
    (staff.CheckInBody, {"ticket": ["BO1.x"]}, "ticket", "ticket must be a text, not a list."),
    (staff.CheckInBody, {"ticket": ""}, "ticket", "ticket must not be empty."),
]

REASONS = [
    ([], "the plan must be an object, not an empty list"),
    ({"movies": "A1"}, "movies must be a list, not the text 'A1'"),
    ({"movies": ["A1"]}, "movies[0] must be an object, not the text 'A1'"),
    ({"movies": [{"title": "x"}]}, "movie_id is missing"),
    ({"film": []}, "film is no member that is known here"),
    ({"cleaning_minutes": Decimal("2.5")}, "cleaning_minutes must be a whole number, not 2.5"),
    ({"cleaning_minutes": "\n"}, "cleaning_minutes must be a whole number, not a text of 1 character"),
    ({"cleaning_minutes": 61}, "cleaning_minutes must be 60 or less, not 61"),
    ({"theaters": [{"theater_id": "a b"}]}, f"theater_id must be {ID_WORDS}, not the text 'a b'"),
    ({"theaters": [{"name": ""}]}, "name must not be empty"),
    ({"theaters": [{"name": " x"}]}, "a text must not begin or end with a space"),
    ({"events": [{"prices": {}}]}, "prices must not be empty"),
    (
        {"events": [{"prices": {"vip": 1}}]},
        "vip must be 'standard', 'premium', 'wheelchair' or 'companion', not the text 'vip'",
    ),
    ({"events": [{"prices": {"standard": "9"}}]}, "a price is a number, zero or more, not the text '9'"),
]


def told(model: Any, body: dict[str, Any]) -> InvalidRequest:
    request = Request("r1", {}, {}, {}, json.dumps(body), None, "192.0.2.1")
    with pytest.raises(InvalidRequest) as refused:
        bodies.read(model, request, method_tokens=METHOD_TOKENS)
    return refused.value


@pytest.mark.parametrize(("model", "changes", "param", "detail"), ANSWERS)
def test_a_wrong_body_is_answered_in_plain_words(model: Any, changes: dict, param: str, detail: str) -> None:
    right = {bodies.HoldBody: HOLD, payments.SubmitBody: PAY}.get(model, {})
    body = {name: value for name, value in right.items() if changes != {"theater_id": "lisboa"} or name in changes}
    error = told(model, body | changes)
    assert error.detail.startswith(detail), error.detail
    assert (error.code, error.members) == ("invalid_request", {"param": param})


def test_what_is_right_is_read() -> None:
    for model, body in ((bodies.HoldBody, HOLD), (payments.SubmitBody, PAY), (payments.SubmitBody, CASH)):
        request = Request("r1", {}, {}, {}, json.dumps(body), None, "192.0.2.1")
        assert bodies.read(model, request, method_tokens=METHOD_TOKENS)


def test_a_payment_method_that_nobody_said_the_form_of_is_a_bug_and_no_answer() -> None:
    with pytest.raises(TypeError):
        bodies.read(payments.SubmitBody, Request("r1", {}, {}, {}, json.dumps(PAY), None, "192.0.2.1"))


@pytest.mark.parametrize(("document", "reason"), REASONS)
def test_a_wrong_plan_is_refused_in_plain_words(document: Any, reason: str) -> None:
    plan, problems = plan_document.read_plan(document)
    assert plan is None
    assert reason in [problem.reason for problem in problems]


CONTEXT = {"pattern": "^x$", "expected": "'a' or 'b'", "ge": 1, "le": 2, "min_length": 1, "max_length": 2}


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_no_error_of_the_library_is_told_in_its_own_words(kind: str) -> None:
    said = explain({"type": kind, "loc": ("x",), "msg": "raw", "input": "A1", "ctx": CONTEXT}, "x")
    assert said.startswith("x ") and not re.search(r"raw|[Ii]nput|valid |pattern|dictionary|string", said), said


def patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for value in schema.values():
            yield from patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from patterns(value)


MODELS = [bodies.HoldBody, bodies.ReleaseBody, payments.SubmitBody, payments.RefundBody, staff.CheckInBody]
PLAN_PARTS = [plan_document.MovieDocument, plan_document.RoomDocument, plan_document.RowDocument]


def test_every_form_that_is_asked_for_has_its_words() -> None:
    # A price and a time have validators of their own, which say their own words; only the time's is in the schema too.
    of_validators = {f"^{staff.TIME.pattern}$"}
    asked = {one for model in MODELS + PLAN_PARTS for one in patterns(model.model_json_schema())}
    assert asked - of_validators == set(FORMATS)


@pytest.mark.parametrize(
    "harmful", ["4242 4242 4242 4241", "4242424242424241", "x" * 41, "a\nb", "\u202eabc", "\ud800", 4242424242424241]
)
def test_what_is_long_or_cannot_be_shown_or_may_be_a_card_is_not_repeated(harmful: Any) -> None:
    assert str(harmful) not in given(harmful)


@pytest.mark.parametrize("value", [10**4_000, -(10**4_000), Decimal("1." + "1" * 5_000), 1e300, [1], {"a": 1}, None])
def test_anything_can_be_told_shortly(value: Any) -> None:
    assert len(given(value)) <= 60


def test_places_are_named_as_in_json() -> None:
    assert named(("events", 3, "prices", "vip")) == "events[3].prices.vip"
    assert explain({"type": SENTENCE, "loc": (), "msg": "", "input": 1, "ctx": {"reason": "so"}}, "x") == "so"
