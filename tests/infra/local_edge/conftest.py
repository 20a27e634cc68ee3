"""The local edge's process, by the synthesized template, before an origin that the tests script."""

from collections.abc import Iterator

import pytest

from tests.edge_process import EdgeProcess, Origin, Reply, started

STAGE = "dev"


@pytest.fixture(scope="session")
def template(all_templates: dict) -> dict:
    return all_templates[STAGE]["edge"]


@pytest.fixture(scope="session")
def only_origin() -> Iterator[Origin]:
    origin = Origin()
    yield origin
    origin.close()


@pytest.fixture(scope="session")
def only_edge(tmp_path_factory: pytest.TempPathFactory, template: dict, only_origin: Origin) -> Iterator[EdgeProcess]:
    edge = started(tmp_path_factory.mktemp("edge"), template, only_origin)
    yield edge
    edge.end()


@pytest.fixture
def origin(only_origin: Origin) -> Origin:
    only_origin.asked.clear()
    only_origin.script = lambda asked: Reply()
    return only_origin


@pytest.fixture
def edge(only_edge: EdgeProcess, origin: Origin) -> EdgeProcess:
    """One for all tests of this folder: it keeps what a test had it keep, so each test has paths of its own."""
    return only_edge
