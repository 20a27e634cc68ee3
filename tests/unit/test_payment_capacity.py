"""Workers, lanes and calls to the provider follow from one number: payments a second."""

import pytest

from infra.payment_capacity import (
    CALL_INTERVAL_SECONDS_MAX,
    QUEUE_LENGTH_LAG_SECONDS_MAX,
    WORKERS_PER_LANE_MAX,
    WORKERS_PER_LANE_MIN,
    PaymentCapacity,
    broken_capacity,
    capacity_for,
    lanes_for,
    submits_for,
)
from infra.stages import Stage

CALL_MS = 1_500


@pytest.mark.parametrize(
    ("payments", "lanes", "calls", "per_lane"),
    [
        (8, 8, 24, 5),  # what Stripe grants to begin with: 25 calls a second
        (8, 2, 24, 18),
        (100, 8, 300, 57),
        (1_667, 8, 5_001, 938),  # a million payments in ten minutes
    ],
)
def test_calls_and_workers_follow_from_the_payments(payments: int, lanes: int, calls: int, per_lane: int) -> None:
    assert capacity_for(payments, CALL_MS, lanes) == PaymentCapacity(calls, lanes, per_lane)


@pytest.mark.parametrize(("payments", "lanes"), [(1, 1), (222, 1), (223, 2), (1_667, 8), (1_777, 8), (1_778, 9)])
def test_a_lane_more_is_needed_when_its_workers_exceed_what_a_mapping_can_have(payments: int, lanes: int) -> None:
    assert lanes_for(payments, CALL_MS) == lanes


def deployable() -> list[tuple[int, int, int]]:
    found = [(payments, ms, lanes) for payments in range(1, 2_000, 7) for ms in (12, 300, 1_500) for lanes in (1, 3, 8)]
    return [given for given in found if not list(broken_capacity(*given))]


def test_workers_together_make_every_call_that_is_planned_and_never_one_more_than_the_provider_grants() -> None:
    for payments, call_ms, lanes in deployable():
        capacity = capacity_for(payments, call_ms, lanes)
        # A worker that needs `call_ms` for a call is never held back by its pace: the interval is as long, or longer.
        assert capacity.call_interval_seconds * 1_000 >= call_ms
        assert capacity.workers / capacity.call_interval_seconds == pytest.approx(capacity.provider_calls_per_second)
        assert capacity.payments_per_second == payments


def test_what_can_be_deployed_keeps_to_the_bounds_of_mappings_and_of_a_workers_time_out() -> None:
    assert len(deployable()) > 1_000
    for given in deployable():
        capacity = capacity_for(*given)
        assert WORKERS_PER_LANE_MIN <= capacity.workers_per_lane <= WORKERS_PER_LANE_MAX
        assert capacity.call_interval_seconds <= CALL_INTERVAL_SECONDS_MAX


@pytest.mark.parametrize(
    ("payments", "lanes", "word"),
    [(0, 8, "at least one"), (8, 0, "at least one"), (2, 8, "over 2 s apart"), (1_778, 8, "Write lanes = 9")],
)
def test_what_cannot_work_is_refused_with_what_to_write(payments: int, lanes: int, word: str) -> None:
    (sentence,) = broken_capacity(payments, CALL_MS, lanes)
    assert word in sentence


@pytest.mark.parametrize(("payments", "minutes", "most"), [(8, 60, 118), (1_667, 60, 24_595), (8, 10, 19), (1, 10, 2)])
def test_a_minute_of_submissions_that_no_length_shows_yet_fits_in_the_last_quarter(
    payments: int, minutes: int, most: int
) -> None:
    """SubmitPayment refuses from three quarters on (domain/pushback.py), by a length that SQS may say a minute late."""
    assert submits_for(payments, minutes) == most
    unseen = most * QUEUE_LENGTH_LAG_SECONDS_MAX + most  # at the throttle's rate, and its burst
    assert unseen <= payments * minutes * 60 / 4


def test_a_stage_asks_stripe_for_no_more_than_it_grants_to_begin_with() -> None:
    assert Stage(name="any").payment_capacity.provider_calls_per_second <= 25
