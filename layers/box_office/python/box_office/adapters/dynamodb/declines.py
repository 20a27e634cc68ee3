"""How often a user's cards were declined in an hour: rows of user_info_tbl, beside those of the wallet.

A row has `hour` (hours since 1970) and `declines`, how many were counted in it; the next hour's first replaces both.
"""

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.names import DECLINES_KEY

HOUR_MS = 3_600_000
ONE_MORE = ("SET declines = declines + :one", "#hour = :hour")
FIRST = ("SET #hour = :hour, declines = :one", "attribute_not_exists(#hour) OR #hour < :hour")


class DynamoDBDeclines:
    """ports.Declines."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def of_hour(self, user_id: str, now: int) -> int:
        with translated("read how many cards were declined"):
            answer = self._client.get_item(TableName=self._table, Key=to_item({"user_id": DECLINES_KEY + user_id}))
        row = from_item(answer["Item"]) if "Item" in answer else {}
        return int(row["declines"]) if row.get("hour") == now // HOUR_MS else 0

    def count(self, user_id: str, now: int) -> None:
        for update, condition in (ONE_MORE, FIRST, ONE_MORE):  # the last: another worker counted the hour's first
            if self._updated(user_id, now // HOUR_MS, update, condition):
                return

    def _updated(self, user_id: str, hour: int, update: str, condition: str) -> bool:
        with translated("count a declined card"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item({"user_id": DECLINES_KEY + user_id}),
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#hour": "hour"},
                    ExpressionAttributeValues=to_item({":hour": hour, ":one": 1}),
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True
