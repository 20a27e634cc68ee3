"""How long an answer is kept: the origin's Cache-Control, within the policy's bounds.

Sources, in CloudFront's developer guide: "Manage how long content stays in the cache", "Control how long CloudFront
caches errors", "How CloudFront processes HTTP 4xx and 5xx status codes".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from local.edge.messages import Answer
from local.edge.policies import CachePolicy

KEPT = frozenset({200, 203, 204, 206, 300, 301, 302, 303, 307, 308})
ERRORS_ALWAYS_KEPT = frozenset({404, 410, 414, 500, 501, 502, 503, 504})
ERRORS_KEPT_IF_ASKED = frozenset({400, 403, 405, 412, 415})  # with max-age or s-maxage only
ERRORS_THAT_MAY_REFUSE = frozenset({404, 410, 414, 501})  # of all others, no-store and private are ignored
FORBIDDING = ("no-store", "no-cache", "private")


@dataclass(frozen=True)
class Lifetime:
    fresh: float = 0.0
    stale_while_revalidating: float = 0.0  # after that
    stale_if_error: float = 0.0

    @property
    def is_kept(self) -> bool:
        return self.fresh + max(self.stale_while_revalidating, self.stale_if_error) > 0


def directives(header: str | None) -> dict[str, str]:
    """Name in lower case -> value, empty where there is none."""
    found: dict[str, str] = {}
    for part in (header or "").split(","):
        name, _, value = part.partition("=")
        if name.strip():
            found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def seconds(cache_control: Mapping[str, str], *names: str) -> float | None:
    """Of the first of these directives that is there and is a number."""
    return next((float(cache_control[name]) for name in names if cache_control.get(name, "").isdecimal()), None)


def lifetime_of(answer: Answer, policy: CachePolicy, error_seconds: Callable[[int], float], now: float) -> Lifetime:
    """`now`: seconds since the epoch, for Expires."""
    if answer.status in KEPT:
        return success_lifetime(answer, policy, now)
    return Lifetime(error_fresh(answer, policy, error_seconds(answer.status), now))


def success_lifetime(answer: Answer, policy: CachePolicy, now: float) -> Lifetime:
    cache_control = directives(answer.header("Cache-Control"))
    if any(name in cache_control for name in FORBIDDING):
        return Lifetime(min(policy.minimum, policy.maximum))
    asked = asked_seconds(cache_control, answer, now)
    fresh = min(max(policy.minimum, policy.default if asked is None else asked), policy.maximum)
    return Lifetime(
        fresh,
        min(seconds(cache_control, "stale-while-revalidate") or 0.0, policy.maximum),
        min(seconds(cache_control, "stale-if-error") or 0.0, policy.maximum),
    )


def asked_seconds(cache_control: Mapping[str, str], answer: Answer, now: float) -> float | None:
    asked = seconds(cache_control, "s-maxage", "max-age")
    return asked if asked is not None else expires_in(answer.header("Expires"), now)


def expires_in(expires: str | None, now: float) -> float | None:
    if expires is None:
        return None
    try:
        moment = parsedate_to_datetime(expires)
    except ValueError:
        return 0.0  # "0" and other nonsense mean: already over
    return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now)


def error_fresh(answer: Answer, policy: CachePolicy, minimum: float, now: float) -> float:
    """An error may be kept although the policy caches nothing, and although it says no-store: so CloudFront does."""
    cache_control = directives(answer.header("Cache-Control"))
    asked = asked_seconds(cache_control, answer, now)
    if answer.status in ERRORS_KEPT_IF_ASKED:
        return 0.0 if asked is None else max(minimum, min(asked, policy.maximum))
    if answer.status not in ERRORS_ALWAYS_KEPT:
        return 0.0
    if any(name in cache_control for name in FORBIDDING):
        return 0.0 if answer.status in ERRORS_THAT_MAY_REFUSE else minimum
    return max(minimum, min(asked or 0.0, policy.maximum))
