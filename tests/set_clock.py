"""A clock that a test sets, in the place of ports.Clock."""

from tests.sample_catalogue import TODAY


class SetClock:
    """Time stands still until a test moves it; a sleep moves it too."""

    def __init__(self, now: int = TODAY) -> None:
        self.now = now
        self.slept: list[float] = []

    def now_ms(self) -> int:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += int(seconds * 1000)

    def advance(self, **duration: float) -> None:
        units = {"minutes": 60_000, "seconds": 1_000, "ms": 1}
        self.now += int(sum(amount * units[unit] for unit, amount in duration.items()))
