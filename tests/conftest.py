"""Fixtures that several suites share. Suites over the fakes have those of tests/over_fakes.py."""

import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from moto import mock_aws
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "layers/box_office/python")]

pytest.register_assert_rewrite("tests.scenarios")

from infra.node_runtime import use_bundled_node  # noqa: E402
from tests.bugs import watch  # noqa: E402
from tests.cinema import Cinema, use_test_credentials  # noqa: E402
from tests.faster_moto import make_faster  # noqa: E402
from tests.valkey_server import running_valkey  # noqa: E402

use_bundled_node()  # the CDK starts Node when it is imported, and a bare machine has no other
use_test_credentials()
make_faster()
# How long an example takes says how busy the machine is, not what is wrong.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


# What a process takes as a whole, in this order: what waits longest begins first, and small files fill the rest.
SHARES = (
    (
        "the first half on a deployed stack",
        ("tests/e2e/test_[a-km-o]*", "tests/e2e/test_l[!o]*", "tests/e2e/test_redeploy*"),
    ),
    ("the second half, on another; test_local_stack ends it", ("tests/e2e/*",)),
    ("templates", ("tests/infra/*",)),
    ("a browser's files, one by one", ("tests/browser/*",)),
    ("the rest, file by file", ("*",)),
)
WHOLE = 3  # the first of them; each file of the others is a share of its own


def share_of(nodeid: str) -> int:
    file = nodeid.partition("::")[0]
    return next(number for number, (_, patterns) in enumerate(SHARES) if any(fnmatch(file, one) for one in patterns))


class Shares(LoadScopeScheduling):
    """Two processes have a deployed stack each, and mostly wait for it; two others run all that needs none meanwhile.

    `--dist loadgroup` should do so by marks, but pytest-xdist 3.8 loses them with pytest 9.2 (its issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        share = share_of(nodeid)
        return SHARES[share][0] if share < WHOLE else nodeid.partition("::")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: share_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares | None:
    return Shares(config, log) if config.getvalue("dist") == "loadgroup" else None


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
def cinema(cache_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cinema]:
    """A test that means a bug to happen takes it out of `bugs`."""
    with mock_aws():
        cinema = Cinema(cache_url)
        watch(cinema.bugs, monkeypatch)
        yield cinema
    assert cinema.bugs == [], "a bug was met, whatever the test shows"
