"""What the gateway answers itself, from the same table of codes as the functions' problems. Reads no CDK: the API's
document is generated from it too."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    code: str
    detail: str
    retry_after_seconds: int | None = None


SIGN_IN = Answer("unauthenticated", "A valid ID token is needed in the AuthorizationToken header.")
NO_SUCH_PATH = Answer("unknown_path", "There is nothing at this path for this method.")
SLOW_DOWN = Answer("rate_limited", "Too many requests at once. Try again in a moment.", 1)
TRY_AGAIN = Answer("unavailable", "The answer did not come in time. Try again in a moment.", 2)
MALFORMED = Answer("invalid_request", "The request cannot be understood.")

ANSWERS: Mapping[str, Answer] = {
    "UNAUTHORIZED": SIGN_IN,
    "EXPIRED_TOKEN": SIGN_IN,
    "INVALID_SIGNATURE": SIGN_IN,
    "INVALID_API_KEY": Answer("forbidden", "This is not yours to do."),
    "ACCESS_DENIED": Answer("forbidden", "This is not yours to do."),
    "WAF_FILTERED": Answer("blocked", "Requests from here are blocked."),
    "MISSING_AUTHENTICATION_TOKEN": NO_SUCH_PATH,  # the gateway's name for a path or method that it does not know
    "RESOURCE_NOT_FOUND": NO_SUCH_PATH,
    "REQUEST_TOO_LARGE": Answer("too_large", "The request is too large."),
    "UNSUPPORTED_MEDIA_TYPE": MALFORMED,
    "BAD_REQUEST_BODY": MALFORMED,
    "BAD_REQUEST_PARAMETERS": MALFORMED,
    "THROTTLED": SLOW_DOWN,
    "QUOTA_EXCEEDED": SLOW_DOWN,
    "INTEGRATION_FAILURE": TRY_AGAIN,
    "INTEGRATION_TIMEOUT": TRY_AGAIN,
    "AUTHORIZER_FAILURE": TRY_AGAIN,
    "DEFAULT_4XX": MALFORMED,
    "DEFAULT_5XX": TRY_AGAIN,  # a function without capacity left, a crash: trying again is the right advice
}
