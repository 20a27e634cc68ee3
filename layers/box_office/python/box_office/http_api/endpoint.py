"""One Lambda, one route: reads the gateway's event, answers with the headers that every response carries.

A handler is a function from Request to Response; `endpoint` wraps it, maps the errors of the domain through the one
table in problems.py, logs one line a request, and lets no exception out (Lambda would discard the warm environment).
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aws_lambda_powertools import Logger

from box_office.domain.errors import BoxOfficeError, Instant, InvalidRequest, Start, TooLarge, Unauthenticated
from box_office.http_api.caller import Caller, caller_from_claims
from box_office.http_api.card_numbers import refuse_card_numbers_of_machines
from box_office.http_api.client_address import client_address
from box_office.http_api.gateway_event import GatewayEvent, RequestContext
from box_office.http_api.problems import STATUS_OF_CODE, problem, status_word
from box_office.http_api.representation import JsonObject, iso_ms, iso_seconds
from box_office.ports import Counters, Visitor
from box_office.wrong_values import ID, ID_WORDS

BODY_BYTES_MAX = 8_192  # WAF's managed rule stops at the same size
REQUEST_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_-]{1,100}")  # a UUID, and what the gateway may add to it
CALLBACK_BYTES_MAX = 262_144  # of the provider's, which carry whole objects; the edge's firewall has the same bound
json_of = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode  # json.dumps makes one for each call
IDEMPOTENCY_KEY = re.compile(r"[\x20-\x7e]{1,255}")


@dataclass(frozen=True)
class Request:
    request_id: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]  # lower-case names
    raw_body: str
    caller: Caller | None
    source_ip: str | None  # as the gateway saw it; behind the edge it is one of CloudFront's

    def address(self, behind_edge: bool) -> str:
        return client_address(self.headers, self.source_ip, behind_edge)

    @property
    def signed_in(self) -> Caller:
        if self.caller is None:
            raise Unauthenticated("Sign in first.")
        return self.caller

    def path_id(self, name: str) -> str:
        return check_id(self.path.get(name), name)

    def query_id(self, name: str) -> str | None:
        return check_id(self.query[name], name) if name in self.query else None

    def query_number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.query.get(name, str(default))
        if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
            raise InvalidRequest(f"{name} must be a number from {least} to {most}.", name)
        return int(text)

    @property
    def idempotency_key(self) -> str | None:
        key = self.headers.get("idempotency-key")
        if key is not None and not IDEMPOTENCY_KEY.fullmatch(key):
            raise InvalidRequest("Idempotency-Key must be 1 to 255 printable ASCII characters.", "Idempotency-Key")
        refuse_card_numbers_of_machines(key or "")  # the order keeps it
        return key

    def refuse_body_over(self, bytes_max: int) -> None:
        """Raises TooLarge. The body itself is counted: a Content-Length may lie, or be absent."""
        if len(self.raw_body.encode("utf-8", "surrogatepass")) > bytes_max:
            raise TooLarge(f"The body may have at most {bytes_max} bytes.")

    def json_object(self, required: bool = True) -> JsonObject:
        """The body as an object; `{}` for an absent body that is not required."""
        self.refuse_body_over(BODY_BYTES_MAX)
        if not self.raw_body.strip():
            if required:
                raise InvalidRequest("A JSON object is needed as the body.", "body")
            return {}
        try:
            body = json.loads(self.raw_body)
        except (ValueError, RecursionError) as error:
            raise InvalidRequest("The body is not JSON.", "body") from error
        if not isinstance(body, dict):
            raise InvalidRequest("The body must be a JSON object.", "body")
        return body


@dataclass(frozen=True)
class Response:
    status_code: int
    body: Mapping[str, object] | str | None  # a str is JSON already
    status: str = "OK"  # the word of the Status header
    headers: Mapping[str, str] = field(default_factory=dict)


PRIVATE = {"Cache-Control": "private, no-store"}


def visitor_of(request: Request, behind_edge: bool) -> Visitor:
    """The signed-in caller, with the client's address. Raises Unauthenticated."""
    caller = request.signed_in
    return Visitor(request.address(behind_edge), caller.user_id, desk="desk" in caller.groups)


def fingerprint_of(request: Request) -> str:
    """A hash of path and body: a request that repeats an Idempotency-Key must have the same one."""
    asked = json.dumps([request.path, request.json_object(required=False)], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def check_id(value: object, param: str) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise InvalidRequest(f"{param} must be {ID_WORDS}.", param)
    return value


def endpoint(
    handle: Callable[[Request], Response], logger: Logger, counters: Counters, *, staff_client_id: str = ""
) -> Callable[[GatewayEvent, object], dict[str, object]]:
    """The Lambda handler of one route, for API Gateway's proxy events (REST, payload 1.0). Without `staff_client_id`
    every caller is a customer."""

    def handler(event: GatewayEvent, context: object) -> dict[str, object]:
        started = time.perf_counter()
        request_id = request_id_of(event.get("requestContext") or {})
        code = None
        try:
            response = handle(parse_request(event, staff_client_id))
        except BoxOfficeError as error:
            code = error.code
            response = answer_error(error, request_id)
            if response.status_code >= 500:
                logger.warning(error.detail, extra={"request_id": request_id, "cause": repr(error.__cause__)})
        except Exception:
            code = "internal_error"
            logger.exception("request failed", extra={"request_id": request_id})
            response = problem_response(code, "Something went wrong on our side.", request_id, {})
        counters.count("Requests")
        if response.status_code >= 500:
            counters.count("ServerErrors")
        if response.status_code == 429:
            counters.count("RateLimited")
        counters.flush()
        logger.info(
            "request",
            extra={
                "request_id": request_id,
                "status_code": response.status_code,
                "code": code or response.status,
                "duration_ms": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return {
            "statusCode": response.status_code,
            "headers": headers_of(response),
            "body": body_of(response),
            "isBase64Encoded": False,
        }

    return handler


def parse_request(event: GatewayEvent, staff_client_id: str) -> Request:
    context = event.get("requestContext") or {}
    repeated = [
        name for name, values in (event.get("multiValueQueryStringParameters") or {}).items() if len(values) > 1
    ]
    if repeated:
        raise InvalidRequest(f"{repeated[0]} is given more than once.", repeated[0])
    return Request(
        request_id=request_id_of(context),
        path=event.get("pathParameters") or {},
        query=event.get("queryStringParameters") or {},
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        raw_body=body_text(event),
        caller=caller_from_claims((context.get("authorizer") or {}).get("claims") or {}, staff_client_id),
        source_ip=(context.get("identity") or {}).get("sourceIp"),
    )


def request_id_of(context: RequestContext) -> str:
    """`none` for an id of another form: a client may name its request, and ids are logged. The gateway takes only UUIDs
    from clients, so this stands in for it where another gateway calls the function.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-access-logging.html
    """
    request_id = context.get("requestId") or ""
    return request_id if REQUEST_ID.fullmatch(request_id) else "none"


def body_text(event: GatewayEvent) -> str:
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        import base64

        try:
            return base64.b64decode(body).decode("utf-8")
        except ValueError as error:
            raise InvalidRequest("The body is not UTF-8 text.", "body") from error
    return body


def answer_error(error: BoxOfficeError, request_id: str) -> Response:
    headers = {"Retry-After": str(error.retry_after_seconds)} if error.retry_after_seconds is not None else {}
    members = {name: shown(value) for name, value in error.members.items()}
    return problem_response(error.code, error.detail, request_id, headers, **members)


def shown(member: object) -> object:
    """A time as JSON shows it; anything else as it is."""
    if isinstance(member, Start):
        return iso_seconds(member)
    return iso_ms(member) if isinstance(member, Instant) else member


def problem_response(
    code: str, detail: str, request_id: str, headers: Mapping[str, str], **members: object
) -> Response:
    return Response(
        STATUS_OF_CODE[code],
        problem(code, detail, request_id, **members),
        status_word(code),
        {"Content-Type": "application/problem+json", "Cache-Control": "no-store", **headers},
    )


def headers_of(response: Response) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Status": response.status,
        "X-Content-Type-Options": "nosniff",
        **response.headers,
    }


def body_of(response: Response) -> str:
    if response.body is None:
        return ""
    if isinstance(response.body, str):
        return response.body
    return json_of(response.body)
