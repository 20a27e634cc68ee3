"""How the sandbox fails at present. A mode lasts until the next one, over a restart too."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from local.payment_sandbox.store import Store

MODES = {
    "ok": "as Stripe does",
    "slow": "every call takes effect when it arrives and answers after `seconds`",
    "down": "every call fails at once, with 503, and has no effect",
    "rate_limited": "every call fails at once, with 429, and has no effect",
    "declining": "every charge is declined",
    "timeout_after_charge": "a call that moves money takes effect and is not answered; a wrong one is still refused",
}
SLOW_SECONDS_MAX = 120.0
SETTING = "mode"
FAIL_ONCE = "fail_once"  # a setting: whether the next call that moves money takes effect before it is answered 500


class BadSwitch(ValueError):
    """The message says what the switch takes."""


@dataclass(frozen=True)
class Mode:
    name: str = "ok"
    seconds: float = 0.0  # only of `slow`

    def shown(self) -> dict[str, Any]:
        return {"mode": self.name, "seconds": self.seconds} if self.name == "slow" else {"mode": self.name}


def parse_mode(body: Mapping[str, Any]) -> Mode:
    """`{"mode": "ok"}`, `{"mode": "slow", "seconds": 3}`. Raises BadSwitch."""
    name = body.get("mode")
    if not isinstance(name, str) or name not in MODES:
        raise BadSwitch(f"mode must be one of {', '.join(MODES)}.")
    taken = {"mode", "seconds"} if name == "slow" else {"mode"}
    if set(body) - taken:
        raise BadSwitch(f"mode {name} takes {' and '.join(sorted(taken))}, nothing else.")
    if name != "slow":
        return Mode(name)
    seconds = body.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= SLOW_SECONDS_MAX:
        raise BadSwitch(f"mode slow needs seconds: a number above 0, at most {SLOW_SECONDS_MAX:.0f}.")
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
