"""Fixtures that several suites share. The unit suite closes its sockets in its own conftest."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "layers/box_office/python")]

from tests.cinema import Cinema, use_test_credentials  # noqa: E402
from tests.valkey_server import running_valkey  # noqa: E402

use_test_credentials()


@pytest.fixture(scope="session")
def cache_server() -> Iterator[str]:
    with running_valkey() as url:
        yield url


@pytest.fixture
def cache_url(cache_server: str) -> str:
    """A real cache, empty."""
    import valkey

    with valkey.Valkey.from_url(cache_server) as client:
        client.flushall()
    return cache_server


@pytest.fixture
def cinema(cache_url: str) -> Iterator[Cinema]:
    with mock_aws():
        yield Cinema(cache_url)
