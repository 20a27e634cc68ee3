"""Whether the user pool asks a user for a code at every sign-in.

A pool cannot demand it of a group. But a factor that an account has activated is asked for at all its sign-ins, as the
pool remembers no devices. A session that began before goes on without: ports.CodeRecords says since when there is none.
Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SoftwareTokenMfaSettingsType.html
"""

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated

TOTP = "SOFTWARE_TOKEN_MFA"


class CognitoSecondFactors:
    """ports.SecondFactors."""

    def __init__(self, client: AwsClient, user_pool_id: str) -> None:
        self._client = client
        self._user_pool_id = user_pool_id

    def has_totp(self, user_id: str) -> bool:
        with translated("read a second factor"):
            user = self._client.admin_get_user(UserPoolId=self._user_pool_id, Username=user_id)
        return TOTP in user.get("UserMFASettingList", ())
