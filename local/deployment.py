"""The CDK app, synthesized and deployed into the embedded AWS by the real command line."""

import ctypes
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import boto3

from infra.own_files import is_left_behind
from local.payments import PUBLISHABLE_KEY
from local.services import ACCOUNT, Addresses, StackFailed, aws_environ, last_lines
from local.stack_file import REGION
from toolchain.install import CDK_COMMAND, ROOT, STATE, TOOLS, node_command

STAGE = "local"
ASSEMBLY = STATE / "assembly"
ASSEMBLY_STAMP = STATE / "assembly.sha256"
LOGS = STATE / "logs"
SOURCES = ("app.py", "cdk.json", "infra", "stages", "functions", "layers", "web/dist", "docs/openapi.json")
INPUTS = (*SOURCES, "requirements.txt", "local/cdk/package-lock.json")
PR_SET_PDEATHSIG = 1  # linux/prctl.h
SYNTH_SECONDS_MAX = 300
DEPLOY_SECONDS_MAX = 300
BOOTSTRAP_BUCKET = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"


def input_files(root: Path, inputs: Iterable[str]) -> list[Path]:
    """The files that the assembly is made of, without byte code and the files of editors and checkers."""
    found = []
    for name in inputs:
        path = root / name
        inside = path.rglob("*") if path.is_dir() else [path]
        found += [one for one in inside if one.is_file() and not is_left_behind(one.relative_to(root))]
    return sorted(found)


def contexts(addresses: Addresses) -> list[str]:
    """The settings of this machine, as arguments of the `cdk` command."""
    settings = {
        "stage": STAGE,
        "provider_url": addresses.payments_url,
        "publishable_key": PUBLISHABLE_KEY,
        "return_url": f"{addresses.web_url}/",
        "sign_in_url": addresses.aws_url,
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def fingerprint(root: Path, inputs: Iterable[str] = INPUTS, arguments: Sequence[str] = ()) -> str:
    """Changes whenever the assembly would: names, contents, the arguments, the Python that layers are built for."""
    digest = hashlib.sha256("\n".join([sys.version, *arguments]).encode())
    for path in input_files(root, inputs):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root)} {content}\n".encode())
    return digest.hexdigest()


@contextmanager
def cdk(
    what: str, arguments: Sequence[object], environ: Mapping[str, str], log: Path, seconds_max: int
) -> Iterator[Callable[[], None]]:
    """Starts `cdk`. Yields a function that waits for its end and, if it failed, raises StackFailed with its log's end.

    Left early (Ctrl-C, another failure), the command is ended with everything that it has started.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in (node_command(), CDK_COMMAND, *arguments, "--ci", "--no-notices")],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environ),
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )

    def finish() -> None:
        try:
            code = process.wait(seconds_max)
        except subprocess.TimeoutExpired as error:
            raise StackFailed(f"{what} took more than {seconds_max} s.{last_lines(log)}") from error
        if code:
            raise StackFailed(f"{what} failed:{last_lines(log, 25)}")

    try:
        yield finish
    finally:
        end_session(process)


def end_with_parent() -> None:
    """In the child: if make is killed, this command must not go on writing while the next one runs."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_session(process: subprocess.Popen[bytes]) -> None:
    """Ends all processes of the command's session; after an ordinary end there are none."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def cdk_environ(addresses: Addresses) -> dict[str, str]:
    return {
        **aws_environ(addresses, STATE / "home"),
        "JSII_NODE": str(node_command()),
        "CDK_DISABLE_CLI_TELEMETRY": "1",
    }


def synth_environ(addresses: Addresses) -> dict[str, str]:
    """Building the layers reaches the package registry, so the machine's settings for that are kept, and its cache."""
    unwanted = ("AWS_", "CDK_", "PYTHON", "VIRTUAL_ENV")
    machine = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    clean = cdk_environ(addresses)
    kept = {name: value for name, value in machine.items() if name in ("HOME", "TMPDIR")}
    # The WASM validator costs four seconds, and the tests run cfn-lint. The command reads all traces of an assembly at
    # each event of its deployment.
    faster = {"CDK_VALIDATION": "false", "CDK_DISABLE_STACK_TRACE": "1"}
    return {**machine, **clean, **kept, **faster, "UV_PYTHON_DOWNLOADS": "never"}


@contextmanager
def synthesis(addresses: Addresses) -> Iterator[Callable[[], None]]:
    """Makes the assembly, unless there is one of unchanged inputs. Yields a function that waits for it."""
    now = fingerprint(ROOT, arguments=contexts(addresses))
    if (ASSEMBLY / "manifest.json").is_file() and ASSEMBLY_STAMP.is_file() and ASSEMBLY_STAMP.read_text() == now:
        yield lambda: None
        return
    ASSEMBLY_STAMP.unlink(missing_ok=True)
    shutil.rmtree(ASSEMBLY, ignore_errors=True)
    app = f"{TOOLS.python} app.py"
    arguments = ["synth", "--quiet", "--app", app, *contexts(addresses), "--output", ASSEMBLY]
    with cdk("cdk synth", arguments, synth_environ(addresses), LOGS / "synth.log", SYNTH_SECONDS_MAX) as finish:

        def finish_and_stamp() -> None:
            finish()
            ASSEMBLY_STAMP.write_text(now)

        yield finish_and_stamp


def bootstrapping(addresses: Addresses) -> AbstractContextManager[Callable[[], None]]:
    """From a directory without cdk.json: bootstrapping needs no app."""
    empty = STATE / "bootstrap"
    empty.mkdir(parents=True, exist_ok=True)
    arguments = ["bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", "", "--output", empty]
    return cdk("cdk bootstrap", arguments, cdk_environ(addresses), LOGS / "bootstrap.log", DEPLOY_SECONDS_MAX)


def deploy(addresses: Addresses) -> None:
    arguments = ["deploy", "--all", "--app", ASSEMBLY, "--require-approval", "never", "--progress", "events"]
    arguments += ["--concurrency", "4", "--method", "direct"]
    with cdk("cdk deploy", arguments, cdk_environ(addresses), LOGS / "deploy.log", DEPLOY_SECONDS_MAX) as finish:
        finish()


def client(service: str, addresses: Addresses) -> Any:
    """A boto3 client of the embedded AWS, as its administrator."""
    return boto3.client(
        service,
        endpoint_url=addresses.aws_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def find_api(addresses: Addresses, name: str) -> tuple[str, list[dict[str, Any]]]:
    """The base to which `/GetListOfMovie/api/v0/` is appended, and the API's resources with their methods.

    Raises StackFailed if no such API was deployed.
    """
    apigateway = client("apigateway", addresses)
    apis = {api["name"]: api["id"] for api in apigateway.get_rest_apis(limit=500)["items"]}
    if name not in apis:
        raise StackFailed(f"cdk deploy made no REST API named {name}, only {sorted(apis)}: see infra/stacks.")
    stage = apigateway.get_stages(restApiId=apis[name])["item"][0]["stageName"]
    resources = apigateway.get_resources(restApiId=apis[name], limit=500, embed=["methods"])["items"]
    return f"{addresses.aws_url}/_aws/execute-api/{apis[name]}/{stage}", resources
