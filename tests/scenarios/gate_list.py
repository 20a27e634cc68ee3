"""GetGateList: a showing's tickets, for its gate."""

from typing import Any

import pytest

from tests.verbs import Answer, Verbs

LISBOA, LONDON = {"custom:theater_id": "lisboa"}, {"custom:theater_id": "london"}


def sell(cinema: Verbs, *seats: str, user: str = "ada") -> list[str]:
    cinema.hold(*seats, user=user)
    cinema.submit(user=user)
    cinema.deliver()
    return [ticket["code"] for ticket in cinema.booking(user).body["tickets"]]


def listed(
    cinema: Verbs, event_id: str = "ev_1", groups: tuple[str, ...] = ("gate",), claims: Any = None, **query: str
) -> Answer:
    path = {"event_id": event_id}
    return cinema.call("get_gate_list", path, user="porter", groups=groups, query=query, claims=claims or LISBOA)


def statuses(answer: Answer) -> dict[str, str]:
    return {ticket["seat_id"]: ticket["status"] for ticket in answer.body["tickets"]}


def test_the_list_has_every_ticket_and_what_became_of_it(cinema: Verbs) -> None:
    first, _ = sell(cinema, "A1", "A3")
    sell(cinema, "B1", user="grace")
    cinema.hold("B2", user="alan")
    cinema.refund("grace")
    cinema.check_in(first)
    answer = listed(cinema)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert set(answer.body) == {"event_id", "as_of", "counts", "tickets", "next_cursor"}
    assert (answer.body["event_id"], answer.body["as_of"]) == ("ev_1", "2096-10-02T10:00:00.000Z")
    assert (answer.body["counts"], answer.body["next_cursor"]) == ({"sold": 2, "in": 1}, None)
    assert statuses(answer) == {"A1": "used", "A3": "valid", "B1": "refunded"}
    used = next(one for one in answer.body["tickets"] if one["seat_id"] == "A1")
    assert set(used) == {"ticket_id", "seat_id", "status", "checked_in_at"}
    assert used["checked_in_at"] == "2096-10-02T10:00:00.000Z"


def test_since_has_what_changed_and_counts_of_all(cinema: Verbs) -> None:
    first, _ = sell(cinema, "A1", "A3")
    sell(cinema, "B1", user="grace")
    cinema.clock.advance(minutes=5)
    as_of = listed(cinema).body["as_of"]
    assert statuses(listed(cinema, since=as_of)) == {}
    cinema.clock.advance(minutes=5)
    cinema.check_in(first)
    answer = listed(cinema, since=as_of)
    assert statuses(answer) == {"A1": "used", "A3": "valid"}
    assert answer.body["counts"] == {"sold": 3, "in": 1}


def test_a_page_leads_to_the_next(cinema: Verbs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("box_office.domain.gate_list.TICKETS_PER_PAGE", 1)
    sell(cinema, "A1")
    cinema.clock.advance(minutes=1)
    sell(cinema, "B1", user="grace")
    first = listed(cinema)
    assert statuses(first) == {"A1": "valid"}
    second = listed(cinema, cursor=first.body["next_cursor"])
    assert (statuses(second), second.body["next_cursor"]) == ({"B1": "valid"}, None)


def test_a_showing_without_tickets_has_an_empty_list(cinema: Verbs) -> None:
    answer = listed(cinema, "ev_2")
    assert (answer.status, answer.body["tickets"], answer.body["counts"]) == (200, [], {"sold": 0, "in": 0})


@pytest.mark.parametrize(
    ("groups", "claims", "status", "code"),
    [
        (("gate",), LISBOA, 200, None),
        (("manager",), {"x": "y"}, 200, None),
        (("manager",), LISBOA, 200, None),
        (("gate",), LONDON, 409, "wrong_event"),
        (("manager",), LONDON, 409, "wrong_event"),
        (("desk",), LISBOA, 403, "forbidden"),
        (("customer",), LISBOA, 403, "forbidden"),
    ],
)
def test_the_list_is_for_the_gate_of_that_theater_and_managers(
    cinema: Verbs, groups: tuple[str, ...], claims: dict[str, str], status: int, code: str | None
) -> None:
    answer = listed(cinema, groups=groups, claims=claims)
    assert (answer.status, answer.code) == (status, code)


def test_a_list_of_no_showing_is_unknown(cinema: Verbs) -> None:
    assert listed(cinema, "no-such").code == "unknown_event"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "yesterday"),
        ("since", "2096-13-01T00:00:00Z"),
        ("cursor", "x"),
        ("cursor", "e30="),
        ("cursor", "WzEsMl0="),
    ],
)
def test_what_no_list_gave_is_refused(cinema: Verbs, name: str, value: str) -> None:
    answer = listed(cinema, **{name: value})
    assert (answer.status, answer.body.get("param")) == (400, name)
