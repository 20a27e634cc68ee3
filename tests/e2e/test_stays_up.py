"""What goes on answering with the table, the cache or both down; and that nothing is left of it afterwards."""

from contextlib import ExitStack

import pytest

from tests.e2e.deployed import sales_rule, table_rule
from tests.waiting import eventually

RESET = {"reset": True}
ERROR = {"error": {"code": "InternalServerError", "status": 500}}
THROTTLED = {"error": {"code": "ProvisionedThroughputExceededException", "status": 400}}


@pytest.mark.shows("table down")
def test_with_the_table_down_catalogue_and_maps_go_on(stack, showing, visitors, passer_by):
    ada, ben = visitors(2)
    held = ada.hold(showing, "A1")
    with stack.faults.rules(table_rule(**ERROR)):
        assert ben.map(showing).word == "OK"  # the cache is fresh
        stack.cache.age(showing)
        for answer in (ben.map(showing), passer_by.small_map(showing)):
            assert (answer.status, answer.word) == (200, "STALE")
            assert answer.body["as_of"] < held.body["hold_end_time"]
        assert ben.map(showing).body["rows"][0]["status"].startswith("he")
        stack.kill_workers("get_list_of_movie", "get_movie_detail")  # whose memory is fresh
        listed = passer_by.get("/GetListOfMovie/api/v0/")
        assert (listed.status, listed.word) == (200, "STALE")
        assert listed.body["movies"]
        assert "stale-if-error" in listed.headers["Cache-Control"]
        detail = passer_by.get(f"/GetMovieDetail/api/v0/{showing.movie_id}")
        assert (detail.status, detail.word) == (200, "STALE")
        assert detail.body["theaters"][0]["theater_id"] == showing.theater_id
    stack.recover()
    for answer in (ben.map(showing), passer_by.get("/GetListOfMovie/api/v0/")):
        assert (answer.status, answer.word) == (200, "OK")
    assert ada.booking(showing).body["status"] == "HELD"


@pytest.mark.shows("table throttled")
@pytest.mark.parametrize("effects", [ERROR, RESET, THROTTLED], ids=["error", "reset", "throttled"])
def test_with_the_table_down_a_hold_waits_on_its_lane_and_promises_nothing(effects, stack, showing, visitors):
    ada, ben = visitors(2)
    with stack.faults.rules(sales_rule(**effects)):
        waiting = ada.hold(showing, "A1")
        assert (waiting.status, waiting.word) == (202, "QUEUED")
        assert ada.booking(showing).status == 503
        assert ada.bookings().status == 503
    assert ada.sees(showing, "HELD")["order_id"] == waiting.body["order_id"]
    assert ada.hold(showing, "A1").status == 200
    assert ben.hold(showing, "A1").status == 409


def test_with_all_tables_down_a_hold_of_the_next_showing_waits_on_its_lane(stack, showing, visitors):
    """Which one is next an environment remembers for a minute, and two of them may remember different ones: what
    counts is that it is a showing of this film here, and that the hold waits."""
    (ada,) = visitors(1)
    shown = ada.get(f"/GetAvailableSeat/api/v0/{showing.movie_id}/{showing.theater_id}/").body
    body = {"movie_id": showing.movie_id, "theater_id": showing.theater_id}
    with stack.faults.rules(table_rule(**ERROR)):
        waiting = ada.post(
            f"/HoldSeat/api/v0/{showing.movie_id}", body | {"selected_seat": shown["available_seat"][-1:]}
        )
    assert (waiting.status, waiting.word) == (202, "QUEUED"), waiting
    assert waiting.body["event_id"].startswith(showing.event_id.rpartition("-")[0])


@pytest.mark.shows("table down")
def test_with_the_table_down_a_release_is_503_and_the_hold_stays(stack, showing, visitors):
    ada, ben = visitors(2)
    ada.hold(showing, "A1")
    with stack.faults.rules(sales_rule(**RESET)):
        assert ada.release(showing).status == 503
    assert ben.hold(showing, "A1").status == 409
    assert ada.release(showing).status == 204
    assert ben.hold(showing, "A1").status == 201


@pytest.mark.shows("cache down")
def test_with_the_cache_killed_everything_is_right_and_with_a_new_one_too(stack, showing, visitors, passer_by):
    ada, ben, cy = visitors(3)
    ada.hold(showing, "A1")
    stack.cache.kill()
    try:
        held = ben.hold(showing, "A2")
        assert held.status == 201
        assert cy.hold(showing, "A1").body["conflicts"] == ["A1"]
        for answer in (cy.map(showing), passer_by.small_map(showing)):
            assert (answer.status, answer.word) == (200, "OK")
        assert cy.map(showing).body["rows"][0]["status"].startswith("hhe")
        assert ben.hold(showing, "A3").body["order_id"] == held.body["order_id"]
        assert ben.release(showing).status == 204
        assert cy.hold(showing, "A2").status == 201
        assert passer_by.get("/GetListOfMovie/api/v0/").word == "OK"
    finally:
        stack.cache.start()
    eventually(lambda: cy.map(showing) and stack.cache.entry(showing), "the cache is used again")
    assert cy.map(showing).body["rows"][0]["status"].startswith("hhe")
    assert ben.hold(showing, "A1").status == 409


def test_with_both_down_maps_go_on_and_nobody_is_promised_anything(stack, showing, visitors, passer_by):
    ada, ben = visitors(2)
    ada.hold(showing, "A1")
    ben.map(showing)
    with ExitStack() as outage:
        outage.callback(stack.cache.go_on)
        stack.cache.stop()
        outage.enter_context(stack.faults.rules(table_rule(**RESET)))
        for answer in (ben.map(showing), passer_by.small_map(showing)):
            assert (answer.status, answer.word) == (200, "STALE")
        stack.kill_workers("get_list_of_movie")
        assert passer_by.get("/GetListOfMovie/api/v0/").word == "STALE"
        assert ben.hold(showing, "A2").word == "QUEUED"
        assert ada.release(showing).status == 503
    stack.recover()
    ben.sees(showing, "HELD")
    assert ben.hold(showing, "A2").status == 200
    assert ben.map(showing).word == "OK"
    assert ben.hold(showing, "A1").status == 409
    assert ada.booking(showing).body["status"] == "HELD"
