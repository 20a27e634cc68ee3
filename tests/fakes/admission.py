"""Admission in memory: leaky buckets, the blacklist, and the cap of live holds."""

from dataclasses import dataclass, field

from box_office.adapters.valkey.seats import AdmissionLimits, Bucket
from box_office.ports import Admission, Visitor

TEN_MINUTES = 600_000


@dataclass
class Counter:
    """What is known of one user or one address."""

    levels: dict[str, tuple[float, int]] = field(default_factory=dict)  # bucket -> level, as at
    refused: int = 0
    refused_from: int = 0
    blocked_until: int = 0
    holds: dict[str, int] = field(default_factory=dict)  # event -> end

    def fill(self, name: str, bucket: Bucket, refusals_max: int, now: int, weight: int) -> Admission:
        if self.blocked_until > now:
            return Admission("blocked")
        level, at = self.levels.get(name, (0.0, now))
        level = max(0.0, level - max(0, now - at) * bucket.per_second / 1000)
        if level + weight > bucket.burst:
            self.refuse(refusals_max, now)
            wait_ms = int((level + weight - bucket.burst) * 1000 / bucket.per_second)
            return Admission("rate_limited", max(1, -(-wait_ms // 1000)))
        self.levels[name] = (level + weight, max(now, at))
        return Admission()

    def refuse(self, refusals_max: int, now: int) -> None:
        if not self.refused or now - self.refused_from > TEN_MINUTES:
            self.refused, self.refused_from = 0, now
        self.refused += 1
        if self.refused >= refusals_max:
            self.blocked_until = now + TEN_MINUTES

    def add_hold(self, event_id: str, hold_until: int, live_holds_max: int, now: int) -> Admission:
        self.holds = {event: end for event, end in self.holds.items() if end > now}
        if event_id not in self.holds and len(self.holds) >= live_holds_max:
            return Admission("hold_limit_reached")
        self.holds[event_id] = hold_until
        return Admission()


class FakeAdmission:
    def __init__(self, limits: AdmissionLimits) -> None:
        self.limits = limits
        self._users: dict[str, Counter] = {}
        self._addresses: dict[str, Counter] = {}
        self.blocked_by_operator: set[str] = set()  # users and addresses

    def user(self, visitor: Visitor) -> Counter:
        assert visitor.user_id is not None
        return self._users.setdefault(visitor.user_id, Counter())

    def passes(
        self, visitor: Visitor, action: str, now: int, hold: tuple[str, int] | None = None, weight: int = 1
    ) -> Admission:
        """Both counters are filled, whichever refuses; the user's answer comes first. `hold`: event, end."""
        user = self._pass_user(visitor, action, now, hold, weight) if visitor.user_id is not None else Admission()
        address = self._pass_address(visitor.address, now, weight)
        return user if user.code is not None else address

    def _pass_user(
        self, visitor: Visitor, action: str, now: int, hold: tuple[str, int] | None, weight: int
    ) -> Admission:
        if visitor.user_id in self.blocked_by_operator:
            return Admission("blocked")
        factor = self.limits.desk_factor if visitor.desk else 1
        bucket = self.limits.hold if action == "hold" else self.limits.look
        bucket = Bucket(bucket.per_second * factor, bucket.burst * factor)
        admission = self.user(visitor).fill(action, bucket, self.limits.user_refusals_max, now, weight)
        if admission.code is None and hold is not None and not visitor.desk:
            admission = self.user(visitor).add_hold(*hold, self.limits.live_holds_max, now)
        return admission

    def _pass_address(self, address: str, now: int, weight: int) -> Admission:
        if address in self.blocked_by_operator:
            return Admission("blocked")
        counter = self._addresses.setdefault(address, Counter())
        return counter.fill("any", self.limits.address, self.limits.address_refusals_max, now, weight)
