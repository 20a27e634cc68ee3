"""The gateway's own answers, as problem documents like those of the functions (API.md)."""

import json

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from box_office.http_api.problems import STATUS_OF_CODE, problem, status_word
from infra.gateway_problems import ANSWERS, Answer


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
