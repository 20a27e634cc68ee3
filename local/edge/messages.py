"""Requests and answers as the edge hands them about: header names keep their order, and compare without case."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

Headers = tuple[tuple[str, str], ...]

# Of one connection, never of the message (RFC 9110 section 7.6.1).
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    "upgrade".split()
)


def header(headers: Headers, name: str) -> str | None:
    """The value; of several, all of them, as a list."""
    values = [value for one, value in headers if one.lower() == name.lower()]
    return ", ".join(values) if values else None


def without(headers: Headers, names: Iterable[str]) -> Headers:
    unwanted = {name.lower() for name in names}
    return tuple((name, value) for name, value in headers if name.lower() not in unwanted)


def with_header(headers: Headers, name: str, value: str) -> Headers:
    return (*without(headers, [name]), (name, value))


def of_the_message(headers: Headers) -> Headers:
    named = {one.strip() for one in (header(headers, "Connection") or "").split(",")}
    return without(headers, HOP_BY_HOP | named)


@dataclass(frozen=True)
class Viewer:
    address: str
    port: int

    @property
    def header(self) -> str:
        """As CloudFront-Viewer-Address has it: an IPv6 address stands there without brackets."""
        return f"{self.address}:{self.port}"


@dataclass(frozen=True)
class Request:
    method: str
    path: str  # as it was sent, still encoded
    query: str
    headers: Headers
    body: bytes
    viewer: Viewer

    def header(self, name: str) -> str | None:
        return header(self.headers, name)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        return header(self.headers, name)

    def having(self, name: str, value: str) -> "Answer":
        return replace(self, headers=with_header(self.headers, name, value))
