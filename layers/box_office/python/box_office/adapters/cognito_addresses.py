"""Users' mail addresses, read from the user pool. Box Office keeps them nowhere else."""

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated

# The second is for a name that the pool can give to no user. It repeats the name, so it must not get into a log.
NO_SUCH_NAME = ("UserNotFoundException", "InvalidParameterException")


class CognitoAddresses:
    """ports.Addresses, ports.Users. A token's `sub` is the user's name in a pool that signs in by mail address. An
    address that was not verified may be a stranger's, who would get the user's receipt."""

    def __init__(self, client: AwsClient, user_pool_id: str) -> None:
        self._client = client
        self._user_pool_id = user_pool_id

    def of_user(self, user_id: str) -> str | None:
        return self._verified(user_id).get("email")

    def of_address(self, email: str) -> str | None:
        return self._verified(email).get("sub")

    def _verified(self, name: str) -> dict[str, str]:
        """What the pool says of a user by their name or their address; nothing of one it does not know, or whose
        address was not verified."""
        with translated("read an address"):
            try:
                user = self._client.admin_get_user(UserPoolId=self._user_pool_id, Username=name)
            except ClientError as error:
                if error_code(error) in NO_SUCH_NAME:
                    return {}
                raise
        attributes = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
        return attributes if attributes.get("email_verified") == "true" else {}
