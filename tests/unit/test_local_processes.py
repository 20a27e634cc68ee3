"""Processes are found again by more than their id, so that none of somebody else's is ever ended."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.processes import Processes, identify
from tests.waiting import eventually

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def processes(tmp_path):
    processes = Processes(tmp_path / "run", tmp_path / "logs")
    yield processes
    processes.stop()


@pytest.fixture
def stranger():
    process = subprocess.Popen(SLEEP)
    yield process
    process.kill()
    process.wait()


def record_of(processes_directory: Path, name: str, **changes) -> None:
    known = identify(changes.pop("pid"))
    facts = {"pid": known.pid, "started": known.started, "boot": known.boot, **changes}
    processes_directory.mkdir(exist_ok=True)
    (processes_directory / f"{name}.json").write_text(json.dumps(facts))


def test_what_was_started_is_alive_until_it_is_stopped(processes, tmp_path):
    pid = processes.start("sleeper", SLEEP, dict(os.environ), tmp_path)
    assert processes.alive() == {"sleeper": pid}
    assert processes.stop() == ["sleeper"]
    assert identify(pid) is None
    assert processes.stop() == []


@pytest.mark.parametrize("change", [{"started": 1}, {"boot": "another"}])
def test_a_reused_pid_is_not_ours_and_is_left_alone(processes, stranger, tmp_path, change):
    record_of(tmp_path / "run", "aws", pid=stranger.pid, **change)
    assert processes.alive() == {}
    assert processes.stop() == []
    assert stranger.poll() is None


def test_the_control_the_same_record_unchanged_is_ours(processes, stranger, tmp_path):
    record_of(tmp_path / "run", "aws", pid=stranger.pid)
    assert processes.alive() == {"aws": stranger.pid}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_record_that_was_cut_off_is_nobody(processes, tmp_path, content):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "aws.json").write_text(content)
    assert processes.alive() == {}
    assert processes.stop() == []


def test_stopping_ends_what_a_process_has_started(processes, tmp_path):
    child_file = tmp_path / "child"
    code = "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
    code += f"; open({str(child_file)!r}, 'w').write(str(p.pid)); time.sleep(600)"
    processes.start("parent", [sys.executable, "-c", code], dict(os.environ), tmp_path)
    eventually(lambda: child_file.exists() and child_file.read_text(), "the child is started")
    child = int(child_file.read_text())
    assert identify(child)
    processes.stop()
    assert identify(child) is None


def test_a_process_that_ignores_the_request_is_ended_all_the_same(processes, tmp_path, monkeypatch):
    monkeypatch.setattr("local.processes.STOP_SECONDS_MAX", 0.3)
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); "
    pid = processes.start("stubborn", [sys.executable, "-c", stubborn + "time.sleep(600)"], dict(os.environ), tmp_path)
    eventually(lambda: "on" in processes.log_of("stubborn").read_text(), "it runs")
    processes.stop()
    eventually(lambda: identify(pid) is None, "it is ended")
