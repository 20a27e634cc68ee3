"""Each rule of paying (DESIGN sections 4 and 6) twice: with it the checker finds nothing; taken out, in the test alone,
a promise breaks and the checker sees it. A history that shows nothing without its rule tests nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from box_office.domain import paying
from box_office.domain.paying import PayLimits
from box_office.domain.provider_answers import Outcome
from box_office.use_cases import advance_order, book_order, queued_hold, work_on_lane
from tests import paying_histories as histories
from tests.examples import EV_1
from tests.fakes import box_office
from tests.fakes.box_office import World
from tests.fakes.provider import FakeProvider

Patch = Callable[[pytest.MonkeyPatch], None]
History = Callable[[World], None]


def replaced(owner: object, name: str, value: object) -> Patch:
    return lambda monkeypatch: monkeypatch.setattr(owner, name, value)


# What takes a rule out


def charge_at_once(self: FakeProvider, *arguments: Any, create: Any = FakeProvider.create) -> str:
    """As if an intent were created and confirmed in one call."""
    lost = bool(self.faults["create"]) and self.faults["create"].popleft() == "lost"
    intent_id = create(self, *arguments)
    self._confirm(intent_id, "pm_visa")
    if lost:
        raise advance_order.NoAnswer("lost")
    return intent_id


def cancel_nothing(self: FakeProvider, intent_id: str) -> Outcome:
    """As if "not charged" were said without the provider's word."""
    return Outcome("CHARGED" if self.intents[intent_id].received else "CANCELLED", intent_id)


def new_key_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, refund = count(), FakeProvider.refund

    def under_another_key(self: FakeProvider, intent_id: str, amount: int, key: str) -> bool:
        return refund(self, intent_id, amount, f"{key}/{next(numbers)}")

    monkeypatch.setattr(FakeProvider, "refund", under_another_key)


def memory_of_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_order, "booked", lambda order, event, now, room: paying.booked(order, EV_1, 0))


def superseded_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    def straight_to_paid(order: Any, *arguments: Any) -> Any:
        return paying.charged_late(order, order.attempt, 0)

    monkeypatch.setattr(advance_order, "charged_for_nothing", straight_to_paid)


@dataclass(frozen=True)
class Rule:
    name: str
    history: History
    without: Patch


def drop_nothing(hold: Any, event: Any, reason: str, ports: Any, now: int) -> bool:
    room = ports.catalogue.room(event.room_id, now).value
    change = queued_hold.begin_order(
        ports.orders.newest(hold.ref.user_id, hold.ref.event_id, hold.ref.sale),
        queued_hold.request_of(hold, event, room),
        now,
        World().rules.queued.hold,
    )
    ports.orders.commit(change, now, ports.ids.token())
    return True


RULES = [
    Rule(
        "nothing is confirmed before its intent's id is stored",
        histories.the_worker_dies_with_the_intents_id_in_its_hands,
        replaced(FakeProvider, "create", charge_at_once),
    ),
    Rule(
        "a decline is recorded only after the cancel of its intent was answered",
        histories.a_declined_intent_is_paid_on_a_page_left_open,
        replaced(FakeProvider, "cancel", cancel_nothing),
    ),
    Rule(
        "another method starts only after the cancel of the first intent was answered",
        histories.a_challenge_is_passed_after_another_card_took_its_place,
        replaced(FakeProvider, "cancel", cancel_nothing),
    ),
    Rule(
        "at the cap the intent is cancelled before the seats come free",
        histories.a_challenge_is_passed_after_the_cap,
        replaced(FakeProvider, "cancel", cancel_nothing),
    ),
    Rule(
        "a capture that its order cannot take goes back",
        histories.a_late_capture_of_a_first_attempt,
        replaced(work_on_lane, "noted_capture", lambda *_: None),
    ),
    Rule("a refund has a key of its own, always the same", histories.a_refunds_answer_is_lost, new_key_each_time),
    Rule(
        "charged after the cap: only the user's newest order",
        histories.charged_after_the_cap_and_the_user_has_another_order,
        superseded_is_no_matter,
    ),
    Rule(
        "booking reads the event's row itself",
        histories.the_event_ends_between_charge_and_booking,
        memory_of_the_event,
    ),
    Rule(
        "a queued hold never replaces a selection",
        histories.a_queued_hold_meets_a_live_one,
        replaced(queued_hold, "drop", drop_nothing),
    ),
    Rule(
        "a queued hold is dropped after two minutes",
        histories.a_queued_hold_comes_too_late,
        replaced(queued_hold, "drop", drop_nothing),
    ),
    Rule(
        "twelve minutes after it was asked nobody creates or confirms",
        histories.a_message_comes_thirteen_minutes_late,
        lambda monkeypatch: monkeypatch.setattr("tests.fakes.box_office.PAY", PayLimits(worker_ms=10**9)),
    ),
    Rule(
        "a hold is live while now is before its end",
        histories.the_hold_is_over_when_it_is_submitted,
        lambda monkeypatch: monkeypatch.setattr(
            "box_office.domain.orders.Order.status_at", lambda self, now: self.status
        ),
    ),
]


def complaints_of(history: History) -> list[str]:
    world = World(box_office.PAY)
    history(world)  # what breaks down in it shows nothing: the error fails the test
    assert not world.counters.counted["ReconcileErrors"], "the reconciler broke down, which shows nothing"
    found = world.complaints() + world.unsettled()
    # HELD orders are nobody's business at rest: they lapse.
    return [one for one in found if "still waits" not in one]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_with_the_rule_every_promise_is_kept(rule: Rule) -> None:
    assert complaints_of(rule.history) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_without_the_rule_the_checker_complains(monkeypatch: pytest.MonkeyPatch, rule: Rule) -> None:
    rule.without(monkeypatch)
    assert complaints_of(rule.history), f"'{rule.name}' was taken out and {rule.history.__name__} shows nothing"
