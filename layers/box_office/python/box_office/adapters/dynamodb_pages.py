"""All rows of a Query or Scan: DynamoDB ends a page at 1 MB, whatever was asked for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from box_office.adapters.dynamodb_errors import translated
from box_office.adapters.dynamodb_values import from_item


def rows_of(call: Callable[..., Any], doing: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    """Page after page, each read when its first row is wanted. Raises Unavailable."""
    start: Mapping[str, Any] = {}
    while True:
        with translated(doing):
            answer = call(**arguments, **start)
        yield from map(from_item, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
