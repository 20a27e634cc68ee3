"""Users' mail addresses, read from the user pool. Box Office keeps them nowhere else."""

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated


class CognitoAddresses:
    """ports.Addresses. A token's `sub` is the user's name in a pool that signs in by mail address. An address
    that was not verified may be a stranger's, who would get the user's receipt."""

    def __init__(self, client: AwsClient, user_pool_id: str) -> None:
        self._client = client
        self._user_pool_id = user_pool_id

    def of_user(self, user_id: str) -> str | None:
        with translated("read an address"):
            try:
                user = self._client.admin_get_user(UserPoolId=self._user_pool_id, Username=user_id)
            except ClientError as error:
                if error_code(error) == "UserNotFoundException":
                    return None
                raise
        attributes = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
        return attributes.get("email") if attributes.get("email_verified") == "true" else None
