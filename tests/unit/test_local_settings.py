"""What the stack is told is taken as it is meant, or refused with what it takes, before anything starts."""

import sys

import pytest

from local import beginning, running, stack
from local.services import FAULTS, variables_of
from local.settings import WrongSetting, faults_wanted, workers_max
from operations.output import counted


@pytest.mark.parametrize(("given", "wanted"), [("1", True), ("0", False), ("", False), (None, False)])
def test_faults_are_on_or_off(given: str | None, wanted: bool) -> None:
    environ = {} if given is None else {"FAULTS": given}
    assert faults_wanted(environ) is wanted
    assert (FAULTS in variables_of(environ)) is wanted


@pytest.mark.parametrize("given", ["yes", "true", "2", "on", " 1"])
def test_faults_that_could_mean_anything_are_refused(given: str) -> None:
    with pytest.raises(WrongSetting, match=f"FAULTS={given} is neither 1 .* nor 0"):
        faults_wanted({"FAULTS": given})


@pytest.mark.parametrize(("given", "wanted"), [("1", 1), ("100", 100), ("06", 6), ("", None)])
def test_a_number_of_environments_is_taken(given: str, wanted: int | None) -> None:
    assert workers_max({"LAMBDA_WORKERS_MAX": given}) == wanted


@pytest.mark.parametrize("given", ["0", "-1", "101", "x", "1.5", "٣", "9" * 5_000])
def test_what_is_no_number_of_environments_is_refused(given: str) -> None:
    with pytest.raises(WrongSetting, match="is no number of environments: 1 to 100"):
        workers_max({"LAMBDA_WORKERS_MAX": given})


@pytest.mark.parametrize(("name", "value"), [("LAMBDA_WORKERS_MAX", "0"), ("FAULTS", "yes"), ("AWS_PORT", "x")])
def test_a_wrong_setting_starts_nothing_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setattr(stack, "STATE", tmp_path)
    monkeypatch.setattr(running, "STATE", tmp_path)
    for module in (running, beginning):
        monkeypatch.setattr(module, "STACK_FILE", tmp_path / "stack.json")
    monkeypatch.setattr(beginning, "LAST_PORTS", tmp_path / "ports.json")
    (tmp_path / "run").mkdir()
    monkeypatch.setattr(beginning, "fill", lambda *_: pytest.fail("started"))
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["stack", "start"])
    assert stack.main() == 1
    assert f"make start: {name}={value} is " in capsys.readouterr().err


def test_one_is_one() -> None:
    assert [counted(number, "order") for number in (0, 1, 2)] == ["0 orders", "1 order", "2 orders"]


def test_a_second_run_says_how_to_end_the_first_wherever_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stack, "STATE", tmp_path)
    monkeypatch.setattr(stack, "running_stack", lambda: {"pids": {}})
    monkeypatch.setattr(sys, "argv", ["stack", "run"])
    assert stack.main() == 1
    said = capsys.readouterr().err
    assert "in the background or in another terminal" in said and "Ctrl-C" in said and "`make stop`" in said
