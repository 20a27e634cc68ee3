"""Reads of many keys at once, of which DynamoDB may leave some for later."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from box_office.adapters.dynamodb.catalogue import CatalogueTables
from box_office.adapters.dynamodb.reads import BATCH_MAX, TRIES_MAX, get_batch
from box_office.adapters.dynamodb.values import to_item
from box_office.domain.catalogue import Theater
from box_office.domain.errors import Unavailable
from operations.catalogue import backoff
from operations.catalogue.dynamodb_store import DynamoDBCatalogueStore

THEATER = {"name": "Lisboa", "address": "a", "time_zone": "Europe/Lisbon", "currency": "EUR"}


class ReluctantTable:
    """A client whose BatchGetItem answers `given` keys a call, while there are refusals to come."""

    def __init__(self, given: int, refusals: int) -> None:
        self.asked: list[Sequence[Mapping[str, Any]]] = []
        self._given, self._refusals = given, refusals

    def batch_get_item(self, RequestItems: Mapping[str, Any]) -> Mapping[str, Any]:
        ((table, request),) = RequestItems.items()
        assert request["ConsistentRead"] is True
        keys = request["Keys"]
        self.asked.append(keys)
        given = self._given if len(self.asked) <= self._refusals else len(keys)
        left = {table: {"Keys": keys[given:], "ConsistentRead": True}} if keys[given:] else {}
        return {"Responses": {table: [key | to_item(THEATER) for key in keys[:given]]}, "UnprocessedKeys": left}


def keys(count: int) -> list[dict[str, Any]]:
    return [to_item({"theater_id": f"t{number:03d}"}) for number in range(count)]


def names_of(items: Sequence[Mapping[str, Any]]) -> list[str]:
    return [item["theater_id"]["S"] for item in items]


def store(client: Any, slept: list[float]) -> DynamoDBCatalogueStore:
    tables = CatalogueTables("movies", "theaters", "rooms", "events")
    return DynamoDBCatalogueStore(client, tables, "seats", slept.append, lambda: 0.5)


def theaters(client: Any, slept: list[float], count: int) -> Mapping[str, Theater]:
    return store(client, slept).theaters(names_of(keys(count)))


def test_a_batch_has_as_many_keys_as_one_call_takes() -> None:
    table = ReluctantTable(0, 0)
    assert names_of(list(get_batch(table, "theaters", keys(BATCH_MAX + 1)))) == names_of(keys(BATCH_MAX + 1))
    assert [len(asked) for asked in table.asked] == [BATCH_MAX, 1]


def test_no_keys_are_no_call() -> None:
    table = ReluctantTable(0, 0)
    assert list(get_batch(table, "theaters", [])) == []
    assert table.asked == []


def test_a_request_asks_again_for_the_keys_that_were_left_and_for_no_others() -> None:
    table = ReluctantTable(1, 2)
    assert names_of(list(get_batch(table, "theaters", keys(4)))) == names_of(keys(4))
    assert [len(asked) for asked in table.asked] == [4, 3, 2]


def test_a_request_gives_up_after_five_tries() -> None:
    table = ReluctantTable(1, TRIES_MAX)
    with pytest.raises(Unavailable, match=r"^The table answers too slowly just now\.$"):
        list(get_batch(table, "theaters", keys(50)))
    assert len(table.asked) == TRIES_MAX == 5


def test_the_loader_asks_again_after_growing_pauses() -> None:
    table, slept = ReluctantTable(1, 3), list[float]()
    assert list(theaters(table, slept, 5)) == names_of(keys(5))
    assert slept == [0.05, 0.1, 0.2]
    assert [len(asked) for asked in table.asked] == [5, 4, 3, 2]


def test_the_loader_reads_an_id_that_comes_twice_once() -> None:
    table = ReluctantTable(0, 0)
    assert list(store(table, []).theaters(["t1", "t1"])) == ["t1"]


def test_the_loader_gives_up_after_ten_tries_and_says_that_nothing_was_written() -> None:
    table, slept = ReluctantTable(0, backoff.TRIES_MAX), list[float]()
    with pytest.raises(Unavailable, match=r"^theaters is throttled; nothing was written yet\.$"):
        theaters(table, slept, 1)
    assert len(table.asked) == backoff.TRIES_MAX == 10
    assert len(slept) == backoff.TRIES_MAX - 1, "the loader waits between two tries, not after the last"
