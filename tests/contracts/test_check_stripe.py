"""`make check-stripe` against the payment sandbox: what it would ask Stripe with a key of test mode."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.check_stripe import CHECKS, KEY, URL, WEBHOOK_PORT, WEBHOOK_SECRET, main
from tests.payment_sandbox_process import SECRET, Sandbox


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(Path(tmp_path_factory.mktemp("check")) / "state.db")
    yield sandbox
    sandbox.end(signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_everything_is_so_in_the_sandbox(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    sandbox.switch("webhook", url=f"http://127.0.0.1:{port}/")
    environ = {KEY: "sk_test_check", URL: sandbox.url, WEBHOOK_SECRET: SECRET, WEBHOOK_PORT: str(port)}
    status, said = main(environ), capsys.readouterr().out
    assert (status, said.count("\nok ")) == (0, len(CHECKS)), said


def test_what_is_not_so_or_left_out_is_said_and_fails_the_run(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.switch("mode", mode="declining")
    status, said = main({KEY: "sk_test_check", URL: sandbox.url}), capsys.readouterr().out
    sandbox.switch("mode", mode="ok")
    assert status == 1
    assert "NOT SO    a confirm charges once: AssertionError" in said
    assert "LEFT OUT  a callback is signed and names its intent" in said
    assert "ok        an unknown intent is unknown" in said


@pytest.mark.parametrize("key", ["", "sk_live_secret", "rk_live_secret", "pk_test_public"])
def test_without_a_key_of_test_mode_it_says_what_is_needed_and_asks_nobody(
    key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main({KEY: key, URL: "http://127.0.0.1:1"}) == 2
    said = capsys.readouterr()
    assert (said.out, KEY in said.err) == ("", True)
    assert "secret" not in said.err or "_live_" not in said.err
    assert ("live key" in said.err) is ("live" in key)
