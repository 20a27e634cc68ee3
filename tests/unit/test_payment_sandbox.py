"""The payment sandbox's parts, in process and with a clock of the test's own."""

import itertools
import json
import random
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from local.payment_sandbox import parameter_table
from local.payment_sandbox.api import Answer, Api, Call, Tools
from local.payment_sandbox.callbacks import TRIES_MAX, Callbacks, pause_seconds, signature
from local.payment_sandbox.form import BadForm, parse_form
from local.payment_sandbox.modes import CurrentMode, Mode
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.store import Store
from local.payment_sandbox.stripe_parameters import CHOICES, NAMES
from tests.payment_sandbox_process import wait_for

DAY_SECONDS = 86_400
HALF_A_DAY_SECONDS = 43_200
CREATE = {"amount": "2650", "currency": "eur", "allowed_payment_method_types[]": "card"}
VISA = {"payment_method": "pm_card_visa", "return_url": "http://shop/back"}


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Shop:
    """Calls the API without a network."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = Clock()
        self.mode = CurrentMode(store)
        tools = Tools(self.clock, self.clock.sleep, random.Random(7), "http://sandbox")
        self.announced = 0
        self.api = Api(store, self.mode, tools, self._announce)

    def _announce(self) -> None:
        self.announced += 1

    def post(self, path: str, form: dict[str, str], key: str | None = None, **headers: str) -> Answer:
        named = {"authorization": "Bearer sk_test_1", **headers} | ({"idempotency-key": key} if key else {})
        return self.api.answer(Call("POST", path, "", named, urlencode(form).encode()))

    def create(self, key: str | None = None) -> dict[str, Any]:
        return json.loads(self.post("/v1/payment_intents", CREATE, key).body)

    def confirm(self, intent: dict[str, Any], key: str | None = None) -> Answer:
        return self.post(f"/v1/payment_intents/{intent['id']}/confirm", VISA, key)


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    store = Store(tmp_path / "state.db")
    yield Shop(store)
    store.close()


def error_of(answer: Answer) -> dict[str, Any]:
    return json.loads(answer.body)["error"]


def counts(shop: Shop) -> dict[str, int]:
    with shop.store.transaction():
        return shop.store.callback_counts()


def test_brackets_nest_and_lists_are_numbered() -> None:
    form = parse_form("metadata[order_id]=or_1&metadata[7]=x&types[]=card&types[]=sepa&expand[0]=charge&note=a%26b")
    assert form == {
        "metadata": {"order_id": "or_1", "7": "x"},
        "types": {"0": "card", "1": "sepa"},
        "expand": {"0": "charge"},
        "note": "a&b",
    }


@pytest.mark.parametrize("text", ["a=1&a[b]=2", "a[b]=1&a=2", "a[b=1", "a[b][c][d][e][f][g]=1", "a=%ff", "a=1&" * 501])
def test_a_form_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(BadForm):
        parse_form(text)


def test_a_key_is_forgotten_after_a_day_and_not_before(shop: Shop) -> None:
    first = shop.create("or_1/1")
    shop.clock.now += DAY_SECONDS - 1
    assert shop.create("or_1/1")["id"] == first["id"]
    shop.clock.now += 2
    assert shop.create("or_1/1")["id"] != first["id"]


def test_parameters_in_another_order_are_the_same_parameters(shop: Shop) -> None:
    first = shop.create("or_1/1")
    shuffled = shop.post("/v1/payment_intents", dict(reversed(CREATE.items())), "or_1/1")
    assert json.loads(shuffled.body)["id"] == first["id"]


def test_the_table_of_parameters_is_what_the_package_says() -> None:
    """Write it again with `python -m local.payment_sandbox.parameter_table`."""
    assert parameter_table.PATH.read_text() == parameter_table.table()


def test_every_call_that_takes_parameters_is_in_the_table_with_its_own_names() -> None:
    assert "payment_method_types" not in NAMES["PaymentIntentCreateParams"]
    assert {"amount", "allowed_payment_method_types"} <= set(NAMES["PaymentIntentCreateParams"])
    assert "idempotency_key" not in NAMES["PaymentIntentCreateParams"], "an option of the request, not of the call"
    assert "card" in CHOICES["PaymentIntentCreateParams", "allowed_payment_method_types"]


def test_a_confirmation_token_lives_half_a_day(shop: Shop) -> None:
    tokens = [json.loads(shop.post("/v1/test_helpers/confirmation_tokens", VISA).body)["id"] for _ in range(2)]
    shop.clock.now += HALF_A_DAY_SECONDS - 1
    assert (
        shop.post(f"/v1/payment_intents/{shop.create()['id']}/confirm", {"confirmation_token": tokens[0]}).status == 200
    )
    shop.clock.now += 1
    late = shop.post(f"/v1/payment_intents/{shop.create()['id']}/confirm", {"confirmation_token": tokens[1]})
    assert (late.status, error_of(late)["code"]) == (400, "payment_intent_confirmation_token_invalid")


def test_a_parameter_that_the_sandbox_reads_and_stripe_does_not_have_is_the_sandboxs_mistake() -> None:
    with pytest.raises(LookupError):
        Parameters({}, "PaymentIntentCreateParams").text("order_id")


def test_a_refusal_undoes_what_the_call_had_begun(shop: Shop) -> None:
    """A token makes a payment method before the intent's other parameters are judged."""
    answer = shop.post("/v1/payment_intents", {**CREATE, "payment_method": "pm_card_visa", "nonsense": "1"})
    assert (answer.status, error_of(answer)["code"]) == (400, "parameter_unknown")
    with shop.store.transaction():
        assert shop.store.all("payment_method") == []


def test_a_mistake_of_the_sandboxs_own_is_a_500_that_keeps_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    intent = shop.create()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_answer", lambda *_: 1 / 0)
        answer = shop.confirm(intent, "c/1")
    assert (answer.status, error_of(answer)["type"]) == (500, "api_error")
    assert "ZeroDivisionError" in capsys.readouterr().err
    with shop.store.transaction():
        assert shop.store.get(intent["id"], "payment_intent")["status"] == "requires_payment_method"
    assert counts(shop)["waiting"] == 0
    assert json.loads(shop.confirm(intent, "c/1").body)["status"] == "succeeded"


def test_only_calls_that_move_money_are_withheld(shop: Shop) -> None:
    intent = shop.create()
    shop.mode.set(Mode("timeout_after_charge"))
    assert not shop.post("/v1/payment_intents", CREATE).withheld_seconds
    assert shop.confirm(intent, "c/1").withheld_seconds
    assert shop.confirm(intent, "c/1").withheld_seconds, "a replay too, while the mode lasts"
    assert shop.post("/v1/payment_intents", {**CREATE, **VISA, "confirm": "true"}).withheld_seconds
    assert shop.post("/v1/refunds", {"payment_intent": intent["id"]}).withheld_seconds
    assert not shop.post(f"/v1/payment_intents/{shop.create()['id']}/cancel", {}).withheld_seconds


def test_slow_keeps_refusals_waiting_as_long_as_successes(shop: Shop) -> None:
    shop.mode.set(Mode("slow", 3.0))
    shop.create()
    assert shop.post("/v1/payment_intents/pi_nobody/cancel", {}).status == 404
    assert shop.clock.slept == [3.0, 3.0]


def test_callbacks_are_announced_only_when_there_are_any(shop: Shop) -> None:
    intent = shop.create()
    assert shop.announced == 0
    shop.confirm(intent)
    assert shop.announced == 1


def test_a_body_that_is_no_form_and_a_key_that_is_too_long_are_refused(shop: Shop) -> None:
    as_json = shop.post("/v1/payment_intents", CREATE, **{"content-type": "application/json"})
    assert (as_json.status, "content type" in error_of(as_json)["message"]) == (400, True)
    assert shop.post("/v1/payment_intents", CREATE, "k" * 255).status == 200
    assert shop.post("/v1/payment_intents", CREATE, "k" * 256).status == 400


def test_pauses_double_up_to_half_a_minute() -> None:
    assert [pause_seconds(tries) for tries in range(1, TRIES_MAX)] == [0.5, 1, 2, 4, 8, 16, 30]


def test_a_signature_covers_time_and_payload() -> None:
    """The digest was computed with `openssl dgst -sha256 -hmac whsec_test`."""
    digest = "fd01adb323d3174d25da622891b61ddc29a37d7e3f2a266bfad9021d3edf56f0"
    assert signature('{"id": "evt_1"}', "whsec_test", 1_800_000_000) == f"t=1800000000,v1={digest}"


def test_a_callback_that_nobody_takes_is_given_up_after_eight_tries(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[str] = []

    def refuse(url: str, payload: str, header: str) -> str:
        tried.append(json.loads(payload)["id"])
        return "HTTP status 500"

    shop.confirm(shop.create())
    every_look_is_half_a_minute_later = itertools.count(shop.clock.now, 31).__next__
    callbacks = Callbacks(shop.store, shop.mode, "whsec_test", every_look_is_half_a_minute_later, refuse)
    callbacks.send_to("http://127.0.0.1:1/")
    callbacks.start()
    wait_for(lambda: counts(shop)["waiting"] == 0)
    callbacks.stop()
    assert (len(tried), len(set(tried))) == (TRIES_MAX, 1)
    assert counts(shop) == {"waiting": 0, "delivered": 0, "given_up": 1}
    assert "given up after 8 tries: HTTP status 500" in capsys.readouterr().err
