"""Makes ministack's queues and schedules behave as AWS's do.

In 1.5.33 these were checked and need no change: an event source mapping's MaximumConcurrency (never more batches at
once), batches answered in part, a message's own visibility time and delay, the move to a dead-letter queue, a mapping
on one, raw delivery from a topic. A message is fetched as soon as it is sent; one whose delay or visibility time is
over, within a second.
"""

import asyncio
import threading
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any

TICK_SECONDS = (
    1  # instead of ten, so that what is due each minute, or at an event's end, is not late by a sixth of that
)


def keep_every_message() -> None:
    """A function that takes messages from a queue makes a new list of those that stay. Requests, mappings, topics and
    schedules do so in threads of their own, and what another one adds meanwhile would be gone. So they take turns."""
    from ministack.services import eventbridge, sns, sqs

    turn = threading.RLock()
    sqs._queues_lock = turn  # what the mappings' own fetching and deleting takes

    def in_turn(change: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(change)
        def wait_and_change(*args: Any, **options: Any) -> Any:
            with turn:
                return change(*args, **options)

        return wait_and_change

    def replace(module: ModuleType, name: str) -> None:
        setattr(module, name, in_turn(getattr(module, name)))

    # Receiving waits for messages, so its steps take turns, not the whole of it.
    for name in ("_expire_retained", "_dlq_sweep", "_collect_msgs"):
        replace(sqs, name)
    replace(sns, "_deliver_to_sqs")
    replace(eventbridge, "_dispatch_to_sqs")
    for action, change in sqs._HANDLERS.items():
        if not asyncio.iscoroutinefunction(change):
            sqs._HANDLERS[action] = in_turn(change)


def run_schedules_on_time() -> None:
    from ministack.services import eventbridge, scheduler

    for module, name in ((eventbridge, "_SCHEDULER_TICK_INTERVAL"), (scheduler, "_SCHEDULE_TICK_INTERVAL")):
        getattr(module, name)  # another version fails here, by name
        setattr(module, name, TICK_SECONDS)
