"""Many want the same: nobody gets what another has, nobody gets half, whatever the cache is doing."""

import time
from collections import Counter
from functools import partial

import pytest

from box_office.adapters.dynamodb.values import to_item
from tests.e2e.promises import left_behind
from tests.e2e.races import CACHE_STATES, cache_being, together
from tests.invariants import violations

in_every_cache_state = pytest.mark.parametrize("state", CACHE_STATES)
BUYERS = 200
PAIRS = 16


@pytest.mark.shows("cache failed over and lost marks")
@in_every_cache_state
def test_one_of_two_hundred_gets_the_seat(state, stack, showing, visitors, history):
    buyers = visitors(BUYERS)
    with cache_being(state, stack, showing):
        answers = together([partial(buyer.hold, showing, "A1") for buyer in buyers])
    assert Counter(answer.status for answer in answers) == {201: 1, 409: BUYERS - 1}
    assert {answer.code for answer in answers if answer.status == 409} == {"seats_unavailable"}
    (winner,) = [answer.body["order_id"] for answer in answers if answer.status == 201]
    assert stack.owner(showing, "A1") == winner
    assert len(stack.orders(showing)) == 1


@in_every_cache_state
def test_overlapping_selections_in_opposite_order_are_had_whole_or_not_at_all(state, stack, showing, visitors, history):
    """Windows of four seats that each overlap with three others on either side, half of them named backwards."""
    row = [*showing.rows["A"], *showing.rows["B"]]
    buyers = visitors(2 * PAIRS)
    wanted = [row[start : start + 4] for start in range(PAIRS)] + [
        row[start : start + 4][::-1] for start in range(PAIRS)
    ]
    with cache_being(state, stack, showing):
        answers = together([partial(buyer.hold, showing, *seats) for buyer, seats in zip(buyers, wanted, strict=True)])
    assert {answer.status for answer in answers} <= {201, 409}
    won = [answer.body for answer in answers if answer.status == 201]
    assert won
    for body, seats in (
        (answer.body, seats) for answer, seats in zip(answers, wanted, strict=True) if answer.status == 201
    ):
        assert sorted(body["selected_seat"]) == sorted(seats)
    held = [seat["seat_id"] for seat in stack.seats(showing) if seat["status"] == "hold"]
    assert sorted(held) == sorted(seat for body in won for seat in body["selected_seat"])


@in_every_cache_state
def test_hold_against_release_against_lapse(state, stack, showing, visitors, history):
    """Six seats, each with a holder who lets go, a hold that ends meanwhile, and two others who keep asking."""
    seats = showing.rows["A"][:6]
    holders, others = visitors(6), visitors(12)
    orders = [holder.hold(showing, seat).body["order_id"] for holder, seat in zip(holders, seats, strict=True)]

    def lapse(holder, seat, order):
        history.close(holder.name, showing.event_id, time.time())
        stack.lapse(showing, order)
        if state != "down":
            stack.cache.forget(showing, seat)

    def ask(visitor, seat):
        answers = [visitor.hold(showing, seat)]
        while answers[-1].status == 409 and len(answers) < 5:
            answers.append(visitor.hold(showing, seat))
        return answers

    def let_go(holder, order):
        return [holder.release(showing, order)]

    asked = [partial(ask, visitor, seat) for visitor, seat in zip(others, [*seats, *seats], strict=True)]
    released = [partial(let_go, holder, order) for holder, order in zip(holders, orders, strict=True)]
    lapses = [partial(lapse, *facts) for facts in zip(holders, seats, orders, strict=True)]
    with cache_being(state, stack, showing):
        results = together([*asked, *released, *lapses])
    statuses = {answer.status for answers in results[:18] for answer in answers}
    assert statuses <= {201, 409, 204}
    stack.cache.age(showing)  # a seat that only the cache calls taken is read again
    for number, seat in enumerate(seats):
        one, other = others[number], others[number + 6]
        asked = [*results[number], *results[number + 6]]
        winners = [answer.body["order_id"] for answer in asked if answer.status == 201]
        assert len(winners) <= 1
        if winners:
            assert stack.owner(showing, seat) == winners[0]
        else:
            assert one.hold(showing, seat).status == 201
            assert other.hold(showing, seat).status == 409


@in_every_cache_state
def test_two_devices_of_one_user_replace_and_release(state, stack, showing, visitors, history):
    """Neighbours want overlapping seats too, so that one's replacement meets another's release."""
    row = [*showing.rows["A"], *showing.rows["B"]]
    users = visitors(8)

    def device(user, wanted):
        answers = []
        for seats in wanted:
            answers.append(user.hold(showing, *seats) if seats else user.release(showing))
        return answers

    devices = []
    for number, user in enumerate(users):
        one, other = row[2 * number : 2 * number + 3], row[2 * number + 1 : 2 * number + 5]
        devices += [partial(device, user, [one, other, one]), partial(device, user, [other, None, one[:1]])]
    with cache_being(state, stack, showing):
        answers = [answer for answers in together(devices) for answer in answers]
    history.claims.clear()  # what one device is told, the other may have changed before it is heard
    assert {answer.status for answer in answers} <= {200, 201, 204, 404, 409}
    assert {answer.code for answer in answers if answer.status == 409} <= {"seats_unavailable"}
    assert {answer.code for answer in answers if answer.status == 404} <= {"unknown_order"}
    for user in users:
        booking = user.booking(showing)
        if booking.status == 404:
            continue  # never had any
        order = booking.body
        mine = [seat["seat_id"] for seat in stack.seats(showing) if seat.get("order_id") == order["order_id"]]
        assert sorted(mine) == (sorted(order["selected_seat"]) if order["status"] == "HELD" else [])


def test_the_same_request_twice_at_once_is_one_hold(stack, showing, visitors, history):
    """A double click, and a client that retries before it has heard: with a key and without."""
    one, other = visitors(2)
    answers = together([partial(one.hold, showing, "A1", "A2")] * 4 + [partial(other.hold, showing, "B1", key="k")] * 4)
    history.claims.clear()
    assert {answer.status for answer in answers} <= {200, 201, 409}
    assert {answer.code for answer in answers[4:] if answer.status == 409} <= {"idempotency_key_in_use"}
    assert len(stack.orders(showing)) == 2
    again = [one.hold(showing, "A1", "A2"), other.hold(showing, "B1", key="k")]
    assert [answer.status for answer in again] == [200, 201]


def test_control_without_the_condition_the_race_shows(stack, showing, visitors):
    """The same race with plain writes: the harness makes the double hold, and both checks see it."""
    buyers = visitors(20)
    now = int(time.time() * 1000)
    seat = {"event_id": showing.event_id, "seat_id": "A1", "status": "hold", "pinned": False, "version": 1}

    def put(buyer):
        taken = stack.owner(showing, "A1")
        if taken is not None:
            return
        order = {
            "user_id": buyer.name,
            "order_key": showing.event_id,
            "order_id": f"or_{buyer.name}",
            "event_id": showing.event_id,
            "status": "HELD",
            "selected_seat": ["A1"],
            "hold_until": now + 600_000,
            "first_held_at": now,
        }
        stack.dynamodb.put_item(TableName=stack.tables["orders"], Item=to_item(order))
        owned = seat | {"order_id": order["order_id"], "user_id": buyer.name, "hold_until": now + 600_000}
        stack.dynamodb.put_item(TableName=stack.tables["seats"], Item=to_item(owned))
        buyer.history.claim(buyer.name, showing.event_id, ["A1"], time.time())

    together([partial(put, buyer) for buyer in buyers])
    try:
        seats, orders = stack.seats(showing), stack.orders(showing)
        found = violations(seats, orders, now, {showing.event_id: len(showing.seats)})
        assert any(line.startswith("double:") for line in found)
        assert any(line.startswith("partial:") for line in found)
        assert buyers[0].history.double_holds()
        released = [order | {"status": "RELEASED"} for order in orders]
        assert list(left_behind(seats, released, now))
    finally:
        for order in stack.orders(showing):
            key = {"user_id": order["user_id"], "order_key": order["order_key"]}
            stack.dynamodb.delete_item(TableName=stack.tables["orders"], Key=to_item(key))
        stack.dynamodb.delete_item(
            TableName=stack.tables["seats"], Key=to_item({"event_id": showing.event_id, "seat_id": "A1"})
        )
        buyers[0].history.claims.clear()
