"""The edge of the local stack is started on what was deployed, and started again only when that has changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from local import front_door
from local.edge.config import read_config
from local.processes import Processes
from local.services import Addresses, StackFailed

ADDRESSES = Addresses(aws_port=1, cache_port=2, payments_port=3, edge_port=4, faults_port=None)
API = "http://127.0.0.1:1/api/live"
KEY = '"{{resolve:secretsmanager:box-office-local/origin-key-2:SecretString:key::}}"'


class Secrets:
    def get_secret_value(self, SecretId: str) -> dict[str, str]:
        return {"SecretString": json.dumps({"key": f"the key of {SecretId}"})}


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done to the edge's process."""
    done: list[str] = []
    for name in ("DEPLOYED_TEMPLATE", "TEMPLATE", "CONFIG"):
        monkeypatch.setattr(front_door, name, tmp_path / "edge" / f"{name}.json")
    (tmp_path / "edge").mkdir()
    front_door.DEPLOYED_TEMPLATE.write_text(f'{{"OriginCustomHeaders": [{KEY}]}}')
    monkeypatch.setattr(front_door, "start_edge", lambda *_: done.append("started"))
    monkeypatch.setattr(front_door, "await_edge", lambda *_: done.append("serves"))
    monkeypatch.setattr(front_door, "client", lambda *_: Secrets())
    return done


@pytest.fixture
def running(tmp_path: Path, events: list[str], monkeypatch: pytest.MonkeyPatch) -> Processes:
    running = Processes(tmp_path / "run", tmp_path / "logs")
    monkeypatch.setattr(running, "stop", lambda name: events.append(f"stopped {name}"))
    return running


def opened_anew(running: Processes, **changes: Any) -> bool:
    return front_door.open_anew(running, ADDRESSES, **{"api_url": API, "origin_key": "k", **changes})


def test_the_edge_reads_the_configuration_that_it_is_given(running: Processes, events: list[str]) -> None:
    front_door.open_up(running, ADDRESSES, API, "k")
    assert events == ["started"]
    config = read_config(front_door.CONFIG)
    assert (config.port, config.api_url, config.origin_key) == (4, API, "k")
    assert config.page.bucket == "box-office-local-page-000000000000"
    assert config.template.read_text() == front_door.DEPLOYED_TEMPLATE.read_text()


def test_a_deployment_that_changes_nothing_of_the_edge_leaves_it_running(running: Processes, events: list[str]) -> None:
    front_door.open_up(running, ADDRESSES, API, "k")
    assert not opened_anew(running)
    assert events == ["started"]


def test_a_changed_template_or_key_starts_it_again(running: Processes, events: list[str]) -> None:
    front_door.open_up(running, ADDRESSES, API, "k")
    front_door.DEPLOYED_TEMPLATE.write_text("{}")
    assert opened_anew(running) and opened_anew(running, origin_key="k2")
    assert events == ["started", *["stopped edge", "started", "serves"] * 2]
    assert (front_door.TEMPLATE.read_text(), read_config(front_door.CONFIG).origin_key) == ("{}", "k2")


@pytest.mark.usefixtures("events")
def test_the_key_is_the_one_that_the_edges_template_names() -> None:
    assert front_door.origin_key_of(ADDRESSES) == "the key of box-office-local/origin-key-2"


@pytest.mark.usefixtures("events")
def test_a_stage_without_edge_or_key_is_refused_with_what_to_write() -> None:
    front_door.DEPLOYED_TEMPLATE.write_text("{}")
    with pytest.raises(StackFailed, match="origin_key = 1 into stages/local.toml"):
        front_door.origin_key_of(ADDRESSES)
    front_door.DEPLOYED_TEMPLATE.unlink()
    with pytest.raises(StackFailed, match="edge = true into stages/local.toml"):
        front_door.origin_key_of(ADDRESSES)


def test_what_the_edge_does_not_enforce_is_read_from_its_log(running: Processes) -> None:
    assert front_door.not_enforced(running) == []
    running.log_of("edge").parent.mkdir()
    running.log_of("edge").write_text('a warning\n{"ready": "http://127.0.0.1:4", "not_enforced": ["a group"]}\n')
    assert front_door.not_enforced(running) == ["a group"]
