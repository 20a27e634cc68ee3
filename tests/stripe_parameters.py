"""Holds a request's parameters against the package's own types, which Stripe generates from the API that it serves."""

import sys
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, Union, get_args, get_origin

import stripe.params
import typing_extensions
from stripe import RequestOptions
from typing_extensions import is_typeddict

MARKERS = (NotRequired, typing.Required, typing_extensions.NotRequired, typing_extensions.Required)


def complaints(parameters: Mapping[str, Any], typed: Any, path: str = "") -> list[str]:
    """Names that `typed`, a TypedDict of the package, does not have, and words that are none of its own."""
    found = []
    for name, value in parameters.items():
        where = f"{path}[{name}]" if path else name
        if name not in typed.__annotations__ or name in RequestOptions.__annotations__:
            found.append(f"{typed.__name__} has no {where}")
            continue
        found += of_value(value, list(alternatives(typed.__annotations__[name], typed)), typed, where)
    return found


def of_value(value: Any, allowed: list[Any], typed: Any, where: str) -> list[str]:
    if isinstance(value, Mapping):
        objects = [one for one in allowed if is_typeddict(one)]
        if objects:
            return min((complaints(value, one, where) for one in objects), key=len)
        lists = [get_args(one)[0] for one in allowed if get_origin(one) is list]
        items = [one for inner in lists for one in alternatives(inner, typed)]
        if items:
            return [text for item in value.values() for text in of_value(item, items, typed, f"{where}[]")]
        return [] if any(get_origin(one) is dict for one in allowed) else [f"{where} is no object"]
    if all(is_typeddict(one) or get_origin(one) in (dict, list) for one in allowed):
        return [f"{where} is no value"]
    words = [word for one in allowed if get_origin(one) is Literal for word in get_args(one)]
    return [f"{where} is none of Stripe's words: {value}"] if words and value not in words else []


def alternatives(annotation: Any, typed: Any) -> Iterator[Any]:
    """What a member may be, with unions and names that the package writes as text taken apart."""
    if isinstance(annotation, str):
        annotation = typing.ForwardRef(annotation)
    if isinstance(annotation, typing.ForwardRef):
        names = vars(sys.modules[typed.__module__])
        annotation = eval(annotation.__forward_arg__, {**vars(typing), **names})
    if get_origin(annotation) in (Union, types.UnionType, *MARKERS):
        for inner in get_args(annotation):
            yield from alternatives(inner, typed)
    else:
        yield annotation


def params_of(name: str) -> Any:
    return getattr(stripe.params, name)
