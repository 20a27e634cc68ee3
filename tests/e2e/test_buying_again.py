"""Who has bought comes again: for the same seats, for a companion's, to see what is left."""

import pytest


def books(visitor, showing, *seats):
    assert visitor.hold(showing, *seats).status == 201
    assert visitor.pay(showing).status == 202
    return visitor.sees(showing, "BOOKED")


def own_booked(answer):
    return (answer.status, answer.code, "conflicts" in answer.body) == (409, "already_booked", False)


@pytest.mark.parametrize("cache", ["knows the booking", "has lost it", "is down"])
def test_who_asks_again_for_their_booked_seats_is_told_that_they_have_them(cache, stack, showing, visitors):
    """Told that others took them a moment ago, people buy others."""
    ada, ben = visitors(2)
    books(ada, showing, "A1", "A2")
    match cache:
        case "has lost it":
            stack.cache.wipe()
        case "is down":
            stack.cache.stop()
    try:
        for again in (["A1", "A2"], ["A2"]):
            assert own_booked(ada.hold(showing, *again)), again
        mixed = ada.hold(showing, "A2", "A3")
        assert (mixed.code, mixed.body["conflicts"]) == ("seats_unavailable", ["A2"])
        assert ben.hold(showing, "A1", "A2").code == "seats_unavailable"
    finally:
        if cache == "is down":
            stack.cache.go_on()
    assert ada.hold(showing, "A3").status == 201
    assert own_booked(ada.hold(showing, "A1"))  # though the newest order is another one


def test_a_companion_is_added_after_its_wheelchair_place_was_bought(stack, showing, visitors):
    ada, ben = visitors(2)
    books(ada, showing, "W1")
    assert ben.hold(showing, "W2").code == "companion_without_wheelchair"
    books(ada, showing, "W2")
    here = [one for one in ada.bookings().body["bookings"] if one["event_id"] == showing.event_id]
    (second, first) = here  # newest first
    assert [one["selected_seat"] for one in (second, first)] == [["W2"], ["W1"]]
    given_back = ada.refund(showing, order_id=first["order_id"])
    assert given_back.status == 202
    assert ada.sees(showing, "REFUNDED", order_id=first["order_id"])["refunded"] == 11.5
    assert [one["status"] for one in ada.booking(showing).body["tickets"]] == ["valid"]  # the companion's stays
    assert ada.hold(showing, "W2").code == "already_booked"


def test_the_list_tells_a_booking_that_was_given_back_in_part(stack, showing, visitors, staff):
    (ada,) = visitors(1)
    booking = books(ada, showing, "A1", "A2")
    (listed,) = [one for one in ada.bookings().body["bookings"] if one["order_id"] == booking["order_id"]]
    assert (listed["refunded"], listed["live_tickets"]) == (0, 2)
    broken = {"order_id": booking["order_id"], "tickets": [booking["tickets"][0]["ticket_id"]], "reason": "seat broken"}
    assert staff("manager").refund(showing, **broken).status == 202
    while (booking := ada.booking(showing).body)["refunded"] == 0:
        assert booking["status"] == "BOOKED"
    listed = ada.bookings().body["bookings"][0]
    assert (listed["status"], listed["price"], listed["refunded"], listed["live_tickets"]) == ("BOOKED", 23, 11.5, 1)
