"""A row that refuses every change that is made of it (mended by hand, or a bug): it costs two tries a visit, and
nobody else waits for it."""

from dataclasses import replace
from typing import Any

import pytest

from box_office.domain.seats import Change
from box_office.ports import ChangeConflicted, ChangeRefused
from box_office.use_cases.advance_order import advance_order
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED
from tests.paid_orders import INTENT, at_rest, paid
from tests.sample_catalogue import MINUTE

CAP = 15 * MINUTE


@pytest.fixture
def world() -> World:
    return World()


def at_its_cap_and_refused(world: World) -> None:
    """The order's own condition never holds, although its row is as it was read."""
    paid(world, CHALLENGED)
    world.clock.now = (world.order().asked_at or 0) + CAP
    world.provider.calls.clear()

    def refuse(change: Change, *_: Any) -> None:
        raise ChangeRefused(True, change.before, [], [])

    world.plain_orders.commit = refuse


@pytest.mark.shows("row that refuses every change")
def test_a_row_that_stays_refused_costs_a_run_two_questions_and_goes_behind_the_others(world: World) -> None:
    at_its_cap_and_refused(world)
    began = world.clock.now
    world.reconcile()
    assert world.provider.calls == [("cancel", INTENT)] * 2
    assert (world.status(), world.counters.counted["ReconcileErrors"]) == ("PAYING", 1)
    assert world.order().due_at > began


@pytest.mark.shows("row that refuses every change")
def test_a_row_that_stays_refused_gives_the_worker_its_message_back(world: World) -> None:
    at_its_cap_and_refused(world)
    world.lanes.send_order("lane-0", world.order().ref, 1)
    [message] = world.mailbox.waiting
    world.deliver(message)
    assert world.provider.calls == [("cancel", INTENT)] * 2
    assert (world.mailbox.waiting, message.receives, message.due_at) == ([message], 1, world.clock.now + 2_000)


@pytest.mark.parametrize("error", [ChangeRefused(True, None, [], []), ChangeConflicted(True, [])])
def test_refusals_count_in_a_row(world: World, error: Exception) -> None:
    """Every change is refused once, and made the second time."""
    commit, refused = world.plain_orders.commit, set[int]()

    def once(change: Change, *rest: Any) -> None:
        if change.after.revision not in refused:
            refused.add(change.after.revision)
            raise error
        commit(change, *rest)

    world.hold()
    world.submit()
    world.plain_orders.commit = once
    world.deliver_all()
    assert len(refused) > 3
    world.plain_orders.commit = commit
    at_rest(world, "BOOKED", 2300)


def test_whoever_loses_to_another_worker_has_met_no_row_that_refuses(world: World) -> None:
    """Three times in a row another one changes the order first: that is no trouble of the row's own."""
    paid(world, CHALLENGED)
    world.provider.customer_passes(INTENT)
    commit, changes = world.plain_orders.commit, 0

    def after_another(change: Change, *rest: Any) -> None:
        nonlocal changes
        if changes < 3:
            changes += 1
            one = world.order()
            world.table.orders[one.user_id, one.key] = replace(one, revision=one.revision + 1)
        commit(change, *rest)

    world.plain_orders.commit = after_another
    after = advance_order(world.order().ref, world.advance, world.rules.charging)
    assert (changes, after and str(after.status)) == (3, "PAID")


def test_after_a_refusal_an_intent_that_was_just_stored_is_looked_at_before_it_is_confirmed(world: World) -> None:
    """What refused the outcome may be another worker's confirm of the same intent."""
    commit = world.plain_orders.commit
    world.hold()
    world.submit(CHALLENGED)

    def another_confirms_first(change: Change, *rest: Any) -> None:
        if change.after.attempts[-1].intent_id is not None and change.before.attempts[-1].intent_id is not None:
            world.plain_orders.commit = commit
            one = world.order()
            world.table.orders[one.user_id, one.key] = replace(one, revision=one.revision + 1)
        commit(change, *rest)

    world.plain_orders.commit = another_confirms_first
    world.deliver_all()
    assert [operation for operation, _ in world.provider.calls][:3] == ["create", "confirm", "retrieve_intent"]
    assert [operation for operation, _ in world.provider.calls].count("confirm") == 1


def test_what_is_refused_is_never_booked_nor_lost(world: World) -> None:
    """When the row is mended, the order goes its way."""
    commit = world.plain_orders.commit
    at_its_cap_and_refused(world)
    world.minutes(5)
    world.plain_orders.commit = commit
    world.minutes(2)
    assert (world.status(), world.seat("A2")) == ("EXPIRED", "empty")
