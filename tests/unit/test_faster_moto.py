"""What moto answers is the same by the faster way and by its own."""

from typing import Any

import boto3
import botocore.session
import pytest
from moto import mock_aws
from moto.core.model import ServiceModel
from moto.core.serialize import BaseJSONSerializer, JSONSerializer, XFormedAttributePicker

from tests import faster_moto, moto_aws

PLAIN: dict[str, Any] = {
    "S": {"S": "text"},
    "an empty text": {"S": ""},
    "N": {"N": "1.5"},
    "B": {"B": b"\x00\xff"},
    "SS": {"SS": ["a", "b"]},
    "NS": {"NS": ["1", "2"]},
    "BS": {"BS": [b"\x00"]},
    "BOOL": {"BOOL": False},
    "NULL": {"NULL": True},
}
ITEM = PLAIN | {
    "L": {"L": [*PLAIN.values(), {"M": PLAIN}]},
    "M": {"M": {**PLAIN, "deeper": {"M": {"L": {"L": []}}}}},
    "empty": {"M": {}},
    "nothing": {"S": None},
    "unknown to AWS": {"X": 1},
}
ANSWERS = {
    "GetItem": {"Item": ITEM},
    "Query": {"Items": [ITEM, {}], "Count": 2, "LastEvaluatedKey": {"user_id": {"S": "ada"}}},
    "BatchGetItem": {
        "Responses": {"orders": [ITEM]},
        "UnprocessedKeys": {"orders": {"Keys": [{"user_id": {"S": "x"}}]}},
    },
}


@pytest.fixture(scope="module")
def service() -> Any:
    return ServiceModel(botocore.session.get_session().get_service_data("dynamodb"), "dynamodb")


def body(service: Any, operation: str, answer: dict[str, Any]) -> str:
    serializer = JSONSerializer(service.operation_model(operation), value_picker=XFormedAttributePicker())
    return str(serializer.serialize(answer)["body"])


@pytest.mark.parametrize("operation", list(ANSWERS))
def test_an_answer_is_the_same_as_motos_own(service: Any, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert BaseJSONSerializer._serialize_type_structure is faster_moto.only_what_is_there
    faster = body(service, operation, ANSWERS[operation])
    monkeypatch.setattr(BaseJSONSerializer, "_serialize_type_structure", faster_moto.whole)
    assert faster == body(service, operation, ANSWERS[operation])


def test_a_copied_table_is_the_one_that_the_api_makes_and_has_no_rows_of_a_test_before() -> None:
    descriptions = []
    for _ in range(2):
        with mock_aws():
            client = boto3.client("dynamodb")
            moto_aws.create_tables(client, {"orders": "orders-of-this-test"})
            told = client.describe_table(TableName="orders-of-this-test")["Table"]
            descriptions.append({name: value for name, value in told.items() if name != "CreationDateTime"})
            key = {"user_id": {"S": "ada"}, "order_key": {"S": "o"}}
            assert "Item" not in client.get_item(TableName="orders-of-this-test", Key=key)
            client.put_item(TableName="orders-of-this-test", Item=key)
    assert descriptions[0] == descriptions[1]
    assert ("orders", "orders-of-this-test") in moto_aws.made_by_the_api
