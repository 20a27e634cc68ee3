"""ReleaseSeat, GetBooking and GetMyBookings: a user's own orders, and nobody else's."""

import pytest

from box_office.domain.captures import Captured, capture_of_no_order
from box_office.domain.catalogue import Event
from box_office.domain.orders import OrderRef, Status
from box_office.domain.payments import Refund, RefundState
from tests.examples import EV_1, order, ticket
from tests.sample_catalogue import MINUTE, TODAY
from tests.seeded_orders import book, pay
from tests.verbs import Verbs


def test_a_release_frees_the_seats_for_everybody_and_again_is_the_same(cinema: Verbs) -> None:
    held = cinema.hold("A1", "A2")
    first, second = cinema.release(order_id=held.body["order_id"]), cinema.release()

    assert (first.status, first.body, first.headers["Status"]) == (204, None, "RELEASED")
    assert second.status == 204
    assert [cinema.seat(seat)["status"] for seat in ("A1", "A2")] == ["empty", "empty"]
    assert cinema.booking().body["status"] == "RELEASED"
    assert cinema.hold("A1", "A2", user="grace").status == 201


def test_after_a_replacement_all_its_seats_come_free_at_once(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.map()
    cinema.hold("A1", "A2")
    cinema.release()

    assert cinema.map(user="grace").body["rows"][0]["status"] == "eeee"
    assert cinema.hold("A1", "A2", user="grace").status == 201


def test_after_a_lapse_there_is_nothing_left_to_release(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=11)
    cinema.hold("A1", user="grace")

    assert cinema.release().status == 204
    assert cinema.seat("A1")["user_id"] == "grace"


def test_a_late_release_never_hits_the_next_order(cinema: Verbs) -> None:
    first = cinema.hold("A1").body["order_id"]
    cinema.release()
    second = cinema.hold("A2").body["order_id"]
    answer = cinema.release(order_id=first)

    assert (answer.status, answer.code) == (404, "unknown_order")
    assert cinema.booking().body["order_id"] == second
    assert cinema.seat("A2")["order_id"] == second


@pytest.mark.parametrize("order_id", [None, "or_unknown"])
def test_who_never_held_has_nothing_to_release(cinema: Verbs, order_id: str | None) -> None:
    answer = cinema.release(order_id=order_id)
    assert (answer.status, answer.code) == (404, "unknown_order")


def test_another_users_order_cannot_be_released(cinema: Verbs) -> None:
    held = cinema.hold("A1", user="ada").body["order_id"]
    answer = cinema.release(user="grace", order_id=held)

    assert (answer.status, answer.code) == (404, "unknown_order")
    assert cinema.seat("A1")["order_id"] == held


@pytest.mark.parametrize("status", ["PAYING", "PAID"])
def test_what_is_being_paid_cannot_be_released(cinema: Verbs, status: str) -> None:
    pay(cinema, "A1", status=status)
    answer = cinema.release()

    assert (answer.status, answer.code) == (409, "payment_in_progress")
    assert cinema.seat("A1")["pinned"] is True


def test_what_is_booked_cannot_be_released(cinema: Verbs) -> None:
    book(cinema, "A1")
    assert (cinema.release().status, cinema.release().code) == (409, "already_booked")
    assert cinema.seat("A1")["status"] == "booked"


@pytest.mark.parametrize("status", ["UNRESOLVED", "REFUNDED", "EXPIRED"])
def test_releasing_what_holds_nothing_changes_nothing(cinema: Verbs, status: str) -> None:
    pay(cinema, status=status)
    before = cinema.rows("orders")
    assert cinema.release().status == 204
    assert cinema.rows("orders") == before


def test_a_release_of_an_unknown_event_says_so(cinema: Verbs) -> None:
    assert cinema.release(event_id="ev_none").code == "unknown_event"


def test_a_booking_tells_all_of_an_order(cinema: Verbs) -> None:
    held = cinema.hold("A1", "A3")
    cinema.clock.advance(minutes=3, ms=1)
    answer = cinema.booking()

    assert answer.body == {
        "order_id": held.body["order_id"],
        "event_id": "ev_1",
        "movie_id": "metropolis",
        "theater_id": "lisboa",
        "title": "Metropolis",
        "theater_name": "Cine Tejo",
        "address": "Rua do Cais 4",
        "time_zone": "Europe/Lisbon",
        "room_name": "3",
        "movie_time": "2096-10-02T18:00:00Z",
        "end_time": "2096-10-02T21:00:00Z",
        "event_cancelled_at": None,
        "status": "HELD",
        "selected_seat": ["A1", "A3"],
        "seats": [
            {"seat_id": "A1", "category": "standard", "price": 11.5},
            {"seat_id": "A3", "category": "premium", "price": 15},
        ],
        "price": 26.5,
        "currency": "EUR",
        "hold_end_time": "2096-10-02T10:10:00.000Z",
        "seconds_left": 419,
        "extendable_until": "2096-10-02T10:30:00.000Z",
        "decided_by": None,
        "poll_after": None,
        "paid_with": None,
        "refundable_until": "2096-10-02T18:00:00Z",
        "decline": None,
        "next_action": None,
        "refunded": 0,
        "refunds": [],
        "tickets": [],
    }
    assert (answer.status, answer.headers["Status"]) == (200, "HELD")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_lapsed_hold_reads_expired_at_its_very_end(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.clock.now = TODAY + 10 * MINUTE - 1
    assert cinema.booking().body["status"] == "HELD"
    cinema.clock.now = TODAY + 10 * MINUTE
    answer = cinema.booking()

    assert (answer.body["status"], answer.body["seconds_left"], answer.headers["Status"]) == ("EXPIRED", 0, "EXPIRED")
    assert cinema.call("get_my_bookings").body["bookings"][0]["status"] == "EXPIRED"


def test_an_unresolved_order_shows_as_such(cinema: Verbs) -> None:
    pay(cinema, "A1", status="UNRESOLVED")
    assert cinema.booking().body["status"] == "UNRESOLVED"


def test_an_order_that_expired_for_a_reason_says_which(cinema: Verbs) -> None:
    pay(cinema, status="EXPIRED", reason="queued_too_long")
    assert cinema.booking().body["reason"] == "queued_too_long"


@pytest.mark.parametrize("event", [None, EV_1], ids=["a showing that is no more", "a showing"])
def test_money_that_came_for_no_order_hides_no_booking(cinema: Verbs, event: Event | None) -> None:
    """The order that keeps such money knows what the showing says, and nothing of one that is not there."""
    captured, ref = Captured("pi_9", 1150, "EUR"), OrderRef("ada", "ev_gone" if event is None else "ev_1", "or_9")
    cinema.seed_order(capture_of_no_order(ref, 1, captured, event, cinema.clock.now).after)
    bought = cinema.hold("A1").body["order_id"]

    listed = {one["order_id"]: one["title"] for one in cinema.call("get_my_bookings").body["bookings"]}
    assert listed == {"or_9": None if event is None else "Metropolis", bought: "Metropolis"}
    shown = cinema.booking(event_id=ref.event_id, order_id="or_9").body
    assert (shown["reason"], shown["title"]) == ("unknown_charge", listed["or_9"])
    found = cinema.call("find_order", {}, {"order_id": "or_9"}, "nora", ["manager"]).body["orders"]
    assert [one["reason"] for one in found] == ["unknown_charge"]


def test_older_orders_are_named_by_their_id(cinema: Verbs) -> None:
    first = cinema.hold("A1").body["order_id"]
    cinema.release()
    second = cinema.hold("A2").body["order_id"]

    assert cinema.booking().body["order_id"] == second
    assert cinema.booking(order_id=first).body["status"] == "RELEASED"
    assert cinema.booking(order_id=first).body["selected_seat"] == ["A1"]


def test_a_booking_that_does_not_exist_or_is_anothers_is_unknown(cinema: Verbs) -> None:
    held = cinema.hold("A1", user="ada").body["order_id"]

    assert cinema.booking(user="grace").code == "unknown_order"
    assert cinema.booking(user="grace", order_id=held).code == "unknown_order"
    assert cinema.booking(order_id="or_none").code == "unknown_order"
    assert cinema.booking(event_id="ev_none").code == "unknown_event"
    assert cinema.booking(event_id="ev_2", order_id=held).code == "unknown_order"


def test_my_bookings_are_all_mine_newest_first_page_by_page(cinema: Verbs) -> None:
    mine = []
    for seat in ("A1", "A2", "B1"):
        mine.append(cinema.hold(seat).body["order_id"])
        cinema.release()
        cinema.clock.advance(minutes=6)
    cinema.hold("B2", user="grace")

    def page(**query: str):
        return cinema.call("get_my_bookings", query=query)

    everything = page().body
    first = page(limit="2").body
    second = page(limit="2", cursor=first["next_cursor"]).body
    assert [one["order_id"] for one in everything["bookings"]] == mine[::-1]
    assert everything["next_cursor"] is None
    assert first["bookings"] + second["bookings"] == everything["bookings"]
    assert everything["bookings"][2] == {
        "order_id": mine[0],
        "event_id": "ev_1",
        "status": "RELEASED",
        "selected_seat": ["A1"],
        "price": 11.5,
        "currency": "EUR",
        "title": "Metropolis",
        "theater_name": "Cine Tejo",
        "time_zone": "Europe/Lisbon",
        "room_name": "3",
        "movie_time": "2096-10-02T18:00:00Z",
        "refunded": 0,
        "live_tickets": 0,
    }
    foreign = cinema.call("get_my_bookings", user="grace", query={"cursor": first["next_cursor"]})
    assert all(one["order_id"] not in mine for one in foreign.body["bookings"])


def test_who_bought_nothing_has_an_empty_list(cinema: Verbs) -> None:
    answer = cinema.call("get_my_bookings")
    assert (answer.status, answer.body) == (200, {"bookings": [], "next_cursor": None})
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("query", "param"),
    [({"limit": "0"}, "limit"), ({"limit": "101"}, "limit"), ({"limit": "x"}, "limit"), ({"cursor": "x"}, "cursor")],
)
def test_a_list_that_cannot_be_is_refused(cinema: Verbs, query: dict, param: str) -> None:
    answer = cinema.call("get_my_bookings", query=query)
    assert (answer.status, answer.code, answer.body["param"]) == (400, "invalid_request", param)


def test_the_list_tells_what_was_given_back_and_how_many_tickets_are_left(cinema: Verbs) -> None:
    given_back, kept = ticket("A1", "refunded"), ticket("A2")
    refund = Refund("or_1/refund/1", 1, 1150, ("tk_A1",), RefundState.DONE, TODAY, "boss")
    cinema.seed_order(order(seats="A1 A2", status=Status.BOOKED, tickets=(given_back, kept), refunds=(refund,)))
    (listed,) = cinema.call("get_my_bookings").body["bookings"]

    assert (listed["status"], listed["price"]) == ("BOOKED", 23)
    assert (listed["refunded"], listed["live_tickets"]) == (11.5, 1)
