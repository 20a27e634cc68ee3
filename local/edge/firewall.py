"""A WebACL's rules in their order: what is refused, with which answer. Rules that are not judged here are named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.edge.ip_sets import IpSets
from local.edge.messages import Answer, Headers, Request
from local.edge.statements import Judged, Matches, matcher, unknown_in
from local.edge.template import Template

Properties = Mapping[str, Any]
INSPECTED_BYTES = 16_384  # of a body, as WAF does before CloudFront unless the ACL asks for more
KINDS = {"APPLICATION_JSON": "application/json", "TEXT_HTML": "text/html", "TEXT_PLAIN": "text/plain"}


@dataclass(frozen=True)
class Rule:
    name: str
    matches: Matches
    lets_in: bool
    refusal: Answer | None  # None with `lets_in` False: the rule only counts
    is_rate: bool


@dataclass(frozen=True)
class Firewall:
    rules: Sequence[Rule]  # those that are judged here, in order
    not_enforced: Sequence[str]
    sets: IpSets
    otherwise: Answer | None  # when no rule decides; None: the request may pass

    @property
    def has_rates(self) -> bool:
        return any(rule.is_rate for rule in self.rules)

    def judge(self, request: Request, now: float, body_goes_on: bool = False) -> Answer | None:
        """The refusal, or None when the request may pass. `now`: seconds that only grow. `body_goes_on`: the body is
        longer than `request` has it."""
        judged = Judged(request, body_goes_on, now)
        for rule in self.rules:
            if (rule.lets_in or rule.refusal) and rule.matches(judged):
                return rule.refusal
        return self.otherwise


def refusal(block: Properties, bodies: Properties) -> Answer:
    properties = block.get("CustomResponse", {})
    body = bodies.get(properties.get("CustomResponseBodyKey"), {"ContentType": "TEXT_PLAIN", "Content": ""})
    own: Headers = tuple((one["Name"], one["Value"]) for one in properties.get("ResponseHeaders", ()))
    named = {name.lower() for name, _ in own}
    kind: Headers = () if "content-type" in named else (("Content-Type", KINDS[body["ContentType"]]),)
    return Answer(int(properties.get("ResponseCode", 403)), (*kind, *own), body["Content"].encode())


def read_firewall(template: Template) -> Firewall:
    """Raises TemplateError unless the template has exactly one WebACL."""
    _, properties = template.one("AWS::WAFv2::WebACL")
    in_order = sorted(properties.get("Rules", ()), key=lambda rule: int(rule["Priority"]))
    unknown = [name for rule in in_order for name in unknown_in(rule["Statement"])]
    sets, bodies = read_ip_sets(template), properties.get("CustomResponseBodies", {})
    return Firewall(
        rules=[read_rule(rule, sets, bodies) for rule in in_order if not unknown_in(rule["Statement"])],
        not_enforced=list(dict.fromkeys(unknown)),
        sets=sets,
        otherwise=None if "Allow" in properties["DefaultAction"] else refusal({}, bodies),
    )


def read_rule(properties: Properties, sets: IpSets, bodies: Properties) -> Rule:
    action = properties["Action"]
    return Rule(
        name=properties["Name"],
        matches=matcher(properties["Statement"], sets),
        lets_in="Allow" in action,
        refusal=refusal(action["Block"], bodies) if "Block" in action else None,
        is_rate="RateBasedStatement" in properties["Statement"],
    )


def read_ip_sets(template: Template) -> IpSets:
    found = template.of_type("AWS::WAFv2::IPSet")
    return IpSets(
        {f"{name}.Arn": one.get("Addresses", ()) for name, one in found.items()},
        {f"{name}.Arn": one["Name"] for name, one in found.items() if "Name" in one},
    )
