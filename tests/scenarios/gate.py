"""The gate: theaters, showings, scans, looks, and check-ins that a manager takes back."""

from typing import Any

import pytest

from tests.verbs import Answer, Verbs

LISBOA = {"custom:theater_id": "lisboa"}


def ticket(cinema: Verbs, seat: str = "A1") -> str:
    cinema.hold(seat)
    cinema.submit()
    cinema.deliver()
    return str(cinema.booking().body["tickets"][0]["code"])


def scan(cinema: Verbs, code: str, claims: dict[str, str] = LISBOA, account: str = "porter", **members: Any) -> Answer:
    return cinema.call("check_in_ticket", {}, {"ticket": code, **members}, account, ("gate",), claims=claims)


def used_at(cinema: Verbs) -> str | None:
    return cinema.booking().body["tickets"][0]["checked_in_at"]


def test_the_same_scan_is_answered_the_same_word_for_word(cinema: Verbs) -> None:
    code = ticket(cinema)
    named = {"event_ids": ["ev_1"], "scan_id": "sc_1", "device": "door-1", "scanned_at": "2096-10-02T09:59:58.5Z"}
    first = scan(cinema, code, **named)
    assert (first.status, first.body["checked_in_at"]) == (200, "2096-10-02T09:59:58.500Z")
    cinema.clock.advance(minutes=1)
    again = scan(cinema, code, **named)
    assert (again.status, again.body, again.headers["Status"]) == (200, first.body, "CHECKED_IN")
    other = scan(cinema, code, **named | {"device": "door-2", "scanned_at": "2096-10-02T09:59:50Z"})
    assert (other.status, other.code, other.body["conflict"]) == (409, "already_checked_in", True)
    assert (other.body["device"], other.body["checked_in_at"]) == ("door-1", "2096-10-02T09:59:58.500Z")


def test_a_gate_that_names_no_device_is_its_account_to_scans_of_the_same_id(cinema: Verbs) -> None:
    code = ticket(cinema)
    first = scan(cinema, code, account="door-a", scan_id="sc_1")
    assert first.status == 200
    assert scan(cinema, code, account="door-a", scan_id="sc_1").body == first.body, "its answer was lost"
    other = scan(cinema, code, account="door-b", scan_id="sc_1")
    assert (other.status, other.code, other.body["device"]) == (409, "already_checked_in", "door-a")


@pytest.mark.parametrize(
    ("claims", "members"), [({"custom:theater_id": "london"}, {}), (LISBOA, {"event_ids": ["ev_2"]})]
)
def test_a_ticket_of_another_place_is_told_where_it_is_good_and_not_used_up(
    cinema: Verbs, claims: dict[str, str], members: dict[str, Any]
) -> None:
    code = ticket(cinema)
    answer = scan(cinema, code, claims, **members)
    assert (answer.status, answer.code, answer.headers["Status"]) == (409, "wrong_event", "WRONG_EVENT")
    told = ("event_id", "title", "theater_id", "room_name", "movie_time", "seat_id")
    assert [answer.body[name] for name in told] == ["ev_1", "Metropolis", "lisboa", "3", "2096-10-02T18:00:00Z", "A1"]
    assert used_at(cinema) is None
    assert scan(cinema, code).status == 200


def test_a_look_says_what_would_happen_and_changes_nothing(cinema: Verbs) -> None:
    code = ticket(cinema)
    answer = scan(cinema, code, look=True)
    assert (answer.status, answer.body["status"], answer.headers["Status"]) == (200, "VALID", "VALID")
    assert (answer.body["checked_in_at"], used_at(cinema)) == (None, None)
    scan(cinema, code)
    assert scan(cinema, code, look=True).code == "already_checked_in"


def test_after_the_end_of_the_showing_nobody_is_let_in(cinema: Verbs) -> None:
    code = ticket(cinema)
    cinema.clock.advance(minutes=11 * 60)
    assert scan(cinema, code).code == "event_over"
    assert scan(cinema, code, scanned_at="2096-10-02T20:59:59.999Z").status == 200, "scanned without a network"


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"event_ids": []}, "event_ids"),
        ({"event_ids": "ev_1"}, "event_ids"),
        ({"scan_id": "sc 1"}, "scan_id"),
        ({"device": ""}, "device"),
        ({"look": "yes"}, "look"),
        ({"scanned_at": 1}, "scanned_at"),
        ({"scanned_at": "2096-10-02T09:59:58"}, "scanned_at"),
        ({"scanned_at": "2096-02-30T09:59:58Z"}, "scanned_at"),
        ({"scanned_at": "2096-10-01T09:59:59Z"}, "scanned_at"),
    ],
)
def test_what_a_gate_sends_wrongly_is_told_and_lets_nobody_in(
    cinema: Verbs, members: dict[str, Any], param: str
) -> None:
    code = ticket(cinema)
    answer = scan(cinema, code, **members)
    assert (answer.status, answer.code, answer.body["param"]) == (400, "invalid_request", param)
    assert used_at(cinema) is None


# Taken back


def test_a_manager_makes_a_used_ticket_good_again_and_says_why(cinema: Verbs) -> None:
    code = ticket(cinema)
    ticket_id = scan(cinema, code, scan_id="sc_1", device="door-1").body["ticket_id"]
    cinema.clock.advance(minutes=1)
    answer = cinema.undo(code)
    assert (answer.status, answer.body, answer.headers["Status"]) == (
        200,
        {"status": "VALID", "ticket_id": ticket_id},
        "VALID",
    )
    assert used_at(cinema) is None
    [row] = [row for row in cinema.rows("orders") if row["order_key"] == "ev_1"]
    assert row["tickets"][0]["undone"] == [{"at": cinema.clock.now, "asked_by": "boss", "reason": "scanned by mistake"}]
    assert (cinema.undo(code).status, len(cinema.rows("orders"))) == (200, 1), "asked again it is the same"
    assert scan(cinema, code, scan_id="sc_1", device="door-1").body["checked_in_at"] == "2096-10-02T10:01:00.000Z"


def test_a_ticket_that_was_never_used_cannot_be_taken_back(cinema: Verbs) -> None:
    answer = cinema.undo(ticket(cinema))
    assert (answer.status, answer.code) == (409, "undo_not_possible")


def test_a_refunded_ticket_is_not_made_good_again(cinema: Verbs) -> None:
    code = ticket(cinema)
    scan(cinema, code)
    cinema.refund(user="boss", groups=("manager",), order_id=cinema.booking().body["order_id"], reason="ill")
    assert cinema.undo(code).code == "ticket_refunded"


@pytest.mark.parametrize("groups", [("customer",), ("desk",), ("gate",), ()])
def test_only_a_manager_takes_a_check_in_back(cinema: Verbs, groups: tuple[str, ...]) -> None:
    answer = cinema.undo("BO1.x.y", groups)
    assert (answer.status, answer.code) == (403, "forbidden")


def test_a_manager_of_another_theater_does_not_find_the_ticket(cinema: Verbs) -> None:
    code = ticket(cinema)
    scan(cinema, code)
    assert cinema.undo(code, claims={"custom:theater_id": "london"}).code == "unknown_ticket"
    assert cinema.undo(code, claims=LISBOA).status == 200


@pytest.mark.parametrize("reason", ["", None, 1, "x" * 501])
def test_an_undo_says_why(cinema: Verbs, reason: object) -> None:
    answer = cinema.undo("BO1.x.y", reason=reason)
    assert (answer.status, answer.body["param"]) == (400, "reason")
