"""What Stripe refuses is a customer's decline only where another card mends it. Our own faults ring, and are nobody's
decline; no developers' words reach a customer; what Stripe may leave out crashes nobody."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import stripe

from box_office.adapters.stripe.declines import METHOD_MESSAGES
from box_office.domain.payments import Kind, RefundState
from box_office.ports.payments import (
    CustomerUnknown,
    IntentUnknown,
    NoAnswer,
    ProviderBusy,
    ProviderRefused,
    RequestRefused,
)
from tests.stripe_adapter import Scripted, adapter, paying
from tests.stripe_transport import Answered, intent, refusal

DEVELOPERS = "Received unknown parameter: payment_method_types. Did you mean payment_method_data?"
SPENT = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a "
    "connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use "
    "a PaymentMethod multiple times, you must attach it to a Customer first."
)
NO_REFUNDS = Answered({"object": "list", "data": [], "has_more": False})
OUR_FAULTS = {
    "a removed parameter": refusal(code="payment_method_types_no_longer_supported", message=DEVELOPERS),
    "an unknown parameter": refusal(code="parameter_unknown", param="payment_method", message=DEVELOPERS),
    "a bad address": refusal(code="url_invalid", param="return_url", message=DEVELOPERS),
    "no code at all": refusal(message=DEVELOPERS),
    "an account that is not activated": refusal(code="account_invalid", message=DEVELOPERS),
    "a key with other parameters": refusal(kind="idempotency_error", message=DEVELOPERS),
    "an unknown key of ours": refusal(401, message="Invalid API Key provided: sk_test_****1234"),
    "a key that may not": refusal(403, message="The provided key does not have the required permissions."),
}
METHOD_DECLINES = {
    "an unknown token": refusal(code="resource_missing", param="payment_method", message="No such PaymentMethod: 'pm'"),
    "a spent one": refusal(message=SPENT),
    "another customer's": refusal(param="payment_method", message="belongs to a Customer other than the one given"),
    **{code: refusal(code=code, message=DEVELOPERS) for code in METHOD_MESSAGES if code not in ("resource_missing",)},
}
CALLS: dict[str, Callable[[Scripted], Any]] = {
    "create": lambda provider: provider.port.create(*paying(), None),
    "confirm": lambda provider: provider.port.confirm(*paying()),
    "retrieve_intent": lambda provider: provider.port.retrieve_intent("pi_1"),
    "cancel": lambda provider: provider.port.cancel("pi_1"),
    "refund": lambda provider: provider.port.refund("pi_1", 100, "or_1/refund/1"),
    "refunds": lambda provider: provider.port.refunds("pi_1"),
}


@pytest.mark.shows("provider refuses our request, or our key")
@pytest.mark.parametrize("fault", OUR_FAULTS)
@pytest.mark.parametrize("call", ["create", "retrieve_intent", "refund", "refunds"])
def test_a_fault_of_ours_is_no_answer_and_rings_once(call: str, fault: str) -> None:
    provider = adapter(OUR_FAULTS[fault])
    with pytest.raises(RequestRefused):
        CALLS[call](provider)
    assert provider.rang == 1


@pytest.mark.parametrize("fault", OUR_FAULTS)
def test_a_confirm_that_is_refused_for_a_fault_of_ours_is_no_decline_and_rings_once(fault: str) -> None:
    provider = adapter(OUR_FAULTS[fault], intent(status="requires_payment_method"))
    with pytest.raises(RequestRefused):
        CALLS["confirm"](provider)
    assert provider.rang == 1


@pytest.mark.parametrize("state", ["succeeded", "canceled", "requires_action", "processing"])
def test_an_intent_that_was_confirmed_before_is_answered_by_its_state(state: str) -> None:
    refused = refusal(code="payment_intent_unexpected_state", message=DEVELOPERS)
    provider = adapter(refused, intent(status=state))
    assert CALLS["confirm"](provider).state in ("CHARGED", "CANCELLED", "WAITS", "PROCESSING")
    assert provider.rang == 0


@pytest.mark.parametrize("why", METHOD_DECLINES)
def test_a_method_that_cannot_pay_is_a_decline_in_our_own_words(why: str) -> None:
    provider = adapter(METHOD_DECLINES[why], intent(status="requires_payment_method"))
    outcome = CALLS["confirm"](provider)
    assert (outcome.state, provider.rang) == ("DECLINED", 0)
    assert outcome.decline["code"]
    assert_own_words(outcome.decline["message"], METHOD_DECLINES[why])


def test_a_spent_method_of_an_intent_that_it_has_charged_is_no_decline() -> None:
    """A confirm whose answer was lost: Stripe may look at the method before it looks at the intent."""
    provider = adapter(refusal(message=SPENT), intent(status="succeeded", amount_received=2300))
    assert CALLS["confirm"](provider).state == "CHARGED"


@pytest.mark.parametrize("code", ["amount_too_small", "amount_too_large"])
def test_an_amount_that_no_card_takes_is_a_decline_in_our_own_words(code: str) -> None:
    provider = adapter(refusal(code=code, param="amount", message=DEVELOPERS))
    with pytest.raises(ProviderRefused) as refused:
        CALLS["create"](provider)
    assert refused.value.decline["code"] == code
    assert "amount" in str(refused.value.decline["message"])
    assert (provider.rang, DEVELOPERS in str(refused.value.decline)) == (0, False)


def assert_own_words(message: str, answered: Answered) -> None:
    assert message and message != answered.body["error"]["message"]
    assert not any(word in message for word in ("PaymentMethod", "PaymentIntent", "parameter", "Customer"))


# Saved methods

SAVED = {"kind": Kind.SAVED, "payment_method": "pm_saved", "customer": "cus_1"}
NO_CUSTOMER = refusal(code="resource_missing", param="customer", message="No such customer: 'cus_1'")


@pytest.mark.parametrize("why", ["an unknown token", "a spent one", "another customer's", "a deleted customer"])
def test_a_saved_method_that_is_gone_is_said_to_be(why: str) -> None:
    refused = NO_CUSTOMER if why == "a deleted customer" else METHOD_DECLINES[why]
    provider = adapter(refused, intent(status="requires_payment_method"))
    outcome = provider.port.confirm(*paying(**SAVED))
    assert (outcome.state, outcome.decline["code"], provider.rang) == ("DECLINED", "saved_method_gone", 0)
    assert_own_words(outcome.decline["message"], refused)


def test_a_saved_method_that_is_declined_is_not_gone() -> None:
    declined = Answered({"error": {"type": "card_error", "code": "card_declined", "message": "No."}}, 402)
    assert adapter(declined).port.confirm(*paying(**SAVED)).decline["code"] == "card_declined"
    other = refusal(code="payment_method_currency_mismatch", message=DEVELOPERS)
    assert adapter(other).port.confirm(*paying(**SAVED)).decline["code"] == "payment_method_currency_mismatch"


def test_a_customer_that_was_deleted_is_said_to_be_at_create_and_is_a_try_again_at_confirm() -> None:
    provider = adapter(NO_CUSTOMER, NO_CUSTOMER)
    with pytest.raises(CustomerUnknown):
        provider.port.create(*paying(save=True), "cus_1")
    assert provider.port.confirm(*paying(save=True)).decline["code"] == "pay_again"
    assert provider.rang == 0


# What Stripe may leave out

CARD = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "lost_card",
    "message": "Your card was declined.",
}


@pytest.mark.parametrize(
    "left_out", [(), *[(name,) for name in CARD], ("code", "decline_code", "message"), tuple(CARD)]
)
def test_a_decline_without_its_optional_members_is_a_decline(left_out: tuple[str, ...]) -> None:
    error = {name: value for name, value in CARD.items() if name not in left_out}
    by_look = adapter(intent(status="requires_payment_method", last_payment_error=error))
    by_confirm = adapter(Answered({"error": error}, 402))
    for outcome in (CALLS["retrieve_intent"](by_look), CALLS["confirm"](by_confirm)):
        assert outcome.state == "DECLINED"
        assert outcome.decline["code"] == "card_declined"
        assert outcome.decline["decline_code"] == error.get("decline_code")
        assert outcome.decline["message"]


def test_a_402_that_says_nothing_is_a_decline() -> None:
    assert CALLS["confirm"](adapter(Answered({"error": {}}, 402))).decline["code"] == "card_declined"


def test_the_last_errors_words_reach_a_customer_only_if_they_are_a_cards() -> None:
    error = {"type": "invalid_request_error", "message": DEVELOPERS}
    decline = CALLS["retrieve_intent"](adapter(intent(last_payment_error=error))).decline
    assert (decline["code"], DEVELOPERS in decline["message"]) == ("card_declined", False)
    error |= {"code": "payment_intent_authentication_failure"}
    decline = CALLS["retrieve_intent"](adapter(intent(last_payment_error=error))).decline
    assert decline["code"] == "payment_intent_authentication_failure"
    assert "bank" in decline["message"]


@pytest.mark.parametrize("left_out", ["amount_received", "customer", "last_payment_error", "metadata", "next_action"])
@pytest.mark.parametrize("status", ["requires_payment_method", "requires_action", "succeeded", "canceled"])
def test_an_intent_without_its_optional_members_is_read(status: str, left_out: str) -> None:
    outcome = CALLS["retrieve_intent"](adapter(intent(status=status, **{left_out: ...})))
    assert outcome.intent_id == "pi_1"


def test_an_action_without_an_address_is_one_for_stripes_script() -> None:
    action = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    outcome = CALLS["retrieve_intent"](adapter(intent(status="requires_action", next_action=action)))
    assert outcome.next_action == {"type": "use_stripe_sdk", "client_secret": "pi_1_secret_1"}


# What is no answer, and no fault of ours


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("code", ["lock_timeout", "rate_limit", None])
def test_a_429_whatever_its_code_is_busy(call: str, code: str | None) -> None:
    provider = adapter(refusal(429, **({"code": code} if code else {})))
    with pytest.raises(ProviderBusy):
        CALLS[call](provider)
    assert provider.rang == 0


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        refusal(409, kind="idempotency_error", code="idempotency_key_in_use"),
        refusal(400, kind="idempotency_error", code="idempotency_key_in_use"),
        refusal(500, kind="api_error"),
        refusal(503, kind="api_error"),
        stripe.APIConnectionError("no network"),
    ],
)
def test_down_or_a_key_in_use_is_no_answer_and_rings_nobody(call: str, answer: Any) -> None:
    provider = adapter(answer)
    with pytest.raises(NoAnswer) as raised:
        CALLS[call](provider)
    assert not isinstance(raised.value, RequestRefused | ProviderBusy)
    assert provider.rang == 0


@pytest.mark.parametrize("call", ["retrieve_intent", "cancel", "refund", "refunds", "confirm"])
def test_an_intent_is_unknown_only_if_stripe_says_that_it_is_missing(call: str) -> None:
    with pytest.raises(IntentUnknown):
        CALLS[call](adapter(refusal(404, code="resource_missing", param="intent")))


@pytest.mark.parametrize("call", ["retrieve_intent", "refund", "refunds"])
def test_another_404_is_a_fault_of_ours(call: str) -> None:
    """A wrong address of the provider, say: not to be taken for a payment that is not ours."""
    provider = adapter(refusal(404, message="Unrecognized request URL (GET: /v2/payment_intents/pi_1)."))
    with pytest.raises(RequestRefused):
        CALLS[call](provider)
    assert provider.rang == 1


# Refunds


def charge(captured: int = 2300, refunded: int = 0) -> Answered:
    charged = {"id": "ch_1", "object": "charge", "amount_captured": captured, "amount_refunded": refunded}
    return intent(status="succeeded", latest_charge=charged if captured else None)


def refund(status: str | None = "succeeded", **members: Any) -> Answered:
    return Answered({"id": "re_1", "object": "refund", "amount": 1150, "status": status, **members})


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", RefundState.PENDING),
        ("requires_action", RefundState.PENDING),
        ("succeeded", RefundState.DONE),
        ("failed", RefundState.REFUSED),
        ("canceled", RefundState.REFUSED),
        ("something_new", RefundState.PENDING),
        (None, RefundState.PENDING),
    ],
)
def test_a_refunds_status_is_its_state_when_it_is_made_and_when_it_is_listed(
    status: str | None, state: RefundState
) -> None:
    made = adapter(charge(), NO_REFUNDS, refund(status)).port.refund("pi_1", 1150, "or_1/refund/1")
    assert (made.state, made.reference) == (state, "re_1")
    shown = refund(status, currency="eur", metadata={"refund_id": "or_1/refund/1"}, failure_reason="lost").body
    listed = Answered({"object": "list", "data": [shown], "has_more": False})
    again = adapter(charge(), listed).port.refund("pi_1", 1150, "or_1/refund/1")
    assert (again.state, again.reference, again.reason) == (state, "re_1", "lost")
    [one] = adapter(listed).port.refunds("pi_1")
    assert (one.state, one.key, one.amount) == (state, "or_1/refund/1", 1150)


def test_a_refund_without_its_optional_members_is_listed() -> None:
    """Such as one that was made at the dashboard."""
    shown = {"id": "re_9", "object": "refund", "amount": 100, "currency": "eur"}
    [one] = adapter(Answered({"object": "list", "data": [shown], "has_more": False})).port.refunds("pi_1")
    assert (one.reference, one.key, one.amount, one.state, one.reason) == ("re_9", None, 100, RefundState.PENDING, None)


GREATER = refusal(param="amount", message="Refund amount (1150) is greater than unrefunded amount on charge (0)")


@pytest.mark.parametrize(
    ("refused", "after", "state", "reason"),
    [
        (refusal(code="charge_already_refunded"), [], RefundState.DONE, "charge_already_refunded"),
        (refusal(code="charge_disputed"), [], RefundState.REFUSED, "charge_disputed"),
        (GREATER, [charge(2300, 2300)], RefundState.DONE, "charge_already_refunded"),
        (GREATER, [charge(2300, 2000)], RefundState.REFUSED, "amount_too_large"),
        (refusal(message="does not have a successful charge"), [charge(0)], RefundState.REFUSED, "not_charged"),
    ],
)
def test_a_refusal_of_a_refund_says_what_became_of_the_money(
    refused: Answered, after: list[Answered], state: RefundState, reason: str
) -> None:
    """Stripe names no code where an amount is more than is left: the charge itself says how much is."""
    provider = adapter(charge(), NO_REFUNDS, refused, *after)
    outcome = provider.port.refund("pi_1", 1150, "or_1/refund/1")
    assert (outcome.state, outcome.reason, provider.rang) == (state, reason, 0)


@pytest.mark.parametrize("fault", OUR_FAULTS)
def test_a_refund_that_is_refused_for_a_fault_of_ours_is_no_refusal_for_good(fault: str) -> None:
    provider = adapter(charge(), NO_REFUNDS, OUR_FAULTS[fault], charge())
    with pytest.raises(RequestRefused):
        provider.port.refund("pi_1", 1150, "or_1/refund/1")
    assert provider.rang == 1


def test_a_balance_that_is_too_low_is_ours_to_mend_and_the_refund_waits_for_it() -> None:
    provider = adapter(charge(), NO_REFUNDS, refusal(code="balance_insufficient"))
    with pytest.raises(RequestRefused):
        provider.port.refund("pi_1", 1150, "or_1/refund/1")


def test_what_is_refused_is_no_reason_to_confirm_without_an_intent() -> None:
    of, attempt = paying()
    with pytest.raises(AssertionError):
        adapter().port.confirm(of, replace(attempt, intent_id=None))


TOLD = {
    "a method": ("No such PaymentMethod: 'pm_canary5e8f'; it was", "canary5e8f"),
    "a confirmation token": ("ctoken_canary5e8f was used before", "canary5e8f"),
    "what confirms an intent": ("client_secret pi_1_secret_canary5e8f does not match", "canary5e8f"),
    "a card's number": (f"{'4242' * 4} is no token", "4242"),
}


@pytest.mark.guards("API10 consumption of other APIs", "personal data and secrets")
@pytest.mark.parametrize(("message", "canary"), TOLD.values(), ids=TOLD)
def test_what_stripe_says_of_our_fault_is_logged_without_what_pays(
    caplog: pytest.LogCaptureFixture, message: str, canary: str
) -> None:
    refused = refusal(code="payment_method_types_no_longer_supported", message=message)
    with pytest.raises(RequestRefused):
        CALLS["confirm"](adapter(refused, intent(status="requires_payment_method")))
    [record] = [vars(one) for one in caplog.records if "provider_message" in vars(one)]
    assert canary not in str(record)
    assert "***" in record["provider_message"]


def test_a_refusal_to_detach_that_is_not_about_the_method_rings() -> None:
    provider = adapter(refusal(code="parameter_unknown", param="shape"))
    with pytest.raises(NoAnswer):
        provider.port.detach("pm_1")
    assert provider.rang == 1
