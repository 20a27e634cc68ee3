"""What DynamoDB charges, by its published rules: sizes of items, units of reads and writes, index entries.

Sources: "DynamoDB item sizes and formats", "Read and write capacity" and "Managing secondary indexes" in the DynamoDB
developer guide. Where the guide is silent, what others measured against AWS:

- A condition check of a transaction costs what a write costs (github.com/paritysuite/dynamodb-conformance, pull request
  67).
- A transaction doubles the units of its items alone. An index entry costs the same inside a transaction as outside:
  one put or deleted is one write, one moved two, one untouched none (github.com/nubo-db/dynoxide, pull request 188 and
  issue 176: eu-west-2, August 2026). The guide says as much of the mechanism: changes reach indexes after the commit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.moto_aws import Index, Table

Item = Mapping[str, Mapping[str, Any]]
WRITE_UNIT_BYTES = 1_024
READ_UNIT_BYTES = 4_096
TRANSACTIONAL = 2  # once to prepare, once to commit


def item_bytes(item: Item) -> int:
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


def value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return number_bytes(content)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + value_bytes(element) for element in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_bytes(element) for name, element in content.items())
    raise TypeError(f"no row of ours has the type {kind}")


def number_bytes(text: str) -> int:
    """A byte for two significant digits, one more, and one for a minus sign."""
    number = Decimal(text).normalize()
    return -(-len(number.as_tuple().digits) // 2) + 1 + (number < 0)


def units(size: int, unit: int) -> int:
    """Started units; nothing read or written costs one."""
    return max(1, -(-size // unit))


def write_units(
    before: Item | None, after: Item | None, table: Table, transactional: bool
) -> tuple[int, Mapping[str, int]]:
    """Of one write: the item's units, and those of each index. The larger of the old item and the new one counts."""
    factor = TRANSACTIONAL if transactional else 1
    size = max(item_bytes(item) for item in (before or {}, after or {}))
    entries = {index.name: index_writes(before, after, index, table) for index in table.indexes}
    return factor * units(size, WRITE_UNIT_BYTES), {name: writes for name, writes in entries.items() if writes}


def index_writes(before: Item | None, after: Item | None, index: Index, table: Table) -> int:
    """Units of one index: an entry put or deleted is one write, moved to another key two, untouched none."""
    old, new = entry_of(before, index, table), entry_of(after, index, table)
    if old == new:
        return 0
    moved = old is not None and new is not None and keys_of(old, index, table) != keys_of(new, index, table)
    if moved:
        return units(item_bytes(old or {}), WRITE_UNIT_BYTES) + units(item_bytes(new or {}), WRITE_UNIT_BYTES)
    return units(max(item_bytes(old or {}), item_bytes(new or {})), WRITE_UNIT_BYTES)


def entry_of(item: Item | None, index: Index, table: Table) -> Item | None:
    """The index's entry of an item; None when the item lacks a key of the index: indexes are sparse."""
    keys = set(key_names(index)) | set(key_names(table))
    if item is None or not keys <= item.keys():
        return None
    return (
        dict(item)
        if index.projection == "ALL"
        else {name: item[name] for name in sorted(keys | set(index.included)) if name in item}
    )


def keys_of(entry: Item, index: Index, table: Table) -> list[Any]:
    return [entry[name] for name in (*key_names(index), *key_names(table))]


def key_names(of: Index | Table) -> tuple[str, ...]:
    return (of.partition[0], of.sort[0]) if of.sort else (of.partition[0],)


def read_units_of_gets(items: Sequence[Item | None], consistent: bool) -> float:
    """Each item is rounded up by itself; one that is not there costs the least that one can."""
    return sum(units(item_bytes(item or {}), READ_UNIT_BYTES) for item in items) * (1 if consistent else 0.5)


def read_units_of_query(items: Sequence[Item], index: Index | None, table: Table, consistent: bool) -> float:
    """The sizes of what is read are added, then rounded. A local index fetches each whole item on top."""
    factor = 1 if consistent else 0.5
    if index is None or index.projection == "ALL":
        return factor * units(sum(map(item_bytes, items)), READ_UNIT_BYTES)
    entries = sum(item_bytes(entry) for entry in entries_of(items, index, table))
    return factor * (units(entries, READ_UNIT_BYTES) + sum(units(item_bytes(item), READ_UNIT_BYTES) for item in items))


def entries_of(items: Iterable[Item], index: Index, table: Table) -> Iterator[Item]:
    for item in items:
        entry = entry_of(item, index, table)
        if entry is not None:
            yield entry
