"""Environments are used when complete, brought up to date when the lock moved, remade when interrupted."""

import pytest

from local.deployment import fingerprint
from toolchain import install
from toolchain.install import Environment, installer_requirements, is_complete, may_be_updated, stamp_of

HASH = "--hash=sha256:"


@pytest.fixture
def environment(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("one==1\n")
    directory = tmp_path / ".venv"
    directory.mkdir()
    return Environment(directory, lock)


def test_without_its_stamp_an_environment_was_interrupted(environment):
    assert not is_complete(environment)
    assert not may_be_updated(environment)


def test_a_stamped_environment_is_complete_until_the_lock_changes(environment):
    environment.stamp.write_text(stamp_of(environment))
    assert is_complete(environment)
    environment.lock.write_text("one==2\n")
    assert not is_complete(environment)
    assert may_be_updated(environment)


def test_another_python_needs_another_environment(environment, monkeypatch):
    environment.stamp.write_text(stamp_of(environment))
    monkeypatch.setattr(install.sys, "executable", "/elsewhere/python3")
    assert not is_complete(environment)
    assert not may_be_updated(environment)


def test_the_installer_s_pin_and_hashes_are_taken_from_the_lock():
    lock = f"# made by uv\nurllib3==2 \\\n    {HASH}aa\n    # via boto3\nuv==1.2 \\\n    {HASH}bb \\\n    {HASH}cc\n"
    lock += f"    # via -r requirements.in\nuvicorn==9 \\\n    {HASH}dd\n"
    assert installer_requirements(lock) == f"uv==1.2 \\\n    {HASH}bb \\\n    {HASH}cc\n"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "infra" / "__pycache__").mkdir(parents=True)
    (tmp_path / "infra" / "app.py").write_text("a")
    return tmp_path


def test_the_assembly_s_fingerprint_follows_contents_and_names(tree):
    before = fingerprint(tree, ["infra"])
    (tree / "infra" / "__pycache__" / "app.pyc").write_text("byte code")
    assert fingerprint(tree, ["infra"]) == before
    (tree / "infra" / "app.py").write_text("b")
    changed = fingerprint(tree, ["infra"])
    (tree / "infra" / "app.py").rename(tree / "infra" / "main.py")
    told = fingerprint(tree, ["infra"], ["-c", "provider_url=http://127.0.0.1:1"])
    assert len({before, changed, told, fingerprint(tree, ["infra"])}) == 4
