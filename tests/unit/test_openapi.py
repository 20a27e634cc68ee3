"""docs/openapi.json is what the code says, and shows a real answer for each code that a verb has of its own."""

import importlib
import json
from typing import Any

import httpx
import pytest

from box_office.http_api.problems import STATUS_OF_CODE, problem
from infra.http_functions import HTTP_FUNCTIONS
from tests.documented import NotDocumentedError, hold_to_document, verb_at
from tests.fakes.cinema import FakeCinema
from tests.openapi import tour
from toolchain.openapi.document import DOCUMENT, Seen, codes_of, document, written
from toolchain.openapi.operations import OPERATIONS, TAGS

OF_THE_GATEWAY_ALONE = {"unknown_path"}  # of no operation: it answers what is none


@pytest.fixture(scope="module")
def seen() -> list[Seen]:
    return list(tour())


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    return dict(json.loads(DOCUMENT.read_text(encoding="utf-8")))


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for methods in document["paths"].values() for one in methods.values()}


def test_the_file_is_what_the_code_says(seen: list[Seen]) -> None:
    same = DOCUMENT.read_text(encoding="utf-8") == written(document(seen))
    assert same, "docs/openapi.json is not what the code says: `make openapi` writes it; look at what changed"


def test_the_file_has_each_route_with_its_verb_and_no_other(kept: dict[str, Any]) -> None:
    there = {
        (method.upper(), path, one["operationId"], bool(one["security"]))
        for path, methods in kept["paths"].items()
        for method, one in methods.items()
    }
    assert there == {(one.method, one.path, one.verb, one.signed_in) for one in HTTP_FUNCTIONS}
    assert OPERATIONS.keys() == {one.verb for one in HTTP_FUNCTIONS}
    assert {one["tags"][0] for one in operations(kept).values()} == set(TAGS)


def test_each_answer_and_each_code_of_a_verbs_own_has_an_example(seen: list[Seen]) -> None:
    codes = {(one.verb, one.body["code"]) for one in seen if one.status >= 400}
    lost = {(verb, code) for verb, one in OPERATIONS.items() for code in one.codes} - codes
    assert not lost, f"tests/openapi.py causes no such answer: {sorted(lost)}"
    statuses = {(one.verb, one.status) for one in seen}
    unshown = {(verb, status) for verb, one in OPERATIONS.items() for status in one.answers} - statuses
    assert not unshown, f"tests/openapi.py causes no such answer: {sorted(unshown)}"


def test_every_code_has_an_example_somewhere_and_none_is_of_no_verb(seen: list[Seen]) -> None:
    assert {one.body["code"] for one in seen if one.status >= 400} == STATUS_OF_CODE.keys() - OF_THE_GATEWAY_ALONE
    assert frozenset().union(*map(codes_of, OPERATIONS)) == STATUS_OF_CODE.keys() - OF_THE_GATEWAY_ALONE


def test_no_answer_of_the_tour_has_a_code_that_its_verb_does_not_have(seen: list[Seen]) -> None:
    problems = {(one.verb, one.body["code"]) for one in seen if one.status >= 400}
    assert not {(verb, code) for verb, code in problems if code not in codes_of(verb)}


def test_each_answer_that_is_shown_is_one_that_the_file_has(seen: list[Seen]) -> None:
    for one in seen:
        hold_to_document(one.verb, one.status, one.headers, one.body)


def test_what_a_request_may_leave_out_has_no_default_of_pythons(kept: dict[str, Any]) -> None:
    assert '"default": null' not in json.dumps(kept)


def test_codes_are_an_enum(kept: dict[str, Any]) -> None:
    assert kept["components"]["schemas"]["ProblemCode"]["enum"] == list(STATUS_OF_CODE)


@pytest.mark.parametrize("verb", ["get_list_of_movie", "get_list_of_theater", "get_my_bookings"])
def test_limits_are_the_handlers(kept: dict[str, Any], verb: str) -> None:
    module = importlib.import_module(f"functions.api.{verb}")
    [limit] = [one["schema"] for one in operations(kept)[verb]["parameters"] if one["name"] == "limit"]
    assert limit["maximum"] == module.LIMIT_MAX
    assert limit["default"] == getattr(module, "LIMIT", module.LIMIT_MAX)


@pytest.mark.parametrize("verb", [verb for verb, one in OPERATIONS.items() if one.roles])
def test_a_caller_without_the_role_is_refused(verb: str) -> None:
    body = {"ticket": "BO2:ABC", "reason": "r", "email": "ada@example.com"}
    wanted = OPERATIONS[verb].roles
    for role in ("customer", "desk", "gate", "manager"):
        answer = FakeCinema().call(verb, {"event_id": "ev_1"}, body, groups=(role,))
        assert (answer.code == "forbidden") == (role not in wanted), role


@pytest.mark.parametrize(
    "change",
    [
        {"status": 418},
        {"status": 201},
        {"body": {"status": "VALID"}},
        {"body": {"status": "VALID", "ticket_id": "tk_1", "more": 1}},
        {"body": {"status": "USED", "ticket_id": "tk_1"}},
        {"headers": {"Content-Type": "application/json", "Status": "VALID"}},
        {"headers": {"Content-Type": "text/html", "Status": "VALID", "Cache-Control": "no-store"}},
        {"headers": {"Content-Type": "application/json", "Status": "valid", "Cache-Control": "no-store"}},
        {"headers": {"Content-Type": "application/json", "Status": "VALID", "Cache-Control": "", "X-More": "1"}},
    ],
)
def test_an_answer_that_the_document_does_not_have_is_found(change: dict[str, Any]) -> None:
    pytest.importorskip("jsonschema_rs", reason="no answer of any test is held to docs/openapi.json: `make install`")
    headers = {"Content-Type": "application/json", "Status": "VALID", "Cache-Control": "no-store"}
    good: dict[str, Any] = {"status": 200, "headers": headers, "body": {"status": "VALID", "ticket_id": "tk_1"}}
    hold_to_document("undo_check_in", **good)
    with pytest.raises(NotDocumentedError, match="make openapi"):
        hold_to_document("undo_check_in", **good | change)


def test_the_gateway_adds_headers_and_spells_names_as_it_likes() -> None:
    pytest.importorskip("jsonschema_rs", reason="no answer of any test is held to docs/openapi.json: `make install`")
    headers = httpx.Headers({"content-type": "application/json", "status": "VALID", "cache-control": "no-store"})
    headers["x-amzn-requestid"] = "r1"
    body = {"status": "VALID", "ticket_id": "tk_1"}
    hold_to_document("undo_check_in", 200, headers, body, by_gateway=True)
    with pytest.raises(NotDocumentedError, match="Cache-Control"):
        del headers["cache-control"]
        hold_to_document("undo_check_in", 200, headers, body, by_gateway=True)


def test_the_firewall_calls_its_problems_plain_json() -> None:
    pytest.importorskip("jsonschema_rs", reason="no answer of any test is held to docs/openapi.json: `make install`")
    headers = {"Content-Type": "application/json", "Status": "BLOCKED", "Cache-Control": "no-store"}
    hold_to_document("seat_map", 403, headers, problem("blocked", "Requests from here are blocked.", "edge"))
    with pytest.raises(NotDocumentedError):
        hold_to_document("seat_map", 403, headers, problem("forbidden", "This is not yours to do.", "edge"))


def test_a_code_that_the_verb_does_not_have_is_found() -> None:
    pytest.importorskip("jsonschema_rs", reason="no answer of any test is held to docs/openapi.json: `make install`")
    headers = {"Content-Type": "application/problem+json", "Status": "UNKNOWN_SEAT", "Cache-Control": "no-store"}
    body = problem("unknown_seat", "There is no such seat.", "r1")
    hold_to_document("hold_seat", 404, headers, body)
    with pytest.raises(NotDocumentedError, match="unknown_seat"):
        hold_to_document("submit_payment", 404, headers, body)


@pytest.mark.parametrize(
    ("method", "path", "verb"),
    [
        ("GET", "/GetMe/api/v0/", "get_me"),
        ("DELETE", "/GetMe/api/v0?saved_methods", "forget_saved_methods"),
        ("GET", "/GetAvailableSeat/api/v0/metropolis/lisboa", "get_available_seat"),
        ("PUT", "/GetMe/api/v0/", None),
        ("GET", "/GetMe/api/v0/ada", None),
    ],
)
def test_a_path_as_a_client_sends_it_names_its_verb(method: str, path: str, verb: str | None) -> None:
    assert verb_at(method, path) == verb
