"""JSON: its types, and times and money as it shows them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from box_office.domain.money import major_units, minor_units

__all__ = ["Json", "JsonObject", "iso_ms", "iso_seconds", "major_units", "minor_units"]

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None
JsonObject = dict[str, Json]


def iso_ms(epoch_ms: int) -> str:
    """`2026-11-23T10:00:00.000Z`: instants that the server took."""
    return f"{to_the_second(epoch_ms)}.{epoch_ms % 1000:03d}Z"


def iso_seconds(epoch_ms: int) -> str:
    """`2026-11-23T18:00:00Z`: times of the programme."""
    return f"{to_the_second(epoch_ms)}Z"


def to_the_second(epoch_ms: int) -> str:
    # strftime would parse its pattern anew for each time, and a map or a programme has many.
    return datetime.fromtimestamp(epoch_ms // 1000, UTC).isoformat().removesuffix("+00:00")
