"""Time, ids, randomness, and the figures that alarms watch."""

from typing import Protocol


class Clock(Protocol):
    def now_ms(self) -> int:
        """Server time in epoch milliseconds. A request takes it once, when it begins, and passes it on."""
        ...

    def sleep(self, seconds: float) -> None: ...


class Ids(Protocol):
    def order_id(self) -> str: ...

    def token(self) -> str:
        """At most 36 characters, never the same twice."""
        ...

    def jitter(self) -> float:
        """Uniform in [0, 1)."""
        ...


class Counters(Protocol):
    """Figures that alarms watch."""

    def count(self, name: str, order_id: str | None = None, number: int = 1) -> None:
        """`order_id`: the order concerned, which the person on call finds in the log. `number` 0 is not counted."""
        ...

    def flush(self) -> None: ...
