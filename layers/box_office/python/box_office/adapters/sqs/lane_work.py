"""How much work waits on a lane, by the length of its queue, asked once in a while."""

from box_office.domain.errors import Unavailable
from box_office.ports import Clock, Lanes

KEEP_MS = 10_000  # three quarters of an hour of work neither come nor go in that time


class QueuedLaneWork:
    """ports.LaneWork. A queue that does not say how long it is refuses no payment."""

    def __init__(self, lanes: Lanes, payments_per_second: float, clock: Clock) -> None:
        """`payments_per_second`: that the workers of one lane can make."""
        self._lanes = lanes
        self._payments_per_second = payments_per_second
        self._clock = clock
        self._kept: dict[str, tuple[int, int]] = {}  # lane: when it was asked, its work

    def waiting_ms(self, lane: str) -> int:
        now = self._clock.now_ms()
        asked_at, work = self._kept.get(lane, (now - KEEP_MS, 0))
        if now - asked_at < KEEP_MS:
            return work
        try:
            work = round(self._lanes.backlog(lane) / self._payments_per_second * 1000)
        except Unavailable:
            work = 0
        self._kept[lane] = (now, work)
        return work
