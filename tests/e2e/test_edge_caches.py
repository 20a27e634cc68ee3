"""What the edge of the deployed stack keeps, and what it never does."""

from tests.waiting import eventually

KEPT = "Hit from cloudfront"


def how(answer):
    return answer.headers["X-Cache"]


def test_public_answers_are_kept_and_are_the_same_for_everybody(showing, visitors, passer_by):
    (ada,) = visitors(1)
    film, hall, event = showing.movie_id, showing.theater_id, showing.event_id
    for path in (
        f"/GetMovieDetail/api/v0/{film}/",
        f"/GetEventDetail/api/v0/{event}/",
        f"/GetProgramme/api/v0/{hall}/",
        "/GetTicketKeys/api/v0/",
    ):
        first, again = ada.get(path), passer_by.get(path, params={"utm_source": "a letter"})
        assert (first.status, how(again), again.body) == (200, KEPT, first.body), path
        tag = first.headers["ETag"]
        unchanged = passer_by.get(path, headers={"If-None-Match": tag})
        assert (unchanged.status, unchanged.body) == (304, ""), path


def test_the_map_is_shared_for_a_second_and_then_new(showing, visitors, passer_by):
    (ada,) = visitors(1)
    eventually(lambda: how(passer_by.small_map(showing)) == KEPT, "the map is never kept")
    ada.holds(showing, "A1")
    eventually(lambda: passer_by.small_map(showing).body["status"]["A"][0] == "h", "the map never shows the hold")


def test_what_is_one_person_s_own_is_never_kept(showing, visitors):
    ada, ben = visitors(2)
    order = ada.holds(showing, "A1")
    for path in ("/GetMe/api/v0/", "/GetMyBookings/api/v0/", f"/GetBooking/api/v0/{showing.event_id}/"):
        ada_s, ben_s = ada.get(path), ben.get(path)
        assert how(ada_s) != KEPT and how(ben_s) != KEPT, path
        assert ada_s.body != ben_s.body, path
        assert "no-store" in ada_s.headers["Cache-Control"], path
    assert ada.get("/GetBooking/api/v0/" + showing.event_id, params={"order_id": order}).status == 200
    assert ben.get("/GetBooking/api/v0/" + showing.event_id, params={"order_id": order}).code == "unknown_order"


def test_no_error_is_kept(showing, visitors, passer_by):
    (ada,) = visitors(1)
    refused = [
        (passer_by, "/GetMe/api/v0/", 401),
        (passer_by, "/GetMovieDetail/api/v0/no-such-film/", 404),
        (passer_by, "/SeatMap/api/v0/no%20id/", 400),
        (ada, f"/GetBooking/api/v0/{showing.event_id}/", 404),
        (ada, f"/GetGateList/api/v0/{showing.event_id}/", 403),
    ]
    for visitor, path, status in refused:
        for _ in range(2):
            answer = visitor.get(path)
            assert (answer.status, how(answer) == KEPT) == (status, False), path
