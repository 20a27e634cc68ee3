"""Turns admission's refusals into errors of the API."""

from box_office.domain.errors import Blocked, BoxOfficeError, HoldLimitReached, RateLimited
from box_office.ports import Admission


def refusal(admission: Admission) -> BoxOfficeError:
    match admission.code:
        case "blocked":
            return Blocked("Too many requests for too long; try again in ten minutes.")
        case "hold_limit_reached":
            return HoldLimitReached("You hold seats at as many showings as one person can.")
        case "rate_limited":
            return RateLimited("Too many requests; slow down.", admission.retry_after_seconds)
    raise ValueError(f"admission gave no reason: {admission}")
