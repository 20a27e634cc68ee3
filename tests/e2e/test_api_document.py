"""Made-up requests against the deployed stack, good ones and bad ones, by schemathesis from the served document.

No answer is a 5xx, none is one that the document does not have, and what needs a token is not answered without one.
The requests are the same in every run: what is found here is found again. Over the fakes, and more of them:
tests/integration/test_made_up_requests.py.
"""

import copy
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from tests.documented import document, operations
from tests.e2e.deployed import DeployedStack
from tests.e2e.visitor import TOKEN_HEADER, Showing, Visitor
from toolchain.api_reference import BUILT

pytest.importorskip("schemathesis", reason="no request is made up from the served document: `make install`")

import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from tests.made_up_requests import BAD, GOOD, aim, make_up

REQUESTS = {GOOD: 8, BAD: 8}  # of a verb; of a good one another, aimed at what there is
ANSWER_SECONDS_MAX = 60.0
HELD_TO = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.ignored_auth,
]
ACCOUNTS = {"gate": "gate", "manager": "manager", "desk": "desk1"}  # by role


@pytest.fixture(scope="session")
def base_url(stack: DeployedStack) -> str:
    """The page's, where the document is served; the API's own in a stack without the edge."""
    return str(stack.facts["web_url"] or stack.facts["api_url"])


@pytest.fixture(scope="session")
def served(stack: DeployedStack, base_url: str) -> dict[str, Any]:
    kept = document()
    if stack.facts["web_url"]:
        answer = httpx.get(f"{base_url}/openapi.json", verify=False, trust_env=False)
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.json() == kept, "the served document is another one than docs/openapi.json"
    return kept


def is_of_the_edge_itself(answer: Any) -> bool:
    """What is no request to the API, such as a read with a body or a header that is no HTTP, reaches no function: the
    edge refuses it in plain words, as CloudFront does."""
    plain = answer.headers.get("content-type", [""])[0].startswith("text/plain")
    return plain and answer.status_code in (400, 403, 408, 413)


def token_for(verb: str, ada: Visitor, staff: Callable[[str], Visitor]) -> Mapping[str, str]:
    needed = operations()[verb]["security"]
    if not needed:
        return {}
    role = next((role for one in needed for role in one["AuthorizationToken"]), None)
    return {TOKEN_HEADER: str((staff(ACCOUNTS[role]) if role else ada).token)}


def test_every_answer_is_one_that_the_document_has(
    served: dict[str, Any],
    base_url: str,
    showing: Showing,
    visitors: Callable[[int], list[Visitor]],
    staff: Callable[[str], Visitor],
) -> None:
    """One showing for all verbs: what one of them found is there for the next."""
    seat = showing.rows["A"][0]
    ids = {"movie_id": showing.movie_id, "theater_id": showing.theater_id, "event_id": showing.event_id}
    asked: Counter[str] = Counter()
    found = {}
    for verb in operations():
        (ada,) = visitors(1)
        headers = token_for(verb, ada, staff)

        def ask(case: Any, verb: str = verb, headers: Mapping[str, str] = headers) -> None:
            asked[verb] += 1
            sent: dict[str, Any] = {"headers": headers, "verify": False, "timeout": ANSWER_SECONDS_MAX}
            answer = case.call(base_url=base_url, **sent)
            if not is_of_the_edge_itself(answer):
                case.validate_response(answer, checks=HELD_TO)

        def ask_aimed(case: Any, ask: Callable[[Any], None] = ask) -> None:
            ask(case)
            aim(case, ids, seat)
            ask(case)

        try:
            make_up(served, verb, GOOD, REQUESTS[GOOD], ask_aimed)
            make_up(served, verb, BAD, REQUESTS[BAD], ask)
        except FailureGroup as failures:
            found[verb] = "\n".join(str(one) for one in failures.exceptions)
    assert not found, "\n\n".join(f"{verb}: {what}" for verb, what in found.items())
    assert set(asked) == set(operations()), "a verb was not asked"


def test_a_verb_that_answered_without_its_token_would_be_found(
    served: dict[str, Any], base_url: str, showing: Showing, visitors: Callable[[int], list[Visitor]]
) -> None:
    """SeatMap needs none; here the document says that it does."""
    claimed = copy.deepcopy(served)
    claimed["paths"]["/SeatMap/api/v0/{event_id}"]["get"]["security"] = [{"AuthorizationToken": []}]
    headers = {TOKEN_HEADER: str(visitors(1)[0].token)}

    def ask(case: Any) -> None:
        aim(case, {"event_id": showing.event_id}, showing.rows["A"][0])
        case.headers = {}  # without an ETag: 304 would say nothing
        case.call_and_validate(base_url=base_url, checks=[checks.ignored_auth], headers=headers, verify=False)

    with pytest.raises(FailureGroup) as found:
        make_up(claimed, "seat_map", GOOD, 1, ask)
    assert "without authentication" in str(found.value.exceptions[0])


def test_people_read_the_document_beside_it(stack: DeployedStack) -> None:
    if not (BUILT / "index.html").is_file():
        pytest.skip("the page is not built: make web")
    for name in ("", "reference.js", "swagger-ui-bundle.js", "swagger-ui.css"):
        answer = stack.http.request("GET", f"/api-reference/{name}")
        assert answer.status_code == 200, name
        assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    assert "reference.js" in stack.http.request("GET", "/api-reference/").text


@pytest.mark.parametrize("token", [None, "", "no.token.ofours"])
def test_what_needs_a_token_is_not_answered_without_one(
    served: dict[str, Any], base_url: str, token: str | None
) -> None:
    headers = {TOKEN_HEADER: token} if token is not None else {}
    for path, methods in served["paths"].items():
        for method in (method for method, one in methods.items() if one["security"]):
            url = base_url + path.replace("{", "").replace("}", "")
            answer = httpx.request(method, url, headers=headers, verify=False, trust_env=False)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), f"{method} {path}"
