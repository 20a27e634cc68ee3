"""Reads the stages' files, `stages/<stage>.toml`, without the CDK. A deployment makes a Stage of one; `make catalogue`
reads its rules of sale."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STAGES = Path(__file__).resolve().parent.parent / "stages"
ON_SALE, DURING_ON_SALE = "on_sale", "during_on_sale"


class UnknownStage(ValueError):
    """The stage, or a setting of its file, is not one that can be deployed. The message is for the engineer who
    deploys."""


@dataclass(frozen=True)
class StageFile:
    """`during`: settings of an on-sale, which replace those `written` while `on_sale` is true."""

    written: Mapping[str, Any]
    during: Mapping[str, Any]
    on_sale: bool

    @property
    def raised(self) -> dict[str, Any]:
        return {**self.written, **self.during}

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that a deployment of the file uses now."""
        return self.raised if self.on_sale else dict(self.written)


def stage_names(directory: Path = STAGES) -> list[str]:
    return sorted(path.stem for path in directory.glob("*.toml"))


def file_name(stage: str, directory: Path = STAGES) -> str:
    """The file's name in messages: `stages/dev.toml`."""
    return f"{directory.name}/{stage}.toml"


def read_stage_file(stage: str, directory: Path = STAGES) -> StageFile:
    """The file of one of `stage_names`. Raises UnknownStage."""
    file = file_name(stage, directory)
    try:
        written = tomllib.loads((directory / f"{stage}.toml").read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnknownStage(f"{file}: {error}.") from error
    on_sale, during = written.pop(ON_SALE, False), written.pop(DURING_ON_SALE, {})
    if not isinstance(on_sale, bool) or not isinstance(during, dict):
        raise UnknownStage(f"{file}: {ON_SALE} is true or false, and [{DURING_ON_SALE}] a table of settings.")
    return StageFile(written, during, on_sale)
