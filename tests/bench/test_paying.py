"""The budget of SubmitPayment, held by every run of the tests; `make bench` publishes the rest."""

from tests.bench import paying
from tests.bench.traffic import Traffic


def test_a_submission_is_one_read_one_write_and_one_send(cache_url: str) -> None:
    seen, asked = paying.steps(cache_url)
    submit = seen["SubmitPayment"]

    assert (submit.cache_trips, submit.table_reads, submit.table_writes, submit.sends) == (0, 1, 1, 1)
    assert asked == paying.CALLS_OF_A_SALE
    charged = seen["work_on_lane: charged"].written
    assert charged == {"orders": 3}, "asked, intent stored, paid: each one plain put, and the order stays due as it is"
    assert sum(seen[name].write_units for name in paying.SOLD) <= paying.SOLD_MAX


def test_a_send_is_no_write() -> None:
    traffic = Traffic(["cache", "GetItem orders", "PutItem 1 orders", "sqs SendMessage", "sns Publish"])
    assert (traffic.cache_trips, traffic.table_reads, traffic.table_writes, traffic.sends) == (1, 1, 1, 2)
