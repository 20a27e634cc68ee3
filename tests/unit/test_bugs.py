"""The harness of the races fails on what only a bug does (tests/bugs.py)."""

from types import SimpleNamespace
from typing import Any

import pytest

from box_office.domain.errors import Unavailable
from box_office.ports import Counters
from box_office.queue_api import consumer
from tests import bugs
from tests.fakes.box_office import World
from tests.fakes.money import FakeCounters

RECORD = {"body": "{}", "attributes": {}, "messageId": "m", "receiptHandle": "r", "eventSourceARN": "arn:lane-0"}


def consume(error: Exception, counters: Counters) -> list[Any]:
    """One message that ends so. Returns what its handler answered."""

    def handle(message: consumer.Message) -> None:
        raise error

    deliveries = SimpleNamespace(delay=lambda *_: None)
    logger = SimpleNamespace(warning=lambda *_, **__: None, info=lambda *_, **__: None)
    return consumer.consumer(handle, deliveries, counters, logger, "")({"Records": [RECORD]}, None)["batchItemFailures"]


@pytest.mark.parametrize(("error", "found"), [(TypeError("two arguments"), 1), (Unavailable("away"), 0)])
def test_a_consumers_bug_is_noted_and_an_error_of_ours_is_not(
    monkeypatch: pytest.MonkeyPatch, error: Exception, found: int
) -> None:
    noted: list[str] = []
    bugs.watch(noted, monkeypatch)
    assert len(consume(error, FakeCounters())) == 1, "the message comes back all the same"
    assert len(noted) == found


@pytest.mark.parametrize(("error", "found"), [(KeyError("a bug"), 64), (Unavailable("away"), 0)])
def test_the_reconcilers_bug_is_noted_and_an_error_of_ours_is_not(
    monkeypatch: pytest.MonkeyPatch, error: Exception, found: int
) -> None:
    noted: list[str] = []
    bugs.watch(noted, monkeypatch)
    world = World()

    def broken(*_: Any) -> Any:
        raise error

    world.plain_orders.due = broken
    world.reconcile()
    assert len(noted) == found
