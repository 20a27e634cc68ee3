"""A payment provider in memory, with a ledger: intents, captures, refunds, once a key. Scriptable call by call."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from box_office.domain.declines import NO_SAVED_METHOD, SAVED_METHOD_GONE
from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, Kind, RefundState
from box_office.domain.provider_answers import CardFace, ListedRefund, Outcome, RefundOutcome
from box_office.ports.payments import (
    CustomerUnknown,
    IntentUnknown,
    NoAnswer,
    ProviderBusy,
    ProviderRefused,
    ProviderTimedOut,
    RequestRefused,
)

DECLINES = {  # payment method -> code, decline code
    "pm_declined": ("card_declined", "generic_decline"),
    "pm_no_funds": ("card_declined", "insufficient_funds"),
    "pm_unknown": ("resource_missing", None),
}
CHALLENGED, SLOW = "pm_challenged", "pm_processing"
AMOUNT_MIN = 50


@dataclass
class Intent:
    intent_id: str
    amount: int
    metadata: Mapping[str, str]
    status: str = "UNCONFIRMED"
    received: int = 0
    decline: Mapping[str, str | None] | None = None
    customer: str | None = None
    payment_method: str | None = None


@dataclass
class MadeRefund:
    """`key`: our refund's id; None for one that was made at the provider's dashboard."""

    reference: str
    key: str | None
    intent_id: str
    amount: int
    state: RefundState

    @property
    def given(self) -> bool:
        return self.state is not RefundState.REFUSED


STATUS_OF_REFUND = {RefundState.DONE: "succeeded", RefundState.PENDING: "pending", RefundState.REFUSED: "failed"}


@dataclass
class FakeProvider:
    """ports.payments.Provider. `faults[operation]` are used up in order: `down` (nothing happened), `silent` (nothing,
    and no answer before the time-out), `lost` (it happened, and nobody hears of it), `busy` (429), `refused` (our
    request is wrong), `ok`. `always`: the fault of every call that has none of its own."""

    deployment: str = "box-office-test"
    always: str = "ok"
    intents: dict[str, Intent] = field(default_factory=dict)
    made_refunds: list[MadeRefund] = field(default_factory=list)
    faults: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    calls: list[tuple[str, str]] = field(default_factory=list)
    customers: dict[str, str] = field(default_factory=dict)  # idempotency key -> customer
    gone: set[str] = field(default_factory=set)  # customers and methods that were deleted at the provider
    faces: Mapping[str | None, CardFace] = field(default_factory=lambda: defaultdict(CardFace))  # by payment method
    refuses_refunds: bool = False
    leaves_refunds_pending: bool = False  # until `settle`
    _created: dict[str, str] = field(default_factory=dict)  # idempotency key -> intent

    def new_customer(self, user_id: str, key: str) -> str:
        def effect() -> str:
            if key not in self.customers:
                earlier = sum(one.startswith(f"cus_{user_id}") for one in self.customers.values())
                self.customers[key] = f"cus_{user_id}_{earlier + 1}" if earlier else f"cus_{user_id}"
            return self.customers[key]

        return self._answer("new_customer", user_id, effect)

    def create(self, order: Order, attempt: Attempt, customer: str | None) -> str:
        key = f"{order.order_id}/{attempt.number}" + (f"/{customer}" if customer else "")

        def effect() -> str:
            if attempt.amount < AMOUNT_MIN:
                decline = {"code": "amount_too_small", "decline_code": None, "message": "Too little."}
                raise ProviderRefused(decline)
            if customer in self.gone:
                raise CustomerUnknown("it was deleted at the provider")
            if key not in self._created:
                metadata = {"deployment": self.deployment, "user_id": order.user_id, "event_id": order.event_id}
                metadata |= {"order_id": order.order_id, "attempt": str(attempt.number)}
                metadata |= {"sale": order.sale} if order.sale is not None else {}
                intent_id = f"pi_{order.order_id}_{attempt.number}"
                self.intents[intent_id] = Intent(intent_id, attempt.amount, metadata, customer=customer)
                self._created[key] = intent_id
            return self._created[key]

        return self._answer("create", key, effect)

    def confirm(self, order: Order, attempt: Attempt) -> Outcome:
        assert attempt.intent_id is not None
        method, intent_id = attempt.method.payment_method, attempt.intent_id
        if method is None:
            return Outcome("DECLINED", intent_id, decline=NO_SAVED_METHOD)
        if attempt.method.kind is Kind.SAVED and method in self.gone:
            return self._answer("confirm", intent_id, lambda: Outcome("DECLINED", intent_id, decline=SAVED_METHOD_GONE))
        return self._answer("confirm", intent_id, lambda: self._confirm(intent_id, method))

    def _confirm(self, intent_id: str, method: str) -> Outcome:
        intent = self._known(intent_id)
        if intent.status in ("UNCONFIRMED", "DECLINED"):
            intent.payment_method = method
            if method in DECLINES:
                code, decline_code = DECLINES[method]
                intent.status, intent.decline = (
                    "DECLINED",
                    {"code": code, "decline_code": decline_code, "message": "No."},
                )
            elif method == CHALLENGED:
                intent.status = "WAITS"
            elif method == SLOW:
                intent.status = "PROCESSING"
            else:
                self._capture(intent)
        return self._outcome(intent)

    def retrieve_intent(self, intent_id: str) -> Outcome:
        return self._answer("retrieve_intent", intent_id, lambda: self._outcome(self._known(intent_id)))

    def card_face(self, intent_id: str) -> CardFace:
        return self._answer("card_face", intent_id, lambda: self.faces[self._known(intent_id).payment_method])

    def detach(self, payment_method: str) -> None:
        self._answer("detach", payment_method, lambda: self.gone.add(payment_method))

    def cancel(self, intent_id: str) -> Outcome:
        def effect() -> Outcome:
            intent = self._known(intent_id)
            if intent.status == "PROCESSING":
                raise NoAnswer("it can be neither cancelled nor read")
            if intent.status != "CHARGED":
                intent.status = "CANCELLED"
            return self._outcome(intent)

        return self._answer("cancel", intent_id, effect)

    def refund(self, intent_id: str, amount: int, key: str) -> RefundOutcome:
        def effect() -> RefundOutcome:
            made = next((one for one in self.made_refunds if one.key == key), None)
            left = self._known(intent_id).received - self.refunded(intent_id)
            if made is None and left == 0 < self.refunded(intent_id):
                return RefundOutcome(RefundState.DONE, given_elsewhere=True)
            if made is None and amount > left and not self.refuses_refunds:
                return RefundOutcome(RefundState.REFUSED, None, "amount_too_large", given_elsewhere=True)
            made = made or self._refund(intent_id, amount, key)
            return RefundOutcome(made.state, made.reference)

        return self._answer("refund", key, effect)

    def refunds(self, intent_id: str) -> Sequence[ListedRefund]:
        def effect() -> Sequence[ListedRefund]:
            return [
                ListedRefund(one.reference, one.key, one.amount, one.state)
                for one in reversed(self.made_refunds)  # the newest first, as Stripe lists them
                if one.intent_id == intent_id
            ]

        return self._answer("refunds", intent_id, effect)

    def _refund(self, intent_id: str, amount: int, key: str | None) -> MadeRefund:
        left = self._known(intent_id).received - self.refunded(intent_id)
        state = RefundState.PENDING if self.leaves_refunds_pending else RefundState.DONE
        if amount > left or self.refuses_refunds:
            state = RefundState.REFUSED
        made = MadeRefund(f"re_{len(self.made_refunds) + 1}", key, intent_id, amount, state)
        self.made_refunds.append(made)
        return made

    def refund_at_dashboard(self, intent_id: str, amount: int | None = None) -> MadeRefund:
        """By a person, at the provider: it carries no key of ours."""
        whole = self.intents[intent_id].received - self.refunded(intent_id)
        return self._refund(intent_id, whole if amount is None else amount, None)

    def settle(self, reference: str, state: RefundState) -> None:
        """What a bank says of a refund in the end, or much later."""
        next(one for one in self.made_refunds if one.reference == reference).state = state

    def customer_passes(self, intent_id: str) -> bool:
        """On the bank's page, or on one that was left open: the provider refuses what is cancelled."""
        intent = self.intents[intent_id]
        if intent.status in ("WAITS", "UNCONFIRMED", "DECLINED", "PROCESSING"):
            self._capture(intent)
            return True
        return False

    def customer_fails(self, intent_id: str) -> None:
        intent = self.intents[intent_id]
        decline = {"code": "payment_intent_authentication_failure", "decline_code": None, "message": "Not you."}
        intent.status, intent.decline = "DECLINED", decline

    def refunded(self, intent_id: str) -> int:
        return sum(one.amount for one in self.made_refunds if one.intent_id == intent_id and one.given)

    @property
    def ledger(self) -> dict[str, list[dict[str, Any]]]:
        """As the payment sandbox shows its own."""
        intents = [
            {"id": intent.intent_id, "amount_received": intent.received, "metadata": dict(intent.metadata)}
            for intent in self.intents.values()
        ]
        refunds = [
            {
                "id": one.reference,
                "payment_intent": one.intent_id,
                "amount": one.amount,
                "status": STATUS_OF_REFUND[one.state],
                "metadata": {"refund_id": one.key} if one.key is not None else {},
            }
            for one in self.made_refunds
        ]
        return {"payment_intents": intents, "refunds": refunds}

    def _capture(self, intent: Intent) -> None:
        intent.status, intent.received, intent.decline = "CHARGED", intent.amount, None

    def _known(self, intent_id: str) -> Intent:
        if intent_id not in self.intents:
            raise IntentUnknown("the provider does not know this intent")
        return self.intents[intent_id]

    def _outcome(self, intent: Intent) -> Outcome:
        waits = {"type": "redirect_to_url", "url": f"https://bank.example/{intent.intent_id}"}
        return Outcome(
            intent.status,
            intent.intent_id,
            intent.received,
            "EUR",
            intent.decline if intent.status == "DECLINED" else None,
            {**waits, "client_secret": f"{intent.intent_id}_secret"} if intent.status == "WAITS" else None,
            dict(intent.metadata),
            intent.payment_method,
            intent.customer,
        )

    def _answer(self, operation: str, subject: str, effect: Any) -> Any:
        self.calls.append((operation, subject))
        fault = self.faults[operation].popleft() if self.faults[operation] else self.always
        if fault == "down":
            raise NoAnswer("down")
        if fault == "silent":
            raise ProviderTimedOut("no answer in time")
        if fault == "busy":
            raise ProviderBusy("429")
        if fault == "refused":
            raise RequestRefused("parameter_unknown")
        answer = effect()
        if fault == "lost":
            raise NoAnswer("its answer was lost")
        return answer
