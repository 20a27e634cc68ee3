"""Stripe's errors: an HTTP status and `{"error": {"type", "code", "message", "param", ...}}`.

https://docs.stripe.com/api/errors and https://docs.stripe.com/error-codes
"""

from typing import Any

INVALID_REQUEST = "invalid_request_error"


class StripeError(Exception):
    """`executed`: the call had begun to act. Only then is what it did kept, and the answer saved under its key."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str | None,
        *,
        code: str | None = None,
        executed: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.executed = executed
        self._error = {"type": kind, "code": code, "message": message, **more}

    def body(self) -> dict[str, Any]:
        return {"error": {name: value for name, value in self._error.items() if value is not None}}


def invalid(message: str, code: str | None = None, param: str | None = None) -> StripeError:
    """The parameters are wrong: nothing was done, and the key can be used again."""
    return StripeError(400, INVALID_REQUEST, message, code=code, param=param)


def refused(message: str, code: str | None = None, param: str | None = None, **more: Any) -> StripeError:
    """The parameters are right but the object's state forbids it: the answer is saved under the key."""
    return StripeError(400, INVALID_REQUEST, message, code=code, param=param, executed=True, **more)


def missing(noun: str, identifier: str, param: str, status: int = 400) -> StripeError:
    """Stripe's status is 404 for what the path names, 400 for what a parameter names."""
    message = f"No such {noun}: '{identifier}'"
    return StripeError(status, INVALID_REQUEST, message, code="resource_missing", param=param)


def unexpected_state(intent: dict[str, Any], message: str) -> StripeError:
    return refused(message, "payment_intent_unexpected_state", payment_intent=intent)


def unrecognized(method: str, path: str) -> StripeError:
    return StripeError(404, INVALID_REQUEST, f"Unrecognized request URL ({method}: {path}). The sandbox has no such.")


def key_in_use(key: str) -> StripeError:
    message = (
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        f"twice, and the other request is still going through): {key}. Please try again later."
    )
    return StripeError(409, "idempotency_error", message, code="idempotency_key_in_use")


def key_reused(key: str, what: str) -> StripeError:
    message = (
        f"Keys for idempotent requests can only be used with the same {what} they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return StripeError(400, "idempotency_error", message)


def down() -> StripeError:
    return StripeError(503, "api_error", "The payment sandbox is down: its mode says so.")


def failed() -> StripeError:
    return StripeError(500, "api_error", "The payment sandbox failed; its log says why.")


def switched_failure() -> StripeError:
    return StripeError(500, "api_error", "The payment sandbox failed once: its switch said so.", executed=True)


def rate_limited() -> StripeError:
    return StripeError(429, INVALID_REQUEST, "Request rate limit exceeded.", code="rate_limit")


def lock_timeout() -> StripeError:
    message = (
        "This object cannot be accessed right now because another API request or Stripe process is currently accessing "
        "it. If you see this error intermittently, retry the request. If you see this error frequently and are making "
        "multiple concurrent requests to a single object, make your requests serially or at a lower rate."
    )
    return StripeError(429, INVALID_REQUEST, message, code="lock_timeout")


def other_version(version: str, own: str) -> StripeError:
    """Stripe has others; the sandbox has what the pinned package speaks."""
    return invalid(f"Invalid Stripe API version: {version[:40]}. The payment sandbox speaks {own} only; pin it.")


def unauthorized(message: str) -> StripeError:
    return StripeError(401, INVALID_REQUEST, message)
