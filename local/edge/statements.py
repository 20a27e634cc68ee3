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

Properties = Mapping[str, Any]
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


def unknown_in(statement: Properties) -> list[str]:
    """What a statement asks for that is not judged here; such a rule is left out whole."""
    kind, properties = next(iter(statement.items()))
    if kind not in KNOWN:
        return [str(properties["Name"]) if kind == "ManagedRuleGroupStatement" else kind]
    found = [one for part in inside(properties) for one in unknown_in(part)]
    found += [name for name in properties.get("FieldToMatch", {}) if name not in FIELDS]
    found += [one["Type"] for one in properties.get("TextTransformations", ()) if one["Type"] not in TRANSFORMATIONS]
    found += [one for one in [properties.get("PositionalConstraint", "EXACTLY")] if one not in POSITIONS]
    if properties.get("AggregateKeyType", "IP") != "IP":
        found.append(properties["AggregateKeyType"])
    return found


def inside(properties: Properties) -> list[Properties]:
    alone = [properties[name] for name in ("Statement", "ScopeDownStatement") if name in properties]
    return [*properties.get("Statements", ()), *alone]


def matcher(statement: Properties, sets: IpSets) -> Matches:
    """Of a statement in which nothing is unknown. Each rate keeps its own counts."""
    kind, properties = next(iter(statement.items()))
    parts = [matcher(one, sets) for one in inside(properties)]
    if kind == "RateBasedStatement":
        return exceeding(properties, parts)
    if kind == "IPSetReferenceStatement":
        return lambda judged: sets.has(properties["Arn"], judged.request.viewer.address)
    if kind == "NotStatement":
        return lambda judged: not parts[0](judged)
    if kind == "AndStatement":
        return lambda judged: all(one(judged) for one in parts)
    if kind == "OrStatement":
        return lambda judged: any(one(judged) for one in parts)
    if kind == "SizeConstraintStatement":
        return of_size(properties)
    return with_words(properties)


def exceeding(properties: Properties, scope: list[Matches]) -> Matches:
    rate = Rate(int(properties["Limit"]), int(properties.get("EvaluationWindowSec", WINDOW_SECONDS)))
    return lambda judged: all(one(judged) for one in scope) and rate.exceeds(judged.request.viewer.address, judged.now)


def of_size(properties: Properties) -> Matches:
    size, compare, read = int(properties["Size"]), COMPARED[properties["ComparisonOperator"]], field(properties)
    oversize = properties["FieldToMatch"].get("Body", {}).get("OversizeHandling", "CONTINUE")

    def matches(judged: Judged) -> bool:
        if judged.body_goes_on and oversize != "CONTINUE":
            return bool(oversize == "MATCH")
        return bool(compare(len(read(judged.request)), size))

    return (
        matches
        if "Body" in properties["FieldToMatch"]
        else lambda judged: bool(compare(len(read(judged.request)), size))
    )


def with_words(properties: Properties) -> Matches:
    read = field(properties)
    if "RegexString" in properties:
        pattern = re.compile(str(properties["RegexString"]).encode())
        return lambda judged: pattern.search(read(judged.request)) is not None
    encoded, fits = properties.get("SearchStringBase64"), POSITIONS[properties["PositionalConstraint"]]
    wanted = base64.b64decode(encoded) if encoded else str(properties["SearchString"]).encode()
    return lambda judged: fits(read(judged.request), wanted)


def field(properties: Properties) -> Callable[[Request], bytes]:
    """What of a request a statement looks at, prepared as it says."""
    name, members = next(iter(properties["FieldToMatch"].items()))
    readers: Mapping[str, Callable[[Request], bytes]] = {
        "Body": lambda request: request.body,
        "Method": lambda request: request.method.encode(),
        "UriPath": lambda request: request.path.encode(),
        "QueryString": lambda request: request.query.encode(),
        "SingleHeader": lambda request: (request.header(members["Name"]) or "").encode("latin-1", "replace"),
    }
    read = readers[name]
    lower = any(one["Type"] == "LOWERCASE" for one in properties["TextTransformations"])
    return (lambda request: read(request).lower()) if lower else read
