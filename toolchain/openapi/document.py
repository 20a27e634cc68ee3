"""Builds the document: routes from infra/http_functions.py, bodies and answers from their shapes, codes from the tables
of problems, examples from answers that were really given."""

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from box_office.http_api.problems import STATUS_OF_CODE, title_of
from infra.edge.provider import SIGNATURE_HEADER
from infra.gateway_problems import ANSWERS
from infra.http_functions import HTTP_FUNCTIONS, HttpFunction
from toolchain.openapi.operations import BY_ID, OPERATIONS, PROBLEM_MEMBERS, TAGS, Operation, Schema

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "openapi.json"
TOKEN_HEADER = "AuthorizationToken"
TOKEN = "AuthorizationToken"  # the name of the security scheme
JSON, PROBLEM_JSON = "application/json", "application/problem+json"
COMPONENTS = "#/components/schemas/"
# The gateway does not call a function without a token, or on a path that it does not know.
OF_THE_GATEWAY = frozenset(one.code for one in ANSWERS.values()) - {"unauthenticated", "unknown_path"}
OF_EVERY_FUNCTION = frozenset({"invalid_request", "unavailable", "internal_error"})
# The edge's firewall answers these too, as documents of the same members; it cannot say `application/problem+json`.
OF_THE_FIREWALL = frozenset({"blocked", "rate_limited", "too_large", "unknown_path"})
RENAMED = {"Status": "OrderStatus", "Origin": "RefundOrigin"}
WITH_RETRY_AFTER = (409, 429, 503)


@dataclass(frozen=True)
class Seen:
    """One answer as a client got it."""

    status: int
    headers: Mapping[str, str]
    body: Any
    request: Any = None  # its body, if it had one
    verb: str = ""

    @property
    def word(self) -> str:
        return self.headers["Status"]


Shown = Mapping[tuple[str, int, str], Seen]


def codes_of(verb: str) -> frozenset[str]:
    """Every code that this verb can answer, the gateway's in front of it too."""
    function = next(one for one in HTTP_FUNCTIONS if one.verb == verb)
    signed_in = frozenset({"unauthenticated"}) if function.signed_in else frozenset()
    return OF_THE_GATEWAY | OF_EVERY_FUNCTION | signed_in | OPERATIONS[verb].codes


def document(seen: Sequence[Seen]) -> dict[str, Any]:
    """`seen`: answers to show as examples; the first with a verb and a Status is the one that is shown."""
    shown = {(one.verb, one.status, one.word): one for one in reversed(seen)}
    schemas, shapes = shapes_of()
    paths: dict[str, dict[str, Any]] = {}
    for function in HTTP_FUNCTIONS:
        paths.setdefault(function.path, {})[function.method.lower()] = operation_of(function, shapes, shown)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Box Office",
            "version": "v0",
            "description": (
                "Seats of a cinema: shown, held, paid, checked in. `v0` only gains members: ignore those that you do "
                "not know. Each path answers with and without a trailing slash. Rules: docs/api.md."
            ),
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "Page and API share one origin."}],
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "security": [{TOKEN: []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                TOKEN: {
                    "type": "apiKey",
                    "in": "header",
                    "name": TOKEN_HEADER,
                    "description": "An ID token of the user pool, without `Bearer`. Roles are its groups.",
                }
            },
            "headers": HEADERS,
            "responses": shared_responses(shown),
            "schemas": schemas,
        },
    }


def written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


# Shapes


def shapes_of() -> tuple[dict[str, Schema], dict[Any, Schema]]:
    """The components, and of each body and answer the reference to its own."""
    shapes = [shape for one in OPERATIONS.values() for shape in (one.body, *one.answers.values()) if shape is not None]
    members = list(dict.fromkeys(PROBLEM_MEMBERS.values()))
    wanted = list(dict.fromkeys([*shapes, *members]))
    references, generated = TypeAdapter.json_schemas(
        [(shape, "validation", TypeAdapter(shape)) for shape in wanted], ref_template=COMPONENTS + "{model}"
    )
    defs = {name: plain(schema) for name, schema in generated["$defs"].items()}
    of_members = {shape: defs.pop(shape.__name__) for shape in members}
    schemas = {RENAMED.get(name, name): schema for name, schema in sorted(defs.items())}
    schemas["ProblemCode"] = {"type": "string", "enum": list(STATUS_OF_CODE), "description": "Stable, for programs."}
    schemas["Problem"] = one_of(list(STATUS_OF_CODE))
    for code in STATUS_OF_CODE:
        schemas[problem_name(code)] = problem_schema(code, of_members.get(PROBLEM_MEMBERS.get(code), {}))
    return schemas, {shape: plain(references[shape, "validation"]) for shape in shapes}


def plain(schema: Any) -> Any:
    """Without what pydantic adds by itself, and with the names of components that mean something outside of Python.

    A default would be Python's, for a member that is absent: generators of clients believe that it is always there.
    """
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for name, value in schema.items():
        if name in ("title", "default") and not isinstance(value, dict):
            continue
        if name == "$ref":
            last = value.removeprefix(COMPONENTS)
            value = COMPONENTS + RENAMED.get(last, last)
        kept[name] = plain(value)
    return kept


def problem_name(code: str) -> str:
    return "".join(map(str.capitalize, code.split("_"))) + "Problem"


def one_of(codes: Sequence[str]) -> Schema:
    """A problem with one of these codes."""
    mapping = {code: COMPONENTS + problem_name(code) for code in codes}
    references = [{"$ref": reference} for reference in mapping.values()]
    if len(references) == 1:
        return dict(references[0])
    return {"oneOf": references, "discriminator": {"propertyName": "code", "mapping": mapping}}


def problem_schema(code: str, members: Schema) -> Schema:
    always: Schema = {
        "type": {"type": "string", "const": f"/problems#{code}"},
        "title": {"type": "string", "const": title_of(code)},
        "status": {"type": "integer", "const": STATUS_OF_CODE[code]},
        "code": {"type": "string", "const": code},
        "detail": {"type": "string", "description": "For people."},
        "request_id": {"type": "string"},
    }
    return {
        "type": "object",
        "properties": {**always, **members.get("properties", {})},
        "required": [*always, *members.get("required", [])],
    }


# Operations


def operation_of(function: HttpFunction, shapes: Mapping[Any, Schema], shown: Shown) -> Schema:
    verb, operation = function.verb, OPERATIONS[function.verb]
    found: Schema = {
        "operationId": verb,
        "summary": summary_of(function),
        "tags": [operation.tag],
        "security": security_of(function, operation),
        "parameters": parameters_of(function, operation),
    }
    if operation.body is not None or operation.signed_by_provider:
        found["requestBody"] = request_body(verb, operation, shapes, shown)
    found["responses"] = responses_of(verb, operation, shapes, shown)
    return found


def summary_of(function: HttpFunction) -> str:
    """The first sentence of the handler's own first line, behind its route."""
    source = (ROOT / "functions" / function.folder / f"{function.verb}.py").read_text(encoding="utf-8")
    first = (ast.get_docstring(ast.parse(source)) or "").splitlines()[0]
    found = re.fullmatch(r"[A-Z]+ /\S+: (.+)", first)
    if found is None:
        raise ValueError(f"functions/{function.folder}/{function.verb}.py must begin with its route: `GET /...: ...`")
    sentence = found[1].split(". ")[0].rstrip(".").replace("`", "")
    return sentence[0].upper() + sentence[1:]


def security_of(function: HttpFunction, operation: Operation) -> list[Schema]:
    if not function.signed_in:
        return []
    return [{TOKEN: [role]} for role in operation.roles] or [{TOKEN: []}]


def parameters_of(function: HttpFunction, operation: Operation) -> list[Schema]:
    found: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": dict(BY_ID)}
        for name in re.findall(r"\{(\w+)\}", function.path)
    ]
    for query in operation.query:
        parameter = {"name": query.name, "in": "query", "required": query.required, "schema": query.schema}
        found.append({**parameter, "description": query.description})
    if operation.takes_key:
        key = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"}
        found.append(header("Idempotency-Key", key, "The same key and body give the same answer."))
    if operation.tagged:
        found.append(header("If-None-Match", {"type": "string"}, "The ETag of what the client has."))
    if operation.signed_by_provider:
        found.append(header(SIGNATURE_HEADER, {"type": "string"}, "Of exactly this body.") | {"required": True})
    return found


def header(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": description}


def request_body(verb: str, operation: Operation, shapes: Mapping[Any, Schema], shown: Shown) -> Schema:
    """With the requests of the answers that are shown; what has no shape of ours is the provider's."""
    schema = shapes[operation.body] if operation.body is not None else {"type": "object"}
    requests = {
        one.word: {"value": one.request}
        for one in shown_of(verb, shown)
        if one.status < 300 and isinstance(one.request, dict)
    }
    content = {"schema": schema} | ({"examples": requests} if requests else {})
    return {"required": operation.body_required, "content": {JSON: content}}


def shown_of(verb: str, shown: Shown) -> list[Seen]:
    """By status, then by the word of the Status header."""
    return [one for (of, _, _), one in sorted(shown.items(), key=lambda item: item[0]) if of == verb]


def responses_of(verb: str, operation: Operation, shapes: Mapping[Any, Schema], shown: Shown) -> Schema:
    found: Schema = {}
    for status, shape in operation.answers.items():
        found[str(status)] = success(verb, status, operation, shapes[shape] if shape is not None else None, shown)
    if operation.tagged:
        found["304"] = {"description": "The client has it already.", "headers": headers_of("ETag", "Cache-Control")}
    by_status: dict[int, list[str]] = {}
    for code in STATUS_OF_CODE:
        if code in codes_of(verb):
            by_status.setdefault(STATUS_OF_CODE[code], []).append(code)
    for status, codes in by_status.items():
        if tuple(codes) in SHARED:
            found[str(status)] = {"$ref": f"#/components/responses/{SHARED[tuple(codes)]}"}
        else:
            examples = [one for one in shown_of(verb, shown) if one.status == status]
            found[str(status)] = refusal(status, codes, examples)
    return dict(sorted(found.items()))


def success(verb: str, status: int, operation: Operation, schema: Schema | None, shown: Shown) -> Schema:
    names = ("Cache-Control", "ETag") if operation.tagged else ("Cache-Control",)
    examples = {one.word: one for one in shown_of(verb, shown) if one.status == status}
    found: Schema = {"description": ", ".join(examples) or "OK", "headers": headers_of(*names)}
    if schema is not None:
        bodies = {word: {"value": one.body} for word, one in examples.items()}
        found["content"] = {JSON: {"schema": schema} | ({"examples": bodies} if bodies else {})}
    return found


def refusal(status: int, codes: Sequence[str], examples: Iterable[Seen]) -> Schema:
    schema = one_of(codes)
    bodies = {one.body["code"]: {"value": one.body} for one in examples}
    names = ("Cache-Control", "Retry-After") if status in WITH_RETRY_AFTER else ("Cache-Control",)
    content = {PROBLEM_JSON: {"schema": schema} | ({"examples": bodies} if bodies else {})}
    if at_the_edge := [code for code in codes if code in OF_THE_FIREWALL]:
        content[JSON] = {"schema": one_of(at_the_edge)}
    return {
        "description": ", ".join(f"`{code}`" for code in codes),
        "headers": headers_of(*names),
        "content": content,
    }


# What many operations answer in the same words

SHARED: Mapping[tuple[str, ...], str] = {
    ("invalid_request",): "InvalidRequest",
    ("unauthenticated",): "Unauthenticated",
    ("forbidden", "blocked"): "Forbidden",
    ("too_large",): "TooLarge",
    ("rate_limited",): "RateLimited",
    ("internal_error",): "InternalError",
    ("unavailable",): "Unavailable",
}


def shared_responses(shown: Shown) -> Schema:
    by_code = {one.body["code"]: one for one in shown.values() if one.status >= 400}
    return {
        name: refusal(STATUS_OF_CODE[codes[0]], codes, [by_code[code] for code in codes if code in by_code])
        for codes, name in SHARED.items()
    }


HEADERS: Schema = {
    "Status": {
        "description": "The order's status, `OK`, `STALE` (from memory), or the code of a problem in capitals.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Z_]+$"},
    },
    "Cache-Control": {"required": True, "schema": {"type": "string"}},
    "ETag": {"description": "Ignores `as_of`.", "required": True, "schema": {"type": "string", "pattern": '^W/"'}},
    "Retry-After": {
        "description": "Seconds.",
        "required": False,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
}


def headers_of(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("Status", *names)}
