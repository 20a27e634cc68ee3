"""Which transition follows the provider's answer: the whole table."""

from dataclasses import replace

import pytest

from box_office.domain.next_step import Step, next_step
from box_office.domain.payments import Attempt, AttemptState, Kind, Method, NextAction
from box_office.domain.provider_answers import Outcome, OutcomeState

CARD, CASH = Method(Kind.CARD, "pm_visa"), Method(Kind.CASH, tendered=2000)
OPEN = Attempt(1, AttemptState.STARTED, CARD, 1150, "pi_1")
BANK: NextAction = {"type": "redirect_to_url", "url": "https://bank.example/1", "client_secret": "s"}


def step(state: OutcomeState, over: bool, may_charge: bool, attempt: Attempt = OPEN) -> Step:
    return next_step(attempt, Outcome(state, "pi_1", next_action=BANK if state == "WAITS" else None), over, may_charge)


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("may_charge", [False, True])
@pytest.mark.parametrize("replaced_by", [None, CARD, CASH])
def test_a_charge_is_recorded_whatever_else_is_so(over: bool, may_charge: bool, replaced_by: Method | None) -> None:
    attempt = replace(OPEN, replaced_by=replaced_by)
    assert step(OutcomeState.CHARGED, over, may_charge, attempt) is Step.RECORD_CHARGE


@pytest.mark.parametrize(
    ("replaced_by", "over", "expected"),
    [
        (None, False, Step.DECLINE),
        (None, True, Step.END_AT_CAP),
        (CARD, False, Step.TRY_NEXT_METHOD),
        (CARD, True, Step.END_AT_CAP),
        (CASH, False, Step.TRY_NEXT_METHOD),
        (CASH, True, Step.TRY_NEXT_METHOD),  # the cash is in the till: no cap ends it
    ],
)
def test_a_cancelled_intent_makes_way(replaced_by: Method | None, over: bool, expected: Step) -> None:
    for may_charge in (False, True):
        assert step(OutcomeState.CANCELLED, over, may_charge, replace(OPEN, replaced_by=replaced_by)) is expected


@pytest.mark.parametrize("over", [False, True])
def test_a_decline_is_a_decline_at_the_cap_too(over: bool) -> None:
    assert step(OutcomeState.DECLINED, over, True) is step(OutcomeState.DECLINED, over, False) is Step.DECLINE


def test_a_challenge_is_shown_once() -> None:
    assert step(OutcomeState.WAITS, False, True) is Step.SHOW_NEXT_ACTION
    assert step(OutcomeState.WAITS, False, True, replace(OPEN, next_action=BANK)) is Step.WAIT
    assert next_step(OPEN, Outcome(OutcomeState.WAITS, "pi_1"), False, True) is Step.WAIT, "nothing to show"


@pytest.mark.parametrize("state", [OutcomeState.PROCESSING, OutcomeState.UNCONFIRMED])
def test_only_a_worker_that_may_charge_asks_again(state: OutcomeState) -> None:
    assert step(state, False, True) is Step.ASK_AGAIN
    assert step(state, False, False) is Step.WAIT
