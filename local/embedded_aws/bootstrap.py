"""Runs inside a function's environment: the loop that hands events to the handler.

One JSON document a line, on the standard input and output that the process was started with. Whatever the handler
prints goes to standard error, the function's log, and back with the answer. Standard library only: beside the
function's own layers this process sees nothing but the SDK.
"""

import importlib
import io
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import IO

Handler = Callable[[object, object], object]


class Log(io.TextIOBase):
    """Standard output and error of the handler: written through at once, kept until the answer takes it along."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.lines.append(text)
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(2, data) :]
        return len(text)

    def take(self) -> str:
        taken, self.lines = "".join(self.lines), []
        return taken


class Context:
    """What Lambda passes as the second argument."""

    identity = None
    client_context = None

    def __init__(self, request_id: str, deadline: float) -> None:
        self.aws_request_id = request_id
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.invoked_function_arn = os.environ["BOX_OFFICE_FUNCTION_ARN"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline = deadline

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def error_of(error: BaseException) -> dict[str, object]:
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_exception(error),
    }


def load(paths: Sequence[str], handler: str) -> Handler:
    sys.path[:0] = paths
    module, _, name = handler.rpartition(".")
    found: Handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    return found


def run(requests: IO[str], answers: IO[str], log: Log) -> None:
    def answer(**members: object) -> None:
        answers.write(json.dumps({**members, "log": log.take()}) + "\n")
        answers.flush()

    first = json.loads(requests.readline())
    try:
        handler = load(first["paths"], first["handler"])
    except BaseException as error:  # a handler module may even call sys.exit
        traceback.print_exc()
        answer(error=error_of(error))
        return
    answer(ready=True)
    for line in requests:
        request = json.loads(line)
        context = Context(request["request_id"], time.monotonic() + request["timeout"])
        try:
            answer(result=handler(request["event"], context))
        except Exception as error:
            traceback.print_exc()
            answer(error=error_of(error))


if __name__ == "__main__":
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what C code prints
    log = sys.stdout = sys.stderr = Log()
    run(requests, answers, log)
