"""The gateway's own answers, as problem documents like those of the functions (API.md), from the same table of
codes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from box_office.http_api.problems import STATUS_OF_CODE, problem, status_word


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


class GatewayAnswers(Construct):
    def __init__(self, scope: Construct, id: str, *, rest_api: apigateway.RestApi) -> None:
        super().__init__(scope, id)
        for response_type, answer in ANSWERS.items():
            apigateway.GatewayResponse(
                self,
                response_type,
                rest_api=rest_api,
                type=apigateway.ResponseType.of(response_type),
                status_code=str(STATUS_OF_CODE[answer.code]),
                response_headers=headers_of(answer),
                # The gateway uses this template for every `Accept`; the header gives the content type.
                templates={"application/json": body_of(answer)},
            )


def headers_of(answer: Answer) -> dict[str, str]:
    """Static values are quoted once more: the gateway reads them as expressions."""
    headers = {
        "Content-Type": "application/problem+json",
        "Status": status_word(answer.code),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if answer.retry_after_seconds is not None:
        headers["Retry-After"] = str(answer.retry_after_seconds)
    return {name: f"'{value}'" for name, value in headers.items()}


def body_of(answer: Answer) -> str:
    return json.dumps(problem(answer.code, answer.detail, "$context.requestId"), separators=(",", ":"))
