"""The payment sandbox's script in a browser: its card form, its confirmation tokens and its bank's page, on a page with
the policy of the cinema's own."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from local.payment_sandbox.method_tokens import METHOD_TOKENS
from tests.browser.conftest import DESK, PHONE, SHIFTS, faults, wider_than_its_window
from tests.browser.paying_page import paying_page
from tests.browser.payments import APPROVE
from tests.payment_sandbox_process import Sandbox
from tests.waiting import eventually

CARDS = {"amount": 2650, "currency": "eur", "allowed_payment_method_types": ["card"]}
MOUNT = """async (options) => {
  window.stripe = window.Stripe("pk_test_page", { locale: options.locale });
  window.elements = window.stripe.elements({
    mode: "payment", amount: 2650, currency: "eur", allowedPaymentMethodTypes: ["card"],
    paymentMethodCreation: "manual", setupFutureUsage: null, ...options });
  window.changes = [];
  window.element = window.elements.create("payment");
  window.element.on("change", (event) => window.changes.push(event));
  await new Promise((ready, failed) => {
    window.element.on("ready", ready).on("loaderror", failed).mount("#card");
  });
}"""
TOKEN = """async () => {
  const submitted = await window.elements.submit();
  if (submitted.error) return submitted;
  const params = { return_url: location.origin + "/back" };
  return window.stripe.createConfirmationToken({ elements: window.elements, params });
}"""
NEXT = """(clientSecret) => {
  window.result = null;
  window.stripe.handleNextAction({ clientSecret }).then((result) => { window.result = result });
}"""
RESULT = "() => window.result"
OF_WHOLE_PAGES = ("landmark-one-main", "page-has-heading-one", "region")  # the page's, which the form is a part of
VISA, NO_FUNDS, ASKS, ASKS_AND_DECLINES = (
    "Visa: pays",
    "Declined: insufficient funds",
    "The bank asks each time",
    "The bank asks, then declines",
)
OnPage = Callable[..., Any]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox") / "state.db")
    yield sandbox
    sandbox.end(signal.SIGTERM)


@pytest.fixture
def sandbox(process: Sandbox) -> Sandbox:
    process.switch("mode", mode="ok")
    process.switch("reset")
    return process


@pytest.fixture
def pay(sandbox: Sandbox) -> Any:
    return sandbox.client().v1


@pytest.fixture
def mounted(browser: Any, sandbox: Sandbox) -> Iterator[OnPage]:
    """`mounted(size=PHONE, locale="es", ...)`: a page with the card form, ready. A message in its console, an error, or
    a broken rule of a policy fails the test, unless its text has one of `expected`."""
    contexts: list[Any] = []
    complaints: list[str] = []

    with paying_page(sandbox.url) as url:

        def open_page(
            size: tuple[int, int] = DESK, color_scheme: str = "light", expected: tuple[str, ...] = (), **options: Any
        ) -> Any:
            viewport = {"width": size[0], "height": size[1]}
            context = browser.new_context(viewport=viewport, locale="en-GB", color_scheme=color_scheme)
            contexts.append(context)
            context.add_init_script(SHIFTS)
            page = context.new_page()
            page.set_default_timeout(60_000)

            def complain(text: str) -> None:
                if not any(one in text for one in expected):
                    complaints.append(text)

            page.on("console", lambda message: complain(message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complain(str(error)))
            page.goto(url)
            page.evaluate(MOUNT, options)
            return page

        yield open_page
        for context in contexts:
            context.close()
    assert complaints == []


def form(page: Any) -> Any:
    return page.frame_locator("#card iframe")


def bank(page: Any) -> Any:
    return page.frame_locator("dialog iframe")


def token_with(page: Any, card: str) -> Any:
    form(page).get_by_role("radio", name=card).check()
    return page.evaluate(TOKEN)["confirmationToken"]


def waiting_for_bank(page: Any, pay: Any, card: str = ASKS) -> Any:
    """An intent that the page has asked the script to finish, with the bank's page open."""
    intent = pay.payment_intents.create(CARDS)
    waiting = pay.payment_intents.confirm(intent.id, {"confirmation_token": token_with(page, card)["id"]})
    assert waiting.next_action.type == "use_stripe_sdk"
    page.evaluate(NEXT, waiting.client_secret)
    bank(page).get_by_role("button", name=APPROVE["en"]).wait_for()
    page.frames[-1].wait_for_load_state()  # its script, which hears Escape, comes after its buttons
    return waiting


def result(page: Any) -> Any:
    answer = eventually(lambda: page.evaluate(RESULT), "the script did not finish the payment")
    assert page.locator("dialog").count() == 0, "the bank's page is gone"
    return answer


def test_a_chosen_card_becomes_a_token_that_the_server_confirms_with(mounted: OnPage, pay: Any) -> None:
    page = mounted()
    assert page.evaluate("window.changes") == []
    token = token_with(page, VISA)
    assert token["id"].startswith("ctoken_")
    assert (token["payment_method_preview"]["type"], token["return_url"][-5:]) == ("card", "/back")
    assert page.evaluate("window.changes") == [
        {"elementType": "payment", "complete": True, "empty": False, "collapsed": False, "value": {"type": "card"}}
    ]
    intent = pay.payment_intents.create(CARDS)
    assert pay.payment_intents.confirm(intent.id, {"confirmation_token": token["id"]}).status == "succeeded"
    read = page.evaluate("(secret) => window.stripe.retrievePaymentIntent(secret)", intent.client_secret)
    assert (read["paymentIntent"]["id"], read["paymentIntent"]["status"]) == (intent.id, "succeeded")


def test_a_declined_card_is_declined_at_the_server_and_another_may_follow(mounted: OnPage, pay: Any) -> None:
    page = mounted()
    intent = pay.payment_intents.create(CARDS)
    with pytest.raises(stripe.CardError) as declined:
        pay.payment_intents.confirm(intent.id, {"confirmation_token": token_with(page, NO_FUNDS)["id"]})
    assert declined.value.json_body["error"]["decline_code"] == "insufficient_funds"
    again = pay.payment_intents.confirm(intent.id, {"confirmation_token": token_with(page, VISA)["id"]})
    assert again.status == "succeeded"


def test_every_card_of_the_form_is_one_of_the_sandboxs_tokens(mounted: OnPage) -> None:
    radios = form(mounted()).get_by_role("radio")
    tokens = radios.evaluate_all("(radios) => radios.map((radio) => radio.value)")
    assert len(tokens) == len(set(tokens)) == 8
    assert set(tokens) <= METHOD_TOKENS.keys()


def test_without_a_card_the_form_says_so_in_its_language_and_there_is_no_token(mounted: OnPage) -> None:
    for locale, text in (("en", "Choose a test card."), ("es", "Elige una tarjeta de prueba.")):
        page = mounted(locale=locale)
        error = {"type": "validation_error", "code": "incomplete_number", "message": text}
        assert page.evaluate(TOKEN) == {"error": error}
        assert form(page).get_by_role("alert").inner_text() == text
        assert form(page).locator("html").get_attribute("lang") == locale


def test_a_card_that_is_to_be_saved_is_saved(mounted: OnPage) -> None:
    page = mounted()
    page.evaluate("window.elements.update({ setupFutureUsage: 'on_session' })")
    assert token_with(page, VISA)["setup_future_usage"] == "on_session"


def test_an_approved_challenge_pays(mounted: OnPage, pay: Any) -> None:
    page = mounted()
    waiting = waiting_for_bank(page, pay)
    bank(page).get_by_role("button", name=APPROVE["en"]).click()
    assert result(page)["paymentIntent"]["status"] == "succeeded"
    assert pay.payment_intents.retrieve(waiting.id).status == "succeeded"


def test_a_refused_challenge_is_an_error_and_another_card_may_follow(mounted: OnPage, pay: Any) -> None:
    page = mounted()
    waiting = waiting_for_bank(page, pay)
    bank(page).get_by_role("button", name="Refuse the payment").click()
    error = result(page)["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", "payment_intent_authentication_failure")
    assert (error["payment_intent"]["id"], error["payment_intent"]["status"]) == (waiting.id, "requires_payment_method")
    again = pay.payment_intents.confirm(waiting.id, {"confirmation_token": token_with(page, VISA)["id"]})
    assert again.status == "succeeded"


def test_a_decline_after_the_challenge_has_its_reason(mounted: OnPage, pay: Any) -> None:
    page = mounted()
    waiting_for_bank(page, pay, ASKS_AND_DECLINES)
    bank(page).get_by_role("button", name=APPROVE["en"]).click()
    error = result(page)["error"]
    assert (error["type"], error["code"], error["decline_code"]) == ("card_error", "card_declined", "generic_decline")


@pytest.mark.parametrize("way", ["the close button", "Escape in the bank's page", "Escape in the dialog"])
def test_closing_the_banks_page_refuses_the_payment(mounted: OnPage, pay: Any, way: str) -> None:
    page = mounted(size=PHONE)
    waiting = waiting_for_bank(page, pay)
    if way == "the close button":
        page.get_by_role("button", name="Close").click()
    elif way == "Escape in the bank's page":
        bank(page).get_by_role("button", name=APPROVE["en"]).press("Escape")
    else:
        page.get_by_role("button", name="Close").press("Escape")
    assert result(page)["error"]["code"] == "payment_intent_authentication_failure"
    assert pay.payment_intents.retrieve(waiting.id).status == "requires_payment_method"


def test_a_challenge_that_was_answered_elsewhere_ends_the_banks_page(
    mounted: OnPage, pay: Any, sandbox: Sandbox
) -> None:
    page = mounted()
    waiting = waiting_for_bank(page, pay)
    sandbox.switch("challenge", payment_intent=waiting.id, outcome="pass")
    assert result(page)["paymentIntent"]["status"] == "succeeded"


def test_a_message_of_another_window_does_not_end_the_banks_page(mounted: OnPage, pay: Any) -> None:
    page = mounted()
    waiting = waiting_for_bank(page, pay)
    page.evaluate("window.postMessage({ bank: 'closed' }, '*')")
    form(page).locator("body").evaluate("() => window.parent.postMessage({ bank: 'closed' }, '*')")
    page.wait_for_timeout(500)
    assert pay.payment_intents.retrieve(waiting.id).status == "requires_action"
    assert page.evaluate(RESULT) is None


def test_an_intent_that_waits_for_nothing_has_no_next_action(mounted: OnPage, pay: Any) -> None:
    page = mounted()
    page.evaluate(NEXT, pay.payment_intents.create(CARDS).client_secret)
    error = result(page)["error"]
    assert (error["code"], error["type"]) == ("payment_intent_unexpected_state", "invalid_request_error")


def test_an_intent_that_redirects_leads_to_the_bank_and_back(mounted: OnPage, pay: Any) -> None:
    page = mounted()
    back = page.url + "back?order=or_1"
    intent = pay.payment_intents.create(CARDS)
    redirecting = {"confirmation_token": token_with(page, ASKS)["id"], "use_stripe_sdk": False, "return_url": back}
    waiting = pay.payment_intents.confirm(intent.id, redirecting)
    page.evaluate(NEXT, waiting.client_secret)
    page.get_by_role("button", name=APPROVE["en"]).click()
    page.wait_for_url("**/back?order=or_1&**redirect_status=succeeded")


def test_a_sandbox_that_fails_is_an_error_of_the_call(mounted: OnPage, sandbox: Sandbox) -> None:
    page = mounted(expected=("503", "429"))
    form(page).get_by_role("radio", name=VISA).check()
    sandbox.switch("mode", mode="down")
    assert page.evaluate(TOKEN)["error"]["type"] == "api_error"
    sandbox.switch("mode", mode="rate_limited")
    assert page.evaluate(TOKEN)["error"]["code"] == "rate_limit"
    sandbox.switch("mode", mode="ok")
    assert page.evaluate(TOKEN)["confirmationToken"]["id"].startswith("ctoken_")


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ("window.Stripe('sk_test_secret')", "publishable"),
        ("window.stripe.elements({ mode: 'setup', amount: 1, currency: 'eur' })", "mode"),
        ("window.stripe.elements({ mode: 'payment', amount: 1, currency: 'eur', amonut: 1 })", "amonut"),
        ("window.stripe.createConfirmationToken({ elements: window.elements })", "submit"),
        ("window.stripe.handleNextAction({ clientSecret: 'pi_1' })", "client secret"),
        ("window.elements.create('payment')", "already"),
    ],
)
def test_a_call_that_stripe_js_would_not_take_is_an_integration_error(mounted: OnPage, call: str, refusal: str) -> None:
    said = mounted().evaluate(f"(async () => {call})().catch((error) => error.name + ' ' + error.message)")
    assert said.startswith("IntegrationError")
    assert refusal in said


def test_the_element_goes_and_comes_again(mounted: OnPage) -> None:
    page = mounted()
    page.evaluate("window.element.unmount()")
    assert page.locator("#card iframe").count() == 0
    page.evaluate("new Promise((ready) => window.element.once('ready', ready).mount('#card'))")
    assert token_with(page, VISA)["id"].startswith("ctoken_")
    page.evaluate("window.element.destroy()")
    assert page.evaluate("window.elements.getElement('payment')") is None


def test_the_page_chooses_the_forms_look_over_the_systems(mounted: OnPage) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    page = mounted(appearance={"theme": "night", "variables": {"colorBackground": "rgb(1, 2, 3)"}})
    card_frame = page.frames[1]
    assert card_frame.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert card_frame.evaluate(background) == "rgb(1, 2, 3)"
    page.evaluate("window.elements.update({ appearance: { theme: 'stripe' } })")
    eventually(lambda: card_frame.evaluate(background) == "rgb(255, 255, 255)", "the form's background is not white")


def test_a_slow_bank_leaves_the_intent_in_processing(mounted: OnPage, pay: Any) -> None:
    intent = pay.payment_intents.create(CARDS)
    token = token_with(mounted(), "Slow bank: stays in processing")["id"]
    assert pay.payment_intents.confirm(intent.id, {"confirmation_token": token}).status == "processing"


def test_the_keyboard_chooses_a_card_and_approves_the_payment(mounted: OnPage, pay: Any) -> None:
    page = mounted()
    page.evaluate("window.element.focus()")
    form(page).locator("input:focus").wait_for()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    assert form(page).get_by_role("radio", name=ASKS).is_checked()
    waiting_for_bank(page, pay)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert result(page)["paymentIntent"]["status"] == "succeeded"


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_form_and_the_banks_page_fit_shift_nothing_and_are_accessible(
    mounted: OnPage, pay: Any, size: tuple[int, int], color_scheme: str, locale: str, tmp_path: Path
) -> None:
    page = mounted(size=size, color_scheme=color_scheme, locale=locale)
    card_frame = page.frames[1]
    assert wider_than_its_window(page) <= 0
    assert wider_than_its_window(card_frame) <= 0
    assert card_frame.evaluate("document.documentElement.scrollHeight <= innerHeight"), "no scroll bar"
    page.evaluate(TOKEN)  # its error is shown in the place that is kept for it
    page.screenshot(path=tmp_path / "form.png")
    assert page.evaluate("window.shifts") == []
    assert faults(page) + [one for one in faults(card_frame) if not one.startswith(OF_WHOLE_PAGES)] == []
    card_frame.locator("input").nth(4).check()
    token = page.evaluate(TOKEN)["confirmationToken"]["id"]
    intent = pay.payment_intents.create(CARDS)
    waiting = pay.payment_intents.confirm(intent.id, {"confirmation_token": token})
    page.evaluate(NEXT, waiting.client_secret)
    bank(page).get_by_role("button", name=APPROVE[locale]).wait_for()
    page.screenshot(path=tmp_path / "bank.png")
    bank_frame = page.frames[2]
    assert faults(page) + faults(bank_frame) == []
    assert wider_than_its_window(bank_frame) <= 0
    box = page.locator("dialog").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
    assert box["y"] >= 0 and box["y"] + box["height"] <= size[1]
