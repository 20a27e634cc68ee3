"""How much work waits on a lane, by the length of its queue, asked once a second at most."""

from box_office.domain.errors import Unavailable
from box_office.ports import Clock, Lanes

KEEP_MS = 1_000
KEEP_NO_ANSWER_MS = 30_000  # a queue that does not answer costs a customer seconds: the next ones are not to wait too


class QueuedLaneWork:
    """ports.LaneWork. A queue that does not say how long it is refuses no payment."""

    def __init__(self, lanes: Lanes, payments_per_second: float, clock: Clock) -> None:
        """`payments_per_second`: that the workers of one lane can make."""
        self._lanes = lanes
        self._payments_per_second = payments_per_second
        self._clock = clock
        self._kept: dict[str, tuple[int, int]] = {}  # lane: until when, its work

    def waiting_ms(self, lane: str) -> int:
        now = self._clock.now_ms()
        kept_until, work = self._kept.get(lane, (0, 0))
        if now < kept_until:
            return work
        try:
            work, keep_ms = round(self._lanes.backlog(lane) / self._payments_per_second * 1000), KEEP_MS
        except Unavailable:
            work, keep_ms = 0, KEEP_NO_ANSWER_MS
        self._kept[lane] = (self._clock.now_ms() + keep_ms, work)
        return work
