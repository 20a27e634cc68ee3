"""Since when sign-ins ask for a code, in memory."""

from dataclasses import dataclass, field

from box_office.domain.errors import Unavailable


@dataclass
class FakeCodeRecords:
    """ports.CodeRecords. `down`: the table does not answer."""

    rows: dict[str, int] = field(default_factory=dict)
    down: bool = False

    def since(self, user_id: str) -> int | None:
        self._answer()
        return self.rows.get(user_id)

    def record(self, user_id: str, now: int) -> None:
        self._answer()
        self.rows.setdefault(user_id, now)

    def forget(self, user_id: str) -> None:
        self._answer()
        self.rows.pop(user_id, None)

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("The table does not answer.")
