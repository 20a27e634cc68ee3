"""Since when sign-ins ask for a code: the table's rows and the fake keep it in the same way."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from box_office.adapters.aws_clients import client
from box_office.adapters.dynamodb.code_records import DynamoDBCodeRecords
from box_office.adapters.dynamodb.wallet import DynamoDBWallet
from box_office.domain.errors import Unavailable
from box_office.ports import CodeRecords
from tests import moto_aws
from tests.fakes.code_records import FakeCodeRecords

TABLE = moto_aws.TABLE_NAMES["users"]


@pytest.fixture(params=["dynamodb", "fake"])
def records(request: pytest.FixtureRequest) -> Iterator[CodeRecords]:
    if request.param == "fake":
        yield FakeCodeRecords()
        return
    with mock_aws():
        dynamodb = client("dynamodb")
        moto_aws.create_tables(dynamodb)
        yield DynamoDBCodeRecords(dynamodb, TABLE)


def test_the_first_sign_in_with_a_code_counts(records: CodeRecords) -> None:
    assert records.since("eva") is None
    records.record("eva", 1)
    records.record("eva", 2)
    assert (records.since("eva"), records.since("max")) == (1, None)


def test_a_sign_in_without_a_code_begins_anew(records: CodeRecords) -> None:
    records.record("eva", 1)
    records.forget("eva")
    records.forget("eva")
    assert records.since("eva") is None
    records.record("eva", 3)
    assert records.since("eva") == 3


def test_a_record_leaves_the_user_s_saved_method_alone() -> None:
    with mock_aws():
        dynamodb = client("dynamodb")
        moto_aws.create_tables(dynamodb)
        records, wallet = DynamoDBCodeRecords(dynamodb, TABLE), DynamoDBWallet(dynamodb, TABLE)
        wallet.keep_customer("eva", "cus_1")
        records.record("eva", 1)
        records.forget("eva")
        assert wallet.customer("eva") == "cus_1"


@pytest.mark.parametrize("call", ["since", "record", "forget"])
@pytest.mark.parametrize(("status", "raised"), [(503, Unavailable), (400, ClientError)])
def test_an_outage_is_named_so(call: str, status: int, raised: type[Exception]) -> None:
    class Away:
        def fails(self, **_: object) -> None:
            raise ClientError({"Error": {"Code": "Error"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "GetItem")  # type: ignore[typeddict-item]

        get_item = put_item = delete_item = fails

    records = DynamoDBCodeRecords(Away(), TABLE)
    with pytest.raises(raised):
        {
            "since": lambda: records.since("eva"),
            "record": lambda: records.record("eva", 1),
            "forget": lambda: records.forget("eva"),
        }[call]()
