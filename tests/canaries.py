"""A token, an address and a card's number that are like no others, put into every place of a request that a client can
fill; and where they are found again."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from box_office.http_api.bodies import Body, ExtendBody, HoldBody, ReleaseBody
from box_office.http_api.bodies.payments import PaymentInfo, RefundBody, SubmitBody
from box_office.http_api.bodies.staff import CheckInBody, FindBody, UndoBody
from tests.access_matrix import Access, filled

MARK = "canary5e8f2b"
TOKEN = f"eyJraWQiOiJ{MARK}.{'eyJzdWIiOiI' * 90}.{MARK}"  # as long as Cognito's
EMAIL = f"{MARK}@example.com"
GROUPS = ("5105", "1051", "0510", "5100")  # put together at run time: no scanner finds a card's number here
CARD = "".join(GROUPS)
PAYS = f"pm_{MARK}"  # what the provider takes for a card
# A line of a log that no function wrote, and what clears a terminal.
FORGED = f'\n{{"level":"ERROR","message":"forged-{MARK}"}}\r\n\x1b[2J'

PATTERNS = {
    "token": re.compile(rf"eyJraWQiOiJ{MARK}|\.{MARK}"),
    "email": re.compile(re.escape(EMAIL), re.IGNORECASE),
    "card": re.compile(r"[^0-9A-Za-z]{0,3}".join(GROUPS)),
    "payment token": re.compile(PAYS),
    "forged line": re.compile(f"forged-{MARK}"),
}
BODIES: Mapping[str, type[Body]] = {
    "hold_seat": HoldBody,
    "extend_hold": ExtendBody,
    "release_seat": ReleaseBody,
    "submit_payment": SubmitBody,
    "refund_booking": RefundBody,
    "check_in_ticket": CheckInBody,
    "undo_check_in": UndoBody,
    "find_order": FindBody,
}
HEADERS = (
    "AuthorizationToken Authorization Cookie Idempotency-Key If-None-Match Content-Type User-Agent Referer Accept "
    "X-Forwarded-For CloudFront-Viewer-Address Stripe-Signature X-Amzn-Trace-Id x-api-key X-Canary"
).split()


@dataclass(frozen=True)
class Sent:
    """`body`: an object, or a text as it is."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


def found_in(text: str) -> set[str]:
    return {name for name, pattern in PATTERNS.items() if pattern.search(text)}


def with_canaries(row: Access, facts: Mapping[str, str]) -> Iterator[Sent]:
    """The row's request once for each place and canary; all else in it is as it should be."""
    path, query, headers = (filled(one, facts) for one in (row.path, row.query, row.headers))
    body = filled(row.body, facts) if row.body is not None else None
    for canary in (TOKEN, EMAIL, CARD, PAYS, FORGED):
        for name in path:
            yield Sent({**path, name: canary}, query, body, headers)
        for name in (*query, "limit", "cursor", "date", "since", "event_id", "order_id", "canary"):
            yield Sent(path, {**query, name: canary}, body, headers)
        for name in HEADERS:
            yield Sent(path, query, body, {**headers, name: canary})
        for filled_body in bodies(row.verb, body or {}, canary):
            yield Sent(path, query, filled_body, headers)


def bodies(verb: str, body: Mapping[str, Any], canary: str) -> Iterator[Any]:
    yield canary
    yield [canary]
    yield {**body, canary: 1}
    members = BODIES[verb].model_fields if verb in BODIES else {}
    for name in (*members, *body, "canary"):
        yield {**body, name: canary}
    for value in ([canary], {"canary": canary}, f"a {canary} in a text", " ".join(GROUPS)):
        yield from ({**body, name: value} for name in members)
    if verb == "submit_payment":
        for name in (*PaymentInfo.model_fields, "canary"):
            yield {**body, "paymentInfo": {**body["paymentInfo"], name: canary}}
        for kind in ("saved", "cash", "external"):
            yield {**body, "paymentInfo": {"type": kind, "reference": canary, "tendered": 500}}


def places(row: Any, name: str = "", of: str = "") -> Iterator[tuple[str, str]]:
    """(member, canary) for each canary in a table's row; `name`: the member that holds the value, at any depth."""
    if isinstance(row, Mapping):
        for member, value in row.items():
            yield from places(value, str(member), of)
            yield from ((f"the name {name}", one) for one in found_in(str(member)))
    elif isinstance(row, list | tuple):
        for value in row:
            yield from places(value, name, of)
    else:
        yield from ((name, one) for one in found_in(str(row)))
