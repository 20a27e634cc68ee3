"""Every cell of tests/access_matrix.py in process: real handlers and use cases over the fakes."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from box_office.domain.orders import Order
from infra.http_functions import HTTP_FUNCTIONS
from tests.access_matrix import CALLERS, MATRIX, Access
from tests.access_world import ADA, ADAS_EMAIL, World, complaints, world
from tests.fakes.table import FakeOrders
from tests.verbs import EMAILS


@pytest.fixture
def a_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], World]]:
    monkeypatch.setitem(EMAILS, ADA, ADAS_EMAIL)
    made: list[World] = []

    def make() -> World:
        made.append(world())
        return made[-1]

    yield make
    assert [bug for one in made for bug in one.cinema.bugs] == [], "an answer was 500"


@pytest.mark.guards("API9 inventory")
def test_every_route_has_its_row() -> None:
    routes = {function.verb for function in HTTP_FUNCTIONS}
    assert {row.verb for row in MATRIX} == routes, "a route without a row in tests/access_matrix.py: say who may what"
    assert {row.verb for row in MATRIX if row.cells["anonymous"] == "200"} <= {
        function.verb for function in HTTP_FUNCTIONS if not function.signed_in
    }


@pytest.mark.guards(
    "API1 object level authorization", "API3 object property level authorization", "API5 function level authorization"
)
@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row.verb} {row.names}")
def test_each_caller_gets_what_the_matrix_says_and_no_more(a_world: Callable[[], World], row: Access) -> None:
    shared = a_world()  # of all cells but those that change something
    found = {caller: complaints(a_world() if "!" in row.cells[caller] else shared, row, caller) for caller in CALLERS}
    assert {caller: told for caller, told in found.items() if told} == {}


@pytest.mark.parametrize("row", [row for row in MATRIX if row.cells["anonymous"] == "200"], ids=lambda row: row.verb)
def test_what_all_may_read_is_the_same_for_all(a_world: Callable[[], World], row: Access) -> None:
    world = a_world()
    answers = {json.dumps(world.ask(row, caller, world.facts).body) for caller in CALLERS}
    assert len(answers) == 1


# Controls: without a check of the owner the matrix complains.


def of_anyone(self: FakeOrders, user_id: str, event_id: str, *rest: Any) -> Order | None:
    """The order that the request names, or any of the showing, whoever asks."""
    named = [order for order in self._table.orders.values() if order.event_id == event_id]
    wanted = [order for order in named if rest[0] in (None, order.order_id)]
    return wanted[0] if wanted else None


def all_of(self: FakeOrders, user_id: str, limit: int, cursor: str | None) -> tuple[list[Order], None]:
    return list(self._table.orders.values()), None


OWNER_CHECKS = {
    "the newest order": ("newest", of_anyone, {"extend_hold", "release_seat", "submit_payment", "get_booking"}),
    "an order by its id": ("find", of_anyone, {"get_booking", "refund_booking"}),
    "the current order by its id": ("current", of_anyone, {"extend_hold", "release_seat", "submit_payment"}),
    "the list": ("history", all_of, {"get_my_bookings"}),
}


@pytest.mark.guards("API1 object level authorization")
@pytest.mark.parametrize(("reading", "everyones", "verbs"), OWNER_CHECKS.values(), ids=OWNER_CHECKS)
def test_without_the_owner_in_a_read_the_matrix_complains(
    a_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch, reading: str, everyones: Any, verbs: set[str]
) -> None:
    asked = [(row, a_world()) for row in MATRIX if row.verb in verbs]
    monkeypatch.setattr(FakeOrders, reading, everyones)
    complained = {row.verb for row, world in asked if complaints(world, row, "grace")}
    assert complained == verbs


@pytest.mark.guards("API1 object level authorization", "API5 function level authorization")
@pytest.mark.parametrize(
    ("rule", "verb", "caller"),
    [
        ("box_office.use_cases.find_order.Staff.may_see", "find_order", "desk_away"),
        ("box_office.use_cases.find_order.Staff.may_see", "find_order", "manager_away"),
        ("box_office.domain.check_in.stands_at", "check_in_ticket", "gate_away"),
    ],
)
def test_without_the_theater_in_a_rule_the_matrix_complains(
    a_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch, rule: str, verb: str, caller: str
) -> None:
    monkeypatch.setattr(rule, lambda *_: True)
    assert any(complaints(a_world(), row, caller) for row in MATRIX if row.verb == verb)
