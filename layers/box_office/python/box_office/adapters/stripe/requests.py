"""Calls to Stripe: the client, the pace of the calls, and the port's error for each of Stripe's."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
import stripe

from box_office.ports import Clock, Counters
from box_office.ports.payments import IntentUnknown, NoAnswer, ProviderBusy, ProviderTimedOut, RequestRefused

logger = logging.getLogger(__name__)

API_VERSION = "2026-10-28.endive"  # the pinned package's own, which these calls are written for
KEY_IN_USE = "idempotency_key_in_use"  # another worker's call with the same key is under way
NAMING_AN_INTENT = (None, "id", "intent", "payment_intent", "refund", "charge")  # parameters, in paths and forms
# What pays, where Stripe repeats it in a message: tokens of methods, secrets of intents, digits as long as a card's.
PAYING = re.compile(r"\b((?:pm|ctoken|tok|src|seti)_|pi_[A-Za-z0-9]+_secret_)\w+|[0-9]{12,}")
OUR_FAULT = (
    stripe.InvalidRequestError,  # wrong parameters, or a state of the account
    stripe.IdempotencyError,  # our idempotency key came with other parameters before
    stripe.AuthenticationError,  # our API key is wrong
    stripe.PermissionError,  # our API key may not make this call
    stripe.CardError,  # of a call that charges no card; the confirm catches its own
)


def stripe_client(
    api_key: str, url: str, timeout_seconds: int, transport: stripe.HTTPClient | None = None
) -> stripe.StripeClient:
    """`url`: empty for Stripe's own. The package retries nothing: the order's state decides what follows a lost
    answer."""
    addresses: Any = {"api": url} if url else {}
    return stripe.StripeClient(
        api_key,
        base_addresses=addresses,
        stripe_version=API_VERSION,
        max_network_retries=0,
        http_client=transport or stripe.RequestsClient(timeout=timeout_seconds),
    )


class Pace:
    """Lets one worker begin a call each `interval_seconds`, so that all workers together keep to the provider's rate. A
    worker that was idle for so long waits for nothing."""

    def __init__(self, clock: Clock, interval_seconds: float) -> None:
        self._clock = clock
        self._interval_ms = round(interval_seconds * 1000)
        self._last_ms: int | None = None  # when the last call began

    def wait(self) -> None:
        now = self._clock.now_ms()
        since = self._interval_ms if self._last_ms is None else max(0, now - self._last_ms)
        left = max(0, self._interval_ms - since)
        if left:
            self._clock.sleep(left / 1000)
        self._last_ms = now + left


class StripeRequests:
    """`client` is called for every request: an operator may have rotated its key."""

    def __init__(self, client: Callable[[], stripe.StripeClient], pace: Pace, counters: Counters) -> None:
        self._client = client
        self._pace = pace
        self._counters = counters

    @contextmanager
    def asking(self) -> Iterator[stripe.StripeClient]:
        """One call. An error that the caller does not catch leaves as NoAnswer, even where Stripe refused our request:
        such a refusal says nothing about the customer's money, and a person has to mend our side."""
        self._pace.wait()
        try:
            yield self._client()
        except stripe.RateLimitError as error:
            # Also `lock_timeout`, which Stripe answers while another call holds the same object.
            raise ProviderBusy("the provider wants us to slow down") from error
        except OUR_FAULT as error:
            if code_of(error) == KEY_IN_USE:
                raise NoAnswer(KEY_IN_USE) from error
            raise self.refused(error) from error
        except stripe.APIConnectionError as error:
            # A connection that is refused or breaks is no time-out: it fails at once.
            timed_out = isinstance(error.__cause__, requests.Timeout)
            raise (ProviderTimedOut if timed_out else NoAnswer)(type(error).__name__) from error
        except stripe.StripeError as error:
            # Stripe is down or slow, which does not say whether money moved.
            raise NoAnswer(type(error).__name__) from error

    def refused(self, error: stripe.StripeError) -> RequestRefused:
        """The error to raise for a request that Stripe refused; it is counted and logged here."""
        why = {
            "error": type(error).__name__,
            "code": code_of(error),
            "param": getattr(error, "param", None),
            "provider_request_id": error.request_id,
        }
        message = without_what_pays(error.user_message)
        return self.cannot_ask(f"the provider refused our request: {why}", **why, provider_message=message)

    def cannot_ask(self, what: str, **why: Any) -> RequestRefused:
        """`what` is for the log that the person on call reads; no customer sees it."""
        self._counters.count("ProviderRequestsRefused")
        logger.warning(what, extra=why)
        return RequestRefused(what)


def without_what_pays(message: str | None) -> str | None:
    return PAYING.sub(lambda found: f"{found[1] or ''}***", message) if message is not None else None


def body_of(error: stripe.StripeError) -> Mapping[str, Any]:
    """The `error` member of Stripe's answer; empty if the answer has none."""
    body = error.json_body.get("error") if isinstance(error.json_body, dict) else None
    return body if isinstance(body, dict) else {}


def code_of(error: stripe.StripeError) -> str | None:
    """Stripe's code of the error. The package sets it on some of its errors only, so the answer is read too."""
    return error.code or body_of(error).get("code")


def is_missing(error: stripe.InvalidRequestError, *params: str | None) -> bool:
    """Stripe does not know the object that this parameter names."""
    return error.code == "resource_missing" and error.param in params


def raise_if_unknown(error: stripe.InvalidRequestError) -> None:
    """Raises IntentUnknown if the provider does not know the object. Other refusals say nothing about the intent."""
    if is_missing(error, *NAMING_AN_INTENT):
        raise IntentUnknown("the provider does not know this intent") from error
