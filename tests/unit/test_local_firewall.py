"""A WebACL's rules, as the local edge judges them: in order, by address, rate, size and words."""

from local.edge.firewall import read_firewall
from local.edge.messages import Request, Viewer
from local.edge.template import Template

PLAIN = [{"Type": "NONE", "Priority": 0}]
WEBHOOK = {
    "ByteMatchStatement": {
        "SearchString": "/PaymentWebhook/",
        "PositionalConstraint": "STARTS_WITH",
        "FieldToMatch": {"UriPath": {}},
        "TextTransformations": PLAIN,
    }
}
LONG = {
    "SizeConstraintStatement": {
        "FieldToMatch": {"Body": {"OversizeHandling": "MATCH"}},
        "ComparisonOperator": "GT",
        "Size": 10,
        "TextTransformations": PLAIN,
    }
}


def rule(priority, name, statement, action):
    return {"Priority": priority, "Name": name, "Statement": statement, "Action": action}


def block(status, *headers):
    return {
        "Block": {
            "CustomResponse": {
                "ResponseCode": status,
                "CustomResponseBodyKey": "no",
                "ResponseHeaders": [{"Name": name, "Value": value} for name, value in headers],
            }
        }
    }


def firewall():
    both = {"AndStatement": {"Statements": [LONG, {"NotStatement": {"Statement": WEBHOOK}}]}}
    rate = {"Limit": 2, "EvaluationWindowSec": 60, "AggregateKeyType": "IP"}
    scoped = {"RateBasedStatement": {**rate, "ScopeDownStatement": {"NotStatement": {"Statement": WEBHOOK}}}}
    managed = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    blocked = {"IPSetReferenceStatement": {"Arn": {"Fn::GetAtt": ["Blocked", "Arn"]}}}
    acl = {
        "DefaultAction": {"Allow": {}},
        "CustomResponseBodies": {"no": {"ContentType": "APPLICATION_JSON", "Content": "{}"}},
        "Rules": [
            {"Priority": 9, "Name": "common", "Statement": managed, "OverrideAction": {"None": {}}},
            rule(3, "size", both, block(413)),
            rule(2, "rate", scoped, block(429, ("Retry-After", "60"))),
            rule(1, "block-list", blocked, block(403)),
        ],
    }
    return read_firewall(
        Template(
            {
                "Resources": {
                    "Acl": {"Type": "AWS::WAFv2::WebACL", "Properties": acl},
                    "Blocked": {
                        "Type": "AWS::WAFv2::IPSet",
                        "Properties": {"Addresses": ["10.1.0.0/16", "2001:db8::/64"]},
                    },
                }
            }
        )
    )


def ask(wall, address="192.0.2.1", path="/HoldSeat/api/v0/m", body=b"", now=0.0):
    answer = wall.judge(Request("POST", path, "", (), body, Viewer(address, 1)), now)
    return answer.status if answer else None


def test_addresses_of_a_set_are_refused_and_others_pass():
    wall = firewall()
    assert [ask(wall, one) for one in ("10.1.2.3", "2001:db8::5", "10.2.0.1")] == [403, 403, None]


def test_a_rate_is_each_address_s_own_and_its_window_slides():
    wall = firewall()
    assert [ask(wall, now=one) for one in (0, 1, 2)] == [None, None, 429]
    assert ask(wall, "192.0.2.2", now=2) is None
    assert ask(wall, now=62) is None


def test_what_a_scope_leaves_out_is_neither_counted_nor_measured():
    wall = firewall()
    assert [ask(wall, path="/PaymentWebhook/api/v0/", body=b"x" * 99) for _ in range(5)] == [None] * 5
    assert ask(wall, body=b"x" * 11) == 413


def test_a_refusal_has_the_template_s_headers_and_body():
    wall = firewall()
    answers = [wall.judge(Request("GET", "/", "", (), b"", Viewer("192.0.2.1", 1)), 0.0) for _ in range(3)]
    assert answers[2].header("Retry-After") == "60"
    assert (answers[2].header("Content-Type"), answers[2].body) == ("application/json", b"{}")


def test_a_rule_that_is_not_judged_here_is_named():
    assert firewall().not_enforced == ["AWSManagedRulesCommonRuleSet"]
