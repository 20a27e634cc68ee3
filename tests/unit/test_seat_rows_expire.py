"""A seat's row goes 90 days after its showing, and a refund that comes later still goes through."""

import pytest

from box_office.adapters.dynamodb.changes import Tables, transaction
from box_office.domain.seats import ROW_KEPT_MS, Change, SeatAct, row_expires_at
from box_office.names import SEAT_EXPIRES_AT
from tests.examples import EV_1, HOUR, order

TABLES = Tables(seats="seats", orders="orders")
OF = order()
WRITES = [act for act in SeatAct if act is not SeatAct.KEEP]


def written(act: SeatAct, now: int) -> dict:
    (_, seat) = transaction(Change(OF, OF, {"A1": act}), TABLES, now, 1_000, "token")
    return next(iter(seat.values()))


@pytest.mark.parametrize("act", WRITES)
def test_every_write_of_a_seat_says_when_its_row_goes(act: SeatAct) -> None:
    update = written(act, OF.movie_time)
    assert f"{SEAT_EXPIRES_AT} = :expires" in update["UpdateExpression"]
    seconds = int(update["ExpressionAttributeValues"][":expires"]["N"])
    assert seconds == row_expires_at(OF.movie_time) // 1_000  # in seconds: milliseconds would be in the year 50,000
    assert seconds * 1_000 >= EV_1.end_time + ROW_KEPT_MS


def test_a_refund_needs_the_row_as_long_as_it_must_be_there() -> None:
    update = written(SeatAct.FREE_BOOKED, OF.movie_time + HOUR)
    assert "attribute_not_exists" not in update["ConditionExpression"]


def test_a_refund_after_that_does_not_wait_for_a_row_that_is_gone() -> None:
    update = written(SeatAct.FREE_BOOKED, row_expires_at(OF.movie_time) + 2_000)
    assert update["ConditionExpression"].startswith("attribute_not_exists(seat_id) OR (order_id = :order")


@pytest.mark.parametrize(
    "act", [act for act in WRITES if act not in (SeatAct.FREE_BOOKED, SeatAct.TAKE, SeatAct.REPIN)]
)
def test_nothing_else_takes_a_row_that_is_gone_for_its_own(act: SeatAct) -> None:
    late = written(act, row_expires_at(OF.movie_time) + 2_000)
    assert "attribute_not_exists" not in late["ConditionExpression"]
