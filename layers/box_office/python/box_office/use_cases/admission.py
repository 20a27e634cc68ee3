"""Turns admission's refusals into errors of the API, and records the blocks that they began."""

from contextlib import suppress

from box_office.domain.errors import Blocked, BoxOfficeError, HoldLimitReached, RateLimited, Unavailable
from box_office.ports import Admission, Blocks


def refusal(admission: Admission, blocks: Blocks) -> BoxOfficeError:
    """The error to raise. The cache refuses a blocked subject already; the table's row brings the block back after the
    cache was lost, and shows it to operators. If the table does not answer, the block goes without both,
    and `make unblock` ends it all the same."""
    for block in admission.begun:
        with suppress(Unavailable):
            blocks.put(block)
    match admission.code:
        case "blocked":
            return Blocked("This account, or the address that it asks from, is blocked for a while.")
        case "hold_limit_reached":
            return HoldLimitReached("You hold seats at as many showings as one person can.")
        case "rate_limited":
            return RateLimited("Too many requests; slow down.", admission.retry_after_seconds)
    raise ValueError(f"admission gave no reason: {admission}")
