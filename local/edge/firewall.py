"""A WebACL's rules in their order: what is refused, with which answer. Rules that are not judged here are named."""

import base64
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

from local.edge.messages import Answer, Headers, Request
from local.edge.template import Template

Told = Mapping[str, Any]
WINDOW_SECONDS = 300
KNOWN = frozenset(
    "IPSetReferenceStatement RateBasedStatement SizeConstraintStatement ByteMatchStatement AndStatement OrStatement "
    "NotStatement".split()
)
FIELDS = frozenset({"Method", "UriPath", "QueryString", "Body", "SingleHeader"})
TRANSFORMATIONS = frozenset({"NONE", "LOWERCASE"})


def unknown_in(statement: Told) -> list[str]:
    """What a statement asks for that is not judged here; such a rule is left out whole."""
    (kind, told) = next(iter(statement.items()))
    if kind not in KNOWN:
        return [f"{told['Name']}" if kind == "ManagedRuleGroupStatement" else kind]
    inside = [*told.get("Statements", ()), *([told["Statement"]] if "Statement" in told else ())]
    inside += [told["ScopeDownStatement"]] if "ScopeDownStatement" in told else []
    found = [one for part in inside for one in unknown_in(part)]
    found += [name for name in told.get("FieldToMatch", {}) if name not in FIELDS]
    found += [one["Type"] for one in told.get("TextTransformations", ()) if one["Type"] not in TRANSFORMATIONS]
    if told.get("AggregateKeyType", "IP") != "IP":
        found.append(told["AggregateKeyType"])
    return found


def field_of(request: Request, told: Told) -> bytes:
    name = next(iter(told))
    if name == "Body":
        return request.body
    values = {"Method": request.method, "UriPath": request.path, "QueryString": request.query}
    if name == "SingleHeader":
        return (request.header(told[name]["Name"]) or "").encode("latin-1", "replace")
    return values[name].encode()


def prepared(request: Request, told: Told) -> bytes:
    value = field_of(request, told["FieldToMatch"])
    return value.lower() if any(one["Type"] == "LOWERCASE" for one in told["TextTransformations"]) else value


def size_matches(size: int, told: Told) -> bool:
    limit = int(told["Size"])
    return {
        "EQ": size == limit,
        "NE": size != limit,
        "LE": size <= limit,
        "LT": size < limit,
        "GE": size >= limit,
        "GT": size > limit,
    }[told["ComparisonOperator"]]


def bytes_match(value: bytes, told: Told) -> bool:
    encoded = told.get("SearchStringBase64")
    wanted = base64.b64decode(encoded) if encoded else str(told["SearchString"]).encode()
    constraint = told["PositionalConstraint"]
    if constraint == "EXACTLY":
        return value == wanted
    if constraint == "STARTS_WITH":
        return value.startswith(wanted)
    return value.endswith(wanted) if constraint == "ENDS_WITH" else wanted in value


@dataclass
class Firewall:
    rules: list[Told]  # those that are judged here, in order
    not_enforced: list[str]
    bodies: Told = field(default_factory=dict)
    sets: dict[str, list[str]] = field(default_factory=dict)
    allows_by_default: bool = True
    _seen: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def judge(self, request: Request, now: float) -> Answer | None:
        """The refusal, or None when the request may pass. `now`: seconds that only grow."""
        for rule in self.rules:
            if not self._matches(rule["Name"], rule["Statement"], request, now):
                continue
            if "Allow" in rule["Action"]:
                return None
            if "Block" in rule["Action"]:
                return refusal(rule["Action"]["Block"], self.bodies)
        return None if self.allows_by_default else refusal({}, self.bodies)

    def _matches(self, rule: str, statement: Told, request: Request, now: float) -> bool:
        kind, told = next(iter(statement.items()))
        if kind == "RateBasedStatement":
            return self._exceeds(rule, told, request, now)
        if kind == "IPSetReferenceStatement":
            return is_in(request.viewer.address, self.sets.get(told["Arn"], ()))
        if kind == "NotStatement":
            return not self._matches(rule, told["Statement"], request, now)
        if kind in ("AndStatement", "OrStatement"):
            parts = (self._matches(rule, one, request, now) for one in told["Statements"])
            return all(parts) if kind == "AndStatement" else any(parts)
        value = prepared(request, told)
        return size_matches(len(value), told) if kind == "SizeConstraintStatement" else bytes_match(value, told)

    def _exceeds(self, rule: str, told: Told, request: Request, now: float) -> bool:
        scope = told.get("ScopeDownStatement")
        if scope and not self._matches(rule, scope, request, now):
            return False
        seen = self._seen.setdefault((rule, request.viewer.address), deque())
        seen.append(now)
        while seen and seen[0] <= now - int(told.get("EvaluationWindowSec", WINDOW_SECONDS)):
            seen.popleft()
        return len(seen) > int(told["Limit"])


def is_in(address: str, networks: Iterable[str]) -> bool:
    return any(ip_address(address) in ip_network(one, strict=False) for one in networks)


def refusal(block: Told, bodies: Told) -> Answer:
    told = block.get("CustomResponse", {})
    body = bodies.get(told.get("CustomResponseBodyKey"), {"ContentType": "TEXT_PLAIN", "Content": ""})
    kinds = {"APPLICATION_JSON": "application/json", "TEXT_HTML": "text/html", "TEXT_PLAIN": "text/plain"}
    own: Headers = tuple((one["Name"], one["Value"]) for one in told.get("ResponseHeaders", ()))
    named = {name.lower() for name, _ in own}
    kind: Headers = () if "content-type" in named else (("Content-Type", kinds[body["ContentType"]]),)
    return Answer(int(told.get("ResponseCode", 403)), (*kind, *own), body["Content"].encode())


def read_firewall(template: Template) -> Firewall:
    """Raises TemplateError unless the template has exactly one WebACL."""
    _, told = template.one("AWS::WAFv2::WebACL")
    rules = sorted(told.get("Rules", ()), key=lambda rule: int(rule["Priority"]))
    unknown = [name for rule in rules for name in unknown_in(rule["Statement"])]
    sets = template.of_type("AWS::WAFv2::IPSet").items()
    return Firewall(
        rules=[rule for rule in rules if not unknown_in(rule["Statement"])],
        not_enforced=list(dict.fromkeys(unknown)),
        bodies=told.get("CustomResponseBodies", {}),
        sets={f"{name}.Arn": list(one.get("Addresses", ())) for name, one in sets},
        allows_by_default="Allow" in told["DefaultAction"],
    )
