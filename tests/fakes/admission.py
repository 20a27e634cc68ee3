"""Admission in memory: leaky buckets, the blocks, and the cap of live holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from box_office.adapters.valkey.seats import AdmissionLimits, Bucket
from box_office.domain.blocks import Block, CachedBlock, Kind, Subject, overflow
from box_office.ports import Admission, Visitor

TEN_MINUTES = 600_000


@dataclass
class Counter:
    """What is known of one user or one address."""

    subject: Subject
    block_ms: int
    levels: dict[str, tuple[float, int]] = field(default_factory=dict)  # bucket -> level, as at
    refused: int = 0
    refused_from: int = 0
    block: CachedBlock | None = None
    holds: dict[str, int] = field(default_factory=dict)  # event -> end

    def fill(self, name: str, bucket: Bucket, refusals_max: int, now: int, weight: int, spared: bool) -> Admission:
        """`spared`: no block refuses this request."""
        if self.block is not None and self.block.ends_at > now:
            if not spared:
                return Admission("blocked", -(-(self.block.ends_at - now) // 1000))
            name = "release"
        level, at = self.levels.get(name, (0.0, now))
        level = max(0.0, level - max(0, now - at) * bucket.per_second / 1000)
        if level + weight > bucket.burst:
            wait_ms = int((level + weight - bucket.burst) * 1000 / bucket.per_second)
            return Admission("rate_limited", max(1, -(-wait_ms // 1000)), self.refuse(refusals_max, now))
        self.levels[name] = (level + weight, max(now, at))
        return Admission()

    def refuse(self, refusals_max: int, now: int) -> tuple[Block, ...]:
        if not self.refused or now - self.refused_from > TEN_MINUTES:
            self.refused, self.refused_from = 0, now
        self.refused += 1
        if self.refused < refusals_max:
            return ()
        self.refused = 0
        begun = overflow(self.subject, refusals_max, now, now + self.block_ms)
        if self.block is not None and self.block.ends_at >= begun.ends_at:
            return ()
        self.block = CachedBlock(self.subject, begun.began_at, begun.ends_at)
        return (begun,)

    def carry(self, block: CachedBlock, now: int) -> None:
        known = self.block
        if known and known.ends_at > now and known.began_at > block.began_at and known.ends_at > block.ends_at:
            return
        self.block = block if block.ends_at > now else None

    def add_hold(self, event_id: str, hold_until: int, live_holds_max: int, now: int) -> Admission:
        self.holds = {event: end for event, end in self.holds.items() if end > now}
        if event_id not in self.holds and len(self.holds) >= live_holds_max:
            return Admission("hold_limit_reached")
        self.holds[event_id] = hold_until
        return Admission()


class FakeAdmission:
    """ports.BlockedInCache, and the buckets."""

    def __init__(self, limits: AdmissionLimits) -> None:
        self.limits = limits
        self._counters: dict[Subject, Counter] = {}

    def user(self, visitor: Visitor) -> Counter:
        assert visitor.user_id is not None
        return self.counter(Subject(Kind.USER, visitor.user_id))

    def counter(self, subject: Subject) -> Counter:
        found = self._counters.setdefault(subject, Counter(subject, self.limits.block_ms))
        found.block_ms = self.limits.block_ms
        return found

    def carry(self, blocks: Sequence[CachedBlock], now: int) -> None:
        for block in blocks:
            self.counter(block.subject).carry(block, now)

    def passes(
        self, visitor: Visitor, action: str, now: int, hold: tuple[str, int] | None = None, weight: int = 1
    ) -> Admission:
        """Both counters are filled, whichever refuses; the user's answer comes first. `hold`: event, end."""
        user = self._pass_user(visitor, action, now, hold, weight) if visitor.user_id is not None else Admission()
        counter = self.counter(Subject(Kind.ADDRESS, visitor.address))
        spared, limits = action == "release", self.limits
        address = counter.fill("any", limits.address, limits.address_refusals_max, now, weight, spared)
        first = user if user.code is not None else address
        return replace(first, begun=user.begun + address.begun)

    def _pass_user(
        self, visitor: Visitor, action: str, now: int, hold: tuple[str, int] | None, weight: int
    ) -> Admission:
        factor = self.limits.desk_factor if visitor.desk else 1
        name, bucket = ("look", self.limits.look) if action == "look" else ("hold", self.limits.hold)
        bucket = Bucket(bucket.per_second * factor, bucket.burst * factor)
        spared, refusals_max = action == "release", self.limits.user_refusals_max
        admission = self.user(visitor).fill(name, bucket, refusals_max, now, weight, spared)
        if admission.code is None and hold is not None and not visitor.desk:
            admission = self.user(visitor).add_hold(*hold, self.limits.live_holds_max, now)
        return admission
