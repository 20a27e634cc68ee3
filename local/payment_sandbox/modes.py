"""How the sandbox fails at present. A mode lasts until the next one, over a restart too."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from local.payment_sandbox.store import Store

MODES = {
    "ok": "as Stripe does",
    "slow": "every call takes effect when it arrives and answers after `seconds`",
    "hang": "every call is accepted, has no effect and is never answered; after `seconds` its connection is closed",
    "down": "every call fails at once, with 503, and has no effect",
    "rate_limited": "every call fails at once, with 429 and the code rate_limit, and has no effect",
    "lock_timeout": "every call fails at once, with 429 and the code lock_timeout, and has no effect",
    "declining": "every charge is declined",
    "declining_without_code": "every charge is declined, without what Stripe may leave out of its error",
    "timeout_after_charge": "a call that moves money takes effect and is not answered; a wrong one is still refused",
}
TIMED = ("slow", "hang")
SECONDS_MAX = 120.0
SETTING = "mode"
FAIL_ONCE = "fail_once"  # a setting: whether the next call that moves money takes effect before it is answered 500


class BadSwitch(ValueError):
    """The message says what the switch takes."""


@dataclass(frozen=True)
class Mode:
    """`seconds`: of `slow` and `hang` only."""

    name: str = "ok"
    seconds: float = 0.0

    def shown(self) -> dict[str, Any]:
        return {"mode": self.name, "seconds": self.seconds} if self.name in TIMED else {"mode": self.name}


def parse_mode(body: Mapping[str, Any]) -> Mode:
    """`{"mode": "ok"}`, `{"mode": "slow", "seconds": 3}`. Raises BadSwitch."""
    name = body.get("mode")
    if not isinstance(name, str) or name not in MODES:
        raise BadSwitch(f"mode must be one of {', '.join(MODES)}.")
    taken = {"mode", "seconds"} if name in TIMED else {"mode"}
    if set(body) - taken:
        raise BadSwitch(f"mode {name} takes {' and '.join(sorted(taken))}, nothing else.")
    if name not in TIMED:
        return Mode(name)
    seconds = body.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= SECONDS_MAX:
        raise BadSwitch(f"mode {name} needs seconds: a number above 0, at most {SECONDS_MAX:.0f}.")
    return Mode(name, float(seconds))


class CurrentMode:
    """Read by every call without the store's lock: replacing a reference is one step."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.transaction():
            self._mode = Mode(**(store.setting(SETTING) or {}))

    def get(self) -> Mode:
        return self._mode

    def set(self, mode: Mode) -> None:
        with self._store.transaction():
            self._store.put_setting(SETTING, asdict(mode))
            self._mode = mode
