"""The edge of the local stack acts on what was deployed last, and is disturbed only when that has changed."""

import json
from pathlib import Path

import pytest

from local import front_door
from local.edge.config import read_config
from local.front_door import write_config
from local.services import Addresses, StackFailed

ADDRESSES = Addresses(aws_port=1, cache_port=2, payments_port=3, edge_port=4, faults_port=None)
API = "http://127.0.0.1:1/api/live"
KEY = '"{{resolve:secretsmanager:box-office-local/origin-key-2:SecretString:key::}}"'


class Secrets:
    def get_secret_value(self, SecretId: str) -> dict[str, str]:
        return {"SecretString": json.dumps({"key": f"the key of {SecretId}"})}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployed template, and no edge yet."""
    for name in ("DEPLOYED_TEMPLATE", "TEMPLATE", "CONFIG"):
        monkeypatch.setattr(front_door, name, tmp_path / "edge" / f"{name}.json")
    (tmp_path / "edge").mkdir()
    front_door.DEPLOYED_TEMPLATE.write_text(f'{{"OriginCustomHeaders": [{KEY}]}}')
    monkeypatch.setattr(front_door, "client", lambda *_: Secrets())


def test_the_edge_reads_the_configuration_that_it_is_given() -> None:
    assert write_config(ADDRESSES, API, "k")
    config = read_config(front_door.CONFIG)
    assert (config.port, config.api_url, config.origin_key) == (4, API, "k")
    assert config.page.bucket == "box-office-local-page-files-000000000000"
    assert config.template.read_text() == front_door.DEPLOYED_TEMPLATE.read_text()


def test_a_deployment_that_changes_nothing_of_the_edge_touches_no_file_that_it_watches() -> None:
    write_config(ADDRESSES, API, "k")
    before = front_door.CONFIG.stat().st_mtime_ns
    assert not write_config(ADDRESSES, API, "k")
    assert front_door.CONFIG.stat().st_mtime_ns == before


def test_a_changed_template_or_key_is_there_to_be_read_again() -> None:
    write_config(ADDRESSES, API, "k")
    front_door.DEPLOYED_TEMPLATE.write_text("{}")
    before = front_door.CONFIG.stat().st_mtime_ns
    assert write_config(ADDRESSES, API, "k")
    assert front_door.TEMPLATE.read_text() == "{}" and front_door.CONFIG.stat().st_mtime_ns > before
    assert write_config(ADDRESSES, API, "k2")
    assert read_config(front_door.CONFIG).origin_key == "k2"


def test_the_key_is_the_one_that_the_edges_template_names() -> None:
    assert front_door.origin_key_of(ADDRESSES) == "the key of box-office-local/origin-key-2"


def test_a_stage_without_edge_is_refused_with_what_to_write() -> None:
    front_door.DEPLOYED_TEMPLATE.unlink()
    with pytest.raises(StackFailed, match="edge = true into stages/local.toml"):
        front_door.origin_key_of(ADDRESSES)
