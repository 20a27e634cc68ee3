"""Two requests with the same key get the same answer: path, and what the policy names, nothing else. HEAD is a GET
whose body is left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_plus

from local.edge.messages import Request
from local.edge.policies import CachePolicy, Chosen


@dataclass(frozen=True)
class Key:
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    cookies: str
    encoding: str


def key_of(request: Request, policy: CachePolicy) -> Key:
    headers = {name.lower() for name, _ in request.headers if policy.headers.has(name.lower())}
    return Key(
        request.path,
        chosen_query(request.query, [policy.parameters]),
        tuple((name, request.header(name) or "") for name in sorted(headers)),
        chosen_cookies(request.header("Cookie"), [policy.cookies]),
        encoding_of(request.header("Accept-Encoding"), policy),
    )


def chosen_query(query: str, wanted: Iterable[Chosen]) -> str:
    """The parameters in the order in which they were sent, encoded as they were: that counts at CloudFront too."""
    choices = list(wanted)
    parts = [part for part in query.split("&") if part]
    return "&".join(part for part in parts if has_any(choices, unquote_plus(part.partition("=")[0])))


def chosen_cookies(cookie: str | None, wanted: Iterable[Chosen]) -> str:
    choices = list(wanted)
    parts = [part.strip() for part in (cookie or "").split(";") if part.strip()]
    return "; ".join(part for part in parts if has_any(choices, part.partition("=")[0]))


def has_any(choices: Iterable[Chosen], name: str) -> bool:
    return any(one.has(name) for one in choices)


def encoding_of(accepted: str | None, policy: CachePolicy) -> str:
    """Accept-Encoding as far as it makes a difference: "gzip" or nothing. Brotli is not spoken here."""
    return "gzip" if policy.gzip and accepts_gzip(accepted) else ""


def accepts_gzip(accepted: str | None) -> bool:
    for one in (accepted or "").lower().split(","):
        name, _, weight = one.replace(" ", "").partition(";q=")
        if name in ("gzip", "*") and weight not in ("0", "0.0", "0.00", "0.000"):
            return True
    return False
