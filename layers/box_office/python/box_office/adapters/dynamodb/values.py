"""Rows as Python values: strings, integers, booleans, None, lists and maps. No floats, no Decimals, no sets."""

from collections.abc import Mapping
from typing import Any

AttributeValue = dict[str, Any]  # of one member, whose name says what it holds: {"S": "A1"}
Item = dict[str, AttributeValue]  # a row as DynamoDB has it
TableRow = dict[str, Any]  # a row as Python has it; the type of each attribute is its table's matter


def to_item(row: Mapping[str, object]) -> Item:
    """`{"seat_id": "A1", "version": 3}` -> `{"seat_id": {"S": "A1"}, "version": {"N": "3"}}`."""
    return {name: to_value(value) for name, value in row.items()}


def from_item(item: Mapping[str, AttributeValue]) -> TableRow:
    return {name: from_value(value) for name, value in item.items()}


def to_value(value: object) -> AttributeValue:
    """Raises TypeError for a value that no row may hold: a float is no number of minor units or milliseconds."""
    match value:
        case str():
            return {"S": str(value)}  # a member of a StrEnum as its word
        case bool():  # before int: True is an int
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case list() | tuple():
            return {"L": [to_value(element) for element in value]}
        case Mapping():
            return {"M": to_item(value)}
    raise TypeError(f"no row holds a {type(value).__name__}")


def from_value(value: AttributeValue) -> Any:
    """Raises ValueError for a number that is no integer, TypeError for a type that no row of ours has."""
    ((kind, content),) = value.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "N":
            return int(content)
        case "M":
            return from_item(content)
        case "L":
            return [from_value(element) for element in content]
        case "NULL":
            return None
    raise TypeError(f"no row of ours has the type {kind}")
