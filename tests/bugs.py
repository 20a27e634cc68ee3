"""What only a bug does: it is answered 500, or it ends a consumer's message or a part of a reconciler's run with an
error that is none of ours. The `cinema` fixture fails every test in which that happens, so that no control of a rule
(tests/integration/test_rules_have_controls.py) passes because the code breaks without the rule.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from box_office.queue_api import consumer
from box_office.use_cases.reconcile import Job


def watch(bugs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What consumers and the reconciler catch and log is written into `bugs` as well."""

    @contextmanager
    def noted() -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if not type(error).__module__.startswith("box_office."):
                bugs.append(repr(error))
            raise

    consumed, guarded = consumer.consumed, Job.guarded

    def consumed_and_noted(record: Any, handle: Callable[[Any], None], *rest: Any) -> bool:
        return consumed(record, noted()(handle), *rest)

    @contextmanager
    def guarded_and_noted(job: Job, trouble: str, **whose: object) -> Iterator[None]:
        with guarded(job, trouble, **whose), noted():
            yield

    monkeypatch.setattr(consumer, "consumed", consumed_and_noted)
    monkeypatch.setattr(Job, "guarded", guarded_and_noted)
