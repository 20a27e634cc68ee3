"""`python -m operations.redrive`: sends parked and dead-lettered messages back to the queues where they failed.
Called by `make redrive`.

To be run after a repair. A parked message goes back to its queue; a message in a dead-letter queue that no function
empties goes back to the queue before it. Each has all its tries again. One that fails again is parked again, so a run
moves at most as many as it finds when it begins. A message that is handled a second time changes nothing. A message
that names no queue to go back to stays where it is, and the next run finds it again.

Exits 0 when all messages were sent back, also when there were none; 1 when some were not; 2 when it was called wrongly.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from box_office.names import PARKED, dead_letters, lane
from operations.commands import act_on_target
from operations.output import counted, fail
from operations.target import Target

MESSAGES_MAX = 10_000  # of one queue in one run: another run moves the rest
BATCH = 10  # what ReceiveMessage gives, and ChangeMessageVisibilityBatch takes
WAIT_SECONDS = 1  # asks all of a queue's servers, not a sample of them
EMPTY_MAX = 2
AGAIN = "Then type the same command again: it sends the rest."


@dataclass(frozen=True)
class Sent:
    origin: str
    destination: str | None  # None: the message names no queue to go back to, and it stays
    reason: str


def queues_to_empty(queues: Mapping[str, str]) -> Iterator[str]:
    """The parking queue, and dead-letter queues without a function; a lane's has one."""
    lanes = {dead_letters(lane(number)) for number in range(len(queues))}
    return (name for name in sorted(queues) if name == PARKED or (name.endswith("-dlq") and name not in lanes))


def destination_of(origin: str, message: Mapping[str, Any], queues: Mapping[str, str]) -> str | None:
    named = message.get("MessageAttributes", {}).get("queue", {}).get("StringValue")
    name = named if origin == PARKED else origin.removesuffix("-dlq")
    return name if name in queues and name != origin else None


def send_back(sqs: Any, queues: Mapping[str, str], origin: str) -> Iterator[Sent]:
    """Sends a message before it deletes it: a run that is stopped in between sends it twice and never loses it."""
    url, done, empty = queues[origin], 0, 0
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    waiting = min(MESSAGES_MAX, int(counts["ApproximateNumberOfMessages"]))
    left: list[str] = []
    try:
        while done < waiting and empty < EMPTY_MAX:
            messages = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=min(BATCH, waiting - done),
                WaitTimeSeconds=WAIT_SECONDS,
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            empty = 0 if messages else empty + 1
            done += len(messages)
            for message in messages:
                destination = destination_of(origin, message, queues)
                if destination is not None:
                    sqs.send_message(QueueUrl=queues[destination], MessageBody=message["Body"])
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                else:
                    left.append(message["ReceiptHandle"])
                reason = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "failed too often")
                yield Sent(origin, destination, reason)
    finally:
        show_again(sqs, url, left)


def show_again(sqs: Any, url: str, receipts: Sequence[str]) -> None:
    """Makes messages visible again, at the end of a run, which would else receive them again. A message that is visible
    by now is no error of the batch."""
    for first in range(0, len(receipts), BATCH):
        entries = [
            {"Id": str(number), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
            for number, receipt in enumerate(receipts[first : first + BATCH])
        ]
        sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def redrive(target: Target) -> int:
    """Prints what it sent back, also when AWS fails or the operator stops it in between. Raises NoTarget."""
    found: Counter[Sent] = Counter()
    queues, sqs = target.queues(), target.client("sqs")
    try:
        for origin in queues_to_empty(queues):
            for sent in send_back(sqs, queues, origin):
                found[sent] += 1
    finally:
        tell(found)
    stuck = sum(count for sent, count in found.items() if sent.destination is None)
    if stuck:
        return fail(
            f"Left in place: {counted(stuck, 'message')} that named no queue to go back to.",
            "docs/operations.md#parked says how to read and delete them.",
        )
    print(f"{counted(found.total(), 'message')} sent back." if found else "Nothing is parked.")
    return 0


def tell(found: Mapping[Sent, int]) -> None:
    for sent, count in sorted(found.items(), key=lambda one: (one[0].origin, one[0].destination or "")):
        print(f"{count:6} {sent.origin} -> {sent.destination or 'left where it was'}: {sent.reason}", flush=True)


def main(arguments: Sequence[str]) -> int:
    description = "Send parked and dead-lettered messages back to their queues."
    argparse.ArgumentParser(prog="make redrive", usage="make redrive", description=description).parse_args(arguments)
    return act_on_target(redrive, again=AGAIN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
