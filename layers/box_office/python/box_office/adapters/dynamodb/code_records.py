"""Since when a user's sign-ins ask for a code: rows of user_info_tbl, beside those of the wallet.

The function that Cognito calls may reach these rows alone: infra/sign_in_function.py names their prefix.
"""

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated
from box_office.adapters.dynamodb.values import Item, from_item, to_item
from box_office.names import CODES_SINCE_KEY


class DynamoDBCodeRecords:
    """ports.CodeRecords."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def since(self, user_id: str) -> int | None:
        with translated("read since when sign-ins ask for a code"):
            answer = self._client.get_item(TableName=self._table, Key=key_of(user_id), ConsistentRead=True)
        return int(from_item(answer["Item"])["codes_since"]) if "Item" in answer else None

    def record(self, user_id: str, now: int) -> None:
        row = key_of(user_id) | to_item({"codes_since": now})
        with translated("record a sign-in with a code"):
            try:
                self._client.put_item(
                    TableName=self._table, Item=row, ConditionExpression="attribute_not_exists(user_id)"
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise

    def forget(self, user_id: str) -> None:
        with translated("record a sign-in without a code"):
            self._client.delete_item(TableName=self._table, Key=key_of(user_id))


def key_of(user_id: str) -> Item:
    return to_item({"user_id": CODES_SINCE_KEY + user_id})
