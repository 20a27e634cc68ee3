"""Execution environments: one process each, which has imported a function's handler and takes one event at a time."""

import hashlib
import io
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
INIT_SECONDS_MAX = 30
EXIT_SECONDS_MAX = 2
READ_BYTES = 65_536


class InitFailed(Exception):
    """The handler could not be imported; the function was not called. `answer` is Lambda's error object."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        super().__init__(f"{answer.get('errorType')}: {answer.get('errorMessage')}")
        self.answer = answer


class EnvironmentLost(Exception):
    """The process ended, or ran out of time, while it had an event. `kind` is Lambda's error type."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Revision:
    """One state of a function's code and configuration, unpacked."""

    arn: str
    name: str
    handler: str
    timeout_seconds: float
    paths: Sequence[Path]  # first the function's own code, then its layers
    environ: Mapping[str, str]


@dataclass(frozen=True)
class Sandbox:
    """The directory and interpreter in which functions run: they see the SDK, their layers and code, nothing else."""

    python: Path
    directory: Path
    log_directory: Path
    endpoint_url: str

    def unpack(self, kind: str, content: bytes) -> Path:
        """The directory with the archive's files, unpacked once however many environments share it."""
        target = self.directory / f"{kind}-{hashlib.sha256(content).hexdigest()[:16]}"
        if target.is_dir():
            return target
        self.directory.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix="unpacking-", dir=self.directory))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(unfinished)
        try:
            unfinished.rename(target)
        except OSError:  # another thread was faster
            shutil.rmtree(unfinished)
        return target

    def environ(self, config: Mapping[str, Any], credentials: Mapping[str, str]) -> dict[str, str]:
        """The variables of a Lambda environment, and none of the process that started the embedded AWS."""
        name, region = config["FunctionName"], config["FunctionArn"].split(":")[3]
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "HOME": str(self.directory),  # no SDK configuration of the machine's user
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', 'python')}",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": uuid.uuid4().hex,
            "_HANDLER": config["Handler"],
            **credentials,
            **config.get("Environment", {}).get("Variables", {}),
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "BOX_OFFICE_FUNCTION_ARN": config["FunctionArn"],
        }


class Environment:
    """A started process with the handler imported. Not for two threads at once: the pool lends it out.

    Raises InitFailed if the handler cannot be imported.
    """

    def __init__(self, revision: Revision, sandbox: Sandbox) -> None:
        self.revision = revision
        self._unread = b""
        sandbox.log_directory.mkdir(parents=True, exist_ok=True)
        log_path = sandbox.log_directory / f"{revision.name}.log"
        with log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sandbox.python, "-I", BOOTSTRAP],
                cwd=revision.paths[0],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**revision.environ, "LAMBDA_TASK_ROOT": str(revision.paths[0])},
                bufsize=0,
            )
        assert self._process.stdin and self._process.stdout  # both were asked for
        self._input, self._output = self._process.stdin, self._process.stdout
        paths = [str(path) for path in revision.paths]
        try:
            answer = self._exchange({"paths": paths, "handler": revision.handler}, INIT_SECONDS_MAX)
        except EnvironmentLost as error:
            with log_path.open("a") as log:  # the process ended before it could write so
                log.write(f"{revision.handler} could not be imported: {error.kind}: {error}\n")
            raise InitFailed({"errorType": error.kind, "errorMessage": str(error)}) from error
        if "error" in answer:
            self.stop()
            raise InitFailed(answer["error"])

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def call(self, event: object, request_id: str) -> dict[str, Any]:
        """`{"result": ..., "log": ...}` or `{"error": ..., "log": ...}`. Raises EnvironmentLost."""
        timeout = self.revision.timeout_seconds
        return self._exchange({"event": event, "request_id": request_id, "timeout": timeout}, timeout)

    def _exchange(self, message: Mapping[str, Any], seconds_max: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds_max
        try:
            self._input.write(json.dumps(message).encode() + b"\n")
            return dict(json.loads(self._read_line(deadline)))
        except TimeoutError as error:
            self.stop()
            raise EnvironmentLost("Sandbox.Timedout", f"Task timed out after {seconds_max:.2f} seconds") from error
        except (OSError, EOFError) as error:
            self.stop()
            raise EnvironmentLost("Runtime.ExitError", "Runtime exited before it returned a response") from error

    def _read_line(self, deadline: float) -> bytes:
        output = self._output.fileno()
        while b"\n" not in self._unread:
            if not select.select([output], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError
            read = os.read(output, READ_BYTES)
            if not read:
                raise EOFError
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def stop(self) -> None:
        """Ends the process, at once if it has an event."""
        self._process.terminate()
        try:
            self._process.wait(EXIT_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._input.close()
        self._output.close()
