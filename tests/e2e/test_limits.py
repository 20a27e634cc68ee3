"""The gate over HTTP: too much from one user is refused, and what a holder needs is not."""

from collections import Counter
from functools import partial

import pytest

from tests.e2e.races import together

BURST, LOOKS_BURST = 20, 40  # docs/api.md


@pytest.mark.guards("API4 resource consumption")
def test_too_many_holds_of_one_user_are_429_and_bookings_still_answer(stack, showing, visitors):
    ada, ben = visitors(2)
    assert ada.hold(showing, "A1").status == 201
    body = {
        "movie_id": showing.movie_id,
        "theater_id": showing.theater_id,
        "event_id": showing.event_id,
        "selected_seat": ["A1"],
    }
    asked = partial(ada.post, f"/HoldSeat/api/v0/{showing.movie_id}", body)
    (order,) = stack.orders(showing)
    with stack.cache.bucket_standing(order["user_id"], "hold"):
        answers = together([asked] * (3 * BURST))
    refused = [answer for answer in answers if answer.status != 200]
    assert len(answers) - len(refused) >= BURST - 1
    assert {(answer.status, answer.code) for answer in refused} == {(429, "rate_limited")}
    assert all(1 <= int(answer.headers["Retry-After"]) <= 5 for answer in refused)
    assert {answer.status for answer in together([partial(ada.booking, showing)] * (2 * BURST))} == {200}
    assert ben.hold(showing, "A2").status == 201  # the bucket is one user's
    assert ada.hold(showing, "A1").status == 200  # after waiting, as told


def test_too_many_looks_of_one_user_are_429_and_holds_are_not(stack, showing, visitors):
    (ada,) = visitors(1)
    assert ada.map(showing).status == 200
    with stack.cache.bucket_standing(ada.get("/GetMe/api/v0/").body["user_id"], "look"):
        answers = together([partial(ada.map, showing)] * (2 * LOOKS_BURST))
    told = Counter(answer.status for answer in answers)
    assert told.keys() == {200, 429} and told[200] >= LOOKS_BURST - 1
    assert ada.hold(showing, "A1").status == 201
    assert ada.small_map(showing).status == 200
