"""What of a request the origin gets: what the two policies choose, and what the edge adds."""

from dataclasses import dataclass, replace

from local.edge.cache_key import chosen_cookies, chosen_query, encoding_of
from local.edge.conditional import CONDITIONS
from local.edge.distribution import Behaviour, Origin
from local.edge.messages import Headers, Request, Viewer, of_the_message, with_header, without

OWN = "cloudfront-"  # headers of this name come from the edge alone; a viewer's are dropped
VIEWER_ADDRESS = "CloudFront-Viewer-Address"
AGENT = "Amazon CloudFront"
VIA = "1.1 local-edge (CloudFront)"
# Those that the edge writes itself, or that belong to the connection.
WRITTEN = ("Host", "User-Agent", "X-Forwarded-For", "Via", "Cookie", "Accept-Encoding", "Content-Length")


@dataclass(frozen=True)
class Forwarded:
    method: str
    path: str
    query: str
    headers: Headers
    body: bytes

    def if_none_match(self, tag: str | None) -> "Forwarded":
        """Asks only for another answer than the one that has this entity tag."""
        return replace(self, headers=with_header(self.headers, "If-None-Match", tag)) if tag else self


def forwarded(request: Request, behaviour: Behaviour, origin: Origin) -> Forwarded:
    return Forwarded(
        request.method,
        request.path,
        chosen_query(request.query, [behaviour.cache.parameters, behaviour.forward.parameters]),
        headers_for(request, behaviour, origin),
        request.body,
    )


def headers_for(request: Request, behaviour: Behaviour, origin: Origin) -> Headers:
    chosen = without(viewer_headers(request, behaviour), [name for name, _ in origin.headers])
    return (*chosen, *added_headers(request, behaviour), *origin.headers)


def viewer_headers(request: Request, behaviour: Behaviour) -> Headers:
    choices = (behaviour.cache.headers, behaviour.forward.headers)
    hidden = CONDITIONS if behaviour.cache.caches else ()  # the cache answers those itself
    return tuple(
        (name, value)
        for name, value in without(of_the_message(request.headers), (*WRITTEN, *hidden))
        if not name.lower().startswith(OWN) and any(one.has(name.lower()) for one in choices)
    )


def added_headers(request: Request, behaviour: Behaviour) -> Headers:
    choices = (behaviour.cache.headers, behaviour.forward.headers)
    agent = request.header("User-Agent") if any(one.has("user-agent") for one in choices) else AGENT
    encoding = accepted_encoding(request, behaviour)
    cookies = chosen_cookies(request.header("Cookie"), [behaviour.cache.cookies, behaviour.forward.cookies])
    found: list[tuple[str, str | None]] = [
        ("User-Agent", agent),
        ("X-Forwarded-For", appended(request.header("X-Forwarded-For"), request.viewer)),
        ("Via", VIA),
        ("Accept-Encoding", encoding or None),
        ("Cookie", cookies or None),
        (VIEWER_ADDRESS, request.viewer.header if tells_address(behaviour) else None),
    ]
    return tuple((name, value) for name, value in found if value is not None)


def accepted_encoding(request: Request, behaviour: Behaviour) -> str:
    if behaviour.forward.headers.has("accept-encoding") and not behaviour.cache.gzip:
        return request.header("Accept-Encoding") or ""
    return encoding_of(request.header("Accept-Encoding"), behaviour.cache)


def tells_address(behaviour: Behaviour) -> bool:
    return VIEWER_ADDRESS.lower() in behaviour.forward.added | behaviour.cache.headers.names


def appended(before: str | None, viewer: Viewer) -> str:
    """What the viewer sent stays in front of its address. The API believes none of it."""
    return f"{before}, {viewer.address}" if before else viewer.address
