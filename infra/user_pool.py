"""The users who sign in: customers sign up themselves; `make staff` gives desk clerks, managers and gates their roles.

Two app clients: the roles of staff count in the tokens of the second one alone, which soon end.
"""

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.own_resource import own_resource
from infra.sign_in_function import SignInFunction

GROUPS = {
    "customer": "Buys seats",
    "desk": "Sells seats at a ticketing desk",
    "manager": "Refunds late, cancels, settles",
    "gate": "Checks tickets in",
}
THEATER = "theater_id"  # of a desk clerk, a gate, perhaps a manager: `custom:theater_id` in their tokens
ID_TOKEN_HOURS = 24  # tokens outlive an on-sale: sign-ins are the scarcest quota of all (120/s)
SHIFT_HOURS = 12  # so long a clerk's session is refreshed without another sign-in


class UserPool(Construct):
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        sender: str,
        strangers: bool,
        staff_token_hours: int,
        before_tokens: SignInFunction | None,
        retain: bool,
        removal_policy: cdk.RemovalPolicy,
    ) -> None:
        """`sender`: where mails of sign-up come from; empty: Cognito's own mailer, which sends about 50 a day.
        `strangers`: the users are customers, not engineers who try things out.
        `before_tokens`: Cognito calls it before it makes a token."""
        super().__init__(scope, id)
        self.pool = self._pool(name, retain, removal_policy)
        resource = own_resource(self.pool, cognito.CfnUserPool)
        resource.override_logical_id("Users")
        if sender:
            resource.email_configuration = mail_through_ses(cdk.Stack.of(self), sender)
        if before_tokens is not None:
            self._call_before_tokens(resource, before_tokens)
        for group, description in GROUPS.items():
            cognito.UserPoolGroup(
                self, group.capitalize(), user_pool=self.pool, group_name=group, description=description
            )
        # By password through an administrator's credentials: for a demo's users, for whom a command signs in.
        flows = cognito.AuthFlow(user_srp=True, admin_user_password=not strangers)
        self.client = page_client(self.pool, f"{name}-page", flows)
        self.staff_client = staff_client(self.pool, f"{name}-staff", flows, staff_token_hours)

    def _pool(self, name: str, retain: bool, removal_policy: cdk.RemovalPolicy) -> cognito.UserPool:
        return cognito.UserPool(
            self,
            "Users",
            user_pool_name=name,
            feature_plan=cognito.FeaturePlan.LITE,  # a third of the default plan's price, with all that is used
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            keep_original=cognito.KeepOriginalAttrs(email=True),  # until the new address has been verified
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.OPTIONAL,  # a code of an authenticator app, for accounts that have set one up
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            custom_attributes={THEATER: cognito.StringAttribute(mutable=True, max_len=64)},
            password_policy=cognito.PasswordPolicy(min_length=12),
            deletion_protection=retain,
            removal_policy=removal_policy,
        )

    def _call_before_tokens(self, resource: cognito.CfnUserPool, function: SignInFunction) -> None:
        # The first version of its event: the one that this plan has, and it has the groups.
        resource.lambda_config = cognito.CfnUserPool.LambdaConfigProperty(pre_token_generation=function.alias_arn)
        resource.add_resource_dependency(function.permission)
        function.let_look_up(self.pool.user_pool_arn)


def page_client(pool: cognito.UserPool, name: str, flows: cognito.AuthFlow) -> cognito.UserPoolClient:
    return client_of(
        pool,
        "Page",
        name=name,
        flows=flows,
        reads=may_read(),
        id_token=cdk.Duration.hours(ID_TOKEN_HOURS),
        access_token=cdk.Duration.hours(1),
        refresh_token=cdk.Duration.days(30),
    )


def staff_client(
    pool: cognito.UserPool, name: str, flows: cognito.AuthFlow, token_hours: int
) -> cognito.UserPoolClient:
    return client_of(
        pool,
        "Staff",
        name=name,
        flows=flows,
        reads=may_read().with_custom_attributes(THEATER),
        id_token=cdk.Duration.hours(token_hours),
        access_token=cdk.Duration.hours(1),
        refresh_token=cdk.Duration.hours(session_hours(token_hours)),
    )


def session_hours(staff_token_hours: int) -> int:
    """So long after its sign-in a session of the staff client can be refreshed."""
    return max(SHIFT_HOURS, staff_token_hours)


def may_read() -> cognito.ClientAttributes:
    """The attributes that every token has."""
    return cognito.ClientAttributes().with_standard_attributes(email=True, email_verified=True)


def client_of(
    pool: cognito.UserPool,
    id: str,
    *,
    name: str,
    flows: cognito.AuthFlow,
    reads: cognito.ClientAttributes,
    id_token: cdk.Duration,
    access_token: cdk.Duration,
    refresh_token: cdk.Duration,
) -> cognito.UserPoolClient:
    """`reads`: the attributes that the client's tokens have. Users may write their address alone: what the client may
    not write, no user can give themselves, not at sign-up either."""
    return pool.add_client(
        id,
        user_pool_client_name=name,
        auth_flows=flows,
        disable_o_auth=True,
        read_attributes=reads,
        write_attributes=cognito.ClientAttributes().with_standard_attributes(email=True),
        generate_secret=False,  # a page cannot keep one
        prevent_user_existence_errors=True,
        enable_token_revocation=True,  # a sign-out ends refreshing
        id_token_validity=id_token,
        access_token_validity=access_token,
        refresh_token_validity=refresh_token,
    )


def mail_through_ses(stack: cdk.Stack, sender: str) -> cognito.CfnUserPool.EmailConfigurationProperty:
    """The sender's domain is what SES has verified.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
    """
    domain = sender.rpartition("@")[2]
    return cognito.CfnUserPool.EmailConfigurationProperty(
        email_sending_account="DEVELOPER",
        from_=f"Box Office <{sender}>",
        source_arn=stack.format_arn(service="ses", resource="identity", resource_name=domain),
    )
