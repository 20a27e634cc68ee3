"""Blocks: the table, on the fake and on DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from moto import mock_aws

from box_office.adapters.aws_clients import client
from box_office.adapters.dynamodb.blocks import DynamoDBBlocks
from box_office.domain.blocks import Block, Kind, Source, Subject
from box_office.ports import Blocks
from tests import moto_aws
from tests.examples import MINUTE, TODAY
from tests.fakes.blocks import FakeBlocks

ADA = Subject(Kind.USER, "ada")
BY_OPERATOR = Block(ADA, Source.OPERATOR, TODAY, TODAY + 60 * MINUTE, "sells seats on", "ops/jane")
BY_ITSELF = replace(BY_OPERATOR, source=Source.AUTOMATIC, ends_at=TODAY + 10 * MINUTE, by="admission")


@pytest.fixture(params=["fake", "dynamodb"])
def blocks(request: pytest.FixtureRequest) -> Iterator[Blocks]:
    if request.param == "fake":
        yield FakeBlocks()
        return
    with mock_aws():
        dynamodb, table = client("dynamodb"), moto_aws.TABLE_NAMES["blocks"]
        moto_aws.create_tables(dynamodb, {"blocks": table})
        yield DynamoDBBlocks(dynamodb, table)


def test_a_subject_has_one_block_of_each_source(blocks: Blocks) -> None:
    later = replace(BY_OPERATOR, began_at=TODAY + 1, ends_at=TODAY + 5 * MINUTE, why="")
    for block in (BY_OPERATOR, BY_ITSELF, later):
        blocks.put(block)
    assert set(blocks.of_subject(ADA)) == {later, BY_ITSELF}
    assert blocks.of_subject(Subject(Kind.USER, "grace")) == []


def test_a_live_block_is_ended_once(blocks: Blocks) -> None:
    blocks.put(BY_OPERATOR)
    assert blocks.end(BY_OPERATOR, TODAY + MINUTE)
    ended = replace(BY_OPERATOR, ends_at=TODAY + MINUTE)
    assert blocks.of_subject(ADA) == [ended]
    assert not blocks.end(ended, TODAY + 2 * MINUTE)
    assert blocks.of_subject(ADA) == [ended]


def test_a_block_that_took_its_place_meanwhile_is_not_ended(blocks: Blocks) -> None:
    longer = replace(BY_OPERATOR, began_at=TODAY + 1, ends_at=TODAY + 99 * MINUTE)
    blocks.put(longer)
    assert not blocks.end(BY_OPERATOR, TODAY + MINUTE)
    assert blocks.of_subject(ADA) == [longer]


def test_a_block_that_is_not_there_is_not_ended(blocks: Blocks) -> None:
    assert not blocks.end(BY_OPERATOR, TODAY)
    assert blocks.of_subject(ADA) == []


def test_blocks_are_read_by_their_end_the_last_first(blocks: Blocks) -> None:
    made = [
        replace(BY_OPERATOR, subject=Subject(Kind.USER, f"user-{number}"), ends_at=TODAY + number * MINUTE)
        for number in (2, 1, 4, 3)
    ]
    for block in (*made, BY_ITSELF):
        blocks.put(block)
    found = blocks.ending_after(Source.OPERATOR, TODAY + 1 * MINUTE, 10)
    assert [block.subject.value for block in found] == ["user-4", "user-3", "user-2"]
    assert blocks.ending_after(Source.OPERATOR, TODAY, 2) == found[:2]
    assert blocks.ending_after(Source.AUTOMATIC, TODAY, 10) == [BY_ITSELF]


def test_a_table_that_fits_no_page_is_read_to_its_end(blocks: Blocks) -> None:
    """A page of DynamoDB has one megabyte at most."""
    for number in range(12):
        blocks.put(replace(BY_OPERATOR, subject=Subject(Kind.USER, f"user-{number}"), why="x" * 120_000))
    assert len(blocks.ending_after(Source.OPERATOR, TODAY, 100)) == 12
