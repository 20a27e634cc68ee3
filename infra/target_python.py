"""Finds the Python that compiles a layer. It must have the functions' version: Python ignores another's byte code."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from infra.registries import environ_for

ROOT = Path(__file__).resolve().parent.parent
FETCHED = ROOT / ".build" / "python"
SETTING = "TARGET_PYTHON"  # the path of an interpreter, for a machine where none can be found or fetched
FETCH_SECONDS_MAX = 300
ASK_SECONDS_MAX = 20
WHO = "import sys; print(sys.implementation.name, *sys.version_info[:2], sys.version_info.releaselevel)"


class NoTargetPython(RuntimeError):
    """The message names the version, where this module searched for it, and what to do."""


@cache
def target_python(version: str) -> Path:
    """An interpreter of `version` ("3.13") that runs on this machine: byte code is the same on every architecture.

    Found, or else fetched by uv. Raises NoTargetPython."""
    given = os.environ.get(SETTING)
    if given and runs(Path(given), version):
        return Path(given)
    for candidate in candidates(version):
        if runs(candidate, version):
            return candidate
    failure = fetch(version)
    for candidate in fetched(version):
        if runs(candidate, version):
            return candidate
    named = f"{SETTING}={given} is not Python {version}.\n" if given else ""
    raise NoTargetPython(
        f"{named}Python {version}, which the functions run on, is needed to compile their layers: without byte code "
        "each cold start takes more than twice the CPU. It is neither on this machine (PATH, pyenv, uv) nor "
        f"could uv fetch it:\n{failure}\nInstall it, or name it: {SETTING}=/path/to/python{version}."
    )


def candidates(version: str) -> Iterator[Path]:
    """Paths of interpreters, the nearest first; `runs` checks the version of each."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        yield Path(sys.executable)
    name = f"python{version}"
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if found := shutil.which(name, path=folder):
            yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(
        pyenv.glob(f"versions/{version}.*/bin/{name}"), reverse=True
    )  # its shims run the selected one only
    yield from sorted(Path.home().glob(f".local/share/uv/python/cpython-{version}.*/bin/{name}"), reverse=True)
    yield from fetched(version)


def fetched(version: str) -> list[Path]:
    return sorted(FETCHED.glob(f"cpython-{version}.*/bin/python{version}"), reverse=True)


def runs(candidate: Path, version: str) -> bool:
    """True if it is CPython of that version, released: before a release the format of byte code still changes."""
    try:
        asked = subprocess.run(
            [str(candidate), "-I", "-c", WHO], capture_output=True, text=True, timeout=ASK_SECONDS_MAX, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return asked.stdout.split() == ["cpython", *version.split("."), "final"]


def fetch(version: str) -> str:
    """Has uv fetch it into .build/, from a mirror if UV_PYTHON_INSTALL_MIRROR says so. Returns why it could not."""
    environ = {name: value for name, value in environ_for().items() if name != "UV_PYTHON_DOWNLOADS"}
    command = [
        sys.executable,
        "-m",
        "uv",
        "python",
        "install",
        "--no-config",
        "--no-bin",
        "--install-dir",
        str(FETCHED),
    ]
    try:
        done = subprocess.run(
            [*command, f"cpython@{version}"], capture_output=True, text=True, timeout=FETCH_SECONDS_MAX, env=environ
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"  {error}"
    return "\n".join(f"  {line}" for line in done.stderr.strip().splitlines()[-6:])
