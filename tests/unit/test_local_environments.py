"""One execution environment: a clean process, one event at a time, that outlives its handler's errors."""

import sys
from pathlib import Path

import pytest

from local.embedded_aws.environments import Environment, EnvironmentLost, InitFailed, Revision, Sandbox

HANDLER = """
import os, sys, time

def handler(event, context):
    if event == "raise":
        raise ValueError("not today")
    if event == "sleep":
        time.sleep(600)
    if event == "exit":
        os._exit(3)
    print("seen", event)
    return {
        "event": event, "variables": sorted(os.environ), "request_id": context.aws_request_id,
        "remaining": context.get_remaining_time_in_millis(), "path": sys.path,
    }
"""
CONFIG = {
    "FunctionName": "hold_seat",
    "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:hold_seat",
    "Handler": "app.handler",
    "Environment": {"Variables": {"BOX_OFFICE_STAGE": "local"}},
}


@pytest.fixture
def sandbox(tmp_path):
    return Sandbox(Path(sys.executable), tmp_path / "lambda", tmp_path / "logs", "http://127.0.0.1:1")


@pytest.fixture
def start(sandbox, tmp_path):
    started = []

    def start(code=HANDLER, timeout_seconds=60.0):
        (tmp_path / "app.py").write_text(code)
        environ = sandbox.environ(CONFIG, {"AWS_ACCESS_KEY_ID": "role"})
        revision = Revision("arn", "hold_seat", "app.handler", timeout_seconds, [tmp_path], environ)
        started.append(Environment(revision, sandbox))
        return started[-1]

    yield start
    for environment in started:
        environment.stop()


def test_the_handler_gets_the_event_and_its_print_reaches_the_log(start, sandbox):
    answer = start().call({"seat": "A1"}, "r-1")
    assert answer["result"]["event"] == {"seat": "A1"}
    assert answer["result"]["request_id"] == "r-1"
    assert 0 < answer["result"]["remaining"] <= 60_000
    assert answer["log"] == "seen {'seat': 'A1'}\n"
    assert (sandbox.log_directory / "hold_seat.log").read_text() == answer["log"]


def test_nothing_of_the_shell_leaks_in(start, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    answer = start().call("x", "r")["result"]
    assert "AWS_PROFILE" not in answer["variables"]
    assert "/somewhere" not in answer["path"]
    assert {"BOX_OFFICE_STAGE", "AWS_REGION", "AWS_ACCESS_KEY_ID", "LAMBDA_TASK_ROOT"} <= set(answer["variables"])


def test_an_error_is_lambda_s_and_the_environment_goes_on(start):
    environment = start()
    answer = environment.call("raise", "r-1")
    assert (answer["error"]["errorType"], answer["error"]["errorMessage"]) == ("ValueError", "not today")
    assert environment.call("after", "r-2")["result"]["event"] == "after"


def test_a_handler_that_takes_too_long_is_ended(start):
    with pytest.raises(EnvironmentLost, match="timed out after 0.30 seconds") as lost:
        start(timeout_seconds=0.3).call("sleep", "r")
    assert lost.value.kind == "Sandbox.Timedout"


def test_a_process_that_ends_is_told(start):
    with pytest.raises(EnvironmentLost) as lost:
        start().call("exit", "r")
    assert lost.value.kind == "Runtime.ExitError"


def test_a_handler_that_cannot_be_imported_says_why_in_its_log_too(start, sandbox):
    with pytest.raises(InitFailed, match="ModuleNotFoundError: No module named 'absent'"):
        start("import absent")
    log = (sandbox.log_directory / "hold_seat.log").read_text()
    assert "Traceback" in log and 'app.py", line 1' in log and "No module named 'absent'" in log


def test_an_environment_that_ends_while_it_imports_is_in_its_log(start, sandbox):
    with pytest.raises(InitFailed, match="Runtime.ExitError"):
        start("import os\nos._exit(3)")
    log = (sandbox.log_directory / "hold_seat.log").read_text()
    assert log == "app.handler could not be imported: Runtime.ExitError: Runtime exited before it returned a response\n"


def test_an_event_of_a_megabyte_passes(start):
    assert len(start().call("x" * 1_000_000, "r")["result"]["event"]) == 1_000_000
