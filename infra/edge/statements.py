"""Statements of a web ACL's rules, under the names that the rules use."""

from collections.abc import Sequence
from typing import TypeAlias

from aws_cdk import aws_wafv2 as wafv2

Statement: TypeAlias = wafv2.CfnWebACL.StatementProperty
Field: TypeAlias = wafv2.CfnWebACL.FieldToMatchProperty
UNCHANGED = [wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")]
READS = ("GET", "HEAD", "OPTIONS")


def within(ip_set_arn: str) -> Statement:
    return Statement(ip_set_reference_statement={"arn": ip_set_arn})


def any_of(statements: Sequence[Statement]) -> Statement:
    return Statement(or_statement=wafv2.CfnWebACL.OrStatementProperty(statements=list(statements)))


def all_of(*statements: Statement) -> Statement:
    return Statement(and_statement=wafv2.CfnWebACL.AndStatementProperty(statements=list(statements)))


def otherwise(statement: Statement) -> Statement:
    return Statement(not_statement=wafv2.CfnWebACL.NotStatementProperty(statement=statement))


def method_is(method: str) -> Statement:
    return Statement(
        byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=Field(method={}),
            positional_constraint="EXACTLY",
            search_string=method,
            text_transformations=UNCHANGED,
        )
    )


def path_matches(regex: str) -> Statement:
    return _matches(Field(uri_path={}), regex)


def header_matches(name: str, regex: str) -> Statement:
    return _matches(Field(single_header={"Name": name}), regex)


def _matches(field: Field, regex: str) -> Statement:
    return Statement(
        regex_match_statement=wafv2.CfnWebACL.RegexMatchStatementProperty(
            field_to_match=field, regex_string=regex, text_transformations=UNCHANGED
        )
    )


def body_over(most_bytes: int) -> Statement:
    """A body that is longer than the firewall reads is also longer than `most_bytes`."""
    return Statement(
        size_constraint_statement=wafv2.CfnWebACL.SizeConstraintStatementProperty(
            comparison_operator="GT",
            field_to_match=Field(body=wafv2.CfnWebACL.BodyProperty(oversize_handling="MATCH")),
            size=most_bytes,
            text_transformations=UNCHANGED,
        )
    )


def more_than(a_minute: int, of_what: Statement) -> Statement:
    """From one address. The firewall counts an IPv6 address whole, not by its /64."""
    return Statement(
        rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
            aggregate_key_type="IP", limit=a_minute, evaluation_window_sec=60, scope_down_statement=of_what
        )
    )
