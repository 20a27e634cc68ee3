"""The web ACL of the user pool, which the page talks to without the distribution: against floods of sign-ins and
sign-ups from one address. It sees neither names nor passwords.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html
"""

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from box_office.names import Names
from infra.edge.firewall import ANY_REQUEST, visible
from infra.edge.statements import more_than
from infra.stages import Stage


class UserPoolFirewall(Construct):
    def __init__(self, scope: Construct, id: str, *, stage: Stage, names: Names, user_pool_arn: str) -> None:
        super().__init__(scope, id)
        name = names.sign_in_firewall
        acl = wafv2.CfnWebACL(
            self,
            "Acl",
            name=name,
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            rules=[
                wafv2.CfnWebACL.RuleProperty(
                    name="sign-ins",
                    priority=0,
                    statement=more_than(stage.sign_ins_per_minute, ANY_REQUEST),
                    action=wafv2.CfnWebACL.RuleActionProperty(block={}),
                    visibility_config=visible("sign-ins"),
                )
            ]
            if stage.sign_ins_per_minute
            else [],
            visibility_config=visible(name),
        )
        wafv2.CfnWebACLAssociation(self, "Association", resource_arn=user_pool_arn, web_acl_arn=acl.attr_arn)
