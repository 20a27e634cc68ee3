"""A server of the local stack that ended by itself: what `make start` and `make redeploy` do then."""

import json
from pathlib import Path
from typing import Any

import pytest

from local import running, stack
from local.processes import Processes
from local.services import StackFailed
from tests.waiting import eventually

ALIVE = {"aws": 1, "cache": 2, "edge": 3, "payment_sandbox": 4}
FACTS = {
    "pids": ALIVE,
    "aws_endpoint_url": "http://127.0.0.1:1",
    "cache_url": "redis://127.0.0.1:2",
    "payment_sandbox_url": "http://127.0.0.1:4",
    "web_url": "http://127.0.0.1:3",
    "faults_url": None,
}


class Machine:
    """Processes without processes."""

    def __init__(self, alive: dict[str, int]) -> None:
        self.pids = dict(alive)
        self.started: list[str] = []

    def alive(self) -> dict[str, int]:
        return dict(self.pids)

    def start(self, name: str) -> None:
        self.started.append(name)
        self.pids[name] = 10 + len(self.started)

    def log_of(self, name: str) -> Path:
        return Path(f"logs/{name}.log")

    def earlier_log_of(self, name: str) -> Path:
        return Path(f"logs/{name}.earlier.log")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Machine:
    """A stack whose edge has ended by itself."""
    found = Machine({name: pid for name, pid in ALIVE.items() if name != "edge"})
    for module in (running, stack):
        monkeypatch.setattr(module, "STACK_FILE", tmp_path / "stack.json")
        monkeypatch.setattr(module, "processes", lambda: found)
    (tmp_path / "stack.json").write_text(json.dumps(FACTS))
    monkeypatch.setattr(stack, "STATE", tmp_path)
    monkeypatch.setattr(running, "answers", lambda _: True)

    def again(name: str) -> Any:
        return lambda *_: found.start(name)

    monkeypatch.setattr(running, "STARTED_AGAIN", {name: again(name) for name in running.STARTED_AGAIN})
    return found


def test_what_ended_by_itself_is_started_again_and_nothing_else(machine: Machine) -> None:
    mended, ended = running.start_again(FACTS)
    assert ended == machine.started == ["edge"]
    assert mended["pids"] == {**ALIVE, "edge": 11} == json.loads(running.STACK_FILE.read_text())["pids"]
    assert running.start_again(mended) == (mended, [])


def test_a_server_that_was_started_again_before_another_failed_is_not_started_twice(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    del machine.pids["cache"]

    def fails(*_: Any) -> None:
        raise StackFailed("the edge ended as soon as it was started")

    again = running.STARTED_AGAIN
    monkeypatch.setattr(running, "STARTED_AGAIN", {**again, "edge": fails})
    with pytest.raises(StackFailed):
        running.start_again(FACTS)
    monkeypatch.setattr(running, "STARTED_AGAIN", again)
    mended, ended = running.start_again(FACTS)
    assert (machine.started, ended) == (["cache", "edge"], ["edge"])
    assert mended["pids"] == machine.pids


def test_make_start_keeps_the_cinema_and_says_what_it_started_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stack, "describe", lambda facts: f" {facts['pids']}")
    monkeypatch.setattr(stack, "bring_up", lambda _: pytest.fail("it began a new cinema"))
    stack.start()
    said = capsys.readouterr().out
    assert "edge had ended by itself" in said and "edge.earlier.log" in said and "'edge': 11" in said


def test_without_the_embedded_aws_there_is_no_cinema_left_to_redeploy(machine: Machine) -> None:
    del machine.pids["aws"]
    with pytest.raises(StackFailed, match="The embedded AWS ended by itself.*aws.log"):
        stack.redeploy()


def test_the_log_of_a_process_that_ended_is_kept_beside_the_log_of_the_next(tmp_path: Path) -> None:
    processes = Processes(tmp_path / "run", tmp_path / "logs")
    log, earlier = processes.log_of("it"), processes.earlier_log_of("it")
    processes.start("it", ["/bin/echo", "first"], {}, tmp_path)
    eventually(lambda: log.read_text() == "first\n", "no line in the log of the first")
    processes.start("it", ["/bin/echo", "second"], {}, tmp_path)
    eventually(lambda: log.read_text() == "second\n", "no line in the log of the second")
    assert earlier.read_text() == "first\n"
