"""The id of this deployment: one row of user_info_tbl, written once by the first function that needs it.

The id is kept with the data: a stack that is made anew around its tables goes on under the same id, and two deployments
of one stage's name, each with tables of its own, have two ids.
"""

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.ports import Ids

ROW = {"user_id": "@deployment"}  # '@' is in no user's id
TAKEN = "ConditionalCheckFailedException"


class DynamoDBDeployment:
    """ports.payments.Deployment. Each environment reads the row once."""

    def __init__(self, client: AwsClient, table: str, ids: Ids) -> None:
        self._client = client
        self._table = table
        self._ids = ids
        self._known: str | None = None

    def known_id(self) -> str | None:
        if self._known is None:
            with translated("read the deployment's id"):
                item = self._client.get_item(TableName=self._table, Key=to_item(ROW), ConsistentRead=True).get("Item")
            self._known = from_item(item)["deployment_id"] if item else None
        return self._known

    def id(self) -> str:
        return self.known_id() or self._made()

    def _made(self) -> str:
        row = to_item({**ROW, "deployment_id": f"dep_{self._ids.token()}"})
        with translated("write the deployment's id"):
            try:
                self._client.put_item(
                    TableName=self._table, Item=row, ConditionExpression="attribute_not_exists(user_id)"
                )
            except ClientError as error:
                if error_code(error) != TAKEN:
                    raise
        made = self.known_id()
        assert made is not None, "the row was just written, here or by another environment"
        return made
