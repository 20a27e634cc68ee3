"""Declines by user and hour: the fake and DynamoDB."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from box_office.adapters.aws_clients import client
from box_office.adapters.dynamodb.declines import HOUR_MS, DynamoDBDeclines
from box_office.adapters.dynamodb.wallet import DynamoDBWallet
from box_office.ports import Declines
from box_office.ports.payments import SavedMethod
from tests import moto_aws
from tests.fakes.money import FakeDeclines

NOON = 500_000 * HOUR_MS


@pytest.fixture
def users_table() -> Iterator[str]:
    with mock_aws():
        table = moto_aws.TABLE_NAMES["users"]
        moto_aws.create_tables(client("dynamodb"), {"users": table})
        yield table


@pytest.fixture(params=["fake", "dynamodb"])
def declines(request: pytest.FixtureRequest, users_table: str) -> Declines:
    return FakeDeclines() if request.param == "fake" else DynamoDBDeclines(client("dynamodb"), users_table)


def test_each_user_has_a_count_of_their_own_that_the_next_hour_begins_anew(declines: Declines) -> None:
    assert declines.of_hour("ada", NOON) == 0
    for minute in range(3):
        declines.count("ada", NOON + minute * 60_000)
    assert declines.of_hour("ada", NOON + HOUR_MS - 1) == 3
    assert declines.of_hour("grace", NOON) == 0
    assert declines.of_hour("ada", NOON + HOUR_MS) == 0
    declines.count("ada", NOON + HOUR_MS)
    assert declines.of_hour("ada", NOON + HOUR_MS) == 1


def test_two_workers_who_both_count_the_hours_first_decline_count_two(
    users_table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dynamodb = client("dynamodb")
    declines, other = DynamoDBDeclines(dynamodb, users_table), DynamoDBDeclines(client("dynamodb"), users_table)
    calls = []

    def update_item(**request: Any) -> Any:
        calls.append(request["UpdateExpression"])
        if len(calls) == 2:
            other.count("ada", NOON)
        return dynamodb_update(**request)

    dynamodb_update = dynamodb.update_item
    monkeypatch.setattr(dynamodb, "update_item", update_item)
    declines.count("ada", NOON)
    assert (len(calls), declines.of_hour("ada", NOON)) == (3, 2)


def test_a_saved_method_and_the_count_of_declines_leave_each_other_alone(users_table: str) -> None:
    dynamodb = client("dynamodb")
    declines, wallet = DynamoDBDeclines(dynamodb, users_table), DynamoDBWallet(dynamodb, users_table)
    declines.count("ada", NOON)
    wallet.save("ada", SavedMethod("cus_1", "pm_1"))
    declines.count("ada", NOON)
    wallet.forget_customer("ada", "cus_1")
    assert (declines.of_hour("ada", NOON), wallet.saved("ada")) == (2, None)
