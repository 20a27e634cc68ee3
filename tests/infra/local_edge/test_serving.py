"""What the local edge answers, out of its cache, the page and the origin."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.edge_process import ORIGIN_KEY, UNAVAILABLE, Asked, EdgeProcess, Origin, Reply, started
from tests.waiting import eventually


def test_a_stampede_on_the_map_asks_the_origin_once(edge: EdgeProcess, origin: Origin) -> None:
    release = threading.Event()

    def held(asked: Asked) -> Reply:
        release.wait(60)
        return Reply(200, {"Cache-Control": "public, s-maxage=2"}, b'{"status":{}}')

    origin.script = held
    with ThreadPoolExecutor(40) as pool:
        asking = [pool.submit(edge.http.get, "/SeatMap/api/v0/ev/") for _ in range(40)]
        eventually(lambda: origin.asked, "the origin was never asked")
        release.set()
        answers = [one.result() for one in asking]
    assert {answer.text for answer in answers} == {'{"status":{}}'}
    assert len(origin.asked) < 4, "a stampede may meet the end of its answer's time, and no more than that"


def test_a_tag_that_the_viewer_has_is_answered_304_out_of_the_cache(edge: EdgeProcess, origin: Origin) -> None:
    origin.script = lambda asked: Reply(200, {"ETag": '"m1"', "Cache-Control": "s-maxage=60"}, b"{}")
    path = "/GetMovieDetail/api/v0/metropolis/"
    first, again = edge.http.get(path), edge.http.get(path, headers={"If-None-Match": 'W/"m1"'})
    assert (first.status_code, first.headers["X-Cache"]) == (200, "Miss from cloudfront")
    assert (again.status_code, again.content, again.headers["X-Cache"]) == (304, b"", "Hit from cloudfront")
    assert "if-none-match" not in origin.asked[0].headers


def test_a_dead_origin_is_a_problem_document_and_a_kept_answer_stands_in_for_it(tmp_path: Path, template: dict) -> None:
    origin = Origin()
    origin.script = lambda asked: Reply(200, {"Cache-Control": "s-maxage=1, stale-if-error=60"}, b"kept")
    edge = started(tmp_path, template, origin)
    try:
        edge.http.get("/GetListOfMovie/api/v0/")
        origin.close()
        for method, path in (("GET", "/GetBooking/api/v0/x"), ("POST", "/HoldSeat/api/v0/m")):
            answer = edge.http.request(method, path)
            assert (answer.status_code, answer.content) == (503, UNAVAILABLE)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        eventually(lambda: int(edge.http.get("/GetListOfMovie/api/v0/").headers["Age"]) >= 2, "no answer stood in")
        assert edge.http.get("/GetListOfMovie/api/v0/").text == "kept"
    finally:
        edge.end()


def test_the_origin_gets_the_key_and_the_address_of_the_connection(edge: EdgeProcess, origin: Origin) -> None:
    lies = {"CloudFront-Viewer-Address": "203.0.113.9:1", "X-Forwarded-For": "203.0.113.9", "x-api-key": "guessed"}
    with edge.client("127.0.0.2") as client:
        client.post("/HoldSeat/api/v0/m?x=%20a", headers={**lies, "Idempotency-Key": "k"}, content=b"{}")
    (asked,) = origin.asked
    assert asked.path == "/restapis/r1/live/_user_request_/HoldSeat/api/v0/m?x=%20a"
    assert (asked.headers["x-api-key"], asked.headers["idempotency-key"]) == (ORIGIN_KEY, "k")
    assert asked.headers["cloudfront-viewer-address"].startswith("127.0.0.2:")
    assert asked.headers["x-forwarded-for"] == "203.0.113.9, 127.0.0.2"
    assert asked.body == b"{}"


def test_headers_of_a_connection_go_no_further(edge: EdgeProcess, origin: Origin) -> None:
    origin.script = lambda asked: Reply(
        200, {"Connection": "keep-alive, X-Hop", "X-Hop": "1", "Keep-Alive": "timeout=9"}
    )
    sent = {"Connection": "keep-alive, AuthorizationToken", "AuthorizationToken": "ada", "TE": "trailers"}
    answer = edge.http.get("/GetMe/api/v0/", headers=sent)
    assert not {"x-hop", "keep-alive"} & {name.lower() for name in answer.headers}
    assert not {"te", "authorizationtoken"} & set(origin.asked[0].headers)


def test_connections_to_the_origin_are_used_again(edge: EdgeProcess, origin: Origin) -> None:
    for number in range(20):
        assert edge.http.get(f"/GetBooking/api/v0/{number}").status_code == 200
    assert len({asked.connection for asked in origin.asked}) < 5, "each request came over a connection of its own"


def test_head_has_the_length_and_no_body(edge: EdgeProcess, origin: Origin) -> None:
    origin.script = lambda asked: Reply(200, {"Cache-Control": "s-maxage=60"}, b"12345")
    for path in ("/GetMovieDetail/api/v0/m", "/GetMovieDetail/api/v0/m", "/GetBooking/api/v0/x"):
        answer = edge.http.head(path)
        assert (answer.status_code, answer.headers["Content-Length"], answer.content) == (200, "5", b"")
    assert edge.http.get("/GetMovieDetail/api/v0/m").text == "12345", "a HEAD was kept without its body"


@pytest.mark.parametrize("path", ["/", "/films/metropolis", "/tickets/or_1/", "/index.html"])
def test_a_place_in_the_page_is_its_one_document(edge: EdgeProcess, path: str) -> None:
    answer = edge.http.get(path)
    assert (answer.status_code, answer.text, answer.headers["Content-Type"]) == (
        200,
        "<html>",
        "text/html; charset=utf-8",
    )
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api-reference", "/api-reference/", "/api-reference/index.html"])
def test_the_apis_readable_page_is_a_document_of_its_own(edge: EdgeProcess, path: str) -> None:
    answer = edge.http.get(path)
    assert (answer.status_code, answer.text) == (200, "<html>of the API")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_hashed_files_are_kept_and_missing_ones_are_not_found(edge: EdgeProcess) -> None:
    gzipped = {"Accept-Encoding": "gzip"}
    first, again = (edge.http.get("/assets/app-4f9a1c2b.js", headers=gzipped) for _ in range(2))
    assert (first.text, first.headers["Content-Encoding"]) == ("let a = 1;" * 200, "gzip")
    assert again.headers["X-Cache"] == "Hit from cloudfront"
    assert edge.http.get("/assets/app-00000000.js").status_code == 404
    for path in ("/none.js", "/wp-login.php", "/../template.json", "/%2e%2e/template.json"):
        missing = edge.http.get(path)
        assert (missing.status_code, missing.headers["Content-Type"]) == (404, "text/html; charset=utf-8"), path
        assert (
            "See what is showing" in missing.text and "default-src 'none'" in missing.headers["Content-Security-Policy"]
        )
    assert edge.http.post("/index.html").status_code == 403
