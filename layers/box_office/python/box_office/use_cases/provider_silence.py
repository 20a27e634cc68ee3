"""Bounds the time that a provider can cost that accepts calls and never answers: each such call takes 20 seconds.

Both classes wrap the real provider, as a ports.payments.Provider. Instead of a call they may raise ProviderNotAsked, a
NoAnswer, which decides nothing about an order: a later visit makes the call.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TypeVar

from box_office.domain.orders import Order
from box_office.domain.payments import Attempt
from box_office.domain.provider_answers import CardFace, ListedRefund, Outcome, RefundOutcome
from box_office.ports import Clock
from box_office.ports.payments import (
    IntentUnknown,
    NoAnswer,
    Provider,
    ProviderBusy,
    ProviderNotAsked,
    ProviderTimedOut,
)

T = TypeVar("T")
Question = tuple[str, str]  # the operation, and the intent or idempotency key that it is about

TIMEOUTS_MAX = 2  # in a row, in one run
WAITED_MS = 10_000  # an error that comes after so long, such as a gateway's 504, counts as a time-out


def was_timeout(error: NoAnswer, waited_ms: int) -> bool:
    if isinstance(error, ProviderBusy | IntentUnknown | ProviderNotAsked):
        return False
    return isinstance(error, ProviderTimedOut) or waited_ms >= WAITED_MS


class GuardedProvider(ABC):
    """ports.payments.Provider, every call of which passes `ask`."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self._provider = provider
        self._clock = clock

    @abstractmethod
    def ask(self, question: Question, call: Callable[[], T]) -> T: ...

    def new_customer(self, user_id: str, key: str) -> str:
        return self.ask(("customer", key), lambda: self._provider.new_customer(user_id, key))

    def create(self, order: Order, attempt: Attempt, customer: str | None) -> str:
        question = ("create", f"{order.order_id}/{attempt.number} for {customer}")
        return self.ask(question, lambda: self._provider.create(order, attempt, customer))

    def confirm(self, order: Order, attempt: Attempt) -> Outcome:
        question = ("confirm", attempt.intent_id or "")
        return self.ask(question, lambda: self._provider.confirm(order, attempt))

    def retrieve_intent(self, intent_id: str) -> Outcome:
        return self.ask(("retrieve_intent", intent_id), lambda: self._provider.retrieve_intent(intent_id))

    def card_face(self, intent_id: str) -> CardFace:
        return self.ask(("card_face", intent_id), lambda: self._provider.card_face(intent_id))

    def detach(self, payment_method: str) -> None:
        self.ask(("detach", payment_method), lambda: self._provider.detach(payment_method))

    def cancel(self, intent_id: str) -> Outcome:
        return self.ask(("cancel", intent_id), lambda: self._provider.cancel(intent_id))

    def refund(self, intent_id: str, amount: int, key: str) -> RefundOutcome:
        return self.ask(("refund", key), lambda: self._provider.refund(intent_id, amount, key))

    def refunds(self, intent_id: str) -> Sequence[ListedRefund]:
        return self.ask(("refunds", intent_id), lambda: self._provider.refunds(intent_id))


class ProviderBreaker(GuardedProvider):
    """For one run of the reconciler, or one batch of messages: after two time-outs in a row it makes no more calls."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        super().__init__(provider, clock)
        self.timed_out = False  # at least once in this run
        self._in_a_row = 0

    @property
    def open(self) -> bool:
        return self._in_a_row >= TIMEOUTS_MAX

    def ask_no_more(self) -> None:
        self._in_a_row = TIMEOUTS_MAX

    def ask(self, question: Question, call: Callable[[], T]) -> T:
        if self.open:
            raise ProviderNotAsked("the provider let earlier questions of this run time out")
        began, unanswered = self._clock.now_ms(), False
        try:
            return call()
        except NoAnswer as error:
            unanswered = was_timeout(error, self._clock.now_ms() - began)
            raise
        finally:
            self._in_a_row = self._in_a_row + 1 if unanswered else 0
            self.timed_out |= unanswered


class ProviderOfOneVisit(GuardedProvider):
    """For one visit of one order: it does not repeat a call that got no answer, and after a time-out makes no more."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        super().__init__(provider, clock)
        self._unanswered: dict[Question, NoAnswer] = {}
        self._silent = False

    def ask(self, question: Question, call: Callable[[], T]) -> T:
        if question in self._unanswered:
            raise self._unanswered[question]
        if self._silent:
            raise ProviderNotAsked("the provider let an earlier question of this visit time out")
        began = self._clock.now_ms()
        try:
            return call()
        except NoAnswer as error:
            self._unanswered[question] = error
            self._silent = was_timeout(error, self._clock.now_ms() - began)
            raise
