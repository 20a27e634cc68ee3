"""Statements of a web ACL's rules as functions, made once from the template: whether a request matches."""

import base64
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.edge.ip_sets import IpSets
from local.edge.messages import Request
from local.edge.rates import Rate

Told = Mapping[str, Any]
WINDOW_SECONDS = 300
KNOWN = frozenset(
    "IPSetReferenceStatement RateBasedStatement SizeConstraintStatement ByteMatchStatement RegexMatchStatement "
    "AndStatement OrStatement NotStatement".split()
)
FIELDS = frozenset({"Method", "UriPath", "QueryString", "Body", "SingleHeader"})
TRANSFORMATIONS = frozenset({"NONE", "LOWERCASE"})
COMPARED = {
    "EQ": operator.eq,
    "NE": operator.ne,
    "LE": operator.le,
    "LT": operator.lt,
    "GE": operator.ge,
    "GT": operator.gt,
}
POSITIONS: Mapping[str, Callable[[bytes, bytes], bool]] = {
    "EXACTLY": operator.eq,
    "STARTS_WITH": bytes.startswith,
    "ENDS_WITH": bytes.endswith,
    "CONTAINS": operator.contains,
}


@dataclass(frozen=True)
class Judged:
    """`request.body` is what the firewall reads of the body; `body_goes_on`: there is more of it."""

    request: Request
    body_goes_on: bool
    now: float


Matches = Callable[[Judged], bool]


def unknown_in(statement: Told) -> list[str]:
    """What a statement asks for that is not judged here; such a rule is left out whole."""
    kind, told = next(iter(statement.items()))
    if kind not in KNOWN:
        return [str(told["Name"]) if kind == "ManagedRuleGroupStatement" else kind]
    found = [one for part in inside(told) for one in unknown_in(part)]
    found += [name for name in told.get("FieldToMatch", {}) if name not in FIELDS]
    found += [one["Type"] for one in told.get("TextTransformations", ()) if one["Type"] not in TRANSFORMATIONS]
    found += [one for one in [told.get("PositionalConstraint", "EXACTLY")] if one not in POSITIONS]
    if told.get("AggregateKeyType", "IP") != "IP":
        found.append(told["AggregateKeyType"])
    return found


def inside(told: Told) -> list[Told]:
    alone = [told[name] for name in ("Statement", "ScopeDownStatement") if name in told]
    return [*told.get("Statements", ()), *alone]


def matcher(statement: Told, sets: IpSets) -> Matches:
    """Of a statement in which nothing is unknown. Each rate keeps its own counts."""
    kind, told = next(iter(statement.items()))
    parts = [matcher(one, sets) for one in inside(told)]
    if kind == "RateBasedStatement":
        return exceeding(told, parts)
    if kind == "IPSetReferenceStatement":
        return lambda judged: sets.has(told["Arn"], judged.request.viewer.address)
    if kind == "NotStatement":
        return lambda judged: not parts[0](judged)
    if kind == "AndStatement":
        return lambda judged: all(one(judged) for one in parts)
    if kind == "OrStatement":
        return lambda judged: any(one(judged) for one in parts)
    if kind == "SizeConstraintStatement":
        return of_size(told)
    return with_words(told)


def exceeding(told: Told, scope: list[Matches]) -> Matches:
    rate = Rate(int(told["Limit"]), int(told.get("EvaluationWindowSec", WINDOW_SECONDS)))
    return lambda judged: all(one(judged) for one in scope) and rate.exceeds(judged.request.viewer.address, judged.now)


def of_size(told: Told) -> Matches:
    size, compare, read = int(told["Size"]), COMPARED[told["ComparisonOperator"]], field(told)
    oversize = told["FieldToMatch"].get("Body", {}).get("OversizeHandling", "CONTINUE")

    def matches(judged: Judged) -> bool:
        if judged.body_goes_on and oversize != "CONTINUE":
            return bool(oversize == "MATCH")
        return bool(compare(len(read(judged.request)), size))

    return matches if "Body" in told["FieldToMatch"] else lambda judged: bool(compare(len(read(judged.request)), size))


def with_words(told: Told) -> Matches:
    read = field(told)
    if "RegexString" in told:
        pattern = re.compile(str(told["RegexString"]).encode())
        return lambda judged: pattern.search(read(judged.request)) is not None
    encoded, fits = told.get("SearchStringBase64"), POSITIONS[told["PositionalConstraint"]]
    wanted = base64.b64decode(encoded) if encoded else str(told["SearchString"]).encode()
    return lambda judged: fits(read(judged.request), wanted)


def field(told: Told) -> Callable[[Request], bytes]:
    """What of a request a statement looks at, prepared as it says."""
    name, members = next(iter(told["FieldToMatch"].items()))
    readers: Mapping[str, Callable[[Request], bytes]] = {
        "Body": lambda request: request.body,
        "Method": lambda request: request.method.encode(),
        "UriPath": lambda request: request.path.encode(),
        "QueryString": lambda request: request.query.encode(),
        "SingleHeader": lambda request: (request.header(members["Name"]) or "").encode("latin-1", "replace"),
    }
    read = readers[name]
    lower = any(one["Type"] == "LOWERCASE" for one in told["TextTransformations"])
    return (lambda request: read(request).lower()) if lower else read
