"""The edge's web ACL: whom it lets in, whom it refuses and with which answer, in the order of docs/design.md, section
15."""

import itertools
from collections.abc import Iterator

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from box_office.http_api.problems import STATUS_OF_CODE
from box_office.names import Names
from infra.edge.managed_rules import MANAGED_GROUPS, ManagedGroup
from infra.edge.provider import SIGNATURE_HEADER
from infra.edge.refusals import (
    BLOCKED,
    NOT_A_CALLBACK,
    OF_THE_FIREWALL,
    TOO_LARGE,
    TOO_MANY,
    Refusal,
    headers_of,
)
from infra.edge.statements import (
    READS,
    Statement,
    all_of,
    any_of,
    body_over,
    header_matches,
    method_is,
    more_than,
    otherwise,
    path_matches,
    within,
)
from infra.lambda_function import retention_of
from infra.removal import removal_policy
from infra.stages import Stage

VERSIONS = ("IPV4", "IPV6")  # an IP set holds addresses of one version
# Of the webhook alone, and of nothing that only begins like it.
WEBHOOK = path_matches("^/PaymentWebhook/api/v0/?$")
BODY_BYTES_MAX = 8_192  # as the functions refuse themselves (tests/infra/test_edge.py holds both together)
# The firewall reads at most 64 kB of a body: longer ones it knows by their Content-Length. One that does not tell its
# length, or lies, is refused by the function, which counts its bytes.
CALLBACK_BYTES_MAX = 262_144
OVER_CALLBACK_BYTES_MAX = (
    "^(26214[5-9]|2621[5-9][0-9]|262[2-9][0-9]{2}|26[3-9][0-9]{3}|2[7-9][0-9]{4}|[3-9][0-9]{5}|[0-9]{7,})$"
)
# Headers that no log may hold.
SECRET_HEADERS = ("authorizationtoken", SIGNATURE_HEADER.lower(), "authorization", "cookie")
ANY_REQUEST = path_matches("^/")


class Firewall(Construct):
    """`acl`: to be set at the distribution. `blocked`: its IP sets of blocked addresses."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage, names: Names) -> None:
        super().__init__(scope, id)
        self._stage, self._names = stage, names
        self.allowed = [self._ip_set(f"allowed-{version}", version, stage.allowed_in(version)) for version in VERSIONS]
        # carry_blocks_to_edge fills them, and finds them by their names (Names.blocked_addresses).
        self.blocked = [self._ip_set(f"blocked-{version}", version, []) for version in VERSIONS]
        self.acl = wafv2.CfnWebACL(
            self,
            "Acl",
            name=names.firewall,
            scope="CLOUDFRONT",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            custom_response_bodies=custom_bodies(),
            rules=self._rules(),
            visibility_config=visible(names.firewall),
        )
        self._write_log()

    def _rules(self) -> list[wafv2.CfnWebACL.RuleProperty]:
        priorities = itertools.count()
        return [make(next(priorities)) for make in self._in_order()]

    def _in_order(self) -> Iterator["RuleOf"]:
        yield allowing("allow-list", any_of([within(one.attr_arn) for one in self.allowed]))
        yield refusing("block-list", any_of([within(one.attr_arn) for one in self.blocked]), BLOCKED)
        not_the_webhook, stage = otherwise(WEBHOOK), self._stage
        writing = all_of(not_the_webhook, otherwise(any_of([method_is(method) for method in READS])))
        if stage.edge_writes_per_minute:
            yield refusing("writes", more_than(stage.edge_writes_per_minute, writing), TOO_MANY)
        if stage.edge_requests_per_minute:
            yield refusing("requests", more_than(stage.edge_requests_per_minute, not_the_webhook), TOO_MANY)
        yield refusing("webhook-method", all_of(WEBHOOK, otherwise(method_is("POST"))), NOT_A_CALLBACK)
        if stage.edge_callbacks_per_minute:
            yield refusing("webhook-rate", more_than(stage.edge_callbacks_per_minute, WEBHOOK), TOO_MANY)
        too_long = header_matches("content-length", OVER_CALLBACK_BYTES_MAX)
        yield refusing("webhook-size", all_of(WEBHOOK, too_long), TOO_LARGE)
        yield refusing("body-size", all_of(not_the_webhook, body_over(BODY_BYTES_MAX)), TOO_LARGE)
        for group in MANAGED_GROUPS:
            yield judging(group, None if group.of_the_webhook else not_the_webhook)

    def _ip_set(self, what: str, version: str, addresses: list[str]) -> wafv2.CfnIPSet:
        return wafv2.CfnIPSet(
            self,
            what,
            name=f"{self._names.firewall}-{what.lower()}",
            scope="CLOUDFRONT",
            ip_address_version=version,
            addresses=addresses,
        )

    def _write_log(self) -> None:
        """Of what is refused or counted. AWS wants the log group's name to begin with `aws-waf-logs-`, and its ARN
        without the `:*` that CloudFormation ends it with."""
        name = f"aws-waf-logs-{self._names.firewall}"
        group = logs.LogGroup(
            self,
            "Log",
            log_group_name=name,
            retention=retention_of(self._stage),
            removal_policy=removal_policy(self._stage),
        )
        logging = wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            log_destination_configs=[
                cdk.Stack.of(self).format_arn(
                    service="logs",
                    resource="log-group",
                    resource_name=name,
                    arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
            redacted_fields=[
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": name})
                for name in SECRET_HEADERS
            ]
            + [wafv2.CfnLoggingConfiguration.FieldToMatchProperty(query_string={})],
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [
                    {
                        "Behavior": "KEEP",
                        "Requirement": "MEETS_ANY",
                        "Conditions": [{"ActionCondition": {"Action": action}} for action in ("BLOCK", "COUNT")],
                    }
                ],
            },
        )
        logging.node.add_dependency(group)


class RuleOf:
    """A rule but for its priority, which is its place."""

    def __init__(self, name: str, statement: Statement, **action: object) -> None:
        self._members = {"name": name, "statement": statement, "visibility_config": visible(name), **action}

    def __call__(self, priority: int) -> wafv2.CfnWebACL.RuleProperty:
        return wafv2.CfnWebACL.RuleProperty(priority=priority, **self._members)


def allowing(name: str, statement: Statement) -> RuleOf:
    return RuleOf(name, statement, action=wafv2.CfnWebACL.RuleActionProperty(allow={}))


def refusing(name: str, statement: Statement, refusal: Refusal) -> RuleOf:
    return RuleOf(name, statement, action=wafv2.CfnWebACL.RuleActionProperty(block=block_with(refusal)))


def judging(group: ManagedGroup, of_what: Statement | None) -> RuleOf:
    refuse = wafv2.CfnWebACL.RuleActionProperty(block=block_with(BLOCKED))
    actions = dict.fromkeys(group.refuses, refuse) | dict.fromkeys(
        group.counts, wafv2.CfnWebACL.RuleActionProperty(count={})
    )
    statement = Statement(
        managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
            vendor_name="AWS",
            name=group.name,
            scope_down_statement=of_what,
            rule_action_overrides=[
                wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=action)
                for rule, action in actions.items()
            ],
        )
    )
    return RuleOf(group.name, statement, override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}))


def visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )


def custom_bodies() -> dict[str, wafv2.CfnWebACL.CustomResponseBodyProperty]:
    return {
        refusal.code: wafv2.CfnWebACL.CustomResponseBodyProperty(content_type="APPLICATION_JSON", content=refusal.body)
        for refusal in OF_THE_FIREWALL
    }


def block_with(refusal: Refusal) -> wafv2.CfnWebACL.BlockActionProperty:
    headers = headers_of(refusal)
    return wafv2.CfnWebACL.BlockActionProperty(
        custom_response=wafv2.CfnWebACL.CustomResponseProperty(
            response_code=STATUS_OF_CODE[refusal.code],
            custom_response_body_key=refusal.code,
            response_headers=[
                wafv2.CfnWebACL.CustomHTTPHeaderProperty(name=name, value=value) for name, value in headers.items()
            ],
        )
    )
