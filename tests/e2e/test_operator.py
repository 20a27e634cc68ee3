"""What an operator does to the running stack, and what happens by itself at an event's end."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from box_office.names import EVENT_ENDS, PARKED, PAYMENT_COMPLETE, REFRESH
from tests.e2e.deployed import NAMES, DeployedStack, make
from tests.e2e.visitor import Showing, Visitor
from tests.waiting import eventually

Visitors = Callable[[int], list[Visitor]]
PRICE = 11.5
SELLS_SECONDS = 10  # of the short showing, once its plan is loaded; twice what that takes is added


def test_the_stack_s_file_names_what_paying_needs(stack: DeployedStack) -> None:
    facts = stack.facts
    lanes = [name for name in facts["queues"] if name.startswith("lane-") and not name.endswith("-dlq")]
    assert {"lane-0", "lane-1"} <= set(lanes)
    assert {f"{lane}-dlq" for lane in lanes} | {PARKED, REFRESH, PAYMENT_COMPLETE, EVENT_ENDS} <= set(facts["queues"])
    assert set(facts["topics"]) == {PAYMENT_COMPLETE}
    assert {"aws", "cache", "edge", "payment_sandbox"} <= set(facts["pids"])
    assert facts["webhook_secret"].startswith("whsec_")
    assert facts["webhook_url"] == f"{facts['web_url']}/PaymentWebhook/api/v0/"
    assert httpx.get(f"{facts['payment_sandbox_url']}/_sandbox/ledger", trust_env=False).status_code == 200
    assert httpx.post(facts["webhook_url"], content="{}", trust_env=False).status_code == 401


@pytest.mark.shows("poison message")
def test_parked_messages_go_back_and_are_worked_on(stack: DeployedStack, showing: Showing, visitors: Visitors) -> None:
    (visitor,) = visitors(1)
    assert visitor.hold(showing, "A1").status == 201
    body = {"v": 1, "kind": "seats", "event_id": showing.event_id, "seat_ids": ["A1"]}
    stack.queues.send(PARKED, body, queue=REFRESH, reason="a test")
    assert f"1 {PARKED} -> {REFRESH}: a test" in make(stack.checkout, "redrive")

    assert stack.queues.count(PARKED) == 0
    eventually(lambda: stack.queues.count(REFRESH) == 0, "the refreshing function has taken it")
    assert "Nothing is parked." in make(stack.checkout, "redrive")


@pytest.fixture
def short_showing(stack: DeployedStack, showing: Showing, tmp_path: Path) -> Showing:
    """One that is on sale until it ends, in a moment. A first one shows how long a moment loading a plan takes."""
    began = time.monotonic()
    load_short_showing(stack, showing, "trial", seconds=3_600, directory=tmp_path)
    took = time.monotonic() - began
    return load_short_showing(stack, showing, "short", SELLS_SECONDS + 2 * took, tmp_path)


def load_short_showing(stack: DeployedStack, showing: Showing, name: str, seconds: float, directory: Path) -> Showing:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
    event = {
        "event_id": f"{showing.event_id}-{name}",
        "movie_id": f"{showing.event_id}-{name}",
        "room_id": f"{showing.event_id}-{name}",
        "movie_time": f"{ends - timedelta(minutes=2):%Y-%m-%dT%H:%M:%SZ}",
        "end_time": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "sales_end": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "prices": {"standard": PRICE},
    }
    movie = {"movie_id": event["movie_id"], "title": "Short", "details": "Soon over.", "length": 1}
    movie |= {"certificate": "PG", "year": 2020, "director": "N. N."}
    rows = [{"row": "A", "category": "ssss"}]
    room = {"room_id": event["room_id"], "theater_id": showing.theater_id, "room_name": name, "rows": rows}
    path = directory / f"{name}.json"
    path.write_text(json.dumps({"movies": [movie], "rooms": [room], "events": [event]}))
    make(stack.checkout, "catalogue", f"FILE={path}")
    return Showing(event["event_id"], event["movie_id"], showing.theater_id, {"A": ("A1", "A2", "A3", "A4")})


@pytest.mark.shows("schedule late, early or twice")
def test_at_its_end_a_showing_frees_what_is_merely_held(
    stack: DeployedStack, short_showing: Showing, visitors: Visitors
) -> None:
    (visitor,) = visitors(1)
    schedules, named = stack.client("scheduler"), {"GroupName": NAMES.schedule_group, "Name": short_showing.event_id}
    assert schedules.get_schedule(**named)["ActionAfterCompletion"] == "DELETE"
    assert visitor.hold(short_showing, "A1").status == 201

    eventually(lambda: stack.owner(short_showing, "A1") is None, "the seat is free")
    visitor.sees(short_showing, "EXPIRED")
    (order,) = stack.orders(short_showing)
    assert (order["status"], order["reason"]) == ("EXPIRED", "event_over")
    with pytest.raises(schedules.exceptions.ResourceNotFoundException):
        schedules.get_schedule(**named)
