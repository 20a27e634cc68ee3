"""A role counts in the staff client's tokens alone."""

from typing import Any

import pytest

from tests.verbs import CUSTOMERS_CLIENT, Verbs

THROUGH_THE_CUSTOMERS_CLIENT = {"aud": CUSTOMERS_CLIENT, "custom:theater_id": "lisboa"}
PATH = {"event_id": "ev_1"}
# What each verb takes of staff alone: (verb, path, body, role).
OF_STAFF: list[tuple[str, dict[str, str], Any, str]] = [
    ("check_in_ticket", {}, {"ticket": "BO1.x.y"}, "gate"),
    ("undo_check_in", {}, {"ticket": "BO1.x.y", "reason": "scanned by mistake"}, "manager"),
    ("get_gate_list", PATH, None, "gate"),
    ("get_gate_list", PATH, None, "manager"),
    ("find_order", {}, {"email": "ada@example.com"}, "desk"),
    ("find_order", {}, {"email": "ada@example.com"}, "manager"),
]


@pytest.mark.parametrize(("verb", "path", "body", "role"), OF_STAFF)
def test_what_staff_may_do_is_refused_through_the_customers_client_and_not_through_their_own(
    cinema: Verbs, verb: str, path: dict[str, str], body: Any, role: str
) -> None:
    answer = cinema.call(verb, path, body, "ada", (role,), claims=THROUGH_THE_CUSTOMERS_CLIENT)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert cinema.call(verb, path, body, "ada", (role,), claims={"custom:theater_id": "lisboa"}).status != 403


def test_through_the_customers_client_a_clerk_takes_no_cash(cinema: Verbs) -> None:
    cash = {"paymentInfo": {"type": "cash", "tendered": 40.0}, "event_id": "ev_1"}
    cinema.hold("A1", user="clerk")
    submit = ("submit_payment", PATH, cash, "clerk", ("desk",))
    assert cinema.call(*submit, claims=THROUGH_THE_CUSTOMERS_CLIENT).code == "forbidden"


def test_through_the_customers_client_a_manager_refunds_no_ticket_of_another_s_order(cinema: Verbs) -> None:
    cinema.hold("A1", "A3")
    cinema.submit()
    cinema.deliver()
    booking = cinema.booking().body
    body = {"order_id": booking["order_id"], "tickets": [booking["tickets"][0]["ticket_id"]], "reason": "ill"}
    refund = ("refund_booking", PATH, body, "boss", ("manager",))
    assert cinema.call(*refund, claims=THROUGH_THE_CUSTOMERS_CLIENT).code in ("forbidden", "unknown_order")
    assert cinema.call(*refund).status == 202


def test_get_me_shows_the_role_that_counts(cinema: Verbs) -> None:
    theirs = {"custom:theater_id": "lisboa"}
    through_their_own = cinema.call("get_me", groups=("desk",), claims=theirs).body
    assert (through_their_own["groups"], through_their_own["theater_id"]) == (["desk"], "lisboa")
    elsewhere = cinema.call("get_me", groups=("desk",), claims=THROUGH_THE_CUSTOMERS_CLIENT).body
    assert (elsewhere["groups"], elsewhere["theater_id"]) == ([], None)
