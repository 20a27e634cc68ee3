"""The rules of capacity against figures that DynamoDB's documentation gives, or that follow from it by hand."""

import pytest

from tests.bench.capacity import (
    item_bytes,
    number_bytes,
    read_units_of_gets,
    read_units_of_query,
    write_units,
)
from tests.moto_aws import TABLES, Index, Table

ORDERS = TABLES["orders"]


def order(**changes: str) -> dict:
    texts = {"user_id": "ada", "order_key": "ev_1", "order_id": "or_1"} | changes
    return {name: {"S": text} for name, text in texts.items()} | {"first_held_at": {"N": "4000010400000"}}


@pytest.mark.parametrize(("text", "size"), [("0", 2), ("27", 2), ("100", 2), ("-27", 3), ("1153", 3), ("11530001", 5)])
def test_a_number_takes_a_byte_for_two_significant_digits_and_one_more(text: str, size: int) -> None:
    assert number_bytes(text) == size


def test_an_item_is_its_names_and_values_and_three_bytes_a_list_and_one_an_element() -> None:
    item = {"seat": {"S": "Ä1"}, "pinned": {"BOOL": False}, "all": {"L": [{"S": "A1"}, {"N": "7"}]}}
    assert item_bytes(item) == (4 + 3) + (6 + 1) + (3 + 3 + (1 + 2) + (1 + 2))


def test_a_transactional_write_costs_twice_for_every_started_kilobyte_of_the_larger_item() -> None:
    small, large = {"id": {"S": "a"}}, {"id": {"S": "a"}, "text": {"S": "x" * 1_024}}
    plain = Table(("id", "S"))
    assert write_units(None, small, plain, transactional=False) == (1, {})
    assert write_units(None, small, plain, transactional=True) == (2, {})
    assert write_units(large, small, plain, transactional=True) == (4, {})


def test_an_index_entry_costs_when_it_appears_moves_or_goes_and_not_when_it_stays() -> None:
    """Orders have two indexes of keys only, and two sparse ones."""
    both = {"by_order_id": 1, "by_time": 1}
    assert write_units(None, order(), ORDERS, transactional=False) == (1, both)
    assert write_units(order(), None, ORDERS, transactional=False) == (1, both)
    assert write_units(order(), order(status="RELEASED"), ORDERS, transactional=False) == (1, {})
    assert write_units(order(), order(order_id="or_2"), ORDERS, transactional=False) == (1, {"by_order_id": 2})


def test_a_transaction_doubles_an_item_and_not_its_index_entries() -> None:
    assert write_units(None, order(), ORDERS, transactional=True) == (2, {"by_order_id": 1, "by_time": 1})


def test_an_index_is_sparse() -> None:
    table = Table(("id", "S"), indexes=(Index("due", ("due", "S")),))
    assert write_units(None, {"id": {"S": "a"}}, table, transactional=False) == (1, {})


def test_a_query_rounds_the_sum_and_gets_round_each_item() -> None:
    items = [{"id": {"S": "x" * 2_998}}] * 2  # 3,000 bytes each
    table = Table(("id", "S"))
    assert read_units_of_gets(items, consistent=True) == 2
    assert read_units_of_query(items, None, table, consistent=True) == 2
    assert read_units_of_query(items[:1] * 4, None, table, consistent=True) == 3
    assert read_units_of_query(items[:1] * 4, None, table, consistent=False) == 1.5


def test_a_local_index_of_keys_fetches_each_item_on_top() -> None:
    by_time = next(index for index in ORDERS.indexes if index.local)
    assert read_units_of_query([order(), order(order_key="ev_2")], by_time, ORDERS, consistent=True) == 3
