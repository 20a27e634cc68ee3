"""The payment sandbox as the `stripe` package sees it: a real process, driven by the client that production uses."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from tests.payment_sandbox_process import Sandbox, charged, key, order

RETURN_URL = "http://127.0.0.1:1/back?event=ev_1"


def test_a_charge_in_two_calls_keeps_its_metadata_and_shows_in_the_ledger(sandbox: Sandbox, pay: Any) -> None:
    metadata = {"order_id": "or_5k", "attempt": "1"}
    intent = pay.payment_intents.create(order(metadata=metadata))
    assert (intent.status, intent.amount_received, intent.latest_charge) == ("requires_payment_method", 0, None)
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    confirmed = pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (confirmed.status, confirmed.amount_received) == ("succeeded", 2650)
    charge = pay.charges.retrieve(confirmed.latest_charge)
    assert (charge.amount_captured, charge.payment_method_details.card.last4) == (2650, "4242")
    expanded = pay.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert expanded.latest_charge.id == charge.id
    [shown] = sandbox.ledger()["payment_intents"]
    assert (shown["id"], shown["metadata"], shown["amount_received"]) == (intent.id, metadata, 2650)
    assert "_sandbox" not in shown


def test_a_method_given_at_creation_waits_for_the_confirmation(pay: Any) -> None:
    intent = pay.payment_intents.create(order(payment_method="pm_card_mastercard"))
    assert intent.status == "requires_confirmation"
    assert intent.payment_method.startswith("pm_") and intent.payment_method != "pm_card_mastercard"
    assert pay.payment_intents.confirm(intent.id).status == "succeeded"


@pytest.mark.parametrize(
    ("token", "code", "decline_code", "advice_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline", "try_again_later"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds", "try_again_later"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card", "do_not_try_again"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", "do_not_try_again"),
        ("pm_card_chargeDeclinedFraudulent", "card_declined", "fraudulent", "do_not_try_again"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", "do_not_try_again"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc", "confirm_card_data"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error", "try_again_later"),
    ],
)
def test_a_declined_card_raises_a_card_error_and_another_card_still_pays(
    pay: Any, token: str, code: str, decline_code: str, advice_code: str
) -> None:
    intent = pay.payment_intents.create(order())
    with pytest.raises(stripe.CardError) as declined:
        pay.payment_intents.confirm(intent.id, {"payment_method": token})
    error = declined.value.error
    told = (declined.value.http_status, error.code, error.decline_code, error.advice_code)
    assert told == (402, code, decline_code, advice_code)
    assert error.payment_intent.id == intent.id
    after = pay.payment_intents.retrieve(intent.id)
    assert (after.status, after.last_payment_error.code) == ("requires_payment_method", code)
    assert after.last_payment_error.decline_code == decline_code
    assert pay.charges.retrieve(after.latest_charge).status == "failed"
    again = pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (again.status, again.last_payment_error) == ("succeeded", None)


def test_an_unknown_method_is_a_missing_resource_and_changes_nothing(pay: Any) -> None:
    intent = pay.payment_intents.create(order())
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay.payment_intents.confirm(intent.id, {"payment_method": "pm_nobody"})
    assert (refused.value.http_status, refused.value.code) == (400, "resource_missing")
    assert refused.value.param == "payment_method"
    assert pay.payment_intents.retrieve(intent.id).last_payment_error is None


@pytest.mark.parametrize(
    ("parameters", "param", "code"),
    [
        ({"currency": "eur"}, "amount", "parameter_missing"),
        (order(amount=-5), "amount", "parameter_invalid_integer"),
        (order(amount="12.5"), "amount", "parameter_invalid_integer"),
        (order(amount=49), "amount", "amount_too_small"),
        (order(currency="xxx"), "currency", None),
        (order(order_id="or_1"), "order_id", "parameter_unknown"),
        (order(metadata={"x" * 41: "1"}), f"metadata[{'x' * 40}]", None),
        (order(return_url=RETURN_URL), "return_url", None),
        ({"amount": 500, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}, "return_url", None),
    ],
)
def test_wrong_parameters_are_named_and_create_nothing(
    sandbox: Sandbox, pay: Any, parameters: dict[str, Any], param: str, code: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay.payment_intents.create(parameters)
    assert (refused.value.http_status, refused.value.param, refused.value.code) == (400, param, code)
    assert sandbox.ledger()["payment_intents"] == []


def test_only_secret_test_keys_are_let_in_and_no_key_is_repeated(sandbox: Sandbox) -> None:
    for wrong in ("sk_live_abcdef", "pk_test_abcdef"):
        with pytest.raises(stripe.AuthenticationError) as refused:
            sandbox.client(wrong).v1.payment_intents.create(order())
        assert refused.value.http_status == 401
        assert "abcdef" not in str(refused.value)
    assert sandbox.http.get(f"{sandbox.url}/v1/payment_intents/pi_1").status_code == 401


def test_what_is_not_there_is_404(sandbox: Sandbox, pay: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        pay.payment_intents.retrieve("pi_nobody")
    assert (unknown.value.http_status, unknown.value.code, unknown.value.param) == (404, "resource_missing", "intent")
    with pytest.raises(stripe.InvalidRequestError) as no_route:
        pay.subscriptions.retrieve("sub_1")
    assert no_route.value.http_status == 404


def test_a_cancelled_intent_is_never_charged_and_a_charged_one_never_cancelled(pay: Any) -> None:
    intent = pay.payment_intents.create(order())
    cancelled = pay.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")
    paid = charged(pay)
    for refused_call, status in [
        (lambda: pay.payment_intents.cancel(intent.id), "canceled"),
        (lambda: pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}), "canceled"),
        (lambda: pay.payment_intents.cancel(paid.id), "succeeded"),
        (lambda: pay.payment_intents.confirm(paid.id, {"payment_method": "pm_card_visa"}), "succeeded"),
    ]:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            refused_call()
        assert (refused.value.http_status, refused.value.code) == (400, "payment_intent_unexpected_state")
        assert refused.value.error.payment_intent.status == status


def test_a_manual_capture_takes_part_of_what_was_authorized_once(pay: Any) -> None:
    intent = charged(pay, capture_method="manual")
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 2650, 0)
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        pay.payment_intents.capture(intent.id, {"amount_to_capture": 2651})
    assert too_much.value.code == "amount_too_large"
    captured = pay.payment_intents.capture(intent.id, {"amount_to_capture": 1000})
    assert (captured.status, captured.amount_received, captured.amount_capturable) == ("succeeded", 1000, 0)
    with pytest.raises(stripe.InvalidRequestError) as twice:
        pay.payment_intents.capture(intent.id)
    assert twice.value.code == "payment_intent_unexpected_state"
    assert pay.payment_intents.cancel(charged(pay, capture_method="manual").id).amount_capturable == 0


@pytest.mark.parametrize(
    ("currency", "fits", "does_not"), [("isk", 500, 550), ("ugx", 100, 1), ("kwd", 5120, 5124), ("bhd", 10, 5)]
)
def test_amounts_are_whole_steps_of_their_currency(pay: Any, currency: str, fits: int, does_not: int) -> None:
    intent = charged(pay, amount=fits, currency=currency)
    assert intent.amount_received == fits
    for wrong in (
        lambda: pay.payment_intents.create(order(amount=does_not, currency=currency)),
        lambda: pay.refunds.create({"payment_intent": intent.id, "amount": 1}),
    ):
        with pytest.raises(stripe.InvalidRequestError, match="divisible") as refused:
            wrong()
        assert refused.value.param == "amount"


def test_the_same_key_and_parameters_replay_the_first_answer_word_for_word(sandbox: Sandbox, pay: Any) -> None:
    first = pay.payment_intents.create(order(), key("or_5k/1"))
    again = pay.payment_intents.create(order(), key("or_5k/1"))
    assert again.to_dict() == first.to_dict()
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.request_id
    refunds = [pay.refunds.create({"payment_intent": charged(pay).id}, key("r/1"))]
    refunds.append(pay.refunds.create({"payment_intent": refunds[0].payment_intent}, key("r/1")))
    assert refunds[0].id == refunds[1].id
    assert len(sandbox.ledger()["refunds"]) == 1


def test_a_decline_is_replayed_but_a_key_of_wrong_parameters_stays_free(pay: Any) -> None:
    intent = pay.payment_intents.create(order())
    messages = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"}, key("c/1"))
        messages.append(declined.value.headers.get("Idempotent-Replayed"))
    assert messages == [None, "true"]
    with pytest.raises(stripe.InvalidRequestError):
        pay.payment_intents.confirm(intent.id, {"payment_method": "pm_nobody"}, key("c/2"))
    assert pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}, key("c/2")).status == "succeeded"


def test_a_key_with_other_parameters_or_another_endpoint_is_an_idempotency_error(pay: Any) -> None:
    intent = pay.payment_intents.create(order(), key("or_5k/1"))
    with pytest.raises(stripe.IdempotencyError) as other_body:
        pay.payment_intents.create(order(amount=2651), key("or_5k/1"))
    assert other_body.value.http_status == 400
    pay.payment_intents.cancel(intent.id, {}, key("or_5k/cancel"))
    other = pay.payment_intents.create(order())
    with pytest.raises(stripe.IdempotencyError):
        pay.payment_intents.cancel(other.id, {}, key("or_5k/cancel"))
    assert pay.payment_intents.retrieve(other.id).status == "requires_payment_method"


def test_twenty_twins_of_one_key_charge_once_and_meet_conflicts_at_most(sandbox: Sandbox) -> None:
    sandbox.switch("mode", mode="slow", seconds=0.3)

    def twin(_: int) -> str:
        try:
            return (
                sandbox.client()
                .v1.payment_intents.create(order(confirm=True, payment_method="pm_card_visa"), key("twins"))
                .id
            )
        except stripe.APIError as error:
            assert (error.http_status, error.error.code) == (409, "idempotency_key_in_use")
            return "in use"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(twin, range(20)))
    [intent] = sandbox.ledger()["payment_intents"]
    assert set(answers) == {intent["id"], "in use"}
