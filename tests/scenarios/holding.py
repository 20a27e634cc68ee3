"""HoldSeat: shapes, codes, ends, caps and prices, by the real handlers on moto and a real Valkey."""

from dataclasses import replace
from typing import Any

import pytest

from box_office.domain.catalogue import Event
from box_office.domain.orders import Order, Status
from tests.examples import order, ticket
from tests.replays import word_for_word
from tests.sample_catalogue import HOUR, MINUTE, PRICES, ROOM, SMALL_ROOM, TODAY, event
from tests.seeded_orders import book, pay
from tests.verbs import Answer, Verbs

EV_1 = event("ev_1", ROOM, TODAY + 8 * HOUR)


TEN = [f"B{number}" for number in range(1, 11)]


def put_event(cinema: Verbs, changed: Event) -> None:
    """The loader changes an event; everybody knows within a minute."""
    cinema.seed_event(changed)
    cinema.clock.advance(seconds=61)


def test_a_hold_is_created_priced_by_the_server_and_seen_by_everybody(cinema: Verbs) -> None:
    answer = cinema.hold("A3", "A1", price=1, status="BOOKED", currency="XXX")

    assert answer.body == {
        "order_id": answer.body["order_id"],
        "status": "HELD",
        "event_id": "ev_1",
        "movie_time": "2096-10-02T18:00:00Z",
        "selected_seat": ["A1", "A3"],
        "price": 26.5,
        "currency": "EUR",
        "hold_end_time": "2096-10-02T10:10:00.000Z",
        "seconds_left": 600,
        "extendable_until": "2096-10-02T10:30:00.000Z",
    }
    assert answer.status == 201
    assert answer.headers["Status"] == "HELD"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Type"] == "application/json"
    assert cinema.seat("A1")["order_id"] == answer.body["order_id"]
    assert cinema.map(user="grace").body["rows"][0]["status"] == "hehe"
    assert cinema.booking().body["seconds_left"] == 600


def test_a_loser_gets_the_problem_with_the_seats_that_are_taken(cinema: Verbs) -> None:
    cinema.hold("A1")
    lost = cinema.hold("A2", "A1", user="grace")

    assert lost.body == {
        "type": "/problems#seats_unavailable",
        "title": "Seats unavailable",
        "status": 409,
        "code": "seats_unavailable",
        "detail": "A1 was taken a moment ago.",
        "conflicts": ["A1"],
        "next_release": None,
        "request_id": lost.body["request_id"],
    }
    assert (lost.status, lost.headers["Status"]) == (409, "SEATS_UNAVAILABLE")
    assert lost.headers["Content-Type"] == "application/problem+json"
    assert "no-store" in lost.headers["Cache-Control"]


def test_a_loser_of_a_full_room_hears_when_a_hold_ends(cinema: Verbs) -> None:
    cinema.hold("A1", "A2", "A3", "A4", event_id="ev_2", user="ada")
    cinema.clock.advance(minutes=1)
    cinema.hold("B1", "B2", "B3", "B4", event_id="ev_2", user="grace")
    lost = cinema.hold("A1", event_id="ev_2", user="linus")

    assert lost.body["next_release"] == "2096-10-02T10:10:01.000Z"


def test_the_same_seats_again_are_the_same_hold_with_the_same_end(cinema: Verbs) -> None:
    first = cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=5)
    again = cinema.hold("A2", "A1")

    assert (again.status, word_for_word(again.body)) == (200, word_for_word(first.body))
    assert cinema.seat("A1")["version"] == 1


def test_other_seats_replace_the_selection_and_start_a_fresh_ten_minutes(cinema: Verbs) -> None:
    first = cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=5)
    cinema.map()
    other = cinema.hold("A2", "B1")

    assert (other.status, other.body["order_id"]) == (201, first.body["order_id"])
    assert other.body["selected_seat"] == ["A2", "B1"]
    assert other.body["hold_end_time"] == "2096-10-02T10:15:00.000Z"
    assert cinema.seat("A1")["status"] == "empty"
    assert cinema.seat("A2")["hold_until"] == TODAY + 15 * MINUTE
    assert cinema.map(user="grace").body["rows"][0]["status"] == "ehee"
    assert cinema.hold("A1", user="grace").status == 201, "a seat let go is anybody's at once"


def test_dropping_seats_keeps_the_end(cinema: Verbs) -> None:
    first = cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=5)
    less = cinema.hold("A2")

    assert (less.status, less.body["order_id"]) == (200, first.body["order_id"])
    assert less.body["hold_end_time"] == first.body["hold_end_time"]
    assert cinema.seat("A1")["status"] == "empty"


def test_a_refused_replacement_changes_nothing(cinema: Verbs) -> None:
    cinema.hold("B1", user="grace")
    first = cinema.hold("A1")

    assert cinema.hold("A2", "B1").body["conflicts"] == ["B1"]
    assert cinema.booking().body["selected_seat"] == ["A1"]
    assert cinema.hold("A1").body == first.body


def test_added_seats_never_hold_an_order_past_thirty_minutes(cinema: Verbs) -> None:
    ends = []
    for seat in ("B1", "B2", "B3", "B4"):
        ends.append(cinema.hold(seat).body["hold_end_time"][11:16])
        cinema.clock.advance(minutes=9)
    cinema.clock.now = TODAY + 28 * MINUTE

    assert ends == ["10:10", "10:19", "10:28", "10:30"]
    assert cinema.hold("B5", "B6").status == 201, "two minutes are left"
    cinema.clock.advance(ms=1)
    assert cinema.hold("B5", "B7").code == "hold_limit_reached"
    assert cinema.hold("B5").status == 200, "a seat can be let go to the end"
    assert cinema.booking().body["selected_seat"] == ["B5"]


def test_a_lapsed_hold_is_expired_at_once_and_anybodys_a_second_later(cinema: Verbs) -> None:
    cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=10)

    assert cinema.booking().body["status"] == "EXPIRED"
    assert cinema.hold("A1", user="grace").status == 409
    cinema.clock.advance(seconds=1)
    assert cinema.hold("A1", user="grace").status == 201
    assert cinema.hold("A2", user="linus").status == 201


def test_its_own_lapsed_seats_are_a_users_again_at_once_as_a_new_order(cinema: Verbs) -> None:
    first = cinema.hold("A1")
    cinema.clock.advance(minutes=10)
    second = cinema.hold("A1", "A2")

    assert second.status == 201
    assert second.body["order_id"] != first.body["order_id"]
    assert cinema.booking(order_id=first.body["order_id"]).body["status"] == "EXPIRED"
    assert cinema.booking().body["order_id"] == second.body["order_id"]
    assert cinema.broken_promises() == []


@pytest.mark.parametrize("status", ["RELEASED", "EXPIRED", "UNRESOLVED", "BOOKED", "REFUNDING", "REFUNDED"])
def test_after_any_state_that_is_not_open_the_same_user_may_hold_again(cinema: Verbs, status: str) -> None:
    pay(cinema, "A1", status=status)
    cinema.seed_seat("A1", status="empty", version=9)
    again = cinema.hold("A2")

    assert (again.status, again.body["status"]) == (201, "HELD")
    listed = cinema.call("get_my_bookings").body["bookings"]
    assert {one["order_id"]: one["status"] for one in listed} == {again.body["order_id"]: "HELD", "or_paying": status}


@pytest.mark.parametrize("status", ["PAYING", "PAID"])
@pytest.mark.parametrize("cache", ["warm", "lost", "down"])
def test_while_its_payment_is_processed_only_the_same_selection_is_answered(
    cinema: Verbs, status: str, cache: str
) -> None:
    pay(cinema, "A1", status=status)
    if cache == "warm":
        cinema.map()
    here = cinema.without_cache() if cache == "down" else cinema
    same, other = here.hold("A1"), here.hold("A1", "A2")

    assert (same.status, same.body["status"], same.headers["Status"]) == (200, status, status)
    assert (other.status, other.code) == (409, "payment_in_progress")
    assert cinema.seat("A2")["status"] == "empty"
    assert cinema.hold("A2", user="grace").status == 201, "the refused request's marks were not taken back"


def test_a_pinned_seat_stays_taken_whatever_its_time(cinema: Verbs) -> None:
    pay(cinema, "A1", hold_until=TODAY - 60 * MINUTE)
    assert cinema.hold("A1", user="grace").code == "seats_unavailable"
    assert cinema.without_cache().hold("A1", user="linus").code == "seats_unavailable"


def test_ten_seats_an_order(cinema: Verbs) -> None:
    assert cinema.hold(*TEN).status == 201
    refused = cinema.hold(*TEN, "B11")
    assert (refused.status, refused.code, refused.body["param"]) == (400, "too_many_seats", "selected_seat")


@pytest.mark.guards("API6 sensitive business flows")
def test_ten_seats_a_customer_and_event_tickets_included(cinema: Verbs) -> None:
    book(cinema, *TEN[:6])
    more = cinema.hold("A1", "A2", "A3", "A4", "B12")
    four = cinema.hold("A1", "A2", "A3", "A4")

    assert (more.status, more.code) == (400, "too_many_seats")
    assert four.status == 201
    assert cinema.hold("A1", "A2", "A3", "A4", "B12").code == "too_many_seats", "replacing counts them as well"
    assert cinema.hold(*TEN[:8], user="grace", event_id="ev_2").code == "unknown_seat"
    assert cinema.booking(order_id="or_booked").body["status"] == "BOOKED"
    assert cinema.broken_promises() == []


def test_refunded_tickets_count_no_more(cinema: Verbs) -> None:
    book(cinema, *TEN[:6])
    tickets = (*(ticket(seat, "refunded") for seat in TEN[:5]), ticket(TEN[5]))
    cinema.seed_order(order("or_booked", seats=" ".join(TEN[:6]), status=Status.BOOKED, tickets=tickets))

    assert cinema.hold("A1", "A2", "A3", "A4", "B12").status == 201


def test_a_desk_sells_ten_a_sale_and_any_number_of_sales(cinema: Verbs) -> None:
    desk = {"user": "clerk", "groups": ("desk",)}
    first = cinema.hold(*TEN, sale="s1", **desk)
    second = cinema.hold("A1", "A2", sale="s2", **desk)

    assert (first.status, second.status) == (201, 201)
    assert cinema.hold(*TEN, "B11", sale="s1", **desk).code == "too_many_seats"
    assert cinema.hold("A1", "A2", sale="s2", **desk).body == second.body
    for answer in (first, second):
        shown = cinema.call(
            "get_booking", {"event_id": "ev_1"}, user="clerk", query={"order_id": answer.body["order_id"]}
        )
        assert shown.body["selected_seat"] == answer.body["selected_seat"]
    assert cinema.release("clerk", order_id=first.body["order_id"], groups=("desk",)).status == 204
    assert cinema.seat("B1")["status"] == "empty"
    assert cinema.seat("A1")["status"] == "hold"


def test_a_customers_sale_is_ignored(cinema: Verbs) -> None:
    first = cinema.hold("A1", sale="s1")
    second = cinema.hold("A2", sale="s2")
    assert second.body["order_id"] == first.body["order_id"]


@pytest.fixture
def three_events(cinema: Verbs) -> Verbs:
    """Two live holds a customer, and a third event."""
    cinema.seed_event(event("ev_3", SMALL_ROOM, TODAY + 56 * HOUR))
    cinema.settings_changes = {"live_holds_max": 2}
    return cinema


@pytest.mark.guards("API6 sensitive business flows")
def test_live_holds_over_all_events_are_capped(three_events: Verbs) -> None:
    cinema = three_events
    assert [cinema.hold("A1", event_id=name).status for name in ("ev_1", "ev_2")] == [201, 201]

    refused = cinema.hold("A1", event_id="ev_3")
    assert (refused.status, refused.code) == (409, "hold_limit_reached")
    assert cinema.seat("A1", "ev_3")["status"] == "empty"
    assert cinema.hold("A2", event_id="ev_1").status == 201, "a hold that counts already may change"
    assert cinema.hold("A1", event_id="ev_3", user="grace").status == 201
    cinema.release(event_id="ev_2")
    assert cinema.hold("A2", event_id="ev_3").status == 201


def test_tries_that_lost_do_not_count_as_live_holds(three_events: Verbs) -> None:
    cinema = three_events
    for name in ("ev_1", "ev_2"):
        cinema.hold("A1", event_id=name, user="grace")
        assert cinema.hold("A1", event_id=name).status == 409

    assert cinema.hold("A1", event_id="ev_3").status == 201


def test_prices_are_honoured_while_a_seat_is_kept(cinema: Verbs) -> None:
    cinema.hold("A1", "A3")
    put_event(cinema, replace(EV_1, prices=PRICES | {"standard": 2000, "premium": 3000}))

    assert cinema.hold("A1", "A3").body["price"] == 26.5
    assert cinema.hold("A1", "A2").body["price"] == 31.5
    assert cinema.hold("A3", user="grace").body["price"] == 30


def test_after_sales_end_seats_can_be_dropped_but_not_added(cinema: Verbs) -> None:
    cinema.clock.now = EV_1.sales_end - 1
    first = cinema.hold("A1", "A2")
    cinema.clock.now = EV_1.sales_end

    assert word_for_word(cinema.hold("A1", "A2").body) == word_for_word(first.body)
    assert cinema.hold("A1").status == 200
    assert cinema.seat("A2")["status"] == "empty"
    assert cinema.hold("A1", "A3").code == "sales_closed"
    assert cinema.hold("A3", user="grace").code == "sales_closed"
    assert cinema.booking().body["selected_seat"] == ["A1"]


def test_a_cancelled_showing_cannot_be_held(cinema: Verbs) -> None:
    cinema.hold("A1")
    put_event(cinema, replace(EV_1, cancelled_at=TODAY))

    assert cinema.hold("A2", user="grace").code == "event_cancelled"
    assert cinema.hold("A1").code == "event_cancelled"
    seen = cinema.map(user="grace").body
    assert (seen["cancelled_at"], seen["available_seat"]) == ("2096-10-02T10:00:00.000Z", [])


def test_a_showing_that_is_over_cannot_be_held_and_shows_nothing_available(cinema: Verbs) -> None:
    cinema.clock.now = EV_1.end_time
    assert cinema.hold("A1").code == "sales_closed"
    seen = cinema.map()
    assert (seen.status, seen.body["available_seat"], seen.body["next_release"]) == (200, [], None)
    assert cinema.rows("seats") == []


def test_without_an_event_the_next_one_on_sale_is_meant(cinema: Verbs) -> None:
    assert cinema.hold("A1", event_id=None).body["event_id"] == "ev_1"
    cinema.clock.now = EV_1.sales_end
    assert cinema.hold("A1", event_id=None, user="grace").body["event_id"] == "ev_2"


@pytest.mark.parametrize("state", ["held", "paying"])
def test_without_an_event_a_live_order_of_the_pair_comes_first(cinema: Verbs, state: str) -> None:
    if state == "held":
        cinema.hold("A1", event_id="ev_2")
    else:
        cinema.seed_order(replace(open_order(), event_id="ev_2"))
        members = {"order_id": "or_paying", "user_id": "ada", "order_key": "ev_2", "hold_until": TODAY + 10 * MINUTE}
        cinema.seed_seat("A1", "ev_2", status="hold", version=2, pinned=True, **members)
    answer = cinema.hold("A1", event_id=None)

    assert (answer.status, answer.body["event_id"]) == (200, "ev_2")


def open_order() -> Order:
    return order("or_paying", status=Status.PAYING)


def test_a_room_without_a_companion_for_each_wheelchair_is_sold_by_the_rule(cinema: Verbs) -> None:
    refused = cinema.hold("C2", "C1", "C4")
    assert (refused.status, refused.code) == (400, "companion_without_wheelchair")
    assert cinema.hold("C1", "C2").body["price"] == 11.5
    assert cinema.hold("C2").code == "companion_without_wheelchair", "what is left counts, not what is dropped"


def test_asking_again_shows_nobody_a_later_end(cinema: Verbs) -> None:
    everything = ("A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4")
    cinema.hold(*everything, event_id="ev_2")
    cinema.clock.advance(minutes=5)
    cinema.map(event_id="ev_2")
    assert cinema.hold(*everything, event_id="ev_2").status == 200

    assert cinema.hold("A1", event_id="ev_2", user="grace").body["next_release"] == "2096-10-02T10:10:01.000Z"


def buy(cinema: Verbs, *seats: str, **who: Any) -> str:
    order_id = cinema.hold(*seats, **who).body["order_id"]
    assert cinema.submit(order_id=order_id).status == 202
    cinema.deliver()
    assert cinema.booking(order_id=order_id).body["status"] == "BOOKED"
    return order_id


def is_already_booked(answer: Answer) -> bool:
    return (answer.status, answer.code, "conflicts" in answer.body) == (409, "already_booked", False)


def test_who_asks_again_for_their_own_booked_seats_is_told_so(cinema: Verbs) -> None:
    """People who are told that others took them a moment ago buy others."""
    buy(cinema, "A1", "A2")
    for again in (("A1", "A2"), ("A2", "A1"), ("A2",)):
        assert is_already_booked(cinema.hold(*again)), again
    mixed = cinema.hold("A2", "A3")
    assert (mixed.code, mixed.body["conflicts"]) == ("seats_unavailable", ["A2"])
    assert cinema.hold("A1", "A2", user="grace").code == "seats_unavailable"
    assert cinema.broken_promises() == []


def with_a_cache_that(state: str, cinema: Verbs) -> Verbs:
    """The cinema, after a booking of which the cache `knows the booking`, `has lost it`, `is down`, or `missed the
    booking` and was filled again from the table."""
    if state == "is down":
        return cinema.without_cache()
    if state in ("has lost it", "missed the booking"):
        cinema.lose_the_cache()
    if state == "missed the booking":
        cinema.map(user="linus")
    return cinema


@pytest.mark.parametrize("cache", ["knows the booking", "has lost it", "is down", "missed the booking"])
@pytest.mark.parametrize("since", ["nothing", "another hold", "a release"])
def test_own_booked_seats_are_told_whatever_the_cache_knows(cinema: Verbs, cache: str, since: str) -> None:
    six = [f"B{number}" for number in range(1, 7)]  # with as many more the cap would be passed
    buy(cinema, *six)
    if since != "nothing":
        assert cinema.hold("A1").status == 201
    if since == "a release":
        assert cinema.release().status == 204
    here = with_a_cache_that(cache, cinema)
    assert is_already_booked(here.hold(*six))
    assert is_already_booked(here.hold("B3"))


def has_conflicts(answer: Answer, *seats: str) -> bool:
    return (answer.status, answer.code, answer.body.get("conflicts")) == (409, "seats_unavailable", list(seats))


@pytest.mark.parametrize("cache", ["knows the booking", "has lost it", "is down", "missed the booking"])
@pytest.mark.parametrize("since", ["nothing", "another order"])
def test_seats_that_were_given_back_are_taken_until_the_refund_is_answered(
    cinema: Verbs, cache: str, since: str
) -> None:
    """The customer has no ticket any more, though the seats' rows still name their order."""
    given_back = buy(cinema, "A1", "A2")
    if since == "another order":
        buy(cinema, "B1")
    assert cinema.refund(order_id=given_back).status == 202
    here = with_a_cache_that(cache, cinema)
    assert has_conflicts(here.hold("A1", "A2"), "A1", "A2")
    assert has_conflicts(here.hold("A2"), "A2")
    if since == "another order":
        assert has_conflicts(here.hold("A1", "B1"), "A1", "B1")
        assert is_already_booked(here.hold("B1"))
    cinema.deliver()
    assert cinema.hold("A1", "A2").status == 201
    assert cinema.broken_promises() == []


@pytest.mark.parametrize("cache", ["knows the bookings", "has lost them", "is down"])
def test_tickets_of_all_orders_of_a_showing_count_as_ones_own(cinema: Verbs, cache: str) -> None:
    buy(cinema, "A1")
    buy(cinema, "A2")
    here = cinema.without_cache() if cache == "is down" else cinema
    if cache == "has lost them":
        cinema.lose_the_cache()
    assert is_already_booked(here.hold("A1"))
    assert is_already_booked(here.hold("A1", "A2"))


def test_after_the_end_of_sales_seats_that_were_given_back_are_no_booked_ones(cinema: Verbs) -> None:
    buy(cinema, "B1")
    given_back = buy(cinema, "A1")
    assert cinema.refund(order_id=given_back).status == 202
    cinema.clock.now = EV_1.sales_end
    assert cinema.hold("A1").code == "sales_closed"
    assert is_already_booked(cinema.hold("B1"))


def test_seats_that_were_given_back_may_be_bought_again(cinema: Verbs) -> None:
    buy(cinema, "A1")
    assert cinema.refund().status == 202
    cinema.deliver()
    assert cinema.hold("A1").status == 201


def test_a_companion_may_be_added_after_its_wheelchair_place_was_bought(cinema: Verbs) -> None:
    first = buy(cinema, "C1")
    assert cinema.hold("C2", user="grace").code == "companion_without_wheelchair"
    companion = cinema.hold("C2")
    assert (companion.status, companion.body["price"]) == (201, 0)
    assert cinema.hold("C2", "C4").code == "companion_without_wheelchair", "one companion a wheelchair place"
    buy(cinema, "C2")
    assert cinema.hold("C4").code == "companion_without_wheelchair"
    assert cinema.refund(order_id=first).status == 202
    cinema.deliver()
    assert [one["status"] for one in cinema.booking().body["tickets"]] == ["valid"], "a companion's ticket stays"
    assert cinema.hold("C4").code == "companion_without_wheelchair"
    assert cinema.hold("C1").status == 201
    assert cinema.broken_promises() == []


@pytest.mark.parametrize("cache", ["has lost everything", "is down"])
def test_a_companion_may_be_added_whatever_the_cache_knows(cinema: Verbs, cache: str) -> None:
    buy(cinema, "C1")
    cinema.lose_the_cache()
    here = cinema.without_cache() if cache == "is down" else cinema
    assert here.hold("C2").status == 201
