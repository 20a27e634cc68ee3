"""Staff with a theater: a desk sells its seats alone, a manager gives back its orders alone."""

import pytest

from tests.verbs import Verbs

LISBOA, LONDON = {"custom:theater_id": "lisboa"}, {"custom:theater_id": "london"}


@pytest.mark.parametrize(
    ("groups", "claims", "status"),
    [
        (("desk",), LISBOA, 201),
        (("desk",), {}, 201),
        (("desk",), LONDON, 403),
        (("customer",), LONDON, 201),
    ],
)
def test_a_desk_sells_the_seats_of_its_own_theater(
    cinema: Verbs, groups: tuple[str, ...], claims: dict[str, str], status: int
) -> None:
    body = {"movie_id": "metropolis", "theater_id": "lisboa", "event_id": "ev_1", "selected_seat": ["A1"]}
    answer = cinema.call("hold_seat", {"movie_id": "metropolis"}, body, "clerk", groups, claims=claims)
    assert answer.status == status
    if status == 403:
        assert answer.code == "forbidden"
        assert cinema.rows("orders") == []


@pytest.mark.parametrize(("claims", "status"), [(LISBOA, 202), (LONDON, 409)])
def test_at_another_theater_a_manager_is_a_customer_like_others(
    cinema: Verbs, claims: dict[str, str], status: int
) -> None:
    cinema.hold("A1", user="boss")
    cinema.submit(user="boss")
    cinema.deliver()
    cinema.clock.advance(minutes=8 * 60)  # the showing has begun: a customer's tickets can be given back no more
    body = {"order_id": cinema.booking("boss").body["order_id"], "reason": "seat broken"}
    answer = cinema.call("refund_booking", {"event_id": "ev_1"}, body, "boss", ("manager",), claims=claims)
    assert answer.status == status
    assert status == 202 or answer.code == "refund_closed"


@pytest.mark.parametrize(("claims", "status"), [({}, 202), (LISBOA, 202), (LONDON, 404)])
def test_a_manager_gives_back_the_orders_of_their_own_theater(
    cinema: Verbs, claims: dict[str, str], status: int
) -> None:
    cinema.hold("A1")
    cinema.submit()
    cinema.deliver()
    body = {"order_id": cinema.booking().body["order_id"], "reason": "seat broken"}
    answer = cinema.call("refund_booking", {"event_id": "ev_1"}, body, "boss", ("manager",), claims=claims)
    assert answer.status == status
    assert status == 202 or answer.code == "unknown_order"
