"""AWS's managed rule groups that the edge uses, and what each of their rules does.

A managed rule refuses with an answer of CloudFront's own unless its action is overridden, rule by rule: so every rule
is named here with the edge's answer. A rule that AWS adds later still refuses, with CloudFront's. Source of the names:
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html and
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ManagedGroup:
    name: str
    refuses: tuple[str, ...]
    counts: tuple[str, ...] = ()
    of_the_webhook: bool = False  # whether the provider's callbacks are judged too


REPUTATION = ManagedGroup(
    name="AWSManagedRulesAmazonIpReputationList",
    refuses=("AWSManagedIPReputationList", "AWSManagedReconnaissanceList"),
    counts=("AWSManagedIPDDoSList",),  # AWS's own action: such addresses are many people's too
    of_the_webhook=True,
)
KNOWN_BAD_INPUTS = ManagedGroup(
    name="AWSManagedRulesKnownBadInputsRuleSet",
    refuses=(
        "JavaDeserializationRCE_HEADER",
        "JavaDeserializationRCE_BODY",
        "JavaDeserializationRCE_URIPATH",
        "JavaDeserializationRCE_QUERYSTRING",
        "Host_localhost_HEADER",
        "PROPFIND_METHOD",
        "ExploitablePaths_URIPATH",
        "Log4JRCE_HEADER",
        "Log4JRCE_QUERYSTRING",
        "Log4JRCE_BODY",
        "Log4JRCE_URIPATH",
        "ReactJSRCE_BODY",
    ),
)
COMMON = ManagedGroup(
    name="AWSManagedRulesCommonRuleSet",
    refuses=(
        "UserAgent_BadBots_HEADER",
        "SizeRestrictions_QUERYSTRING",
        "SizeRestrictions_Cookie_HEADER",
        "SizeRestrictions_URIPATH",
        "EC2MetaDataSSRF_BODY",
        "EC2MetaDataSSRF_COOKIE",
        "EC2MetaDataSSRF_URIPATH",
        "EC2MetaDataSSRF_QUERYARGUMENTS",
        "GenericLFI_QUERYARGUMENTS",
        "GenericLFI_URIPATH",
        "RestrictedExtensions_URIPATH",
        "RestrictedExtensions_QUERYARGUMENTS",
        "GenericRFI_QUERYARGUMENTS",
        "GenericRFI_URIPATH",
        "CrossSiteScripting_COOKIE",
        "CrossSiteScripting_QUERYARGUMENTS",
        "CrossSiteScripting_BODY",
        "CrossSiteScripting_URIPATH",
    ),
    # A body's size has a rule of its own; partners' programs may name no user agent; a ticket's code, in Base45, may
    # have `../` in it, and no body names a file.
    counts=("SizeRestrictions_BODY", "NoUserAgent_HEADER", "GenericLFI_BODY", "GenericRFI_BODY"),
)
MANAGED_GROUPS = (REPUTATION, KNOWN_BAD_INPUTS, COMMON)
