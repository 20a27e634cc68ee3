"""Decides whether a message goes back from a dead-letter queue, and after how long: longer each time."""

from collections.abc import Mapping
from dataclasses import dataclass

DELAY_SECONDS_MAX = 900  # SQS's own


@dataclass(frozen=True)
class Redrive:
    redrives: int  # how often the message has gone back, this time included
    delay_seconds: int


def decide_redrive(
    attributes: Mapping[str, str], redrives_max: int, first_seconds: int, jitter: float
) -> Redrive | None:
    """None: the message has gone back `redrives_max` times, and is parked. `jitter`, in [0, 1), spreads messages that
    failed together."""
    before = attributes.get("redrives", "0")
    redrives = int(before) if before.isdigit() else 0
    if redrives >= redrives_max:
        return None
    delay = first_seconds * 2**redrives * (0.5 + jitter / 2)
    return Redrive(redrives + 1, min(DELAY_SECONDS_MAX, int(delay)))
