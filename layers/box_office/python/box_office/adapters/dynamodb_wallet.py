"""user_info_tbl: the provider's references to what a user pays with, and nothing else of it."""

from typing import Any

from box_office.adapters.dynamodb_errors import translated
from box_office.adapters.dynamodb_values import from_item, to_item
from box_office.ports import SavedMethod


class DynamoDBWallet:
    """ports.Wallet."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def saved(self, user_id: str) -> SavedMethod | None:
        with translated("read the saved payment method"):
            item = self._client.get_item(TableName=self._table, Key=to_item({"user_id": user_id})).get("Item")
        info = from_item(item).get("payment_info") if item else None
        return SavedMethod(info["customer"], info["payment_method"]) if info else None

    def save(self, user_id: str, method: SavedMethod) -> None:
        info = {"customer": method.customer, "payment_method": method.payment_method}
        with translated("save the payment method"):
            self._client.put_item(TableName=self._table, Item=to_item({"user_id": user_id, "payment_info": info}))
