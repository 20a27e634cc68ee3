"""The examples of docs/api-by-hand.md, docs/api.md and docs/local.md, pasted into a shell as they are."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.e2e.checkout import MAKE_SECONDS_MAX, ROOT
from tests.e2e.deployed import DeployedStack

BY_HAND, API, LOCAL = (ROOT / "docs" / name for name in ("api-by-hand.md", "api.md", "local.md"))
# A pasted command that fails must fail the script: curl answers 4xx and 5xx with an error, and says what came.
STRICT = 'set -euo pipefail\ncurl() { command curl --fail-with-body --max-time 90 "$@"; }\n'
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(page: Path) -> str:
    return "\n".join(BLOCK.findall(page.read_text(encoding="utf-8")))


def paste(stack: DeployedStack, commands: str) -> list[Any]:
    """The answers, which each have a line of their own."""
    shell = ["bash", "-c", STRICT + commands]
    done = subprocess.run(shell, cwd=stack.checkout.directory, capture_output=True, text=True, timeout=MAKE_SECONDS_MAX)
    assert done.returncode == 0, f"{done.stdout[-2_000:]}\n{done.stderr[-2_000:]}"
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def test_the_examples_of_the_api_work_as_pasted(stack: DeployedStack) -> None:
    answers = paste(stack, examples(BY_HAND))
    selections = [answer["selected_seat"] for answer in answers if answer.get("status") == "HELD"]
    two, three = ["D7", "D8"], ["D7", "D8", "D9"]
    assert selections == [two, two, three, three, three], "held, held already, more seats, as a booking, more time"
    assert len({answer["order_id"] for answer in answers if answer.get("status") == "HELD"}) == 1
    booked_lists = [answer["bookings"] for answer in answers if "bookings" in answer]
    assert booked_lists[0][0]["status"] == "HELD"
    told = [answer["status"] for answer in answers if isinstance(answer.get("status"), str | int)]  # no seat map
    ends = [status for status in told if status != "HELD"]
    paid_and_let_in, undone_and_given_back = ["PROCESSING", "BOOKED", "CHECKED_IN"], ["VALID", "REFUNDING"]
    assert ends == [*paid_and_let_in, *undone_and_given_back, 401], "the last: not without a token"


def test_a_desks_sale_and_3d_secure_work_as_pasted(stack: DeployedStack) -> None:
    answers = paste(stack, examples(API))
    held, taken, sold, grace_held, accepted, asked, url, _, booked = answers
    assert (held["status"], taken["status"], sold["status"]) == ("HELD", "PROCESSING", "BOOKED")
    assert taken["change"] == 50 - held["price"] > 0
    assert len(sold["tickets"]) == 2 and sold["order_id"] == taken["order_id"] == held["order_id"]
    assert (grace_held["status"], accepted["status"]) == ("HELD", "PROCESSING")
    assert asked["status"] == "PAYING" and asked["next_action"]["url"] == url
    assert (booked["status"], booked["next_action"]) == ("BOOKED", None) and len(booked["tickets"]) == 2


def test_the_examples_of_the_local_stack_work_as_pasted(stack: DeployedStack) -> None:
    through, past, slow, ok, ledger, health, rules, known, fired, none = paste(stack, examples(LOCAL))
    assert through["movies"] == past["movies"]
    assert (slow, ok) == ({"mode": "slow", "seconds": 3.0}, {"mode": "ok"})
    assert set(ledger) == {"payment_intents", "refunds"} and health["status"] == "ok"
    assert [rule["service"] for rule in known] == [rule["service"] for rule in rules] == ["dynamodb", "sqs"]
    assert isinstance(fired, list) and none == []


def test_every_route_is_in_an_example() -> None:
    routes = re.findall(r"^\| (?:GET|POST) `/(\w+)/api/v0/", API.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(routes) >= 13
    assert [route for route in routes if f"$API/{route}/api/v0/" not in examples(BY_HAND)] == []
