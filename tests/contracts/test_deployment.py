"""The deployment's id: made once, by whichever environment comes first, and kept with the data."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from box_office.adapters.aws_clients import client
from box_office.adapters.dynamodb.deployment import ROW, DynamoDBDeployment
from box_office.adapters.dynamodb.values import to_item
from tests import moto_aws
from tests.fakes.cinema import CountedIds

TABLE = moto_aws.TABLE_NAMES["users"]


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        dynamodb = client("dynamodb")
        moto_aws.create_tables(dynamodb)
        yield dynamodb


def environment(dynamodb: Any, ids: CountedIds) -> DynamoDBDeployment:
    return DynamoDBDeployment(dynamodb, TABLE, ids)


def test_it_is_made_once_and_every_environment_knows_the_same(dynamodb: Any) -> None:
    ids = CountedIds()
    first, second = environment(dynamodb, ids), environment(dynamodb, ids)
    assert (first.known_id(), second.known_id()) == (None, None)
    made = first.id()
    assert made.startswith("dep_")
    assert [second.id(), second.known_id(), environment(dynamodb, ids).known_id()] == [made] * 3


def test_who_comes_second_in_the_same_moment_takes_the_first_ones(dynamodb: Any) -> None:
    """Both have read that there is none; then the other environment writes."""
    late = environment(dynamodb, CountedIds())
    assert late.known_id() is None
    dynamodb.put_item(TableName=TABLE, Item=to_item({**ROW, "deployment_id": "dep_first"}))
    assert late._made() == "dep_first"
