"""Users' mail addresses, read where they sign in. They are kept nowhere else."""

from typing import Any

from botocore.exceptions import ClientError

from box_office.adapters.dynamodb_errors import error_code, translated


class CognitoAddresses:
    """ports.Addresses. A token's `sub` is the user's name in a pool that signs in by mail address."""

    def __init__(self, client: Any, user_pool_id: str) -> None:
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
        return next((one["Value"] for one in user["UserAttributes"] if one["Name"] == "email"), None)
