"""The layers are built from the lock, for the stage's machine, once, and say so when they cannot be."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infra import lambda_layers
from infra.lambda_layers import LayerBuildFailed, code_layer, install_command, third_party_layer
from infra.stages import LOCAL, Stage, read_stage

HERE = read_stage(LOCAL).stage
PROD = Stage(name="prod")


@pytest.fixture(autouse=True)
def builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(lambda_layers, "BUILDS", tmp_path / "builds")
    return tmp_path / "builds"


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that would have run; an installation leaves one module."""
    ran: list[list[str]] = []

    def pretend(command: list[str], **options: object) -> None:
        ran.append(command)
        if "--target" in command:
            (Path(command[command.index("--target") + 1]) / "package.py").write_text("x = 1\n")

    monkeypatch.setattr(lambda_layers.subprocess, "run", pretend)
    return ran


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_packages_are_installed_from_hashes_for_the_machine_that_runs_them() -> None:
    command = install_command(PROD, Path("target"), "excluded.txt")
    assert option(command, "--python-platform") == "aarch64-manylinux_2_28"
    assert option(command, "--python-version") == "3.13"
    assert option(command, "--only-binary") == ":all:"
    assert {"--require-hashes", "--no-deps"} <= set(command)
    assert "--python-platform" not in install_command(HERE, Path("target"), "excluded.txt")


def test_the_same_inputs_are_built_once(commands: list[list[str]]) -> None:
    first = third_party_layer(PROD)
    assert third_party_layer(PROD) == first
    assert len(commands) == 1
    assert (first.directory / "python" / "package.py").exists()


@pytest.mark.parametrize(
    "other", [replace(PROD, python_version="3.14"), replace(PROD, wheel_platform="x86_64-manylinux_2_28")]
)
def test_another_machine_or_python_is_another_build(commands: list[list[str]], other: Stage) -> None:
    assert third_party_layer(PROD).digest != third_party_layer(other).digest
    assert len(commands) == 2


def test_another_lock_is_another_build(
    commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = third_party_layer(PROD)
    lock = tmp_path / "requirements.txt"
    lock.write_text("package==2 --hash=sha256:0\n")
    monkeypatch.setattr(lambda_layers, "LOCK", lock)
    assert third_party_layer(PROD).digest != before.digest


def test_a_failed_installation_says_why_and_leaves_nothing(builds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], **options: object) -> None:
        raise subprocess.CalledProcessError(2, command, stderr="no wheel of pydantic-core for this platform")

    monkeypatch.setattr(lambda_layers.subprocess, "run", fail)
    with pytest.raises(LayerBuildFailed, match="no wheel of pydantic-core"):
        third_party_layer(PROD)
    assert list(builds.iterdir()) == []


def test_a_missing_lock_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_layers, "LOCK", tmp_path / "requirements.txt")
    with pytest.raises(LayerBuildFailed, match="make lock"):
        third_party_layer(PROD)


def test_our_code_is_a_layer_with_its_scripts_and_any_change_makes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "python"
    (code / "box_office").mkdir(parents=True)
    (code / "box_office" / "__init__.py").write_text("x = 1\n")
    script = code / "box_office" / "mark.lua"
    script.write_text("return 1\n")
    monkeypatch.setattr(lambda_layers, "CODE", code)
    before = code_layer(HERE)
    assert (before.directory / "python" / "box_office" / "mark.lua").read_text() == "return 1\n"
    script.write_text("return 2\n")
    assert code_layer(HERE).digest != before.digest


def test_byte_code_is_made_where_this_python_is_the_target_and_names_the_mounted_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "python"
    (code / "box_office").mkdir(parents=True)
    (code / "box_office" / "__init__.py").write_text("def fail():\n    raise ValueError\n")
    monkeypatch.setattr(lambda_layers, "CODE", code)
    package = code_layer(HERE).directory / "python" / "box_office"
    (compiled,) = (package / "__pycache__").glob("*.pyc")
    assert compiled.read_bytes()[4] == 0b01  # by hash, unchecked: PEP 552
    assert b"/opt/python/box_office/__init__.py" in compiled.read_bytes()
    other = replace(HERE, python_version=f"3.{sys.version_info.minor + 1}")
    assert not list(code_layer(other).directory.rglob("*.pyc"))


def test_old_builds_are_forgotten(commands: list[list[str]], builds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_layers, "BUILDS_KEPT", 2)
    for version in ("3.20", "3.21", "3.22"):
        newest = third_party_layer(replace(PROD, python_version=version))
    assert len(list(builds.iterdir())) == 2
    assert newest.directory.exists()
