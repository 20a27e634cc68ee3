"""Background processes that outlive `make`, and that a later `make stop` finds again, and no other program's."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

GONE_SECONDS_MAX = 2.0  # after a SIGKILL, until the system has removed the processes
STOP_SECONDS_MAX = 10.0
STOP_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Record:
    """A process's identity: another process may have its id by now, but not its start time in the same boot."""

    pid: int
    started: int  # clock ticks after boot
    boot: str


def identify(pid: int, proc: Path = Path("/proc")) -> Record | None:
    """The process that has this id now; None if there is none, or only its unread exit code is left."""
    try:
        fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
        boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, started = fields[0], int(fields[19])
    return None if state in "ZX" else Record(pid, started, boot)


class Processes:
    """The processes of one checkout, recorded one file each in `directory`."""

    def __init__(self, directory: Path, log_directory: Path) -> None:
        self._directory = directory
        self._log_directory = log_directory

    def log_of(self, name: str) -> Path:
        return self._log_directory / f"{name}.log"

    def earlier_log_of(self, name: str) -> Path:
        """The log of the process that had this name before: why it ended stands there."""
        return self._log_directory / f"{name}.earlier.log"

    def start(self, name: str, command: Sequence[object], environ: Mapping[str, str], cwd: Path) -> int:
        """Starts `command` in a session of its own, output to its log; answers its pid."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._log_directory.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            self.log_of(name).replace(self.earlier_log_of(name))
        with self.log_of(name).open("wb") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(environ),
                cwd=cwd,
                start_new_session=True,
            )
        record = identify(process.pid)
        if record:
            (self._directory / f"{name}.json").write_text(json.dumps(asdict(record)))
        return process.pid

    def alive(self) -> dict[str, int]:
        """The recorded processes that still run: name to pid."""
        records = {path.stem: self._read(path) for path in sorted(self._directory.glob("*.json"))}
        return {name: record.pid for name, record in records.items() if record and identify(record.pid) == record}

    @staticmethod
    def _read(path: Path) -> Record | None:
        try:
            return Record(**json.loads(path.read_text()))
        except (ValueError, TypeError):  # written by a process that was killed meanwhile
            return None

    def stop(self) -> list[str]:
        """Ends all of them, with the processes that they started: asks first, insists after ten seconds. Answers their
        names."""
        alive = self.alive()
        for pid in alive.values():
            signal_session(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while self.alive() and time.monotonic() < deadline:
            reap(alive.values())
            time.sleep(STOP_POLL_SECONDS)
        for pid in alive.values():
            signal_session(pid, signal.SIGKILL)  # also processes of the session whose parent has died
        deadline = time.monotonic() + GONE_SECONDS_MAX
        while any(session_exists(pid) for pid in alive.values()) and time.monotonic() < deadline:
            reap(alive.values())
            time.sleep(STOP_POLL_SECONDS)
        for path in self._directory.glob("*.json"):
            path.unlink(missing_ok=True)
        return list(alive)


def signal_session(leader: int, number: signal.Signals) -> None:
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return


def session_exists(leader: int) -> bool:
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


def reap(pids: Iterable[int]) -> None:
    """Takes the exit codes of those that are our own children, so that none stays behind as a zombie."""
    for pid in pids:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            continue
