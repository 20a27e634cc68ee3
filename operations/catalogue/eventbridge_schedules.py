"""One one-time schedule an event, at its end: EventBridge Scheduler sends a message to the queue of ended events."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated
from box_office.domain.catalogue import Event
from box_office.domain.errors import Unavailable
from box_office.domain.messages import event_end_message, written
from operations.catalogue.backoff import TRIES_MAX, backoff_seconds
from operations.catalogue.ports import Progress

CONCURRENCY = 10  # as many connections as a client keeps; at 30 ms a call, 100,000 schedules take five minutes


class EventBridgeSchedules:
    """ports.Schedules. A schedule has its event's id as its name, so an event never has two.

    `group`: the schedules' group. `role_arn`: the role in which the scheduler sends.
    `dead_letter_arn`: the queue of messages that it could not send. `jitter` is uniform in [0, 1).
    """

    def __init__(
        self,
        client: AwsClient,
        group: str,
        queue_arn: str,
        role_arn: str,
        dead_letter_arn: str,
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        self._client = client
        self._group = group
        self._queue_arn = queue_arn
        self._role_arn = role_arn
        self._dead_letter_arn = dead_letter_arn
        self._sleep = sleep
        self._jitter = jitter

    def put_ends(self, events: Sequence[Event], progress: Progress) -> None:
        with ThreadPoolExecutor(CONCURRENCY) as pool:
            calls = [pool.submit(self._put_patiently, event) for event in events]
            try:
                for done, call in enumerate(as_completed(calls), 1):
                    call.result()
                    progress("schedule ends", done, len(events))
            except BaseException:  # Ctrl-C too: calls that have not begun are dropped
                pool.shutdown(cancel_futures=True)
                raise

    def _put_patiently(self, event: Event) -> None:
        for attempt in range(TRIES_MAX):
            try:
                self._put(event)
                return
            except Unavailable:
                if attempt == TRIES_MAX - 1:
                    raise
                self._sleep(backoff_seconds(attempt, self._jitter()))

    def _put(self, event: Event) -> None:
        """Creates the schedule, or updates it if there is one; most are new. If it runs, and so vanishes, between the
        two calls, a later try creates it."""
        schedule = {
            "Name": event.event_id,
            "GroupName": self._group,
            "ScheduleExpression": at_expression(event.end_time),
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": self._queue_arn,
                "RoleArn": self._role_arn,
                "Input": written(event_end_message(event.event_id)),
                "DeadLetterConfig": {"Arn": self._dead_letter_arn},
            },
        }
        with translated("schedule the ends of showings"):
            try:
                self._client.create_schedule(**schedule)
            except self._client.exceptions.ConflictException:
                self._client.update_schedule(**schedule)


def at_expression(time_ms: int) -> str:
    """UTC, in whole seconds, never before `time_ms`."""
    moment = datetime.fromtimestamp(-(-time_ms // 1000), UTC)
    return moment.strftime("at(%Y-%m-%dT%H:%M:%S)")
