"""Made-up requests of every verb, through the real handlers over the fakes: none is answered with a 5xx, or in a way
that docs/openapi.json does not have. Against the deployed stack: tests/e2e/test_api_document.py.
"""

from typing import Any
from urllib.parse import unquote

import pytest

from tests.documented import document, operations
from tests.fakes.cinema import FakeCinema, generous

pytest.importorskip("schemathesis", reason="no request is made up from docs/openapi.json: `make install`")

from tests.made_up_requests import BAD, GOOD, aim, make_up

IDS = {"movie_id": "metropolis", "theater_id": "lisboa", "event_id": "ev_1"}
REQUESTS = {GOOD: 15, BAD: 20}  # of a verb; of a good one another, aimed at what there is
LARGE = 10**6
WITHOUT_LIMITS = {
    f"{whose}_{what}": LARGE
    for whose in ("user_hold", "user_map", "address")
    for what in ("requests_per_second", "burst")
}


@pytest.fixture
def cinema() -> FakeCinema:
    cinema = FakeCinema(settings_changes=WITHOUT_LIMITS)
    cinema.cache.limits = generous()
    cinema.hold("A1")
    return cinema


def ask(cinema: FakeCinema, verb: str, case: Any) -> None:
    """As the gateway hands a request on: percent signs read, everything a text."""
    roles = [role for one in operations()[verb]["security"] for role in one["AuthorizationToken"]]
    body = case.body if isinstance(case.body, dict | list | str | int | float | None) else None
    answer = cinema.call(
        verb,
        {name: unquote(str(value)) for name, value in case.path_parameters.items()},
        case.body.decode("latin-1") if isinstance(case.body, bytes) else body,
        groups=roles[:1] or ("customer",),
        query={name: text_of(value) for name, value in case.query.items()},
        headers={name: text_of(value) for name, value in case.headers.items()},
    )
    assert answer.status < 500, f"{verb} answered {answer.body}"


def text_of(value: Any) -> str:
    return text_of(value[0] if value else "") if isinstance(value, list) else str(value)


@pytest.mark.parametrize("verb", operations())
def test_every_answer_is_one_that_the_document_has(cinema: FakeCinema, verb: str) -> None:
    statuses = set()
    cinema.watchers.append(lambda call: statuses.add(call.answer.status))

    def ask_aimed(case: Any) -> None:
        ask(cinema, verb, case)
        aim(case, IDS, "A1")
        ask(cinema, verb, case)

    make_up(document(), verb, GOOD, REQUESTS[GOOD], ask_aimed)
    make_up(document(), verb, BAD, REQUESTS[BAD], lambda case: ask(cinema, verb, case))
    assert statuses
    assert cinema.bugs == []


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": 500, "body": '{"code":"internal_error"}'},
        {"statusCode": 200, "body": '{"status":"VALID","ticket_id":"tk_1","more":1}'},
    ],
)
def test_an_answer_that_the_document_does_not_have_is_found(cinema: FakeCinema, answer: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/json", "Status": "VALID", "Cache-Control": "no-store"}
    cinema._handlers["undo_check_in"] = lambda event, context: {**answer, "headers": headers}
    with pytest.raises(AssertionError, match="undo_check_in answered"):
        make_up(document(), "undo_check_in", GOOD, 1, lambda case: ask(cinema, "undo_check_in", case))
