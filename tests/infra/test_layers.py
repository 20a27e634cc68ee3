"""The layers are built from the lock, for the stage's machine, once, and say so when they cannot be."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infra import lambda_layers, target_python
from infra.lambda_layers import SERVICES, LayerBuildFailed, code_layer, install_command, third_party_layer
from infra.stage_reader import LOCAL, read_stage
from infra.stages import Stage
from infra.target_python import NoTargetPython
from tests.infra.conftest import ROOT

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
    monkeypatch.setattr(lambda_layers, "target_python", lambda version: Path(f"/pythons/{version}"))
    monkeypatch.setattr(lambda_layers, "environ_for", dict)
    return ran


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_packages_are_installed_from_hashes_for_the_machine_that_runs_them() -> None:
    command = install_command(PROD, Path("target"))
    assert option(command, "--python-platform") == "aarch64-manylinux_2_28"
    assert option(command, "--python-version") == "3.13"
    assert option(command, "--only-binary") == ":all:"
    assert {"--require-hashes", "--no-deps"} <= set(command)
    assert "--python-platform" not in install_command(HERE, Path("target"))


def test_the_same_inputs_are_built_once(commands: list[list[str]]) -> None:
    first = third_party_layer(PROD)
    assert third_party_layer(PROD) == first
    assert [command[0] for command in commands] == [sys.executable, "/pythons/3.13"]  # installed, then compiled
    assert (first.directory / "python" / "package.py").exists()


@pytest.mark.parametrize(
    "other", [replace(PROD, python_version="3.14"), replace(PROD, wheel_platform="x86_64-manylinux_2_28")]
)
def test_another_machine_or_python_is_another_build(commands: list[list[str]], other: Stage) -> None:
    assert third_party_layer(PROD).digest != third_party_layer(other).digest
    assert len(commands) == 4


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
    monkeypatch.setattr(lambda_layers, "environ_for", dict)
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


STRAY = {
    ".mypy_cache/3.13/box_office.meta.json": b"{}",
    "box_office/.mypy_cache/3.13/cache.db": b"\xff\xfe\x00",
    "box_office/.ruff_cache/module.py": b"\xff",
    "box_office/.mark.lua.swp": b"b0VIM 8.2\x00\xff",
    "box_office/names.py~": b"\xff",
    "box_office/#names.py#": b"x",
    "box_office/names.py.orig": b"x",
    "box_office/.DS_Store": b"\x00\xff",
    "box_office/__pycache__/names.cpython-311.pyc": b"\xa7\r\r\n",
    "profile.prof": b"\xff",
}


def test_only_the_projects_own_files_are_in_a_layer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else lies below layers/ neither stops a build nor makes another one, nor is deployed."""
    code = tmp_path / "python"
    (code / "box_office").mkdir(parents=True)
    (code / "box_office" / "names.py").write_text("x = 1\n")
    monkeypatch.setattr(lambda_layers, "CODE", code)
    clean = code_layer(HERE)
    for name, content in STRAY.items():
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        (code / name).write_bytes(content)
    (code / "box_office" / ".#names.py").symlink_to("somebody@somewhere.1234")  # Emacs' lock: points nowhere
    assert code_layer(HERE).digest == clean.digest
    shutil.rmtree(clean.directory)
    built = code_layer(HERE).directory
    assert {path.name for path in built.rglob("*") if path.is_file()} == {"names.py", byte_code("names")}


def byte_code(module: str) -> str:
    return f"{module}.{sys.implementation.cache_tag}.pyc"


@pytest.fixture
def failing_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tmp_path / "python"
    (code / "box_office").mkdir(parents=True)
    (code / "box_office" / "__init__.py").write_text("def fail():\n    raise ValueError\n")
    monkeypatch.setattr(lambda_layers, "CODE", code)


def compiled_for(stage: Stage) -> bytes:
    (compiled,) = (code_layer(stage).directory / "python" / "box_office").glob("__pycache__/*.pyc")
    return compiled.read_bytes()


@pytest.mark.usefixtures("failing_module")
def test_byte_code_is_unchecked_and_names_the_mounted_file() -> None:
    """PEP 552: by hash, unchecked. Lambda mounts layers read-only with times of its own, and under /opt/python."""
    compiled = compiled_for(HERE)
    assert compiled[4] == 0b01
    assert b"/opt/python/box_office/__init__.py" in compiled


@pytest.mark.usefixtures("failing_module")
def test_byte_code_is_made_by_the_python_that_runs_it_whatever_runs_the_synthesis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda Developer Guide, "Working with layers for Python functions"; PEP 3147: byte code of another version is
    passed over, and each cold start compiles all modules again: more than twice the CPU."""
    asked = []

    def found(version: str) -> Path:
        asked.append(version)
        return Path(sys.executable)

    monkeypatch.setattr(lambda_layers, "target_python", found)
    compiled_for(replace(PROD, python_version="3.99"))
    assert asked == ["3.99"]


@pytest.mark.usefixtures("failing_module")
def test_a_layer_without_byte_code_is_not_built(builds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess that it will be compiled some day is what made every real cold start slow."""

    def missing(version: str) -> Path:
        raise NoTargetPython(f"Python {version} is needed")

    monkeypatch.setattr(lambda_layers, "target_python", missing)
    with pytest.raises(LayerBuildFailed, match=r"Python 3\.13 is needed"):
        code_layer(PROD)
    assert list(builds.iterdir()) == []


def test_this_machines_own_stage_is_compiled_by_this_python() -> None:
    target_python.target_python.cache_clear()
    assert target_python.target_python(HERE.python_version) == Path(sys.executable)


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its only directory of programs; no pyenv, nothing fetched, and a uv that reaches nothing."""
    target_python.target_python.cache_clear()
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYENV_ROOT", raising=False)
    monkeypatch.delenv(target_python.SETTING, raising=False)
    monkeypatch.setattr(target_python, "FETCHED", tmp_path / "fetched")
    monkeypatch.setattr(target_python, "fetch", lambda version: "  dns error")
    return tmp_path


def python_at(path: Path, version: str, level: str = "final") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho cpython {version.replace('.', ' ')} {level}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    "place",
    ["programs/python3.99", ".pyenv/versions/3.99.2/bin/python3.99", "fetched/cpython-3.99.1-linux/bin/python3.99"],
)
def test_the_target_python_is_found_where_people_have_it(bare_machine: Path, place: str) -> None:
    there = python_at(bare_machine / place, "3.99")
    assert target_python.target_python("3.99") == there


def test_what_only_has_the_name_of_the_target_python_is_passed_over(bare_machine: Path) -> None:
    """pyenv's shims answer to every name, and fail unless that version is selected."""
    shim = bare_machine / "programs" / "python3.99"
    shim.write_text("#!/bin/sh\necho command not found >&2; exit 127\n")
    shim.chmod(0o755)
    python_at(bare_machine / ".pyenv/versions/3.99.1/bin/python3.99", "3.99", "candidate")
    real = python_at(bare_machine / ".pyenv/versions/3.99.0/bin/python3.99", "3.99")
    assert target_python.target_python("3.99") == real


def test_what_cannot_be_found_is_fetched(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(version: str) -> str:
        python_at(bare_machine / "fetched" / f"cpython-{version}.0-linux" / "bin" / f"python{version}", version)
        return ""

    monkeypatch.setattr(target_python, "fetch", fetch)
    assert target_python.target_python("3.99").is_relative_to(bare_machine / "fetched")


def test_what_cannot_be_fetched_either_is_named_with_what_to_do(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(target_python.SETTING, "/elsewhere/python")
    with pytest.raises(NoTargetPython, match=r"Python 3\.99(.|\n)*dns error\nInstall it, or name it: TARGET_PYTHON="):
        target_python.target_python("3.99")


def test_the_layer_brings_the_sdk_that_is_tested_not_whichever_the_runtime_has() -> None:
    """Lambda Developer Guide, "Lambda runtimes": AWS updates the SDK in the runtime at a time of its choosing."""
    locked = {path: pins(ROOT / path) for path in ("requirements.txt", "layers/third_party/requirements.txt")}
    tested, shipped = locked.values()
    assert {"boto3", "botocore", "urllib3", "valkey", "stripe", "pydantic"} <= shipped.keys()
    assert {name: version for name, version in shipped.items() if tested.get(name, version) != version} == {}
    assert pins(ROOT / "local" / "lambda_runtime.txt").items() <= tested.items()


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", lock.read_text(), re.MULTILINE))


def test_the_layer_keeps_the_model_of_every_service_that_the_code_speaks_to() -> None:
    sources = [path for folder in ("layers/box_office", "functions") for path in (ROOT / folder).rglob("*.py")]
    asked = {name for path in sources for name in re.findall(r'[cC]lient\("([a-z0-9-]+)"', path.read_text())}
    assert asked == set(SERVICES)


def test_models_of_other_services_stay_out(tmp_path: Path) -> None:
    data = tmp_path / "botocore" / "data"
    for service in ("sqs", "ec2"):
        (data / service).mkdir(parents=True)
    (data / "endpoints.json").touch()
    lambda_layers.forget_other_services(tmp_path)
    assert {path.name for path in data.iterdir()} == {"sqs", "endpoints.json"}


def test_old_builds_are_forgotten(commands: list[list[str]], builds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_layers, "BUILDS_KEPT", 2)
    for version in ("3.20", "3.21", "3.22"):
        newest = third_party_layer(replace(PROD, python_version=version))
    assert len(list(builds.iterdir())) == 2
    assert newest.directory.exists()
