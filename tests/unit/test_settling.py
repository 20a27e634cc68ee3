"""Money that lies wrong: one thing after the other, and none waits for another's answer."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from box_office.domain.orders import Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method, Refund, RefundState
from box_office.domain.provider_answers import RefundOutcome
from box_office.ports.payments import NoAnswer, ProviderBusy
from box_office.use_cases.settle_money import settle_money
from tests.examples import order
from tests.sample_catalogue import TODAY

CARD = Attempt(1, AttemptState.CAPTURED, Method(Kind.CARD, "pm_x"), 2650, "pi_1")


def refund(number: int) -> Refund:
    return Refund(f"or_1/refund/{number}", 1, 100 * number, (), RefundState.ASKED, TODAY, "boss")


class Provider:
    """Answers what it is told to, refund by refund."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def refund(self, intent_id: str, amount: int, key: str) -> RefundOutcome:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def settled(*answers: Any) -> Any:
    provider: Any = Provider(*answers)
    counters: Any = SimpleNamespace(count=lambda *_: None)
    owing = replace(order(status=Status.BOOKED), attempt=1, attempts=(CARD,), refunds=(refund(1), refund(2)))
    return settle_money(owing, provider, counters, TODAY)


def test_a_refund_without_an_answer_keeps_no_other_waiting() -> None:
    change = settled(NoAnswer("down"), RefundOutcome(RefundState.DONE))
    assert [one.state for one in change.after.refunds] == [RefundState.ASKED, RefundState.DONE]


def test_when_nothing_is_answered_it_all_comes_back() -> None:
    with pytest.raises(NoAnswer):
        settled(NoAnswer("down"), NoAnswer("down"))


def test_a_provider_that_wants_us_to_slow_down_is_asked_nothing_more() -> None:
    with pytest.raises(ProviderBusy):
        settled(ProviderBusy("429"))
