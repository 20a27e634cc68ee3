"""`make block` and `make unblock` over the local stack: a user, an address at the edge, and blocks that lapse."""

import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.deployed import DeployedStack, make
from tests.e2e.visitor import Answer, Showing, Visitor
from tests.waiting import eventually

ELSEWHERE = "127.0.0.2"  # Linux takes all of 127.0.0.0/8 for this machine's own addresses
FREE = "/GetListOfMovie/api/v0/"


@pytest.fixture
def elsewhere(stack: DeployedStack) -> Iterator[httpx.Client]:
    """A client with an address of its own: the other tests come from 127.0.0.1."""
    if not sys.platform.startswith("linux"):
        pytest.skip(f"this system has no address {ELSEWHERE}")
    transport = httpx.HTTPTransport(local_address=ELSEWHERE)
    with httpx.Client(base_url=stack.facts["web_url"], transport=transport, timeout=90) as client:
        yield client
    make(stack.checkout, "unblock", f"ADDRESS={ELSEWHERE}")


def blocked(answer: Answer) -> bool:
    return (answer.status, answer.code) == (403, "blocked")


def test_a_blocked_user_is_refused_new_holds_pays_for_the_old_one_and_is_let_in_again(
    stack: DeployedStack, showing: Showing, visitors
) -> None:
    ada, ben = visitors(2)
    assert ada.hold(showing, "A1").status == 201
    said = make(stack.checkout, "block", f"USER={ada.name}@example.com", "WHY=a test")
    assert "The cache has the block now." in said and "a test" in said

    assert blocked(ada.hold(showing, "A2")) and blocked(ada.map(showing))
    assert ben.hold(showing, "A2").status == 201
    assert ada.booking(showing).body["status"] == "HELD"
    assert ada.pay(showing).status == 202
    ada.sees(showing, "BOOKED")
    assert f"({ada.name}@example.com)" in said and "a test" in make(stack.checkout, "blocked")

    assert "Unblocked" in make(stack.checkout, "unblock", f"USER={ada.name}@example.com")
    assert ada.map(showing).status == 200
    assert "No block of user" in make(stack.checkout, "unblock", f"USER={ada.name}@example.com")


def test_a_blocked_address_is_refused_everything_at_the_edge_and_let_in_again(
    stack: DeployedStack, elsewhere: httpx.Client, passer_by: Visitor
) -> None:
    assert elsewhere.get(FREE).status_code == 200
    assert "The edge has the block now." in make(stack.checkout, "block", f"ADDRESS={ELSEWHERE}", "WHY=a test")

    refused = eventually(
        lambda: (answer := elsewhere.get(FREE)).status_code == 403 and answer, "the edge refuses the address"
    )
    assert (refused.json()["code"], refused.headers["Status"]) == ("blocked", "BLOCKED")
    assert elsewhere.get("/GetMe/api/v0/").json()["code"] == "blocked"
    assert passer_by.get(FREE).status == 200, "another address is not refused"

    make(stack.checkout, "unblock", f"ADDRESS={ELSEWHERE}")
    eventually(lambda: elsewhere.get(FREE).status_code == 200, "the edge lets the address in")


def test_blocks_lapse_by_themselves(stack: DeployedStack, showing: Showing, visitors, elsewhere: httpx.Client) -> None:
    (ada,) = visitors(1)
    make(stack.checkout, "block", f"ADDRESS={ELSEWHERE}", "MINUTES=1")
    eventually(lambda: elsewhere.get(FREE).status_code == 403, "the edge refuses the address")
    make(stack.checkout, "block", f"USER={ada.name}@example.com", "MINUTES=1")
    eventually(lambda: ada.map(showing).status == 200, "the user's block has lapsed")
    eventually(lambda: elsewhere.get(FREE).status_code == 200, "the minute's run has taken the address out")


def test_what_names_no_subject_is_refused(stack: DeployedStack) -> None:
    for typed, why in (
        (("ADDRESS=203.0.113.300",), "is no address"),
        (("USER=no-such-person@example.com",), "There is no user"),
        (("USER=desk1@example.com",), "is of the staff (desk)"),
        ((), "Name one"),
    ):
        done = stack.checkout.make("block", *typed)
        assert done.returncode != 0 and why in done.stdout + done.stderr, (typed, done)
