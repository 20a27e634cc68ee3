"""What goes on answering with the table or the cache down; and that nothing is left of it afterwards."""

import pytest

from tests.e2e.deployed import table_rule
from tests.waiting import eventually

ERROR = {"error": {"code": "InternalServerError", "status": 500}}


@pytest.mark.shows("table down")
def test_with_the_table_down_catalogue_and_maps_go_on(stack, showing, visitors, past_the_edge):
    ada, ben = visitors(2)
    held = ada.hold(showing, "A1")
    with stack.faults.rules(table_rule(**ERROR)):
        assert ben.map(showing).word == "OK"  # the cache is fresh
        stack.cache.age(showing)
        for answer in (ben.map(showing), past_the_edge.small_map(showing)):
            assert (answer.status, answer.word) == (200, "STALE")
            assert answer.body["as_of"] < held.body["hold_end_time"]
        assert ben.map(showing).body["rows"][0]["status"].startswith("he")
        stack.kill_workers("get_list_of_movie", "get_movie_detail")  # whose memory is fresh
        listed = past_the_edge.get("/GetListOfMovie/api/v0/")
        assert (listed.status, listed.word) == (200, "STALE")
        assert listed.body["movies"]
        assert "stale-if-error" in listed.headers["Cache-Control"]
        detail = past_the_edge.get(f"/GetMovieDetail/api/v0/{showing.movie_id}")
        assert (detail.status, detail.word) == (200, "STALE")
        assert detail.body["theaters"][0]["theater_id"] == showing.theater_id
    stack.recover()
    for answer in (ben.map(showing), past_the_edge.get("/GetListOfMovie/api/v0/")):
        assert (answer.status, answer.word) == (200, "OK")
    assert ada.booking(showing).body["status"] == "HELD"


@pytest.mark.shows("cache down")
def test_with_the_cache_killed_everything_is_right_and_with_a_new_one_too(stack, showing, visitors, past_the_edge):
    ada, ben, cy = visitors(3)
    ada.hold(showing, "A1")
    stack.cache.kill()
    try:
        held = ben.hold(showing, "A2")
        assert held.status == 201
        assert cy.hold(showing, "A1").body["conflicts"] == ["A1"]
        for answer in (cy.map(showing), past_the_edge.small_map(showing)):
            assert (answer.status, answer.word) == (200, "OK")
        assert cy.map(showing).body["rows"][0]["status"].startswith("hhe")
        assert ben.hold(showing, "A3").body["order_id"] == held.body["order_id"]
        assert ben.release(showing).status == 204
        assert cy.hold(showing, "A2").status == 201
        assert past_the_edge.get("/GetListOfMovie/api/v0/").word == "OK"
    finally:
        stack.cache.start()
    eventually(lambda: cy.map(showing) and stack.cache.entry(showing), "the cache is used again")
    assert cy.map(showing).body["rows"][0]["status"].startswith("hhe")
    assert ben.hold(showing, "A1").status == 409
