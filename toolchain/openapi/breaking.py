"""What a change of the API's document breaks for clients that were written for the document before it. Pure.

`v0` only gains: an answer may gain members and codes, a request may be allowed more. A request that was good stays
good, and an answer stays what the old document promised.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Node = Mapping[str, Any]
# A bound, and whether a larger one allows less.
BOUNDS = {"minimum": True, "minLength": True, "minItems": True, "maximum": False, "maxLength": False, "maxItems": False}
SPELLINGS = ("pattern", "format", "propertyNames")
NOTHING: Node = {}


@dataclass(frozen=True)
class Values:
    """One document's schema of a value."""

    schema: Node
    document: Node

    @property
    def alternatives(self) -> list["Values"]:
        schema = resolved(self.schema, self.document)
        among = schema.get("anyOf") or schema.get("oneOf")
        if among is None:
            return [Values(schema, self.document)]
        return [one for part in among for one in Values(part, self.document).alternatives]

    def member(self, name: str) -> "Values":
        return Values(self.schema["properties"][name], self.document)

    @property
    def words(self) -> frozenset[str] | None:
        """The values that it lists; None: it lists none."""
        if "const" in self.schema:
            return frozenset({repr(self.schema["const"])})
        return frozenset(map(repr, self.schema["enum"])) if "enum" in self.schema else None


def resolved(node: Node, document: Node) -> Node:
    while "$ref" in node:
        found: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def breaks(old: Node, new: Node) -> list[str]:
    """Each in a sentence that begins with the operation's id."""
    return sorted(set(changes_of_operations(old, new)))


def changes_of_operations(old: Node, new: Node) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            verb, after = before["operationId"], new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{verb}: {method.upper()} {path} is gone"
                continue
            for change in (
                *changes_of_caller(before, after),
                *changes_of_parameters(before, after, old, new),
                *changes_of_body(before, after, old, new),
                *changes_of_answers(before, after, old, new),
            ):
                yield f"{verb}: {change}"


def changes_of_caller(before: Node, after: Node) -> Iterator[str]:
    if after["operationId"] != before["operationId"]:
        yield f"its id is now {after['operationId']}"
    if not before["security"] and after["security"]:
        yield "it now needs a token"
    roles = [{role for one in operation["security"] for role in sum(one.values(), [])} for operation in (before, after)]
    if after["security"] and roles[1] and (not roles[0] or roles[0] - roles[1]):
        yield f"it is now for {', '.join(sorted(roles[1]))} alone"


def changes_of_parameters(before: Node, after: Node, old: Node, new: Node) -> Iterator[str]:
    was, is_now = ({(one["in"], one["name"]): one for one in operation["parameters"]} for operation in (before, after))
    for kind, name in was.keys() - is_now.keys():
        yield f"the {kind} parameter {name} is gone"
    for key, parameter in is_now.items():
        if parameter["required"] and not was.get(key, {"required": False})["required"]:
            yield f"the {key[0]} parameter {key[1]} is now required"
        if key in was:
            here = f"the {key[0]} parameter {key[1]}"
            yield from refused(Values(parameter["schema"], new), Values(was[key]["schema"], old), here, "request")


def changes_of_body(before: Node, after: Node, old: Node, new: Node) -> Iterator[str]:
    was, is_now = before.get("requestBody"), after.get("requestBody")
    if is_now is None:
        if was is not None:
            yield "its request has no body any more"
        return
    if is_now["required"] and not (was and was["required"]):
        yield "its request's body is now required"
    for media_type, content in (was or {"content": NOTHING})["content"].items():
        if media_type not in is_now["content"]:
            yield f"its request's body may not be {media_type} any more"
            continue
        wide = Values(is_now["content"][media_type]["schema"], new)
        yield from refused(wide, Values(content["schema"], old), "the request", "request")


def changes_of_answers(before: Node, after: Node, old: Node, new: Node) -> Iterator[str]:
    for status in after["responses"].keys() - before["responses"].keys():
        if status < "400":
            yield f"it now may answer {status}"
    for status, answer in before["responses"].items():
        if status not in after["responses"]:
            if status < "400":
                yield f"it never answers {status} any more"
            continue
        was, is_now = resolved(answer, old), resolved(after["responses"][status], new)
        for name in was["headers"].keys() - is_now["headers"].keys():
            yield f"{status}: the header {name} is gone"
        yield from changes_of_content(status, was.get("content", NOTHING), is_now.get("content", NOTHING), old, new)


def changes_of_content(status: str, was: Node, is_now: Node, old: Node, new: Node) -> Iterator[str]:
    for media_type, content in was.items():
        if media_type not in is_now:
            yield f"{status}: its answer is not {media_type} any more"
            continue
        wide, narrow = Values(content["schema"], old), Values(is_now[media_type]["schema"], new)
        if status < "400":
            yield from refused(wide, narrow, status, "answer")
            continue
        # Codes come and go with the rules. Of a code that stays, the problem stays what it was.
        before, after = by_code(wide), by_code(narrow)
        for code in before.keys() & after.keys():
            yield from refused(before[code], after[code], code, "answer")


def by_code(problems: Values) -> dict[str, Values]:
    return {one.schema["properties"]["code"]["const"]: one for one in problems.alternatives}


def refused(wide: Values, narrow: Values, where: str, side: str) -> Iterator[str]:
    """Why some values of `narrow` are none of `wide`. Of a request the new document's values must be the wider ones, of
    an answer the old one's; `side`: which of both this is."""
    allowed, given = wide.alternatives, narrow.alternatives
    if len(allowed) == len(given) == 1:
        yield from refused_one(allowed[0], given[0], where, side)
        return
    for one in given:
        # Of the alternatives the one that fits best, so that the sentence is about what changed.
        best = min((list(refused_one(other, one, where, side)) for other in allowed), key=len)
        yield from best


def refused_one(wide: Values, narrow: Values, where: str, side: str) -> Iterator[str]:
    types, given = wide.schema.get("type"), narrow.schema.get("type")
    if types is not None and given != types and (types, given) != ("number", "integer"):
        yield f"{where} is {given}, and {types} before" if side == "answer" else f"{where} must be {types}"
        return
    yield from refused_values(wide, narrow, where)
    if "properties" in wide.schema or "properties" in narrow.schema:
        yield from refused_members(wide, narrow, where, side)
    for part in ("items", "additionalProperties"):
        if isinstance(wide.schema.get(part), dict) and isinstance(narrow.schema.get(part), dict):
            inner = Values(wide.schema[part], wide.document), Values(narrow.schema[part], narrow.document)
            yield from refused(*inner, f"{where}[]", side)


def refused_values(wide: Values, narrow: Values, where: str) -> Iterator[str]:
    if wide.words is not None and (narrow.words is None or narrow.words - wide.words):
        further = "anything" if narrow.words is None else ", ".join(sorted(narrow.words - wide.words))
        yield f"{where}: {further} is not among {', '.join(sorted(wide.words))}"
    for spelling in SPELLINGS:
        if spelling in wide.schema and narrow.schema.get(spelling) != wide.schema[spelling] and narrow.words is None:
            yield f"{where}: its {spelling} changed"
    for bound, least in BOUNDS.items():
        if bound in wide.schema and narrow.words is None:
            limit, reached = wide.schema[bound], narrow.schema.get(bound)
            if reached is None or (reached < limit if least else reached > limit):
                yield f"{where}: its {bound} changed"


def refused_members(wide: Values, narrow: Values, where: str, side: str) -> Iterator[str]:
    has, given = wide.schema.get("properties", NOTHING), narrow.schema.get("properties", NOTHING)
    old, new = (narrow, wide) if side == "request" else (wide, narrow)
    for name in old.schema.get("properties", NOTHING).keys() - new.schema.get("properties", NOTHING).keys():
        yield f"{inside(where, name)} is gone"
    lost: Sequence[str] = [
        name for name in wide.schema.get("required", ()) if name not in narrow.schema.get("required", ())
    ]
    for name in lost:
        if name in given or side == "request":
            verb = "is not always there any more" if side == "answer" else "is now required"
            yield f"{inside(where, name)} {verb}"
    for name in has.keys() & given.keys():
        yield from refused(wide.member(name), narrow.member(name), inside(where, name), side)


def inside(where: str, name: str) -> str:
    return f"{where}.{name}"
