"""FindOrder: whose orders staff see, and what is recorded of a look."""

from typing import Any

import pytest

from box_office.adapters.cursors import keys_of
from tests.examples import TODAY, order
from tests.fakes.provider import CHALLENGED
from tests.verbs import Answer, Verbs

NOTHING = {"orders": [], "next_cursor": None}
LISBOA, LONDON = {"custom:theater_id": "lisboa"}, {"custom:theater_id": "london"}


def find(cinema: Verbs, groups: tuple[str, ...] = ("desk",), claims: Any = None, **body: Any) -> Answer:
    return cinema.call("find_order", {}, body, "clerk", groups, claims=LISBOA if claims is None else claims)


def sold(cinema: Verbs, *seats: str, user: str = "ada") -> dict[str, Any]:
    cinema.hold(*seats, user=user)
    cinema.submit(user=user)
    cinema.deliver()
    return dict(cinema.booking(user).body)


@pytest.mark.parametrize("key", ["code", "order_id", "ticket_id", "email"])
def test_an_order_is_found_by_each_key_as_its_booking_shows_it(cinema: Verbs, key: str) -> None:
    booking = sold(cinema, "A1", "A3")
    keys = {**booking["tickets"][0], "order_id": booking["order_id"], "email": "Ada@example.com"}
    answer = find(cinema, **{key: keys[key]})
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "private, no-store")
    [found] = answer.body["orders"]
    assert found == booking | {"user_email": "ada@example.com"}
    assert answer.body["next_cursor"] is None


def test_by_address_the_newest_comes_first_a_page_at_a_time(cinema: Verbs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("box_office.use_cases.find_order.ORDERS_PER_PAGE", 1)
    first = sold(cinema, "A1")["order_id"]
    cinema.clock.advance(minutes=1)
    second = cinema.hold("B1").body["order_id"]
    page = find(cinema, email="ada@example.com").body
    assert [one["order_id"] for one in page["orders"]] == [second]
    rest = find(cinema, email="ada@example.com", cursor=page["next_cursor"]).body
    assert [one["order_id"] for one in rest["orders"]] == [first]


def test_a_page_is_filled_from_the_theaters_own_orders_and_says_nothing_of_others(
    cinema: Verbs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("box_office.use_cases.find_order.ORDERS_PER_PAGE", 2)
    for number in range(9):  # every second one in another theater, the newest too
        theater = "lisboa" if number % 2 else "london"
        cinema.seed_order(
            order(f"or_{number}", event_id=f"ev_{number}", theater_id=theater, first_held_at=TODAY + number)
        )
    pages, cursor = [], None
    while True:
        page = find(cinema, email="ada@example.com", **({"cursor": cursor} if cursor else {})).body
        pages.append([one["order_id"] for one in page["orders"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert pages == [["or_7", "or_5"], ["or_3", "or_1"]]
    assert find(cinema, claims={"custom:theater_id": "porto"}, email="ada@example.com").body == NOTHING
    assert find(cinema, claims={}, email="ada@example.com").body == NOTHING, "a clerk without a theater"


def test_a_cursor_names_no_order_of_another_theater(cinema: Verbs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("box_office.use_cases.find_order.ORDERS_PER_PAGE", 1)
    for number, theater in enumerate(["lisboa", "london", "lisboa"]):
        cinema.seed_order(
            order(f"or_{number}", event_id=f"ev_{number}", theater_id=theater, first_held_at=TODAY + number)
        )
    cursor = find(cinema, email="ada@example.com").body["next_cursor"]
    assert keys_of(cursor) == ["ev_2", TODAY + 2]


def test_a_clerk_without_a_theater_finds_their_own_sales_alone(cinema: Verbs) -> None:
    customers = sold(cinema, "A1")["order_id"]
    own = cinema.hold("B1", user="clerk", groups=("desk",), sale="s1").body["order_id"]
    assert find(cinema, claims={}, order_id=customers).body["orders"] == []
    assert [one["order_id"] for one in find(cinema, claims={}, order_id=own).body["orders"]] == [own]


@pytest.mark.guards("API3 object property level authorization")
def test_staff_are_not_shown_what_confirms_a_customers_payment(cinema: Verbs) -> None:
    order_id = cinema.hold("A1").body["order_id"]
    cinema.submit(CHALLENGED)
    cinema.deliver()
    assert cinema.booking().body["next_action"]["client_secret"]
    [found] = find(cinema, order_id=order_id).body["orders"]
    assert (found["status"], found["next_action"]) == ("PAYING", None)


# The user pool refuses characters that nothing shows, and names the address in its error, which is logged.
@pytest.mark.parametrize(
    "email", ["Ada <ada@example.com>", "ada@" + "x" * 125, "ada", "a b@c", "a\x00@b.c", "a\u200b@b.c", "a\x1b[2J@b.c"]
)
def test_what_is_no_address_is_refused(cinema: Verbs, email: str) -> None:
    answer = find(cinema, email=email)
    assert (answer.status, answer.code, answer.body["param"]) == (400, "invalid_request", "email")


@pytest.mark.guards("API1 object level authorization")
@pytest.mark.parametrize(
    ("groups", "claims", "count"),
    [
        (("desk",), LISBOA, 1),
        (("manager",), LISBOA, 1),
        (("manager",), {}, 1),
        (("desk",), {}, 0),
        (("desk",), LONDON, 0),
        (("manager",), LONDON, 0),
    ],
)
@pytest.mark.parametrize("by", ["order_id", "email"])
def test_another_theaters_orders_are_not_found(
    cinema: Verbs, by: str, groups: tuple[str, ...], claims: dict[str, str], count: int
) -> None:
    key = {"order_id": sold(cinema, "A1")["order_id"], "email": "ada@example.com"}[by]
    answer = find(cinema, groups, claims, **{by: key})
    assert (answer.status, len(answer.body["orders"])) == (200, count)


@pytest.mark.parametrize(
    "body",
    [{"order_id": "or_none"}, {"email": "nobody@example.com"}, {"ticket_id": "tk_" + "0" * 24}, {"ticket_id": "tk_x"}],
)
def test_what_is_not_there_is_an_empty_list(cinema: Verbs, body: dict[str, str]) -> None:
    assert find(cinema, **body).body == NOTHING


def test_a_code_that_is_none_is_told(cinema: Verbs) -> None:
    assert find(cinema, code="BO2:ABC").code == "unknown_ticket"


@pytest.mark.parametrize("groups", [("customer",), ("gate",), ()])
def test_only_desk_and_manager_find_orders(cinema: Verbs, groups: tuple[str, ...]) -> None:
    answer = find(cinema, groups, email="ada@example.com")
    assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "code"),
        ({"order_id": "or_1", "email": "ada@example.com"}, "email"),
        ({"order_id": "or_1", "cursor": "x"}, "cursor"),
        ({"email": "ada@example.com", "cursor": "x"}, "cursor"),
        ({"email": "a"}, "email"),
        ({"email": 1}, "email"),
        ({"order_id": "or 1"}, "order_id"),
    ],
)
def test_exactly_one_key_is_needed(cinema: Verbs, body: dict[str, Any], param: str) -> None:
    answer = find(cinema, **body)
    assert (answer.status, answer.code, answer.body["param"]) == (400, "invalid_request", param)


def test_every_look_is_recorded_with_who_asked_and_without_the_address(
    cinema: Verbs, caplog: pytest.LogCaptureFixture
) -> None:
    order_id = sold(cinema, "A1")["order_id"]
    caplog.clear()
    with caplog.at_level("INFO"):
        find(cinema, email="ada@example.com")
        find(cinema, email="nobody@example.com")
    records = [vars(record) for record in caplog.records if record.name == "find_order"]
    asked = [(one["asked_by"], one["by"]) for one in records if one["message"] == "orders asked for"]
    assert asked == [("clerk", "email")] * 2
    assert [one["orders"] for one in records if one["message"] == "orders shown"] == [[order_id], []]
    assert "example.com" not in str(records)
