"""Races over the table while somebody pays: each returns what it broke, and nothing when every promise was kept."""

from collections.abc import Callable
from typing import Any

from box_office.domain.provider_answers import Outcome
from tests.cinema import Cinema
from tests.deliveries import LANES
from tests.fakes.provider import CHALLENGED
from tests.integration.races import WRITE, statuses
from tests.wire import after, unreachable


def being_paid(cinema: Cinema, *seats: str, user: str = "ada") -> str:
    """The customer is on the bank's page. Returns the order's id."""
    order_id = cinema.hold(*seats, user=user).body["order_id"]
    cinema.submit(CHALLENGED, user=user)
    cinema.deliver(*LANES)
    return str(order_id)


def booked(cinema: Cinema, *seats: str) -> str:
    order_id = cinema.hold(*seats).body["order_id"]
    cinema.submit()
    cinema.deliver()
    return str(order_id)


def is_now(cinema: Cinema, user: str, status: str, order_id: str | None = None) -> list[str]:
    query = {"order_id": order_id} if order_id else {}
    found = cinema.booking(user, **query).body
    return [] if found.get("status") == status else [f"the order of {user} is not {status}: {found}"]


def a_hold_lapses_while_the_bank_thinks(cinema: Cinema) -> list[str]:
    """The cache knows the hold's end and nothing of the payment: the table alone stands in grace's way."""
    being_paid(cinema, "A1")
    cinema.clock.advance(minutes=10, seconds=2)
    grace = cinema.another_environment().hold("A1", user="grace")
    return [*cinema.broken_promises(), *statuses([grace], 409), *is_now(cinema, "ada", "PAYING")]


def charged_and_unresolved(cinema: Cinema, *seats: str) -> str:
    """Charged, and nobody got through to the provider until after the cap. Returns the order's id."""
    order_id = cinema.hold(*seats).body["order_id"]
    cinema.provider.faults["confirm"].append("lost")
    cinema.provider.always = "down"
    cinema.provider.faults["create"].append("ok")
    cinema.submit()
    cinema.deliver(*LANES)
    cinema.clock.advance(minutes=16)
    cinema.reconcile()
    cinema.deliver("refresh")
    cinema.provider.always = "ok"
    assert is_now(cinema, "ada", "UNRESOLVED", order_id) == []
    return str(order_id)


def charged_after_the_cap(cinema: Cinema, meanwhile: Callable[[Cinema], Any], graces: str) -> list[str]:
    order_id = charged_and_unresolved(cinema, "A1", "A2")
    meanwhile(cinema)
    cinema.reconcile()
    broken = cinema.broken_promises()
    cinema.deliver()
    found = [*is_now(cinema, "ada", "REFUNDED", order_id), *is_now(cinema, "grace", graces)]
    return [*broken, *cinema.broken_promises(), *found]


def charged_after_the_cap_and_a_seat_is_held(cinema: Cinema) -> list[str]:
    return charged_after_the_cap(cinema, lambda cinema: cinema.hold("A2", user="grace"), "HELD")


def charged_after_the_cap_and_a_seat_is_being_paid_for(cinema: Cinema) -> list[str]:
    """Its hold is over: it is the pin that keeps it."""

    def meanwhile(cinema: Cinema) -> None:
        being_paid(cinema, "A2", user="grace")
        cinema.clock.advance(minutes=10, seconds=2)

    return charged_after_the_cap(cinema, meanwhile, "PAYING")


def a_worker_comes_late(cinema: Cinema) -> list[str]:
    """It has read the order and asked the provider before the other one booked it, and writes after."""
    order_id = being_paid(cinema, "A1")
    other, look = cinema.another_environment(), cinema.provider.retrieve_intent
    ref = {"order_id": order_id, "user_id": "ada", "event_id": "ev_1", "sale": None}

    def booked_by_another_before_the_answer_arrives(intent_id: str) -> Outcome:
        cinema.provider.retrieve_intent = look
        cinema.provider.customer_passes(intent_id)
        other.queues.put("lane-1", {"v": 1, "kind": "look", "intent_id": intent_id})
        other.deliver("lane-1", "payment-complete")
        return look(intent_id)

    cinema.provider.retrieve_intent = booked_by_another_before_the_answer_arrives
    cinema.queues.put("lane-0", {"v": 1, "kind": "order", **ref, "attempt": 1})
    cinema.deliver("lane-0")
    return [*cinema.broken_promises(), *is_now(cinema, "ada", "BOOKED")]


def a_refund_while_the_gate_scans(cinema: Cinema) -> list[str]:
    booked(cinema, "A1")
    [ticket] = cinema.booking().body["tickets"]
    other, answers = cinema.another_environment(), []
    cinema.wire.next("put_item", after(lambda: answers.append(other.refund())))
    answers.append(cinema.check_in(ticket["code"]))
    cinema.deliver()
    return [*cinema.broken_promises(), *statuses(answers, 202, 409), *cinema.unsettled()]


def an_earlier_order_is_refunded_while_the_newest_is_changed(cinema: Cinema) -> list[str]:
    """The count of its tickets must not come back."""
    first = booked(cinema, "A1", "A3")
    cinema.hold("B1")
    other, answers = cinema.another_environment(), []
    cinema.wire.next(WRITE, after(lambda: answers.append(other.refund(order_id=first))))
    answers.append(cinema.hold("B1", "B2"))
    [newest] = [row for row in cinema.rows("orders") if row["order_key"] == "ev_1"]
    count = newest.get("earlier_tickets", 0)
    counted = [f"{count} tickets that were given back count against ada"] if count else []
    return [*cinema.broken_promises(), *statuses(answers, 201, 202), *counted]


def a_queued_hold_is_let_go_before_it_is_made(cinema: Cinema) -> list[str]:
    cinema.wire.every(unreachable, WRITE, "put_item")
    queued = cinema.hold("A1")
    cinema.wire.heal()
    let_go = cinema.release(order_id=queued.body["order_id"])
    cinema.deliver()
    held = [row["seat_id"] for row in cinema.rows("seats") if row["status"] != "empty"]
    return [*cinema.broken_promises(), *statuses([queued, let_go], 202, 204), *(f"{seat} is held" for seat in held)]
