"""Who signs in: customers by themselves, desk clerks, managers and the gate through an administrator."""

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

GROUPS = {
    "customer": "Buys seats",
    "desk": "Sells seats at a ticketing desk",
    "manager": "Refunds late, cancels, settles",
    "gate": "Checks tickets in",
}
ID_TOKEN_HOURS = 24  # tokens outlive an on-sale: sign-ins are the scarcest quota of all (120/s)


class People(Construct):
    def __init__(
        self, scope: Construct, id: str, *, name: str, retain: bool, removal_policy: cdk.RemovalPolicy
    ) -> None:
        super().__init__(scope, id)
        self.pool = cognito.UserPool(
            self,
            "Users",
            user_pool_name=name,
            feature_plan=cognito.FeaturePlan.LITE,  # a third of the default plan's price, and all that we use
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(min_length=12),
            deletion_protection=retain,
            removal_policy=removal_policy,
        )
        self.pool.node.default_child.override_logical_id("Users")
        for group, description in GROUPS.items():
            cognito.UserPoolGroup(
                self, group.capitalize(), user_pool=self.pool, group_name=group, description=description
            )
        self.client = self.pool.add_client(
            "Page",
            user_pool_client_name=f"{name}-page",
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True),
            disable_o_auth=True,
            generate_secret=False,  # a page cannot keep one
            prevent_user_existence_errors=True,
            id_token_validity=cdk.Duration.hours(ID_TOKEN_HOURS),
            access_token_validity=cdk.Duration.hours(1),
            refresh_token_validity=cdk.Duration.days(30),
        )
