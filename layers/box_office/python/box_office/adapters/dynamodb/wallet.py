"""user_info_tbl: the provider's references to a user and to their saved payment method, and what they know it by.

`payment_info` has `customer`, and while a method is saved `payment_method`, `brand`, `last4`, `expires`. A method or
customer that another request has saved meanwhile is not forgotten: the writes that forget one are conditional.
"""

from collections.abc import Mapping

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.ports.payments import SavedMethod

NAMES = {"#info": "payment_info", "#customer": "customer", "#method": "payment_method"}
SHOWN = ("brand", "last4", "expires")  # of the card, to its user
NO_CUSTOMER_YET = "attribute_not_exists(#info)"
STILL_THIS_CUSTOMER = "#info.#customer = :customer"
STILL_THIS_METHOD = f"{STILL_THIS_CUSTOMER} AND #info.#method = :method"


class DynamoDBWallet:
    """ports.payments.Wallet."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def saved(self, user_id: str) -> SavedMethod | None:
        info = self._info(user_id)
        if "payment_method" not in info:
            return None
        shown = {name: info.get(name) for name in SHOWN}
        return SavedMethod(info["customer"], info["payment_method"], **shown)

    def customer(self, user_id: str) -> str | None:
        return self._info(user_id).get("customer")

    def keep_customer(self, user_id: str, customer: str) -> str:
        if self._put(user_id, {"customer": customer}, NO_CUSTOMER_YET):
            return customer
        return self.customer(user_id) or customer

    def save(self, user_id: str, method: SavedMethod) -> None:
        shown = {name: value for name in SHOWN if (value := getattr(method, name)) is not None}
        self._put(user_id, {"customer": method.customer, "payment_method": method.payment_method, **shown})

    def forget(self, user_id: str, method: SavedMethod) -> None:
        expected = {":customer": method.customer, ":method": method.payment_method}
        self._put(user_id, {"customer": method.customer}, STILL_THIS_METHOD, expected)

    def forget_customer(self, user_id: str, customer: str) -> None:
        self._put(user_id, None, STILL_THIS_CUSTOMER, {":customer": customer})

    def _info(self, user_id: str) -> Mapping[str, str]:
        with translated("read the saved payment method"):
            key = to_item({"user_id": user_id})
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return (from_item(item).get("payment_info") or {}) if item else {}

    def _put(
        self,
        user_id: str,
        info: Mapping[str, str] | None,
        condition: str | None = None,
        expected: Mapping[str, str] | None = None,
    ) -> bool:
        """False: the condition did not hold, and nothing is changed."""
        row = {"user_id": user_id} | ({"payment_info": info} if info else {})
        conditions: dict[str, object] = {}
        if condition is not None:
            names = {name: word for name, word in NAMES.items() if name in condition}
            conditions = {"ConditionExpression": condition, "ExpressionAttributeNames": names}
        if expected:
            conditions["ExpressionAttributeValues"] = to_item(expected)
        with translated("change the saved payment method"):
            try:
                self._client.put_item(TableName=self._table, Item=to_item(row), **conditions)
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True
