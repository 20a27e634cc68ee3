"""What API Gateway sends to a function behind a route (REST, payload 1.0), as far as it is read.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from collections.abc import Mapping
from typing import TypedDict


class Identity(TypedDict, total=False):
    sourceIp: str | None


class Authorizer(TypedDict, total=False):
    claims: Mapping[str, str | list[str]] | None


class RequestContext(TypedDict, total=False):
    requestId: str | None
    identity: Identity | None
    authorizer: Authorizer | None


class GatewayEvent(TypedDict, total=False):
    pathParameters: Mapping[str, str] | None
    queryStringParameters: Mapping[str, str] | None
    multiValueQueryStringParameters: Mapping[str, list[str]] | None
    headers: Mapping[str, str] | None
    body: str | None
    isBase64Encoded: bool
    requestContext: RequestContext | None
