"""Over the fakes; what is there in tests/scenarios/richer_bookings.py. And when a page looks again."""

from dataclasses import replace

import pytest

from box_office.domain.orders import Order, Status
from box_office.domain.polling import poll_after
from tests.examples import SECOND, order
from tests.sample_catalogue import MINUTE, TODAY
from tests.scenarios.richer_bookings import *  # noqa: F403

PAYING = order(status=Status.PAYING, pinned_at=TODAY)


@pytest.mark.parametrize(
    ("seen", "waited", "pause"),
    [
        (PAYING, 0, 1),
        (PAYING, 10 * SECOND - 1, 1),
        (PAYING, 10 * SECOND, 3),
        (PAYING, 30 * SECOND, 10),
        (PAYING, 60 * SECOND, 20),
        (PAYING, 14 * MINUTE, 20),
        (replace(PAYING, status=Status.PAID), 0, 1),
        (replace(PAYING, status=Status.UNRESOLVED), 0, 10),
        (replace(PAYING, status=Status.REFUNDING), 0, 10),
        (replace(PAYING, status=Status.BOOKED), 0, None),
        (replace(PAYING, status=Status.REFUNDED), 0, None),
        (order(), 0, None),
        (order(status=Status.EXPIRED), 0, None),
    ],
)
def test_a_page_looks_often_at_first_and_not_at_all_at_what_is_final(
    seen: Order, waited: int, pause: int | None
) -> None:
    assert poll_after(seen, TODAY + waited) == pause
