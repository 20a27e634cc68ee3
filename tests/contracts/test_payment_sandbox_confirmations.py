"""How the payment sandbox takes confirmations: tokens of a page, the page's script, customers and their methods."""

from typing import Any

import pytest
import stripe

from tests.payment_sandbox_process import Sandbox, charged, key, order, refusal, saved

RETURN_URL = "http://127.0.0.1:1/back?event=ev_1"
CARDS = {"amount": 2650, "currency": "eur", "allowed_payment_method_types": ["card"]}
CHALLENGED = "pm_card_authenticationRequired"
HALF_A_DAY = 12 * 3600


def token_of(pay: Any, method: str = "pm_card_visa", **more: Any) -> Any:
    return pay.test_helpers.confirmation_tokens.create({"payment_method": method, "return_url": RETURN_URL, **more})


def confirmed(pay: Any, token: Any, **more: Any) -> Any:
    return pay.payment_intents.confirm(pay.payment_intents.create(CARDS).id, {"confirmation_token": token.id, **more})


def test_a_token_shows_what_the_page_collected_and_confirms_with_it(pay: Any) -> None:
    token = token_of(pay, setup_future_usage="on_session")
    assert (token.setup_future_usage, token.return_url, token.use_stripe_sdk) == ("on_session", RETURN_URL, True)
    assert token.expires_at - token.created == HALF_A_DAY
    assert (token.payment_method_preview.card.last4, token.payment_intent) == ("4242", None)
    customer = pay.customers.create().id
    intent = pay.payment_intents.create({**CARDS, "customer": customer})
    paid = pay.payment_intents.confirm(intent.id, {"confirmation_token": token.id})
    assert (paid.status, paid.setup_future_usage) == ("succeeded", "on_session")
    assert charged(pay, paid.payment_method, customer=customer).status == "succeeded", "the customer's card is kept"


def test_a_token_confirms_at_creation_too(pay: Any) -> None:
    created = pay.payment_intents.create({**CARDS, "confirm": True, "confirmation_token": token_of(pay).id})
    assert created.status == "succeeded"
    assert refusal(pay.payment_intents.create, {**CARDS, "confirmation_token": token_of(pay).id}) == (
        400,
        None,
        "confirmation_token",
    )


@pytest.mark.parametrize("method", ["pm_card_visa", "pm_card_chargeDeclined", CHALLENGED])
def test_a_token_is_used_once_however_that_ended(pay: Any, method: str) -> None:
    token = token_of(pay, method)
    try:
        confirmed(pay, token)
    except stripe.CardError:
        assert method == "pm_card_chargeDeclined"
    assert refusal(confirmed, pay, token) == (400, "payment_intent_confirmation_token_invalid", None)


def test_a_refused_confirmation_leaves_the_token_unused(pay: Any) -> None:
    token = token_of(pay)
    cancelled = pay.payment_intents.cancel(pay.payment_intents.create(CARDS).id)
    assert (
        refusal(pay.payment_intents.confirm, cancelled.id, {"confirmation_token": token.id})[1]
        == "payment_intent_unexpected_state"
    )
    assert confirmed(pay, token).status == "succeeded"


def test_an_unknown_token_is_404(pay: Any) -> None:
    unknown = (404, "resource_missing", "confirmation_token")
    intent = pay.payment_intents.create(CARDS)
    nobody: Any = {"confirmation_token": "ctoken_nobody"}
    assert refusal(pay.payment_intents.confirm, intent.id, nobody) == unknown


def test_a_token_stands_alone(pay: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="only specify one of these"):
        confirmed(pay, token_of(pay), payment_method="pm_card_visa")
    assert refusal(token_of, pay, "pm_nobody") == (400, "resource_missing", "payment_method")


@pytest.mark.parametrize(
    ("by_token", "asked", "type_"),
    [
        (False, None, "redirect_to_url"),
        (False, True, "use_stripe_sdk"),
        (True, None, "use_stripe_sdk"),
        (True, False, "redirect_to_url"),
    ],
)
def test_who_handles_the_next_action_is_asked_for(pay: Any, by_token: bool, asked: bool | None, type_: str) -> None:
    """With a way back in each case."""
    given: Any = {"confirmation_token": token_of(pay, CHALLENGED).id} if by_token else {"payment_method": CHALLENGED}
    script = {} if asked is None else {"use_stripe_sdk": asked}
    intent = pay.payment_intents.create(CARDS)
    waiting = pay.payment_intents.confirm(intent.id, {**given, **script, "return_url": RETURN_URL})
    assert (waiting.status, waiting.next_action.type) == ("requires_action", type_)


def test_a_challenge_of_the_script_ends_as_the_others_do(sandbox: Sandbox, pay: Any) -> None:
    waiting = confirmed(pay, token_of(pay, CHALLENGED))
    sandbox.switch("challenge", payment_intent=waiting.id, outcome="pass")
    assert pay.payment_intents.retrieve(waiting.id).status == "succeeded"


@pytest.mark.parametrize("failing", ["pm_card_chargeDeclined", "pm_card_threeDSecureRequiredChargeDeclined"])
def test_a_method_that_failed_without_a_customer_is_spent(sandbox: Sandbox, pay: Any, failing: str) -> None:
    intent = pay.payment_intents.create(order())
    try:
        pay.payment_intents.confirm(intent.id, {"payment_method": failing})
        sandbox.switch("challenge", payment_intent=intent.id, outcome="fail")
    except stripe.CardError:
        pass
    spent = pay.payment_intents.retrieve(intent.id).last_payment_error.payment_method.id
    with pytest.raises(stripe.InvalidRequestError, match="previously used") as refused:
        pay.payment_intents.confirm(intent.id, {"payment_method": spent})
    assert (refused.value.http_status, refused.value.param) == (400, None)


def test_a_customers_method_that_was_declined_is_still_the_customers(sandbox: Sandbox, pay: Any) -> None:
    customer = pay.customers.create().id
    method = saved(pay, customer)
    sandbox.switch("mode", mode="declining")
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            charged(pay, method, customer=customer)
    sandbox.switch("mode", mode="ok")
    assert charged(pay, method, customer=customer).status == "succeeded"


def test_a_detached_method_pays_for_no_customer(pay: Any) -> None:
    customer = pay.customers.create().id
    method = saved(pay, customer)
    assert pay.payment_methods.detach(method).customer is None
    with pytest.raises(stripe.InvalidRequestError, match="detached"):
        charged(pay, method, customer=customer)
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        pay.payment_methods.detach(method)


def test_a_deleted_customer_is_missing_and_so_are_their_methods(pay: Any) -> None:
    customer = pay.customers.create({"metadata": {"user_id": "ada"}}).id
    method = saved(pay, customer)
    before = pay.payment_intents.create({**CARDS, "customer": customer})
    assert pay.customers.delete(customer).deleted
    missing = (400, "resource_missing", "customer")
    assert refusal(pay.payment_intents.create, {**CARDS, "customer": customer}) == missing
    late: Any = {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
    assert refusal(pay.payment_intents.confirm, before.id, late) == missing
    assert refusal(pay.customers.delete, customer) == (404, "resource_missing", "id")
    with pytest.raises(stripe.InvalidRequestError, match="detached"):
        charged(pay, method)


def test_a_customer_is_made_once_a_key(pay: Any) -> None:
    first = pay.customers.create({"metadata": {"user_id": "ada"}}, key("customer/ada"))
    assert pay.customers.create({"metadata": {"user_id": "ada"}}, key("customer/ada")).id == first.id
