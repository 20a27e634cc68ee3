"""A showing of a plan of its own, which moves while functions still remember it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.deployed import DeployedStack, make
from tests.e2e.visitor import Showing
from tests.waiting import WAIT_SECONDS_MAX, eventually

LARGE, SMALL = 12, 2  # seats of row A


def showing_of(showing: Showing, event_id: str, seats: int) -> Showing:
    return Showing(event_id, showing.movie_id, showing.theater_id, {"A": tuple(f"A{n}" for n in range(1, seats + 1))})


def plan_of(showing: Showing, event_id: str, seats: int, hours: int) -> dict[str, Any]:
    """`showing` lends its film and its theater; the room is named after its size."""
    room = {"room_id": f"{event_id}-{seats}", "theater_id": showing.theater_id, "room_name": f"{seats} seats"}
    begins = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    event = {"event_id": event_id, "movie_id": showing.movie_id, "room_id": room["room_id"]}
    event |= {"movie_time": f"{begins:%Y-%m-%dT%H:%M:%SZ}", "prices": {"standard": 11.5}}
    return {"rooms": [room | {"rows": [{"row": "A", "category": "s" * seats}]}], "events": [event]}


def written(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document))
    return path


@pytest.mark.shows("showing moved, or seat removed from its room, while functions remember it")
def test_a_showing_that_moves_is_sold_from_memory_and_given_back(stack, showing, visitors, tmp_path):
    """The seats that are sold do not exist in the new room, and the time is not the showing's any more.

    What the loader finds when it has waited out memory and lanes is in tests/integration/test_load_catalogue.py."""
    ada, ben = visitors(2)
    event_id = f"{showing.event_id}-moves"
    moves = showing_of(showing, event_id, LARGE)
    before, after = plan_of(showing, event_id, LARGE, 7), plan_of(showing, event_id, SMALL, 9)
    make(stack.checkout, "catalogue", f"FILE={written(tmp_path / 'before.json', before)}")
    stack.kill_workers("hold_seat")
    ada.holds(moves, "A1")  # one worker remembers the showing from here on
    assert ada.release(moves).status == 204

    with stack.checkout.making("catalogue", f"FILE={written(tmp_path / 'after.json', after)}") as loading:
        eventually(lambda: room_of(stack, moves) == f"{event_id}-{SMALL}", "the showing moved")
        sold, kept = ada.hold(moves, "A12"), ben.hold(moves, "A11")
        for held in (sold, kept):
            assert (held.status, held.body["movie_time"]) == (201, before["events"][0]["movie_time"])
        assert ada.pay(moves).status == 202
        booking = ada.sees(moves, "REFUNDED")
        assert (booking["reason"], booking["tickets"], booking["refunded"]) == ("event_moved", [], 11.5)
        assert stack.provider.captures(booking["order_id"]) == stack.provider.refunds(booking["order_id"]) == [1150]
        assert stack.owner(moves, "A12") is None
        waits = f"Waiting 180 s before a last look at 1 showing that this plan changed while on sale ({event_id})"
        said = next(line for line in loading.stdout if waits in line or "Error" in line)
        assert waits in said
    assert loading.wait(WAIT_SECONDS_MAX) != 0, "stopped before its last look"

    stack.kill_workers("hold_seat")  # those that come next remember no old room
    assert ada.hold(moves, "A12").code == "unknown_seat"
    assert ada.hold(moves, "A1").body["movie_time"] == after["events"][0]["movie_time"]
    assert ada.pay(moves).status == 202
    assert [ticket["seat_id"] for ticket in ada.sees(moves, "BOOKED")["tickets"]] == ["A1"]


def room_of(stack: DeployedStack, showing: Showing) -> str:
    key = {"event_id": {"S": showing.event_id}}
    row = stack.dynamodb.get_item(TableName=stack.tables["events"], Key=key, ConsistentRead=True)["Item"]
    return row["room_id"]["S"]
