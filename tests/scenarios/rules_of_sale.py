"""A stage whose cinema changed its numbers: every function that holds, pays or gives back goes by them."""

from tests.fakes.provider import CHALLENGED
from tests.sample_catalogue import HOUR, MINUTE, TODAY
from tests.verbs import Verbs

EIGHT_MINUTES = {"hold_seconds": 480}


def test_a_hold_of_eight_minutes_lasts_eight_minutes(cinema: Verbs) -> None:
    cinema.settings_changes = EIGHT_MINUTES
    assert cinema.hold("A1").body["hold_end_time"] == "2096-10-02T10:08:00.000Z"
    assert cinema.booking().body["seconds_left"] == 480
    cinema.clock.now = TODAY + 8 * MINUTE - 1
    assert cinema.booking().body["status"] == "HELD"
    assert cinema.hold("A1", user="grace").code == "seats_unavailable"
    cinema.clock.now = TODAY + 8 * MINUTE
    assert (cinema.booking().body["status"], cinema.booking().body["seconds_left"]) == ("EXPIRED", 0)
    cinema.clock.advance(seconds=1)
    assert cinema.hold("A1", user="grace").status == 201


def test_seats_that_are_added_start_eight_minutes_anew(cinema: Verbs) -> None:
    cinema.settings_changes = EIGHT_MINUTES
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    assert cinema.hold("A1", "A2").body["hold_end_time"] == "2096-10-02T10:13:00.000Z"
    assert cinema.booking().body["seconds_left"] == 480


def test_a_hold_that_waited_on_its_lane_lasts_eight_minutes_from_when_it_is_made(cinema: Verbs) -> None:
    cinema.settings_changes = EIGHT_MINUTES
    cinema.hold("C1", user="zed")  # the environment is warm
    cinema.stop_writes()
    assert cinema.hold("A1").status == 202
    cinema.mend()
    cinema.clock.now = TODAY + 1 * MINUTE
    cinema.deliver("lane-0", "lane-1", "refresh")
    seen = cinema.booking().body
    assert (seen["status"], seen["hold_end_time"], seen["seconds_left"]) == ("HELD", "2096-10-02T10:09:00.000Z", 480)
    assert cinema.seat("A1")["hold_until"] == TODAY + 9 * MINUTE
    cinema.clock.now = TODAY + 9 * MINUTE + 1_000
    assert cinema.map(user="grace").body["rows"][0]["status"][0] == "e"
    assert cinema.hold("A1", user="grace").status == 201


def test_the_reconciler_gives_an_order_up_at_the_stages_cap(cinema: Verbs) -> None:
    cinema.settings_changes = {"charging_minutes_max": 6, "pin_minutes_max": 8}
    cinema.hold("A1")
    cinema.submit(CHALLENGED)
    cinema.deliver()
    cinema.clock.now = TODAY + 8 * MINUTE - 1
    cinema.reconcile()
    assert (cinema.booking().body["status"], cinema.seat("A1")["pinned"]) == ("PAYING", True)
    cinema.clock.now = TODAY + 8 * MINUTE
    cinema.reconcile()
    cinema.deliver()
    seen = cinema.booking().body
    assert (seen["status"], seen["reason"], cinema.seat("A1")["status"]) == ("EXPIRED", "payment_timed_out", "empty")
    assert (cinema.broken_promises(), cinema.unsettled()) == ([], [])


def test_an_order_that_no_worker_reached_is_given_up_when_the_stage_says(cinema: Verbs) -> None:
    cinema.settings_changes = {"unreached_minutes_max": 20}
    cinema.hold("A1")
    cinema.submit()
    cinema.clock.now = TODAY + 20 * MINUTE - 1
    cinema.reconcile()
    assert cinema.booking().body["status"] == "PAYING"
    cinema.clock.now = TODAY + 20 * MINUTE
    cinema.reconcile()
    assert (cinema.booking().body["status"], cinema.seat("A1")["status"]) == ("EXPIRED", "empty")


def test_a_decline_leaves_as_long_as_the_stage_says(cinema: Verbs) -> None:
    cinema.settings_changes = {"hold_seconds": 480, "decline_seconds": 240}
    cinema.hold("A1")
    cinema.clock.advance(minutes=7)
    cinema.submit("pm_declined")
    cinema.deliver()
    seen = cinema.booking().body
    assert (seen["status"], seen["seconds_left"]) == ("HELD", 240)


def test_a_customer_gives_tickets_back_until_the_stages_cut_off(cinema: Verbs) -> None:
    cinema.settings_changes = {"refund_closes_minutes": 60}
    for user, seat in (("ada", "A1"), ("grace", "B1")):
        cinema.hold(seat, user=user)
        cinema.submit(user=user)
    cinema.deliver()
    cinema.clock.now = TODAY + 7 * HOUR - 1
    assert cinema.refund("ada").status == 202
    cinema.clock.now = TODAY + 7 * HOUR
    assert cinema.refund("grace").code == "refund_closed"


def test_the_caps_are_the_stages(cinema: Verbs) -> None:
    cinema.settings_changes = {"seats_per_order_max": 3, "seats_per_event_max": 4, "attempts_max": 1}
    assert cinema.hold("B1", "B2", "B3", "B4").code == "too_many_seats"
    assert cinema.hold("B1", "B2", "B3").status == 201
    cinema.submit("pm_declined")
    cinema.deliver()
    assert cinema.submit().code == "rate_limited"
    cinema.hold("B4", "B5", "B6", user="grace")
    cinema.submit(user="grace")
    cinema.deliver()
    assert cinema.hold("B7", "B8", user="grace").code == "too_many_seats", "with three tickets already"
    assert cinema.hold("B7", user="grace").status == 201
