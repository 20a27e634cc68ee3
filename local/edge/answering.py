"""What the viewer gets of an answer: headers by policy, compressed where CloudFront would."""

import gzip
from dataclasses import replace

from local.edge.cache_key import encoding_of
from local.edge.conditional import is_unchanged, not_modified, weak
from local.edge.distribution import Behaviour
from local.edge.forwarding import VIA
from local.edge.messages import Answer, Headers, Request, with_header, without
from local.edge.policies import HeaderPolicy

COMPRESSED_BYTES = range(1_000, 10_000_001)
COMPRESSED_TYPES = (
    "application/json",
    "application/javascript",
    "application/manifest+json",
    "application/xml",
    "image/svg+xml",
    "text/",
)
LEVEL = 6


def with_policy(answer: Answer, policy: HeaderPolicy) -> Answer:
    """Removed first, then set; one that the origin has sent stays unless the policy overrides it."""
    removed = {name.lower() for name in policy.removed}
    sent = {name.lower() for name, _ in answer.headers} - removed
    chosen = [one for one in policy.set if one.override or one.name.lower() not in sent]
    kept = without(answer.headers, [*removed, *(one.name for one in chosen)])
    return Answer(answer.status, (*kept, *((one.name, one.value) for one in chosen)), answer.body)


def compressed(answer: Answer, request: Request, behaviour: Behaviour) -> Answer:
    """As CloudFront: only what a policy that caches and knows gzip lets through, of a size and a type."""
    kind = (answer.header("Content-Type") or "").lower()
    if (
        not behaviour.compress
        or not behaviour.cache.caches
        or not encoding_of(request.header("Accept-Encoding"), behaviour.cache)
        or answer.status != 200
        or answer.header("Content-Encoding")
        or len(answer.body) not in COMPRESSED_BYTES
        or not kind.startswith(COMPRESSED_TYPES)
    ):
        return answer
    headers = with_header(without(answer.headers, ["Content-Length"]), "Content-Encoding", "gzip")
    headers = with_header(headers, "Vary", "Accept-Encoding")
    tag = answer.header("ETag")
    if tag:
        headers = with_header(headers, "ETag", f"W/{weak(tag)}")
    return Answer(200, headers, gzip.compress(answer.body, LEVEL, mtime=0))


def finished(answer: Answer, request: Request, behaviour: Behaviour, *, age: float | None, cache: str) -> Answer:
    """`age`: in seconds, of an answer out of the cache. `cache`: what X-Cache says."""
    # Where nothing is cached the origin has answered the condition itself, and it alone may.
    if behaviour.cache.caches and is_unchanged(request, answer):
        answer = not_modified(answer)
    answer = with_policy(answer, behaviour.headers)
    own: Headers = (("Via", VIA), ("X-Cache", f"{cache} from cloudfront"))
    own = (*own, ("Age", str(int(age)))) if age is not None else own
    return replace(answer, headers=(*without(answer.headers, [name for name, _ in own]), *own))
