"""The stack on this machine as a person uses it: again, twice, killed, stopped, with a port taken.

They end the stack of all these tests, and so run after all others (conftest.py).
"""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.checkout import MAKE_SECONDS_MAX, RUNNING_STACK, Checkout, hear_ctrl_c
from tests.e2e.deployed import copied_checkout, make


def processes_in(directory: Path) -> list[str]:
    """Command lines of everything that runs from, or in, `directory`."""
    found = []
    for proc in Path("/proc").iterdir():
        try:
            command = (proc / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            where = str((proc / "cwd").readlink())
        except OSError:
            continue
        if proc.name.isdigit() and int(proc.name) != os.getpid() and str(directory) in f"{command} {where}":
            found.append(command)
    return found


@pytest.fixture(scope="module")
def checkout(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    if RUNNING_STACK not in os.environ:
        yield request.getfixturevalue("stack").checkout
        return
    checkout = copied_checkout(tmp_path_factory.mktemp("checkout"))  # the running one stays as it is
    try:
        make(checkout, "start")
        yield checkout
    finally:
        make(checkout, "stop")


def test_starting_twice_says_so_and_changes_nothing(checkout):
    before = checkout.stack
    again = checkout.make("start")
    assert again.returncode == 0
    assert "already running" in again.stdout
    assert again.stdout.index(before["web_url"]) < again.stdout.index(before["aws_endpoint_url"])
    assert checkout.stack == before


def test_functions_see_the_layers_and_the_sdk_and_none_of_the_tools(checkout):
    functions = checkout.client("lambda")
    code = """
import importlib.util, os, sys

def handler(event, context):
    return {"found": [name for name in event if importlib.util.find_spec(name)], "variables": sorted(os.environ)}
"""
    known = functions.get_function_configuration(FunctionName="box-office-local-hold_seat")
    functions.create_function(
        FunctionName="probe",
        Runtime=known["Runtime"],
        Handler="probe.handler",
        Role=known["Role"],
        Code={"ZipFile": archive("probe.py", code)},
        Layers=[layer["Arn"] for layer in known["Layers"]],
    )
    allowed = ["boto3", "botocore", "aws_lambda_powertools", "pydantic", "valkey", "box_office"]
    absent = ["ministack", "pytest", "aws_cdk", "moto", "httpx", "local", "infra", "pip"]
    answer = functions.invoke(FunctionName="probe", Payload=json.dumps(allowed + absent))
    told = json.loads(answer["Payload"].read())
    assert told["found"] == allowed
    assert not {"VIRTUAL_ENV", "PYTHONPATH", "SHELL", "USER"} & set(told["variables"])


def archive(name: str, code: str) -> bytes:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, code)
    return buffer.getvalue()


def test_a_role_may_do_what_the_template_grants_and_no_more(checkout):
    """The control of AUTH: the same call is refused to a function without the grant."""
    functions = checkout.client("lambda")
    code = """
import boto3

def handler(event, context):
    try:
        boto3.client("dynamodb").put_item(TableName=event, Item={"movie_id": {"S": "x"}})
    except Exception as error:
        return type(error).__name__ + " " + error.response["Error"]["Code"]
    return "written"
"""
    known = functions.get_function_configuration(FunctionName="box-office-local-get_list_of_movie")
    functions.create_function(
        FunctionName="writer",
        Runtime=known["Runtime"],
        Handler="writer.handler",
        Role=known["Role"],
        Code={"ZipFile": archive("writer.py", code)},
        Timeout=10,
    )
    answer = functions.invoke(FunctionName="writer", Payload=json.dumps(checkout.stack["tables"]["movies"]))
    assert "AccessDenied" in json.loads(answer["Payload"].read())


def test_after_the_embedded_aws_was_killed_start_recovers(checkout):
    before = checkout.stack["pids"]
    os.kill(before["aws"], signal.SIGKILL)
    started = checkout.make("start")
    assert started.returncode == 0, started.stdout + started.stderr
    assert "left behind: cache" in started.stdout
    assert checkout.stack["pids"]["aws"] != before["aws"]
    assert httpx.get(checkout.stack["web_url"] + "/GetListOfMovie/api/v0/", trust_env=False).status_code == 200


def test_stopping_ends_everything(checkout):
    assert "Stopped: aws, cache, edge, payment_sandbox" in checkout.make("stop").stdout
    assert processes_in(checkout.directory) == []
    assert not (checkout.state / "stack.json").exists()
    again = checkout.make("stop")
    assert (again.returncode, again.stdout.strip()) == (0, "Nothing is running.")


def test_a_port_that_is_taken_is_named_and_nothing_is_started(checkout):
    checkout.make("stop")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = checkout.make("start", f"AWS_PORT={port}")
    assert refused.returncode != 0
    assert f"Port {port}, set by AWS_PORT" in refused.stderr
    assert processes_in(checkout.directory) == []


def test_ctrl_c_half_way_leaves_nothing(checkout):
    checkout.make("stop")
    process = subprocess.Popen(
        ["make", "--no-print-directory", "run"],
        cwd=checkout.directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=hear_ctrl_c,
    )
    for line in process.stdout:
        if "bootstrapping" in line:
            break
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the whole foreground group
    rest, _ = process.communicate(timeout=MAKE_SECONDS_MAX)
    assert process.returncode != 0
    assert "nothing was left behind" in rest
    assert processes_in(checkout.directory) == []
