"""ETags of answers that many readers share: the same facts have the same tag, whenever they were read."""

import hashlib
import json
from collections.abc import Mapping

from box_office.http_api.endpoint import Request, Response


def etag_of(body: Mapping[str, object]) -> str:
    """A weak ETag that ignores `as_of`: facts that were read again and did not change are not sent again."""
    facts = {name: value for name, value in body.items() if name != "as_of"}
    text = json.dumps(facts, separators=(",", ":"), ensure_ascii=False)
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """RFC 9110 section 13.1.2: whether a tag of the list matches, compared weakly; `*` matches every tag."""
    if if_none_match is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def tagged(request: Request, body: Mapping[str, object], status: str, headers: Mapping[str, str]) -> Response:
    """200 with an ETag, or 304 without a body for a reader who has these facts already."""
    etag = etag_of(body)
    if matches(request.headers.get("if-none-match"), etag):
        return Response(304, None, status, {**headers, "ETag": etag})
    return Response(200, body, status, {**headers, "ETag": etag})
