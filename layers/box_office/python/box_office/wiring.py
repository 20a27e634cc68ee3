"""The only module that knows both sides: which adapter stands behind which port."""

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from box_office import ports
from box_office.adapters.aws_clients import client
from box_office.adapters.catalogue_memory import RememberedCatalogue
from box_office.adapters.dynamodb_catalogue import CatalogueTables, DynamoDBCatalogue
from box_office.adapters.s3_snapshot import SnapshotReader
from box_office.settings import CatalogueSettings, Settings

S = TypeVar("S", bound=Settings)
Handler = Callable[[Any, Any], Mapping[str, Any]]


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def at_cold_start(build: Callable[[S, ports.Clock], Handler], settings_class: type[S]) -> Handler:
    """The handler that Lambda calls, built while the environment starts: that time is cheap, the first request's is
    not. Elsewhere (tests, tools) importing a function's file does nothing, and `build` is called with what is wanted.
    """
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        return build(settings_class.from_environment(os.environ), SystemClock())

    def not_built(event: Any, context: Any) -> Mapping[str, Any]:
        raise RuntimeError("outside of Lambda, call build() with settings and a clock")

    return not_built


def catalogue(settings: CatalogueSettings) -> ports.Catalogue:
    tables = CatalogueTables(
        movies=settings.movies_table,
        theaters=settings.theaters_table,
        rooms=settings.rooms_table,
        events=settings.events_table,
    )
    return RememberedCatalogue(
        DynamoDBCatalogue(client("dynamodb"), tables),
        SnapshotReader(client("s3"), settings.catalogue_bucket),
        settings.catalogue_memory_seconds,
    )
