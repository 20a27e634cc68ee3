"""The embedded AWS's queues lose nothing while several threads work on them. Run by the interpreter it runs on."""

import subprocess

import pytest

from tests.waiting import WAIT_SECONDS_MAX
from toolchain.install import EMBEDDED_AWS, ROOT

# A message is sent in the very instant in which another one's deletion has made its list of those that stay.
RACE = """
import sys, threading
from ministack.services import sqs
from local.embedded_aws.deliveries import keep_every_message

if sys.argv[1] == "adapted":
    keep_every_message()
url = sqs._HANDLERS["CreateQueue"]({"QueueName": "q"}, "")["QueueUrl"]

def send(body):
    sqs._HANDLERS["SendMessage"]({"QueueUrl": url, "MessageBody": body}, url)

class Messages(list):
    def __iter__(self):
        yield from list.__iter__(self)
        threads.append(threading.Thread(target=send, args=("late",)))
        threads[-1].start()
        threads[-1].join(0.2)

send("early")
threads, queue = [], sqs._queues.get(url)
queue["messages"] = Messages(queue["messages"])
sqs._delete_messages_for_esm(url, {"another's"})
threads[0].join(5)
print([message["body"] for message in list.__iter__(queue["messages"])])
"""


def run(*arguments: str) -> str:
    done = subprocess.run(
        [EMBEDDED_AWS.python, "-c", *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "IOT_MTLS_ENABLED": "0"},
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS_MAX,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "queues, kept", [("adapted", "['early', 'late']"), ("as they are", "['early']")], ids=["adapted", "control"]
)
def test_a_message_sent_while_another_is_deleted_stays(queues: str, kept: str) -> None:
    assert run(RACE, queues) == kept


def test_what_is_due_is_looked_for_every_second() -> None:
    code = """
from ministack.services import eventbridge, scheduler
from local.embedded_aws.deliveries import run_schedules_on_time
run_schedules_on_time()
print(eventbridge._SCHEDULER_TICK_INTERVAL, scheduler._SCHEDULE_TICK_INTERVAL)
"""
    assert run(code) == "1 1"
