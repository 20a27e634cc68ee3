"""How the local edge starts, takes up another config, and ends."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.edge_process import ORIGIN_KEY, Asked, EdgeProcess, Origin, Reply, started
from tests.waiting import eventually


def test_a_new_key_and_a_new_template_are_taken_up_without_losing_a_request(
    tmp_path: Path, origin: Origin, template: dict
) -> None:
    def key_of_next_request() -> str:
        assert edge.http.get("/GetBooking/api/v0/x").status_code == 200, "a request was lost"
        return origin.asked[-1].headers["x-api-key"]

    edge = started(tmp_path, template, origin)
    try:
        assert key_of_next_request() == ORIGIN_KEY
        edge.configure(template, origin_key="the-next-key")
        eventually(lambda: key_of_next_request() == "the-next-key", "the edge never read its config again")
        assert edge.http.get("/_edge/health").json()["config_written_at"] == edge.config_file.stat().st_mtime_ns
        edge.configure({"Resources": {}})  # what cannot be read changes nothing
        assert {key_of_next_request() for _ in range(20)} == {"the-next-key"}
    finally:
        edge.end()


def test_what_is_being_answered_is_answered_before_the_edge_ends(
    tmp_path: Path, template: dict, origin: Origin
) -> None:
    release = threading.Event()

    def slow(asked: Asked) -> Reply:
        release.wait(60)
        return Reply(200, {}, b"done")

    origin.script = slow
    edge = started(tmp_path, template, origin)
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(edge.http.get, "/GetBooking/api/v0/x")
        eventually(lambda: origin.asked, "the origin was never asked")
        edge.ask_to_end()
        eventually(lambda: not takes_connections(edge), "the edge went on taking connections")
        release.set()
        assert asking.result().text == "done"
    assert edge.exit_code() == 0


def takes_connections(edge: EdgeProcess) -> bool:
    address = httpx.URL(edge.url)
    try:
        socket.create_connection((address.host, address.port), timeout=60).close()
    except ConnectionRefusedError:
        return False
    return True


def test_the_edge_says_what_it_does_not_enforce(edge: EdgeProcess) -> None:
    health = edge.http.get("/_edge/health").json()
    assert (health["status"], health["not_enforced"]) == ("ok", edge.ready["not_enforced"])
    assert any("TLS" in one for one in edge.ready["not_enforced"])


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"api_url": "http://198.51.100.1:80"}, "api_url"),
        ({"page": {}}, "a bucket or a directory"),
        ({"template": "/none.json"}, "is no template"),
    ],
)
def test_a_config_that_cannot_be_served_is_refused_with_the_reason(
    tmp_path: Path, template: dict, origin: Origin, capfd: pytest.CaptureFixture, more: dict, sentence: str
) -> None:
    with pytest.raises(json.JSONDecodeError):  # it ends without its first line
        EdgeProcess(tmp_path, template, **{"api_url": origin.url, **more})
    eventually(lambda: sentence in capfd.readouterr().err, "the reason was not written")
