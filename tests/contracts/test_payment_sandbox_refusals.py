"""The payment sandbox refuses what Stripe refuses at the version that the pinned package speaks."""

from typing import Any

import pytest
import stripe

from local.payment_sandbox.stripe_parameters import API_VERSION
from tests.payment_sandbox_process import Sandbox, charged, key, order, refusal

RETURN_URL = "http://127.0.0.1:1/back?event=ev_1"
CARDS = {"amount": 2650, "currency": "eur", "allowed_payment_method_types": ["card"]}


def test_package_and_sandbox_speak_the_same_version(pay: Any) -> None:
    assert stripe.api_version == API_VERSION
    assert pay.payment_intents.create(CARDS).last_response.headers["Stripe-Version"] == API_VERSION


def test_another_version_is_refused_and_none_is_the_accounts_own(sandbox: Sandbox, pay: Any) -> None:
    older = {"stripe_version": "2026-08-26.dahlia"}
    assert refusal(pay.payment_intents.create, CARDS, older) == (400, None, None)
    form = {"amount": "2650", "currency": "eur", "allowed_payment_method_types[]": "card"}
    headers = {"Authorization": "Bearer sk_test_1"}
    assert sandbox.http.post(f"{sandbox.url}/v1/payment_intents", data=form, headers=headers).status_code == 200


@pytest.mark.parametrize("call", ["create", "confirm"])
def test_payment_method_types_are_no_longer_supported(sandbox: Sandbox, pay: Any, call: str) -> None:
    types: Any = {"payment_method_types": ["card"]}
    calls = {
        "create": lambda: pay.payment_intents.create({"amount": 2650, "currency": "eur", **types}),
        "confirm": lambda: pay.payment_intents.confirm(pay.payment_intents.create(CARDS).id, types),
    }
    assert refusal(calls[call]) == (400, "payment_method_types_no_longer_supported", "payment_method_types")
    assert len(sandbox.ledger()["payment_intents"]) == (call == "confirm")


@pytest.mark.parametrize(
    ("allowed", "currency", "left"),
    [
        (["card"], "eur", ["card"]),
        (["card", "klarna"], "eur", ["card"]),
        (["card", "us_bank_account"], "eur", ["card"]),
        (["card", "us_bank_account"], "usd", ["card", "us_bank_account"]),
    ],
)
def test_allowed_types_are_filtered_without_a_word(
    pay: Any, allowed: list[str], currency: str, left: list[str]
) -> None:
    intent = pay.payment_intents.create({"amount": 2650, "currency": currency, "allowed_payment_method_types": allowed})
    assert (intent.payment_method_types, intent.allowed_payment_method_types) == (left, allowed)


def test_allowed_types_that_do_not_exist_or_do_not_fit_are_refused(pay: Any) -> None:
    assert refusal(pay.payment_intents.create, {**CARDS, "allowed_payment_method_types": ["card", "gold"]}) == (
        400,
        None,
        "allowed_payment_method_types[1]",
    )
    assert refusal(pay.payment_intents.create, {**CARDS, "allowed_payment_method_types": ["klarna"]}) == (
        400,
        None,
        None,
    )


@pytest.mark.parametrize(
    "other",
    [
        {"automatic_payment_methods": {"enabled": True}},
        {"excluded_payment_method_types": ["klarna"]},
        {"payment_method_configuration": "pmc_1"},
    ],
)
def test_allowed_types_exclude_the_other_ways_to_choose(sandbox: Sandbox, pay: Any, other: dict[str, Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="only specify one of these") as refused:
        pay.payment_intents.create({**CARDS, **other})
    assert refused.value.http_status == 400
    assert sandbox.ledger()["payment_intents"] == []


def test_only_what_is_allowed_pays(pay: Any) -> None:
    debit = {"amount": 2650, "currency": "usd", "allowed_payment_method_types": ["us_bank_account"]}
    intent = pay.payment_intents.create(debit)
    confirm = {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
    assert refusal(pay.payment_intents.confirm, intent.id, confirm)[0] == 400


def test_what_may_redirect_needs_a_way_back(pay: Any) -> None:
    intent = pay.payment_intents.create(CARDS)
    visa: Any = {"payment_method": "pm_card_visa"}
    assert refusal(pay.payment_intents.confirm, intent.id, visa) == (400, None, "return_url")
    assert pay.payment_intents.confirm(intent.id, {**visa, "return_url": RETURN_URL}).status == "succeeded"
    assert pay.payment_intents.confirm(pay.payment_intents.create(CARDS).id, {**visa, "off_session": True})


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ("create", "payment_intents"),
        ("confirm", "payment_intents"),
        ("retrieve", "payment_intents"),
        ("cancel", "payment_intents"),
        ("capture", "payment_intents"),
        ("create", "refunds"),
        ("list", "refunds"),
        ("create", "customers"),
    ],
)
def test_a_parameter_that_stripe_does_not_have_is_named(pay: Any, call: str, names: str) -> None:
    service = getattr(pay, names)
    identifier = [] if call in ("create", "list") else ["pi_1"]
    answer = refusal(getattr(service, call), *identifier, {"order_id": "or_1"})
    assert answer == (400, "parameter_unknown", "order_id"), "before anything is looked up"


def test_a_nested_parameter_that_stripe_does_not_have_is_named(pay: Any) -> None:
    wrong = {"amount": 2650, "currency": "eur", "automatic_payment_methods": {"enabled": True, "redirects": "never"}}
    answer = refusal(pay.payment_intents.create, wrong)
    assert answer == (400, "parameter_unknown", "automatic_payment_methods[redirects]")


def test_a_parameter_that_only_the_sandbox_does_not_have_is_not_called_unknown(pay: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="payment sandbox does not have") as refused:
        pay.payment_intents.create({**CARDS, "on_behalf_of": "acct_1"})
    assert (refused.value.code, refused.value.param) == (None, "on_behalf_of")


@pytest.mark.parametrize(
    ("call", "param"),
    [
        (lambda pay: pay.payment_intents.create({"currency": "eur"}), "amount"),
        (lambda pay: pay.payment_intents.create({"amount": 2650}), "currency"),
        (lambda pay: pay.test_helpers.confirmation_tokens.create({}), "payment_method"),
        (
            lambda pay: pay.payment_intents.create(
                {"amount": 2650, "currency": "eur", "automatic_payment_methods": {"allow_redirects": "never"}}
            ),
            "automatic_payment_methods[enabled]",
        ),
    ],
)
def test_a_parameter_that_is_missing_is_named(pay: Any, call: Any, param: str) -> None:
    assert refusal(call, pay) == (400, "parameter_missing", param)


@pytest.mark.parametrize("currency", "btn cup ern ghs iqd irr kpw lyd mru sdg ssp stn svc syp tmt uyi ves zwg".split())
def test_a_currency_that_stripe_does_not_have_cannot_be_charged(pay: Any, currency: str) -> None:
    assert refusal(pay.payment_intents.create, {**CARDS, "currency": currency}) == (400, None, "currency")


@pytest.mark.parametrize(
    ("currency", "smallest", "largest"),
    [
        ("eur", 50, 99_999_999),
        ("gbp", 30, 99_999_999),
        ("jpy", 50, 999_999_999),
        ("inr", 50, 999_999_999),
        ("huf", 17_500, 999_999_999),
        ("idr", 1, 999_999_999_999),
    ],
)
def test_amounts_are_bounded_in_their_currency(pay: Any, currency: str, smallest: int, largest: int) -> None:
    for amount in (smallest, largest):
        assert pay.payment_intents.create({**CARDS, "currency": currency, "amount": amount}).amount == amount
    assert refusal(pay.payment_intents.create, {**CARDS, "currency": currency, "amount": largest + 1}) == (
        400,
        "amount_too_large",
        "amount",
    )
    if smallest > 1:
        assert refusal(pay.payment_intents.create, {**CARDS, "currency": currency, "amount": smallest - 1}) == (
            400,
            "amount_too_small",
            "amount",
        )


def test_a_statement_descriptor_is_not_for_cards_and_its_suffix_is(pay: Any) -> None:
    answer = refusal(pay.payment_intents.create, {**CARDS, "statement_descriptor": "CINEMA"})
    assert answer == (400, None, "statement_descriptor")
    assert pay.payment_intents.create({**CARDS, "statement_descriptor_suffix": "CINEMA"}).statement_descriptor is None


def test_lock_timeout_refuses_with_429_and_without_effect(sandbox: Sandbox, pay: Any) -> None:
    sandbox.switch("mode", mode="lock_timeout")
    for call in (lambda: charged(pay, "pm_card_visa"), lambda: pay.payment_intents.retrieve("pi_1")):
        with pytest.raises(stripe.RateLimitError) as limited:
            call()
        assert (limited.value.http_status, limited.value.error.code) == (429, "lock_timeout")
    assert sandbox.ledger()["payment_intents"] == []


def test_a_key_of_one_call_is_an_idempotency_error_with_other_parameters(pay: Any) -> None:
    pay.payment_intents.create(CARDS, key("or_5k/1"))
    with pytest.raises(stripe.IdempotencyError) as refused:
        pay.payment_intents.create({**CARDS, "amount": 2651}, key("or_5k/1"))
    assert (refused.value.http_status, refused.value.json_body["error"]["type"]) == (400, "idempotency_error")


def test_the_errors_optional_members_may_all_be_missing(sandbox: Sandbox, pay: Any) -> None:
    sandbox.switch("mode", mode="declining_without_code")
    intent = pay.payment_intents.create(order())
    with pytest.raises(stripe.CardError) as declined:
        pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert declined.value.http_status == 402
    assert set(declined.value.json_body["error"]) == {"type", "charge", "payment_intent", "payment_method"}
    error = pay.payment_intents.retrieve(intent.id).last_payment_error
    assert set(error.to_dict()) == {"type", "charge", "payment_method"}
