"""The pauses between the loader's tries. They are long: the loader runs for minutes, and customers buy meanwhile."""

TRIES_MAX = 10  # of one call; with the waits below, two minutes
WAIT_SECONDS_MAX = 20.0


def backoff_seconds(attempt: int, jitter: float) -> float:
    """With full jitter, in [0, 1), so that several loaders do not try again at the same instant."""
    return min(WAIT_SECONDS_MAX, 0.1 * 2.0**attempt) * jitter
