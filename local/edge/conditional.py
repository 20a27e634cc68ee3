"""Conditional requests against an answer that is at hand (RFC 9110 section 13). ETags compare weakly."""

from email.utils import parsedate_to_datetime

from local.edge.messages import Answer, Request, without

OF_A_BODY = ("Content-Length", "Content-Encoding", "Content-Type", "Content-Range")
CONDITIONS = ("If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range")


def weak(tag: str) -> str:
    return tag.strip().removeprefix("W/")


def is_unchanged(request: Request, answer: Answer) -> bool:
    """True if the viewer has this answer already. If-Modified-Since counts only without If-None-Match."""
    if answer.status != 200 or request.method not in ("GET", "HEAD"):
        return False
    asked, tag = request.header("If-None-Match"), answer.header("ETag")
    if asked is not None:
        return asked.strip() == "*" or (tag is not None and weak(tag) in map(weak, asked.split(",")))
    since, modified = request.header("If-Modified-Since"), answer.header("Last-Modified")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def not_modified(answer: Answer) -> Answer:
    return Answer(304, without(answer.headers, OF_A_BODY), b"")
