"""Payments over HTTP as API.md has them, in every world of the tests; the provider is a fake in all of them."""

from dataclasses import replace

import pytest

from box_office.adapters.dynamodb.order_rows import order_from
from box_office.adapters.dynamodb.values import to_item
from tests.fakes.provider import CHALLENGED
from tests.sample_catalogue import HOUR, PRICES, ROOM, TODAY, event
from tests.verbs import Answer, Verbs

DESK = ("desk",)
MANAGER = ("manager",)


def booked(cinema: Verbs, *seats: str, **more) -> str:
    """The order's id."""
    held = cinema.hold(*(seats or ("A1", "A3")), **more)
    assert cinema.submit(user=more.get("user", "ada")).status == 202
    cinema.deliver()
    return held.body["order_id"]


def at_rest(cinema: Verbs) -> None:
    assert cinema.broken_promises() == []
    assert cinema.unsettled() == []
    assert cinema.queues.waiting() == {}


def test_a_card_pays_and_the_booking_has_tickets(cinema: Verbs) -> None:
    held = cinema.hold("A1", "A3").body
    answer = cinema.submit()

    assert (answer.status, answer.headers["Status"]) == (202, "PROCESSING")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.body == {"status": "PROCESSING", "order_id": held["order_id"], "event_id": "ev_1"}
    assert cinema.booking().body["status"] == "PAYING"
    assert cinema.deliver() >= 2
    seen = cinema.booking()
    assert (seen.status, seen.headers["Status"], seen.body["status"]) == (200, "BOOKED", "BOOKED")
    assert (seen.body["seconds_left"], seen.body["refunded"], seen.body["decline"]) == (0, 0, None)
    assert [one["seat_id"] for one in seen.body["tickets"]] == ["A1", "A3"]
    for one in seen.body["tickets"]:
        assert set(one) == {"ticket_id", "seat_id", "code", "status", "checked_in_at"}
        assert (one["status"], one["checked_in_at"], one["code"][:4]) == ("valid", None, "BO2:")
    assert cinema.map(user="grace").body["rows"][0]["status"] == "bebe", "the cache was not told"
    assert cinema.hold("A1", user="grace").code == "seats_unavailable"
    at_rest(cinema)


def test_the_price_is_the_servers_and_goes_to_the_provider_with_our_names(cinema: Verbs) -> None:
    order_id = booked(cinema)
    [intent] = cinema.provider.intents.values()
    assert (intent.received, intent.metadata["order_id"], intent.metadata["attempt"]) == (2650, order_id, "1")


@pytest.mark.parametrize("key", [None, "k1"])
def test_the_same_submission_again_gives_the_same_answer_and_one_charge(cinema: Verbs, key: str | None) -> None:
    cinema.hold("A1")
    first = cinema.submit(key=key)
    again = cinema.submit(key=key)
    cinema.deliver()

    assert (again.status, again.body) == (first.status, first.body)
    assert len(cinema.provider.intents) == 1
    if key is None:
        assert cinema.submit().code == "already_booked"
    else:
        assert (cinema.submit(key=key).status, cinema.submit(key=key).body) == (202, first.body)
        other = cinema.submit("pm_mastercard", key=key)
        assert (other.status, other.code) == (422, "idempotency_key_reused")
    at_rest(cinema)


def test_a_key_gives_its_answer_again_after_a_decline_and_begins_no_second_attempt(cinema: Verbs) -> None:
    cinema.hold("A1")
    first = cinema.submit("pm_declined", key="k1")
    cinema.deliver()
    again = cinema.submit("pm_declined", key="k1")
    assert (again.status, again.body) == (202, first.body)
    assert cinema.deliver() == 0
    assert len(cinema.provider.intents) == 1
    assert cinema.booking().body["status"] == "HELD"


def test_another_method_while_paying_is_in_progress(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.submit("pm_visa")
    answer = cinema.submit("pm_mastercard")
    assert (answer.status, answer.code) == (409, "payment_in_progress")


@pytest.mark.shows("card declined")
def test_a_decline_is_shown_and_another_card_pays(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.submit("pm_no_funds")
    cinema.deliver()
    seen = cinema.booking().body
    assert (seen["status"], seen["seconds_left"]) == ("HELD", 600)
    assert seen["decline"] == {"code": "card_declined", "decline_code": "insufficient_funds", "message": "No."}
    assert cinema.submit("pm_visa").status == 202
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    at_rest(cinema)


def test_a_decline_leaves_at_least_two_minutes(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=9, seconds=50)
    cinema.submit("pm_declined")
    cinema.deliver()
    assert cinema.booking().body["seconds_left"] == 120
    assert cinema.seat("A1")["hold_until"] == cinema.clock.now + 120_000


def test_a_challenge_is_shown_and_passed(cinema: Verbs) -> None:
    order_id = cinema.hold("A1").body["order_id"]
    cinema.submit(CHALLENGED)
    cinema.deliver()
    seen = cinema.booking()
    intent = f"pi_{order_id}_1"
    assert (seen.headers["Status"], seen.body["status"]) == ("REQUIRES_ACTION", "PAYING")
    url = f"https://bank.example/{intent}"
    expected = {"type": "redirect_to_url", "url": url, "client_secret": f"{intent}_secret"}
    assert seen.body["next_action"] == expected
    cinema.provider.customer_passes(intent)
    cinema.queues.put("lane-0", {"v": 1, "kind": "look", "intent_id": intent})
    cinema.deliver()
    assert cinema.booking().body["next_action"] is None
    assert cinema.booking().headers["Status"] == "BOOKED"
    at_rest(cinema)


def test_another_card_takes_the_place_of_an_open_challenge(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.submit(CHALLENGED)
    cinema.deliver()
    assert cinema.submit("pm_visa").status == 202
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    at_rest(cinema)


def test_paying_what_is_over_is_gone_and_what_never_was_unknown(cinema: Verbs) -> None:
    assert cinema.submit().code == "unknown_order"
    order_id = cinema.hold("A1").body["order_id"]
    assert cinema.submit(order_id="or_other").code == "unknown_order"
    assert cinema.submit(user="grace", order_id=order_id).code == "unknown_order"
    cinema.release()
    answer = cinema.submit()
    assert (answer.status, answer.code) == (410, "hold_expired")
    cinema.hold("A1")
    cinema.clock.advance(minutes=10)
    assert cinema.submit().status == 410
    assert cinema.provider.calls == []


@pytest.mark.guards("API4 resource consumption")
def test_ten_attempts_an_order(cinema: Verbs) -> None:
    cinema.hold("A1")
    for _ in range(10):
        assert cinema.submit("pm_declined").status == 202
        cinema.deliver()
    answer = cinema.submit("pm_visa")
    assert (answer.status, answer.code) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_desk_sells_for_cash_and_says_the_change(cinema: Verbs) -> None:
    held = cinema.hold("A1", "A3", user="clerk", groups=DESK, sale="s1").body
    order_id = held["order_id"]
    cash = {"type": "cash", "tendered": 30}
    open_too = cinema.hold("B1", user="clerk", groups=DESK, sale="s2").body["order_id"]
    answer = cinema.submit(cash, "clerk", order_id=order_id, groups=DESK, key="k")
    assert answer.body == {"status": "PROCESSING", "order_id": order_id, "event_id": "ev_1", "change": 3.5}
    assert cinema.submit(cash, "clerk", order_id=order_id, groups=DESK, key="k").body == answer.body
    cinema.deliver()
    seen = cinema.booking("clerk", order_id=order_id).body
    assert (seen["status"], len(seen["tickets"])) == ("BOOKED", 2)
    assert cinema.submit("pm_visa", "clerk", order_id=open_too, groups=DESK).status == 202
    cinema.deliver()
    assert cinema.booking("clerk", order_id=open_too).body["status"] == "BOOKED"
    at_rest(cinema)


def test_a_desk_takes_exactly_the_price_and_not_a_cent_less(cinema: Verbs) -> None:
    order_id = cinema.hold("A1", "A3", user="clerk", groups=DESK, sale="s1").body["order_id"]
    short = cinema.submit({"type": "cash", "tendered": 26.49}, "clerk", order_id=order_id, groups=DESK)
    assert (short.status, short.body["param"]) == (400, "paymentInfo")
    exact = cinema.submit({"type": "cash", "tendered": 26.5}, "clerk", order_id=order_id, groups=DESK)
    assert (exact.status, exact.body["change"]) == (202, 0)
    cinema.deliver()
    assert cinema.booking("clerk", order_id=order_id).body["status"] == "BOOKED"
    at_rest(cinema)


def test_seats_that_cost_nothing_are_booked_without_the_provider(cinema: Verbs) -> None:
    cinema.hold("C1", "C2")
    [row] = cinema.rows("orders")
    held = order_from(to_item(row))
    cinema.seed_order(replace(held, seat_prices=dict.fromkeys(held.seat_prices, 0)))
    assert cinema.submit().status == 202
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    assert cinema.provider.calls == []
    at_rest(cinema)


def hold_for_nothing(cinema: Verbs) -> str:
    """A showing that everybody may see for nothing."""
    cinema.seed_event(event("ev_1", ROOM, TODAY + 8 * HOUR, prices=dict.fromkeys(PRICES, 0)))
    held = cinema.hold("A1", "A2")
    assert held.body["price"] == 0
    return held.body["order_id"]


@pytest.mark.parametrize("left_out", [{}, {"paymentInfo": None}], ids=["left out", "null"])
def test_an_order_of_nothing_needs_no_payment_info(cinema: Verbs, left_out: dict[str, None]) -> None:
    order_id = hold_for_nothing(cinema)
    body = {"event_id": "ev_1", **left_out}
    for _ in range(2):
        answer = cinema.call("submit_payment", {"event_id": "ev_1"}, body, headers={"Idempotency-Key": "k"})
        assert (answer.status, answer.body["status"], answer.body["order_id"]) == (202, "PROCESSING", order_id)
    cinema.deliver()
    booking = cinema.booking().body
    assert (booking["status"], len(booking["tickets"])) == ("BOOKED", 2)
    assert cinema.submit(None).code == "already_booked"
    assert cinema.submit(key="k").code == "idempotency_key_reused"
    refunds = [cinema.refund()]
    cinema.deliver()
    refunds.append(cinema.refund())
    assert [(one.status, one.body["status"], one.body["price"]) for one in refunds] == [
        (202, "REFUNDING", 0),
        (200, "REFUNDED", 0),
    ]
    assert cinema.booking().body["refunded"] == 0
    assert cinema.provider.calls == []
    at_rest(cinema)


def test_at_any_other_price_payment_info_that_is_left_out_is_asked_for(cinema: Verbs) -> None:
    cinema.hold("A1")
    answer = cinema.submit(None)
    assert (answer.status, answer.code, answer.body["param"]) == (400, "invalid_request", "paymentInfo")
    assert cinema.booking().body["status"] == "HELD"
    assert cinema.submit().status == 202


def test_a_saved_method_pays_again(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.submit({"type": "card", "payment_method": "pm_visa", "save": True})
    cinema.deliver()
    [row] = cinema.wallets()
    assert row == {"user_id": "ada", "payment_info": {"customer": "cus_ada", "payment_method": "pm_visa"}}
    cinema.hold("A2")
    cinema.submit({"type": "saved"})
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    cinema.hold("A1", user="grace", event_id="ev_2")
    cinema.submit({"type": "saved"}, user="grace", event_id="ev_2")
    cinema.deliver()
    assert cinema.booking("grace", "ev_2").body["decline"]["code"] == "no_saved_method"
    at_rest(cinema)


# Refunds


def test_a_customer_gives_a_booking_back_and_its_seats_are_on_sale_again(cinema: Verbs) -> None:
    order_id = booked(cinema)
    answer = cinema.refund(key="r1")
    expected = {"status": "REFUNDING", "order_id": order_id, "event_id": "ev_1", "price": 26.5, "currency": "EUR"}
    assert (answer.status, answer.headers["Status"], answer.body) == (202, "REFUNDING", expected)
    assert [one["status"] for one in cinema.booking().body["tickets"]] == ["refunded", "refunded"], "void at once"
    assert cinema.refund().status == 202
    assert cinema.hold("A1", user="grace").code == "seats_unavailable", "seats come free when the money is back"
    cinema.deliver()
    seen = cinema.booking().body
    assert (seen["status"], seen["refunded"]) == ("REFUNDED", 26.5)
    [record] = seen["refunds"]
    tickets = [one["ticket_id"] for one in seen["tickets"]]
    assert (record["amount"], record["state"], record["origin"], record["tickets"]) == (
        26.5,
        "DONE",
        "customer",
        tickets,
    )
    assert set(record) == {"refund_id", "amount", "state", "asked_at", "reason", "tickets", "origin"}
    again = cinema.refund()
    assert (again.status, again.body["status"], again.body["price"]) == (200, "REFUNDED", 26.5)
    assert cinema.refund(key="r1").body == expected, "the key's answer, word for word"
    assert cinema.hold("A1", "A3", user="grace").status == 201
    assert cinema.provider.ledger["refunds"][0]["amount"] == 2650
    assert len(cinema.provider.made_refunds) == 1
    at_rest(cinema)


def order_with_tickets(cinema: Verbs, *seats: str) -> tuple[str, list[str]]:
    """The ids of an order that was paid by card, and of its tickets."""
    cinema.hold(*seats)
    cinema.submit()
    cinema.deliver()
    booking = cinema.booking().body
    return booking["order_id"], [ticket["ticket_id"] for ticket in booking["tickets"]]


def test_a_free_ticket_that_is_given_back_alone_is_answered_as_nothing(cinema: Verbs) -> None:
    order_id, (paid, companion) = order_with_tickets(cinema, "C1", "C2")

    def price_of(ticket_id: str) -> tuple[int, float]:
        answer = cinema.refund("boss", groups=("manager",), order_id=order_id, tickets=[ticket_id])
        return answer.status, answer.body["price"]

    assert [price_of(one) for one in (paid, companion)] == [(202, 11.5), (202, 0)]
    assert [price_of(one) for one in (companion, paid)] == [(202, 0), (202, 11.5)], "asked again"
    cinema.deliver()
    assert [price_of(one) for one in (companion, paid)] == [(200, 0), (200, 11.5)], "and once it is over"
    assert cinema.booking().body["refunded"] == 11.5


def test_a_key_of_another_refund_is_refused(cinema: Verbs) -> None:
    booked(cinema)
    cinema.refund(key="r1")
    answer = cinema.refund(key="r1", reason="another")
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")


def test_a_refunds_key_is_answered_word_for_word_after_another_refund(cinema: Verbs) -> None:
    order_id, (first, second) = order_with_tickets(cinema, "A1", "A3")
    manager = {"user": "boss", "groups": ("manager",), "order_id": order_id, "reason": "seat broken"}

    answer = cinema.refund(**manager, tickets=[first], key="k1")
    cinema.refund(**manager, tickets=[second], key="k2")

    assert cinema.refund(**manager, tickets=[first], key="k1").body == answer.body


def test_what_is_not_booked_or_not_ones_own_is_not_refunded(cinema: Verbs) -> None:
    assert cinema.refund().code == "unknown_order"
    order_id = cinema.hold("A1").body["order_id"]
    answer = cinema.refund()
    assert (answer.status, answer.code) == (409, "not_refundable")
    assert cinema.refund("grace", order_id=order_id).code == "unknown_order"


def test_after_the_start_only_a_manager_refunds(cinema: Verbs) -> None:
    order_id = booked(cinema)
    cinema.clock.advance(minutes=8 * 60)
    late = cinema.refund()
    assert (late.status, late.code) == (409, "refund_closed")
    answer = cinema.refund("boss", groups=MANAGER, order_id=order_id, reason="projector broke")
    assert answer.status == 202
    cinema.deliver()
    [row] = [row for row in cinema.rows("orders") if row["order_id"] == order_id]
    [record] = row["refunds"]
    assert (record["asked_by"], record["reason"], record["state"]) == ("boss", "projector broke", "DONE")
    at_rest(cinema)


def test_single_tickets_are_a_managers_to_refund(cinema: Verbs) -> None:
    order_id = booked(cinema)
    first, second = (one["ticket_id"] for one in cinema.booking().body["tickets"])
    assert (cinema.refund(tickets=[first]).status, cinema.refund(tickets=[first]).code) == (403, "forbidden")
    body = {"order_id": order_id, "tickets": [first], "reason": "seat broken"}
    answer = cinema.refund("boss", groups=MANAGER, **body)
    assert (answer.status, answer.body["price"]) == (202, 11.5)
    cinema.deliver()
    seen = cinema.booking().body
    assert (seen["status"], seen["refunded"]) == ("BOOKED", 11.5)
    assert [one["status"] for one in seen["tickets"]] == ["refunded", "valid"]
    assert cinema.hold("A1", user="grace").status == 201
    assert cinema.refund("boss", groups=MANAGER, **body).status == 200
    unknown = cinema.refund("boss", groups=MANAGER, order_id=order_id, tickets=["tk_unknown"])
    assert (unknown.status, unknown.code) == (404, "unknown_ticket")
    cinema.refund("boss", groups=MANAGER, order_id=order_id, tickets=[second])
    cinema.deliver()
    assert (cinema.booking().body["status"], cinema.booking().body["refunded"]) == ("REFUNDED", 26.5)
    at_rest(cinema)


def test_cash_is_given_back_by_a_manager(cinema: Verbs) -> None:
    order_id = cinema.hold("A1", user="clerk", groups=DESK).body["order_id"]
    cinema.submit({"type": "cash", "tendered": 20.0}, "clerk", order_id=order_id, groups=DESK)
    cinema.deliver()
    assert cinema.refund("clerk", groups=DESK, order_id=order_id).code == "forbidden"
    assert cinema.refund("boss", groups=MANAGER, order_id=order_id).status == 202
    cinema.deliver()
    assert cinema.booking("clerk", order_id=order_id).body["status"] == "REFUNDED"
    assert cinema.provider.made_refunds == []
    at_rest(cinema)


def test_an_earlier_booking_is_refunded_and_counts_no_more(cinema: Verbs) -> None:
    first = booked(cinema, "B1", "B2", "B3", "B4", "B5", "B6")
    second = cinema.hold("A1", "A2", "A3", "A4").body["order_id"]
    assert cinema.hold("A1", "A2", "A3", "A4", "B7").code == "too_many_seats"
    assert cinema.refund(order_id=first).status == 202
    cinema.deliver()
    assert cinema.booking(order_id=first).body["status"] == "REFUNDED"
    assert cinema.hold("A1", "A2", "A3", "A4", "B7").status == 201
    assert cinema.booking().body["order_id"] == second
    at_rest(cinema)


# Check-in


def codes(cinema: Verbs) -> list[str]:
    return [one["code"] for one in cinema.booking().body["tickets"]]


def test_a_ticket_lets_one_person_in_once(cinema: Verbs) -> None:
    booked(cinema)
    first, _ = codes(cinema)
    answer = cinema.check_in(first)
    ticket_id = cinema.booking().body["tickets"][0]["ticket_id"]
    assert (answer.status, answer.headers["Status"]) == (200, "CHECKED_IN")
    assert answer.body == {
        "status": "CHECKED_IN",
        "ticket_id": ticket_id,
        "event_id": "ev_1",
        "seat_id": "A1",
        "title": "Metropolis",
        "theater_id": "lisboa",
        "room_name": "3",
        "movie_time": "2096-10-02T18:00:00Z",
        "checked_in_at": "2096-10-02T10:00:00.000Z",
    }
    cinema.clock.advance(minutes=1)
    again = cinema.check_in(first)
    assert (again.status, again.code) == (409, "already_checked_in")
    assert (again.body["checked_in_at"], again.body["seat_id"]) == ("2096-10-02T10:00:00.000Z", "A1")
    assert again.body["ticket_id"] == ticket_id
    refused = cinema.refund()
    assert (refused.status, refused.code) == (409, "refund_closed")


def test_a_refunded_ticket_lets_nobody_in(cinema: Verbs) -> None:
    booked(cinema)
    first, _ = codes(cinema)
    cinema.refund()
    answer = cinema.check_in(first)
    assert (answer.status, answer.code) == (409, "ticket_refunded")


@pytest.mark.parametrize(
    "spoil", [lambda c: c[:-1] + ("A" if c[-1] != "A" else "B"), lambda c: "BO1.e30.e30", str.lower]
)
def test_a_code_that_is_not_ours_is_no_ticket(cinema: Verbs, spoil) -> None:
    booked(cinema)
    answer: Answer = cinema.check_in(spoil(codes(cinema)[0]))
    assert (answer.status, answer.code) == (404, "unknown_ticket")


# The desk

CLERK = {"user": "clerk", "groups": DESK}
CASH = {"type": "cash", "tendered": 20}


def test_cash_in_the_place_of_an_open_challenge_gives_change_each_time_it_is_asked(cinema: Verbs) -> None:
    cinema.hold("A1", **CLERK)
    cinema.submit("pm_challenged", **CLERK)
    cinema.deliver()

    first = cinema.submit(CASH, key="c1", **CLERK)
    again = cinema.submit(CASH, key="c1", **CLERK)

    assert (first.body["change"], again.body) == (8.5, first.body)


def test_a_desk_neither_keeps_a_card_nor_pays_with_a_kept_one(cinema: Verbs) -> None:
    cinema.hold("A1", sale="s1", **CLERK)
    (order,) = cinema.rows("orders")
    card = {"type": "card", "payment_method": "pm_first_customer", "save": True}
    assert cinema.submit(card, order_id=order["order_id"], **CLERK).status == 202
    cinema.deliver()
    assert cinema.wallets() == []

    held = cinema.hold("A2", sale="s2", **CLERK).body
    refused = cinema.submit({"type": "saved"}, order_id=held["order_id"], **CLERK)
    assert (refused.status, refused.body["param"]) == (400, "paymentInfo")


def test_a_sale_may_be_named_by_a_clock(cinema: Verbs) -> None:
    """Every tenth time passes the test of card numbers, as this one does."""
    assert cinema.hold("A1", sale="1795446123469", **CLERK).status == 201
