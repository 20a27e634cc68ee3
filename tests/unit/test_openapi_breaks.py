"""What a change of docs/openapi.json breaks for clients, what it does not, and with which version it is compared."""

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from toolchain.openapi import compare
from toolchain.openapi.breaking import breaks
from toolchain.openapi.document import DOCUMENT

Document = dict[str, Any]
OLD: Document = json.loads(DOCUMENT.read_text(encoding="utf-8"))


def changed(*changes: Callable[[Document], object]) -> Document:
    new = copy.deepcopy(OLD)
    for change in changes:
        change(new)
    return new


def schema(document: Document, name: str) -> Any:
    return document["components"]["schemas"][name]


def operation(document: Document, verb: str) -> Any:
    return next(one for methods in document["paths"].values() for one in methods.values() if one["operationId"] == verb)


def drop(name: str, member: str) -> Callable[[Document], object]:
    def change(document: Document) -> None:
        schema(document, name)["properties"].pop(member)
        required = schema(document, name)["required"]
        schema(document, name)["required"] = [one for one in required if one != member]

    return change


def put(name: str, member: str, **value: Any) -> Callable[[Document], object]:
    return lambda document: schema(document, name)["properties"].update({member: value})


def require(name: str, member: str) -> Callable[[Document], object]:
    return lambda document: schema(document, name).setdefault("required", []).append(member)


def relax(name: str, member: str) -> Callable[[Document], object]:
    return lambda document: schema(document, name)["required"].remove(member)


BREAKS: tuple[tuple[str, Callable[[Document], object], list[str]], ...] = (
    (
        "a verb is gone",
        lambda document: document["paths"].pop("/GetMyBookings/api/v0"),
        ["get_my_bookings: GET /GetMyBookings/api/v0 is gone"],
    ),
    ("an answer's member is gone", drop("QueuedHold", "event_id"), ["hold_seat: 202.event_id is gone"]),
    (
        "an answer's member is not always there",
        relax("QueuedHold", "event_id"),
        ["hold_seat: 202.event_id is not always there any more"],
    ),
    (
        "an answer's member may be null",
        put("QueuedHold", "order_id", anyOf=[{"type": "string"}, {"type": "null"}]),
        [
            "hold_seat: 202.order_id is null, and string before",
            "hold_seat: 202.order_id: its pattern changed",
        ],
    ),
    (
        "an answer's member has another type",
        put("GateTicket", "seat_id", type="integer"),
        ["get_gate_list: 200.tickets[].seat_id is integer, and string before"],
    ),
    (
        "an answer has a further word",
        put("QueuedHold", "status", type="string", enum=["QUEUED", "LATE"]),
        ["hold_seat: 202.status: 'LATE' is not among 'QUEUED'"],
    ),
    (
        "an answer has another status",
        lambda document: operation(document, "get_me")["responses"].update({"206": {}}),
        ["get_me: it now may answer 206"],
    ),
    (
        "an answer never comes any more",
        lambda document: operation(document, "hold_seat")["responses"].pop("202"),
        ["hold_seat: it never answers 202 any more"],
    ),
    (
        "a header is gone",
        lambda document: operation(document, "seat_map")["responses"]["200"]["headers"].pop("ETag"),
        ["seat_map: 200: the header ETag is gone"],
    ),
    (
        "a problem's member is gone",
        drop("SeatsUnavailableProblem", "conflicts"),
        ["hold_seat: seats_unavailable.conflicts is gone"],
    ),
    (
        "a request's member is needed",
        require("HoldBody", "event_id"),
        ["hold_seat: the request.event_id is now required"],
    ),
    (
        "a request's new member is needed",
        lambda document: (put("ReleaseBody", "why", type="string")(document), require("ReleaseBody", "why")(document)),
        ["release_seat: the request.why is now required"],
    ),
    (
        "a request's member is not read any more",
        drop("UndoBody", "reason"),
        ["undo_check_in: the request.reason is gone"],
    ),
    (
        "a request's words are fewer",
        put("PaymentInfo", "type", type="string", enum=["card", "saved", "cash"]),
        ["submit_payment: the request.paymentInfo.type: 'external' is not among 'card', 'cash', 'saved'"],
    ),
    (
        "a request's text must be shorter",
        put("UndoBody", "reason", type="string", minLength=1, maxLength=100),
        ["undo_check_in: the request.reason: its maxLength changed"],
    ),
    (
        "a request's member has another type",
        put("CheckInBody", "look", type="string"),
        ["check_in_ticket: the request.look must be string"],
    ),
    (
        "a body is needed",
        lambda document: operation(document, "release_seat")["requestBody"].update(required=True),
        ["release_seat: its request's body is now required"],
    ),
    (
        "a parameter is needed",
        lambda document: operation(document, "get_booking")["parameters"][1].update(required=True),
        ["get_booking: the query parameter order_id is now required"],
    ),
    (
        "a parameter is gone",
        lambda document: operation(document, "get_booking")["parameters"].pop(),
        ["get_booking: the query parameter order_id is gone"],
    ),
    (
        "a limit is lower",
        lambda document: operation(document, "get_my_bookings")["parameters"][0]["schema"].update(maximum=50),
        ["get_my_bookings: the query parameter limit: its maximum changed"],
    ),
    (
        "a token is needed",
        lambda document: operation(document, "seat_map").update(security=[{"AuthorizationToken": []}]),
        ["seat_map: it now needs a token"],
    ),
    (
        "a role is needed",
        lambda document: operation(document, "get_me").update(security=[{"AuthorizationToken": ["desk"]}]),
        ["get_me: it is now for desk alone"],
    ),
    (
        "a verb has another name",
        lambda document: operation(document, "get_me").update(operationId="me"),
        ["get_me: its id is now me"],
    ),
)
GAINS: tuple[tuple[str, Callable[[Document], object]], ...] = (
    ("an answer gains a member", put("QueuedHold", "lane", type="string")),
    ("an answer's member is always there", require("AvailableSeat", "cancelled_at")),
    ("a request may have a further member", put("HoldBody", "why", type="string")),
    ("a request's member need not be there", relax("UndoBody", "reason")),
    ("a request's text may be longer", put("UndoBody", "reason", type="string", minLength=0, maxLength=900)),
    (
        "a request has a further word",
        put("PaymentInfo", "type", enum="card saved cash external gift".split()),
    ),
    ("a number is a whole one", put("RefundTaken", "price", type="integer", minimum=0)),
    ("a verb is new", lambda document: document["paths"].update({"/GetNews/api/v0": {"get": {"operationId": "news"}}})),
    ("a verb needs no token", lambda document: operation(document, "get_me").update(security=[])),
    (
        "a verb answers another problem",
        lambda document: operation(document, "get_me")["responses"].update(
            {"409": operation(document, "hold_seat")["responses"]["409"]}
        ),
    ),
    ("a verb never answers a problem any more", lambda document: operation(document, "get_me")["responses"].pop("403")),
    ("a problem gains a member", put("UnknownOrderProblem", "order_id", type="string")),
    ("words for people change", lambda document: operation(document, "get_me").update(summary="Another.")),
)


def test_the_same_document_breaks_nothing() -> None:
    assert breaks(OLD, copy.deepcopy(OLD)) == []


@pytest.mark.parametrize(("change", "found"), [one[1:] for one in BREAKS], ids=[one[0] for one in BREAKS])
def test_a_break_is_found_and_named(change: Callable[[Document], object], found: list[str]) -> None:
    assert set(found) & set(breaks(OLD, changed(change))), breaks(OLD, changed(change))


@pytest.mark.parametrize("change", [one[1] for one in GAINS], ids=[one[0] for one in GAINS])
def test_what_is_gained_breaks_nothing(change: Callable[[Document], object]) -> None:
    assert breaks(OLD, changed(change)) == []


def git(root: Path, *arguments: str) -> None:
    ours = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", "-C", str(root), *ours, *arguments], check=True, capture_output=True)


def commit(root: Path, document: Document, message: str) -> None:
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs/openapi.json").write_text(json.dumps(document), encoding="utf-8")
    git(root, "init", "-q")
    git(root, "add", "docs")
    git(root, "commit", "-q", "--allow-empty", "-m", message)


def accept(root: Path, *lines: str) -> None:
    (root / "docs/openapi-breaks.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose directory has a break that is not committed."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    commit(tmp_path, OLD, "first")
    accept(tmp_path)
    (tmp_path / "docs/openapi.json").write_text(json.dumps(changed(drop("QueuedHold", "event_id"))), encoding="utf-8")
    return tmp_path


def test_a_break_fails_before_it_is_committed_and_after(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.main(broken) == 1
    assert "  hold_seat: 202.event_id is gone\n" in capsys.readouterr().err
    commit(broken, changed(drop("QueuedHold", "event_id")), "a break")
    assert compare.main(broken) == 1
    commit(broken, OLD, "taken back")
    assert compare.main(broken) == 0


def test_a_break_is_not_forgotten_when_the_next_commit_changes_the_document(broken: Path) -> None:
    commit(broken, changed(drop("QueuedHold", "event_id")), "a break")
    another = changed(drop("QueuedHold", "event_id"))
    operation(another, "get_me").update(summary="Another.")
    commit(broken, another, "another change")
    assert compare.main(broken) == 1


def test_a_release_is_compared_with_the_one_before_and_forgets_what_was_older(broken: Path) -> None:
    commit(broken, changed(drop("QueuedHold", "event_id")), "a break")
    git(broken, "tag", "v1.0.0")
    assert compare.main(broken) == 1, "a tag on the commit itself accepts nothing"
    git(broken, "commit", "-q", "--allow-empty", "-m", "after the release")
    assert compare.main(broken) == 0


def test_an_accepted_break_does_not_fail(broken: Path) -> None:
    accept(broken, "# no client reads it", "hold_seat: 202.event_id is gone")
    assert compare.main(broken) == 0


@pytest.mark.parametrize(("environ", "code"), [({}, 0), ({"API_HISTORY": "required"}, 1)])
def test_without_a_history_nothing_is_compared_which_is_said_and_fails_where_it_is_required(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], environ: dict[str, str], code: int
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/openapi.json").write_text("{}", encoding="utf-8")
    assert compare.main(tmp_path, environ) == code
    assert "NOT COMPARED with any earlier version" in capsys.readouterr().err


@pytest.mark.parametrize(("environ", "code"), [({}, 0), ({"API_HISTORY": "required"}, 1)])
def test_a_shallow_clone_says_what_it_did_not_compare_and_fails_where_it_is_required(
    broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], environ: dict[str, str], code: int
) -> None:
    commit(broken, OLD, "the newest")
    shallow = tmp_path / "shallow"
    git(broken, "commit", "-q", "--allow-empty", "-m", "another")
    git(broken, "clone", "-q", "--depth", "1", f"file://{broken}", str(shallow))
    accept(shallow)
    assert compare.main(shallow, environ) == code
    assert "NOT COMPARED with versions before" in capsys.readouterr().err
