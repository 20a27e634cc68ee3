"""docs/api.md has every code that can be answered, with its status, and every function; and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from box_office.domain.errors import BoxOfficeError
from box_office.http_api.problems import STATUS_OF_CODE

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docs/api.md").read_text(encoding="utf-8")
CODE_ROW = re.compile(r"^\| `(\w+)` \| (\d{3}) \| (\S.*?) \|", re.MULTILINE)
ROUTE_ROW = re.compile(r"^\| (GET|POST|DELETE) `(/\w+/api/v0(?:/\{\w+\})*)/?[`\[]", re.MULTILINE)


def codes_of(error: type[BoxOfficeError]) -> Iterator[str]:
    yield error.code
    for narrower in error.__subclasses__():
        yield from codes_of(narrower)


def deployed_routes() -> set[tuple[str, str]]:
    """As the table of HTTP functions has them; read from its code, as no template is needed for that."""
    source = (ROOT / "infra/http_functions.py").read_text(encoding="utf-8")
    return set(re.findall(r'method="(\w+)",\s+path="([^"]+)"', source))


def test_the_document_has_every_code_with_its_status() -> None:
    rows = CODE_ROW.findall(TEXT)
    assert {code: int(status) for code, status, _ in rows} == STATUS_OF_CODE
    assert len(rows) == len(STATUS_OF_CODE), "a code has two rows"


def test_every_error_of_the_domain_has_a_status_and_a_row() -> None:
    codes = set(codes_of(BoxOfficeError))
    assert len(codes) > 25
    assert codes <= STATUS_OF_CODE.keys()
    assert codes <= {code for code, _, _ in CODE_ROW.findall(TEXT)}


@pytest.mark.guards("API9 inventory")
def test_the_document_has_every_function() -> None:
    assert len(deployed_routes()) >= 13
    assert set(ROUTE_ROW.findall(TEXT)) == deployed_routes()


def test_every_function_shows_its_answer() -> None:
    shown = set(re.findall(r"^([A-Z]\w+)(?: \d+)? +\{", TEXT, re.MULTILINE))
    names = {path.split("/")[1] for _, path in deployed_routes()}
    assert names - shown == {"ReleaseSeat"}, "which answers 204, with nothing"
    assert shown <= names
