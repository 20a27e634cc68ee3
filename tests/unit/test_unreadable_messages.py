"""What a consumer cannot read, no retry can help: it is parked at once, as it came."""

import json

import pytest

from tests.fakes.cinema import FakeCinema

REF = {"order_id": "or_9", "user_id": "ada", "event_id": "ev_1", "sale": None}


@pytest.mark.parametrize(
    "body",
    [
        "{nonsense",
        "[]",
        '"text"',
        "{}",
        json.dumps({"v": 1, "kind": "ordr", **REF, "attempt": 1}),
        json.dumps({"v": 0, "kind": "order", **REF, "attempt": 1}),
        json.dumps({"v": True, "kind": "order", **REF, "attempt": 1}),
        json.dumps({"kind": "order", **REF, "attempt": 1}),
        json.dumps({"v": 1, "kind": "order", "order_id": "or_9", "attempt": 1}),
        json.dumps({"v": 1, "kind": "order", **REF, "attempt": "many"}),
        json.dumps({"v": 1, "kind": "hold", **REF, "seats": None, "queued_at": 1}),
        json.dumps({"v": 1, "kind": "look", "intent_id": 7}),
    ],
)
def test_a_message_that_cannot_be_read_is_parked_at_once(cinema: FakeCinema, body: str) -> None:
    cinema.queues.put("lane-0", body)
    assert cinema.deliver("lane-0") == 1
    assert [(one.queue, one.body) for one in cinema.mailbox.parked] == [("lane-0", body)]
    assert "lane-0" not in cinema.queues.waiting()


@pytest.mark.parametrize("queue", ["payment-complete", "refresh", "event-ends", "lane-0-dlq"])
def test_every_consumer_parks_what_it_cannot_read(cinema: FakeCinema, queue: str) -> None:
    cinema.queues.put(queue, "{nonsense")
    cinema.deliver(queue)
    assert [message.queue for message in cinema.mailbox.parked] == [queue]
    assert queue not in cinema.queues.waiting()
