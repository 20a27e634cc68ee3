"""What the measurements come to: budgets kept or broken, and tables of detail, as Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Budget:
    """One line of DESIGN section 13."""

    what: str
    budget: str
    measured: str
    kept: bool

    @property
    def verdict(self) -> str:
        return "yes" if self.kept else "**no**"


@dataclass(frozen=True)
class Section:
    """A table with a sentence before it that says how its figures came about."""

    title: str
    how: str
    head: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass
class Report:
    budgets: list[Budget] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def add(self, budgets: Iterable[Budget], *sections: Section) -> None:
        self.budgets += budgets
        self.sections += sections

    @property
    def broken(self) -> list[Budget]:
        return [budget for budget in self.budgets if not budget.kept]

    def markdown(self) -> str:
        lines = [[budget.what, budget.budget, budget.measured, budget.verdict] for budget in self.budgets]
        parts = [table(["what", "budget", "measured", "kept"], lines)]
        parts += [
            f"## {section.title}\n\n{section.how}\n\n{table(section.head, section.rows)}" for section in self.sections
        ]
        return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
