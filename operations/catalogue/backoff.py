"""How patiently a loader tries again: it runs for minutes anyway, and customers are buying meanwhile."""

TRIES_MAX = 10  # of one call; with the waits below, two minutes
WAIT_SECONDS_MAX = 20.0


def backoff_seconds(attempt: int, jitter: float) -> float:
    """Full jitter, in [0, 1): several loaders, or one beside an on-sale, do not come back at the same instant."""
    return min(WAIT_SECONDS_MAX, 0.1 * 2.0**attempt) * jitter
