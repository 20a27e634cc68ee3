"""Holds answers to docs/openapi.json: every answer that a test's client gets has a status, a code, headers and a body
that the document has. The document lets clients expect further members; here a member that it lacks is an error.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

try:
    import jsonschema_rs
except ImportError:  # tests/unit/test_openapi.py is skipped with the way out
    jsonschema_rs = None

DOCUMENT = Path(__file__).parent.parent / "docs/openapi.json"
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
OF_EVERY_ANSWER = {"Content-Type", "X-Content-Type-Options"}


class NotDocumentedError(AssertionError):
    """An answer that docs/openapi.json does not have."""

    def __init__(self, verb: str, status: int, what: object) -> None:
        super().__init__(
            f"{verb} answered {status}, but not as docs/openapi.json says: {what}\n"
            "mend the answer, or its shape (box_office/http_api/answers/) or row (toolchain/openapi/operations.py), "
            "then run `make openapi`"
        )


@cache
def document() -> dict[str, Any]:
    return dict(json.loads(DOCUMENT.read_text(encoding="utf-8")))


@cache
def operations() -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for methods in document()["paths"].values() for one in methods.values()}


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


@cache
def closed_schemas() -> dict[str, Any]:
    """The components, none of which takes a member that it does not name."""
    return {
        name: schema | ({"additionalProperties": False} if "properties" in schema else {})
        for name, schema in document()["components"]["schemas"].items()
    }


@dataclass(frozen=True)
class Documented:
    """One status of one verb, ready to be compared with answers."""

    headers: Mapping[str, Any]  # name -> the validator of its value
    needed: frozenset[str]  # headers that are always there
    bodies: Mapping[str, Any]  # media type -> the validator of its body; empty: there is none


@cache
def documented(verb: str, status: int) -> Documented:
    response = operations()[verb]["responses"].get(str(status))
    if response is None:
        raise NotDocumentedError(verb, status, "it has no such status")
    response = resolved(response)
    headers = {name: resolved(one) for name, one in response["headers"].items()}
    return Documented(
        {name: validator_for(one["schema"]) for name, one in headers.items()},
        frozenset(name for name, one in headers.items() if one["required"]),
        {media_type: validator_for(one["schema"]) for media_type, one in response.get("content", {}).items()},
    )


def validator_for(schema: Mapping[str, Any]) -> Any:
    whole = {"$schema": SCHEMA_DIALECT, "components": {"schemas": closed_schemas()}, **schema}
    return jsonschema_rs.validator_for(whole)


def verb_at(method: str, path: str) -> str | None:
    """The verb of a path as a client sends it; None where the API has none."""
    asked = path.partition("?")[0].strip("/").split("/")
    for route, methods in document()["paths"].items():
        if is_at(route.strip("/").split("/"), asked):
            return methods.get(method.lower(), {}).get("operationId")
    return None


def is_at(route: Sequence[str], asked: Sequence[str]) -> bool:
    if len(route) != len(asked):
        return False
    return all(part == one or part.startswith("{") for part, one in zip(route, asked, strict=True))


def hold_to_document(verb: str, status: int, headers: Mapping[str, str], body: Any, by_gateway: bool = False) -> None:
    """`by_gateway`: it adds headers of its own. Raises NotDocumentedError."""
    if jsonschema_rs is None:
        return
    there = documented(verb, status)
    # Asked by name: of an answer over HTTP the names are those of any spelling.
    lost = {name for name in there.needed if name not in headers}
    strays = set() if by_gateway else headers.keys() - there.headers.keys() - OF_EVERY_ANSWER
    wrong = {name for name, form in there.headers.items() if name in headers and not form.is_valid(headers[name])}
    if lost or strays or wrong:
        found = f"headers that it lacks: {sorted(lost)}, has too many: {sorted(strays)}, has wrong: {sorted(wrong)}"
        raise NotDocumentedError(verb, status, found)
    if not there.bodies:
        if body not in (None, ""):
            raise NotDocumentedError(verb, status, "it has no body")
        return
    form = there.bodies.get(headers["Content-Type"])
    if form is None:
        raise NotDocumentedError(verb, status, f"it has no {headers['Content-Type']}")
    for error in form.iter_errors(body):
        code = body.get("code") if isinstance(body, dict) else None
        raise NotDocumentedError(verb, status, f"{error.message} ({code or '/'.join(map(str, error.instance_path))})")
