"""Queues, topic, callbacks and schedules: the real consumers and handlers over moto, message by message."""

import json

import pytest

from tests.callbacks import about, call_back
from tests.cinema import Cinema
from tests.deliveries import RECEIVES_MAX
from tests.examples import EV_1
from tests.fakes.provider import CHALLENGED
from tests.integration.races import WRITE
from tests.wire import throttled, unreachable

REF = {"order_id": "or_9", "user_id": "ada", "event_id": "ev_1", "sale": None}


def at_rest(cinema: Cinema) -> None:
    assert (cinema.broken_promises(), cinema.unsettled(), cinema.queues.waiting()) == ([], [], {})


def parked(cinema: Cinema) -> list[dict[str, str]]:
    """What is parked: body, and why."""
    records = cinema.queues.receive("parked")
    said = [{name: one["stringValue"] for name, one in record["messageAttributes"].items()} for record in records]
    return [{"body": record["body"], **one} for record, one in zip(records, said, strict=True)]


def test_one_bad_message_leaves_the_rest_of_its_batch_alone(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.submit()
    lane = cinema.rows("orders")[0]["lane"]
    cinema.queues.put(lane, "{nonsense")
    cinema.queues.put(lane, {"v": 1, "kind": "look", "intent_id": "pi_1"})
    cinema.provider.faults["retrieve_intent"].append("down")
    assert cinema.queues.deliver_once(lane) == 3
    assert cinema.rows("orders")[0]["status"] == "PAID"
    assert cinema.queues.waiting()[lane] == 1, "what failed alone comes back"
    [message] = parked(cinema)
    assert (message["body"], message["queue"]) == ("{nonsense", lane)
    assert message["reason"]


def test_a_message_of_a_later_version_with_members_that_we_lack_is_read(cinema: Cinema) -> None:
    order_id = cinema.hold("A1").body["order_id"]
    cinema.submit()
    body = {"v": 2, "kind": "order", **REF, "order_id": order_id, "attempt": 1, "colour": "blue"}
    cinema.queues.put("lane-1", body)
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    at_rest(cinema)


# Messages that fail


def test_a_message_that_fails_waits_two_seconds_then_twice_as_long_then_goes_to_the_dead_letters(
    cinema: Cinema,
) -> None:
    cinema.hold("A1")
    cinema.submit()
    lane = cinema.rows("orders")[0]["lane"]
    cinema.provider.always = "down"
    cinema.delays.clear()
    for _ in range(RECEIVES_MAX):
        assert cinema.queues.deliver_once(lane) == 1
    assert cinema.delays == [2, 4, 8, 16, 32]
    assert cinema.queues.deliver_once(lane) == 0
    assert cinema.queues.waiting() == {f"{lane}-dlq": 1}
    cinema.delays.clear()
    assert cinema.queues.deliver_once(f"{lane}-dlq") == 1
    assert 15 <= cinema.delays[0] < 30
    [record] = cinema.queues.receive(lane)
    assert record["messageAttributes"]["redrives"]["stringValue"] == "1"


def test_after_five_redrives_a_message_is_parked(cinema: Cinema) -> None:
    cinema.queues.put("lane-0", {"v": 1, "kind": "look", "intent_id": "pi_1"})
    cinema.provider.always = "down"
    redrives = 0
    while "parked" not in cinema.queues.waiting():
        for _ in range(RECEIVES_MAX):
            cinema.queues.deliver_once("lane-0")
        assert cinema.queues.deliver_once("lane-0") == 0
        assert cinema.queues.deliver_once("lane-0-dlq") == 1
        redrives += 1
        assert redrives <= 6, "it goes round for ever"
    assert redrives == 6
    assert cinema.queues.waiting() == {"parked": 1}


@pytest.mark.shows("provider accepts calls and never answers")
def test_a_batch_costs_two_time_outs_of_the_provider_and_the_next_one_asks_again(cinema: Cinema) -> None:
    for number in range(5):
        cinema.queues.put("lane-0", {"v": 1, "kind": "look", "intent_id": f"pi_{number}"})
    cinema.provider.always = "silent"
    assert cinema.queues.deliver_once("lane-0") == 5
    assert len(cinema.provider.calls) == 2
    assert cinema.queues.waiting() == {"lane-0": 5}, "what was not asked comes back as well"
    cinema.queues.deliver_once("lane-0")
    assert len(cinema.provider.calls) == 4


def test_payment_complete_twice_books_once_and_tells_the_cache_again(cinema: Cinema) -> None:
    order_id = cinema.hold("A1").body["order_id"]
    cinema.submit()
    cinema.deliver()
    before = cinema.rows("orders")
    cinema.lose_the_cache()
    body = {"v": 1, "kind": "payment_complete", **REF, "order_id": order_id}
    cinema.queues.put("payment-complete", body)  # raw, and as the topic wraps it
    cinema.queues.put("payment-complete", {"Type": "Notification", "Message": json.dumps(body)})
    cinema.deliver()
    assert cinema.rows("orders") == before
    assert cinema.small_map().body["status"]["A"] == "beee"
    at_rest(cinema)


def test_with_the_cache_down_the_ticket_is_booked_all_the_same(cinema: Cinema) -> None:
    here = cinema.without_cache()
    here.hold("A1", "A2")
    here.submit()
    here.deliver("lane-0", "lane-1", "payment-complete")
    assert here.booking().body["status"] == "BOOKED"


def test_with_the_table_down_the_worker_lets_the_message_come_back(cinema: Cinema) -> None:
    cinema.hold("A1", "A2")
    cinema.submit()
    lane = cinema.rows("orders")[0]["lane"]
    cinema.wire.every(throttled, WRITE, "put_item", "get_item")
    cinema.queues.deliver_once(lane)
    assert cinema.queues.waiting() == {lane: 1}
    cinema.wire.heal()
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    at_rest(cinema)


def test_what_changes_outside_the_vpc_reaches_the_cache_by_the_refresh_queue(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.submit(CHALLENGED)
    cinema.deliver()
    cinema.clock.advance(minutes=16)
    cinema.map()
    assert cinema.reconcile() == 1  # the cap: cancelled, seats free
    assert cinema.booking().body["status"] == "EXPIRED"
    assert cinema.queues.waiting() == {"refresh": 1}
    assert cinema.small_map().body["status"]["A"] == "heee"
    cinema.deliver()
    cinema.clock.advance(seconds=2)
    assert cinema.small_map().body["status"]["A"] == "eeee"
    at_rest(cinema)


# Callbacks


def test_a_signed_callback_is_recorded_and_the_provider_is_asked(cinema: Cinema) -> None:
    order_id = cinema.hold("A1").body["order_id"]
    cinema.submit(CHALLENGED)
    cinema.deliver()
    intent = f"pi_{order_id}_1"
    event = about("payment_intent.succeeded", intent)
    answer = call_back(cinema, event)
    assert (answer.status, answer.headers["Status"]) == (200, "RECORDED")
    cinema.deliver()
    assert cinema.booking().body["status"] == "PAYING", "a callback only says where to look"
    cinema.provider.customer_passes(intent)
    for _ in range(2):
        assert call_back(cinema, event).status == 200
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    at_rest(cinema)


def test_a_callback_that_cannot_be_queued_is_to_come_again(cinema: Cinema) -> None:
    cinema.wire.every(unreachable, "send_message")
    answer = call_back(cinema, about("payment_intent.succeeded", "pi_1"))
    assert (answer.status, answer.code) == (503, "unavailable")


# Holds that wait for the table


def queued(cinema: Cinema, *seats: str, **more) -> str:
    """The order's id."""
    cinema.hold("B12", user="linus")  # the catalogue is known
    cinema.wire.every(throttled, WRITE)
    answer = cinema.hold(*seats, **more)
    cinema.wire.heal()
    assert (answer.status, answer.body["status"]) == (202, "QUEUED")
    return answer.body["order_id"]


def test_a_queued_hold_whose_seat_went_meanwhile_is_dropped(cinema: Cinema) -> None:
    order_id = queued(cinema, "A1", "A2")
    cinema.without_cache().hold("A2", user="grace")
    cinema.deliver()
    assert cinema.booking(order_id=order_id).body["status"] == "EXPIRED"
    assert cinema.seat("A1")["status"] == "empty"
    assert cinema.broken_promises() == []


# The event's end, and its cancellation


def test_an_events_end_flushes_the_cache_and_frees_what_is_held(cinema: Cinema) -> None:
    cinema.clock.now = EV_1.sales_end - 60_000
    cinema.hold("A1")
    cinema.hold("A2", user="grace")
    cinema.submit(CHALLENGED, user="grace")
    cinema.deliver("lane-0", "lane-1")
    cinema.delays.clear()
    message = {"v": 1, "kind": "event_end", "event_id": "ev_1"}
    cinema.queues.put("event-ends", message)
    cinema.queues.deliver_once("event-ends")
    assert cinema.delays == [900], "an early run puts itself back, as late as a queue can hold it"
    assert cinema.queues.waiting()["event-ends"] == 1
    cinema.clock.now = EV_1.end_time
    cinema.queues.put("event-ends", message)
    cinema.deliver("event-ends")
    orders = {row["user_id"]: (row["status"], row.get("reason")) for row in cinema.rows("orders")}
    assert orders == {"ada": ("EXPIRED", "event_over"), "grace": ("PAYING", None)}
    assert (cinema.seat("A1")["status"], cinema.seat("A2")["pinned"]) == ("empty", True)
    cinema.reconcile()
    assert cinema.booking("grace").body["status"] == "EXPIRED"
    cinema.deliver()
    at_rest(cinema)
