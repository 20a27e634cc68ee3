"""What of a plan cannot be, without any table."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from box_office.domain.catalogue import Event
from box_office.domain.money import CURRENCIES, NOT_CHARGEABLE
from local.payment_sandbox.currencies import CURRENCIES as SANDBOX_CURRENCIES
from operations.catalogue.planning.at_risk import seats_at_risk
from operations.catalogue.planning.overlaps import overlaps
from operations.catalogue.planning.plan import Facts, Showing, places
from operations.catalogue.planning.showings import merged, resolve
from operations.catalogue.planning.theaters_and_rooms import check_places, renamed_rooms, unpriced_rooms
from tests.catalogue_plans import HOUR, NOW, PRICES, event, movie, plan, read, room, theater
from tests.examples import order


def problems_of(document: Any, known: Facts | None = None, now: int = NOW) -> list[tuple[tuple[str | int, ...], str]]:
    """Everything that the pure checks find, as (path, reason)."""
    known = known or Facts()
    wanted, wrong = read(document)
    if wanted is not None:
        showings, unresolved = resolve(wanted, places(wanted, known), now)
        wrong = [*check_places(wanted, known), *unresolved]
        if not wrong:
            showings = merged(showings, known)
            wrong = [*overlaps(showings, known), *unpriced_rooms(wanted, showings, known, now)]
    return [(problem.path, problem.reason) for problem in wrong]


def planned_events(document: Any, known: Facts | None = None, now: int = NOW) -> list[Event]:
    wanted, wrong = read(document)
    assert wanted is not None, wrong
    showings, unresolved = resolve(wanted, places(wanted, known or Facts()), now)
    assert not unresolved
    return [showing.event for showing in merged(showings, known or Facts())]


def facts_of(document: Any, **changes: Any) -> Facts:
    """The plan as the tables would hold it."""
    wanted, _ = read(document)
    assert wanted is not None
    there = places(wanted, Facts())
    events = {one.event_id: one for one in planned_events(document)}
    in_rooms = {room_id: [e for e in events.values() if e.room_id == room_id] for room_id in there.rooms}
    return Facts(there.movies, there.theaters, there.rooms, changes.get("events", events), in_rooms)


@pytest.mark.parametrize("sales_end", [None, "2026-11-25T19:00:00Z"])
def test_a_wrong_end_brings_no_word_of_the_sales_end(sales_end: str | None) -> None:
    """Before the showing begins, it lies before any end of sales: that is not what is wrong."""
    document = plan(events=[event(end_time="2026-11-25T18:00:00Z", sales_end=sales_end)])
    assert problems_of(document) == [(("events", 0, "end_time"), "the film is longer: 153 minutes")]


def test_sales_that_end_after_the_showing_are_refused() -> None:
    document = plan(events=[event(sales_end="2026-11-25T23:00:00Z")])
    assert problems_of(document) == [(("events", 0, "sales_end"), "sales cannot end after the showing")]


def test_a_plan_in_which_everything_is_right_has_no_problem() -> None:
    assert problems_of(plan()) == []


@pytest.mark.parametrize(
    ("document", "path", "reason"),
    [
        ([], (), "must be an object"),
        (plan(actors=[]), ("actors",), "no member that is known"),
        (plan(movies=[movie(stars=5)]), ("movies", 0, "stars"), "no member that is known"),
        (plan(movies=[{"movie_id": "metropolis"}]), ("movies", 0, "title"), "is missing"),
        (plan(movies=[movie("a b")]), ("movies", 0, "movie_id"), "not the text 'a b'"),
        (plan(movies=[movie("film-🎬")]), ("movies", 0, "movie_id"), "must be 1 to 64 letters"),
        (plan(movies=[movie("x" * 65)]), ("movies", 0, "movie_id"), "must be 1 to 64 letters"),
        (plan(movies=[movie("metropolis\n")]), ("movies", 0, "movie_id"), "must be 1 to 64 letters"),
        (plan(movies=[movie(title="bell\x07")]), ("movies", 0, "title"), "control characters"),
        (plan(movies=[movie(title="half \ud83c")]), ("movies", 0, "title"), "a text of whole characters"),
        (plan(movies=[movie(title=" ")]), ("movies", 0, "title"), "space"),
        (plan(movies=[movie(length=0)]), ("movies", 0, "length"), "length must be 1 or more"),
        (plan(movies=[movie(length=-5)]), ("movies", 0, "length"), "length must be 1 or more"),
        (plan(movies=[movie(length=True)]), ("movies", 0, "length"), "whole number"),
        (plan(movies=[movie(length=Decimal("90.5"))]), ("movies", 0, "length"), "whole number"),
        (plan(movies=[movie(), movie()]), ("movies", 1, "movie_id"), "more than once"),
        (plan(theaters=[theater(time_zone="Europe/Nowhere")]), ("theaters", 0, "time_zone"), "no IANA time zone"),
        (plan(theaters=[theater(currency="EURO")]), ("theaters", 0, "currency"), "no ISO 4217 currency"),
        (plan(theaters=[theater(), theater()]), ("theaters", 1, "theater_id"), "more than once"),
        (plan(rooms=[room(theater_id="nowhere")]), ("rooms", 0, "theater_id"), "no theater 'nowhere'"),
        (plan(rooms=[room(), room()]), ("rooms", 1, "room_id"), "more than once"),
        (plan(rooms=[room(rows=[])]), ("rooms", 0, "rows"), "rows must not be empty"),
        (plan(rooms=[room(rows=[{"row": "a", "category": "s"}])]), ("rooms", 0, "rows", 0, "row"), "capital letters"),
        (
            plan(rooms=[room(rows=[{"row": "A", "category": "sx"}])]),
            ("rooms", 0, "rows", 0, "category"),
            "s, p, w or c",
        ),
        (plan(rooms=[room(rows=[{"row": "A", "category": "ss", "gaps": [2]}])]), ("rooms", 0, "rows", 0), "gaps"),
        (plan(rooms=[room(rows=[{"row": "A", "category": "s"}] * 2)]), ("rooms", 0), "same name"),
        (
            plan(rooms=[room(rows=[{"row": f"A{chr(65 + n)}", "category": "s" * 99} for n in range(11)])]),
            ("rooms", 0),
            "1000 seats at most",
        ),
        (plan(events=[event(movie_id="nosferatu")]), ("events", 0, "movie_id"), "no film 'nosferatu'"),
        (plan(events=[event(room_id="lisboa-9")]), ("events", 0, "room_id"), "no room 'lisboa-9'"),
        (plan(events=[event(theater_id="porto")]), ("events", 0, "theater_id"), "in theater 'lisboa'"),
        (plan(events=[event(movie_time="2026-11-25 19:30")]), ("events", 0, "movie_time"), "no time in UTC"),
        (plan(events=[event(movie_time="2026-02-30T19:30:00Z")]), ("events", 0, "movie_time"), "no time in UTC"),
        (plan(events=[event(movie_time=None)]), ("events", 0), "either movie_time, or days and time"),
        (plan(events=[event(days=[0])]), ("events", 0), "either movie_time, or days and time"),
        (plan(events=[event(movie_time=None, days=[0], time="24:30")]), ("events", 0, "time"), "no time of day"),
        (
            plan(events=[event(movie_time=None, days=[-1], time="19:30")]),
            ("events", 0, "days", 0),
            "days[0] must be 0 or more, not -1",
        ),
        (plan(events=[event(movie_time=None, days=[0, 1], time="19:30")]), ("events", 0), "several days"),
        (plan(events=[event(end_time="2026-11-25T20:00:00Z")]), ("events", 0, "end_time"), "longer: 153 minutes"),
        (plan(events=[event(end_time="2026-11-26T19:30:00Z")]), ("events", 0, "end_time"), "12 hours at most"),
        (plan(events=[event(sales_end="2026-11-26T19:30:00Z")]), ("events", 0, "sales_end"), "after the showing"),
        (plan(events=[event(prices={})]), ("events", 0, "prices"), "prices must not be empty"),
        (plan(events=[event(prices=PRICES | {"gold": 5})]), ("events", 0, "prices", "gold"), "'standard', 'premium'"),
        (plan(events=[event(prices=PRICES | {"premium": -1})]), ("events", 0, "prices", "premium"), "zero or more"),
        (plan(events=[event(prices=PRICES | {"premium": "15"})]), ("events", 0, "prices", "premium"), "a number"),
        (plan(events=[event(prices=PRICES | {"premium": True})]), ("events", 0, "prices", "premium"), "a number"),
        (
            plan(events=[event(prices=PRICES | {"premium": Decimal("11.505")})]),
            ("events", 0, "prices", "premium"),
            "11.505 has more decimals than EUR",
        ),
        (
            plan(theaters=[theater(currency="JPY")], events=[event(prices=dict.fromkeys(PRICES, Decimal("0.5")))]),
            ("events", 0, "prices", "standard"),
            "0.5 has more decimals than JPY",
        ),
        (
            plan(theaters=[theater(currency="KWD")], events=[event(prices=PRICES | {"premium": Decimal("1.125")})]),
            ("events", 0, "prices", "premium"),
            "no card can be charged 1.125 KWD: only multiples of 0.01",
        ),
        (
            plan(
                theaters=[theater(currency="MGA")],
                events=[event(prices=dict.fromkeys(PRICES, 2300) | {"premium": Decimal("2300.2")})],
            ),
            ("events", 0, "prices", "premium"),
            "no card can be charged 2300.2 MGA: only multiples of 1",
        ),
        (plan(events=[event(prices=PRICES | {"premium": 10**9})]), ("events", 0, "prices", "premium"), "beyond"),
        (
            plan(events=[event(prices={"standard": 5})]),
            ("events", 0, "prices"),
            "there is no price for them",
        ),
        (plan(events=[event(), event()]), ("events", 1, "event_id"), "more than once"),
        (plan(cleaning_minutes=-1), ("cleaning_minutes",), "0 or more"),
    ],
)
def test_bad_input_is_refused_with_its_place_and_a_reason(document: Any, path: tuple[Any, ...], reason: str) -> None:
    found = problems_of(document)
    assert any(where == path and reason in why for where, why in found), found


def test_a_showing_ends_after_its_film_and_the_cleaning_unless_given() -> None:
    (shown,) = planned_events(plan(cleaning_minutes=25))
    assert shown.end_time - shown.movie_time == (153 + 25) * 60_000
    (given_end,) = planned_events(plan(events=[event(end_time="2026-11-25T23:00:00Z")]))
    assert given_end.end_time - given_end.movie_time == 3.5 * HOUR


def test_sales_end_at_the_start_unless_given() -> None:
    (shown,) = planned_events(plan())
    assert shown.sales_end == shown.movie_time
    (earlier,) = planned_events(plan(events=[event(sales_end="2026-11-25T18:30:00Z")]))
    assert earlier.movie_time - earlier.sales_end == HOUR


def test_a_stage_may_close_sales_before_the_start_of_showings_that_name_no_sales_end() -> None:
    document = plan(
        events=[event(), event("ev_2", movie_time="2026-11-26T19:30:00Z", sales_end="2026-11-26T19:30:00Z")]
    )
    wanted, _ = read(document)
    assert wanted is not None
    wanted = replace(wanted, sales_close_minutes=15)
    showings, problems = resolve(wanted, places(wanted, Facts()), NOW)
    assert problems == []
    assert [one.event.movie_time - one.event.sales_end for one in showings] == [HOUR // 4, 0]


def test_prices_become_minor_units_of_the_theaters_currency() -> None:
    (shown,) = planned_events(plan())
    assert shown.prices == {"standard": 1150, "premium": 1500, "wheelchair": 1150, "companion": 0}
    whole = plan(theaters=[theater(currency="JPY")], events=[event(prices=dict.fromkeys(PRICES, 1900))])
    assert planned_events(whole)[0].prices["standard"] == 1900
    fine = plan(theaters=[theater(currency="KWD")], events=[event(prices=dict.fromkeys(PRICES, Decimal("1.12")))])
    assert planned_events(fine)[0].prices["standard"] == 1120


def priced(currency: str, price: Any) -> dict[str, Any]:
    return plan(theaters=[theater(currency=currency)], events=[event(prices=dict.fromkeys(PRICES, price))])


@pytest.mark.parametrize("currency", sorted(NOT_CHARGEABLE))
def test_a_currency_that_the_provider_does_not_take_is_refused(currency: str) -> None:
    reason = f"theater 'lisboa': no card can be charged in {currency}; the payment provider does not take it"
    assert problems_of(priced(currency, 10)) == [(("theaters", 0, "currency"), reason)]


def test_a_showing_at_a_theater_of_such_a_currency_is_refused_though_its_theater_is_in_the_tables() -> None:
    known = facts_of(plan(events=[]))
    known = replace(known, theaters={"lisboa": replace(known.theaters["lisboa"], currency="GHS")})
    ((path, reason),) = problems_of(plan(theaters=[], rooms=[], movies=[]), known)
    assert path == ("events", 0, "room_id")
    assert reason == "theater 'lisboa': no card can be charged in GHS; the payment provider does not take it"


def test_every_other_currency_is_one_that_the_provider_takes() -> None:
    assert {one.lower() for one in CURRENCIES - NOT_CHARGEABLE} <= SANDBOX_CURRENCIES
    assert not {one.lower() for one in NOT_CHARGEABLE} & SANDBOX_CURRENCIES


@pytest.mark.parametrize(
    ("currency", "largest"),
    [
        ("EUR", "999999.99"),
        ("CLP", "99999999"),
        ("KWD", "99999.99"),
        ("IDR", "9999999.99"),
        ("LBP", "9999999.99"),
        ("JPY", "999999999"),
        ("ISK", "999999"),
    ],
)
def test_a_price_may_be_what_one_charge_may_be(currency: str, largest: str) -> None:
    assert problems_of(priced(currency, Decimal(largest))) == []
    reasons = {reason for _, reason in problems_of(priced(currency, Decimal(largest) + 1))}
    assert len(reasons) == 1 and "is beyond any ticket: no card can be charged more than" in reasons.pop()


def test_days_are_counted_from_the_theaters_own_date() -> None:
    # At 10:00 UTC it is already the 24th in Kiritimati, and still the 22nd nowhere: 14 hours ahead.
    relative = event(None, movie_time=None, days=[0, 1], time="19:30")
    document = plan(theaters=[theater(time_zone="Pacific/Kiritimati")], events=[relative])
    first, second = planned_events(document)
    assert first.event_id == "lisboa-3-20261124-1930"
    assert first.movie_time == NOW - NOW % (24 * HOUR) + (19 * 60 + 30 + 24 * 60 - 14 * 60) * 60_000
    assert second.movie_time - first.movie_time == 24 * HOUR


def test_a_relative_showing_keeps_its_local_time_when_the_clocks_change() -> None:
    before_the_change = 1_793_000_000_000  # 2026-10-26T06:13Z; Lisbon left summer time the day before
    relative = event(None, movie_time=None, days=[0], time="19:30")
    summer = planned_events(plan(events=[relative]), now=before_the_change - 48 * HOUR)[0]
    winter = planned_events(plan(events=[relative]), now=before_the_change)[0]
    assert (winter.movie_time - summer.movie_time) == 49 * HOUR
    assert (summer.event_id, winter.event_id) == ("lisboa-3-20261024-1930", "lisboa-3-20261026-1930")


LISBON_GOES_BACK = "2026-10-25"  # at 01:00Z 02:00 local becomes 01:00 again


def on(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp() * 1000)


def relative(time: str, event_id: str | None = None) -> dict[str, Any]:
    return plan(events=[event(event_id, movie_time=None, days=[1], time=time)])


@pytest.mark.parametrize("event_id", [None, "ev_night"])
def test_a_local_time_that_comes_twice_is_refused_with_the_two_that_may_be_meant(event_id: str | None) -> None:
    assert problems_of(relative("01:30", event_id), now=on("2026-10-24")) == [
        (
            ("events", 0, "time"),
            "the showing of 'metropolis' in room 'lisboa-3': 01:30 comes twice on 2026-10-25 in Europe/Lisbon, where"
            " the clocks go back then; write movie_time instead, 2026-10-25T00:30:00Z or 2026-10-25T01:30:00Z, and an"
            " event_id",
        )
    ]


def test_a_local_time_that_does_not_come_is_refused() -> None:
    assert problems_of(relative("01:30"), now=on("2027-03-27")) == [
        (
            ("events", 0, "time"),
            "the showing of 'metropolis' in room 'lisboa-3': there is no 01:30 on 2027-03-28 in Europe/Lisbon, where"
            " the clocks go forward then; write another time",
        )
    ]


def test_the_minutes_around_the_hour_that_is_twice_or_never_are_times_like_any_other() -> None:
    for day, times in (("2026-10-24", ("00:59", "02:00")), ("2027-03-27", ("00:59", "02:00"))):
        for time in times:
            assert problems_of(relative(time), now=on(day)) == []


def test_no_id_is_made_of_an_hour_that_comes_twice() -> None:
    """In one plan, and in two: the second showing would be the first one's move."""
    for time, own in (("00:30", "lisboa-3-20261025T0030Z"), ("01:30", "lisboa-3-20261025T0130Z")):
        night = event(None, movie_time=f"{LISBON_GOES_BACK}T{time}:00Z")
        ((path, reason),) = problems_of(plan(events=[night]), facts_of(plan()))
        assert path == ("events", 0, "movie_time")
        assert reason == (
            "the showing of 'metropolis' in room 'lisboa-3': 01:30 comes twice on 2026-10-25 in Europe/Lisbon, where"
            " the clocks go back then, and an id made of it would be that of two showings; give an event_id, such as"
            f" {own!r}"
        )
        assert problems_of(plan(events=[night | {"event_id": own}])) == []


def test_two_showings_of_the_hour_that_comes_twice_live_side_by_side_under_their_own_ids() -> None:
    rooms = [room(), room("lisboa-4")]
    both = [
        event("first", movie_time=f"{LISBON_GOES_BACK}T00:30:00Z"),
        event("second", room_id="lisboa-4", movie_time=f"{LISBON_GOES_BACK}T01:30:00Z"),
    ]
    assert problems_of(plan(rooms=rooms, events=both)) == []


def test_a_zone_without_summer_time_knows_no_such_night() -> None:
    for time in ("00:30", "01:30", "02:30"):
        document = relative(time) | {"theaters": [theater(time_zone="Asia/Tokyo")]}
        assert problems_of(document, now=on("2026-10-24")) == []


def test_the_same_relative_plan_means_the_same_all_day() -> None:
    relative = plan(events=[event(None, movie_time=None, days=[0, 6], time="00:15")])
    midnight = NOW - NOW % (24 * HOUR)
    ids = [[one.event_id for one in planned_events(relative, now=midnight + hour * HOUR)] for hour in (0, 12, 23)]
    assert ids[0] == ids[1] == ids[2]


def test_an_id_that_would_grow_too_long_is_refused() -> None:
    long_id = "r" * 60
    document = plan(rooms=[room(long_id)], events=[event(None, room_id=long_id)])
    ((path, reason),) = problems_of(document)
    assert path == ("events", 0) and "too long an id" in reason


def two(first: str, second: str, **second_changes: Any) -> dict[str, Any]:
    return plan(events=[event("ev_1", movie_time=first), event("ev_2", movie_time=second, **second_changes)])


def test_two_films_in_one_room_at_once_are_refused() -> None:
    ((path, reason),) = problems_of(two("2026-11-25T19:30:00Z", "2026-11-25T22:22:00Z"))
    assert path == ("events", 1)
    assert reason == "room 'lisboa-3' is taken by event 'ev_1' until 2026-11-25T22:23:00Z"


def test_a_film_may_begin_when_the_room_is_clean() -> None:
    assert problems_of(two("2026-11-25T19:30:00Z", "2026-11-25T22:23:00Z")) == []


def test_another_room_is_free_at_the_same_time() -> None:
    document = two("2026-11-25T19:30:00Z", "2026-11-25T19:30:00Z", room_id="lisboa-4")
    document["rooms"] = [room(), room("lisboa-4")]
    assert problems_of(document) == []


def test_a_long_showing_is_met_by_every_film_inside_it() -> None:
    document = plan(
        events=[
            event("long", end_time="2026-11-26T07:00:00Z"),
            event("in", movie_time="2026-11-25T20:00:00Z"),
            event("late", movie_time="2026-11-26T04:00:00Z"),
        ]
    )
    assert [path for path, _ in problems_of(document)] == [("events", 1), ("events", 2)]


def test_a_film_that_meets_one_in_the_tables_is_refused() -> None:
    known = facts_of(plan())
    document = plan(events=[event("ev_2", movie_time="2026-11-25T18:00:00Z")])
    ((path, reason),) = problems_of(document, known)
    assert path == ("events", 0) and "'ev_1'" in reason


def test_a_cancelled_showing_leaves_its_room() -> None:
    before = facts_of(plan())
    gone = replace(before.events["ev_1"], cancelled_at=NOW)
    known = replace(before, events={}, events_of_room={"lisboa-3": [gone]})
    assert problems_of(plan(events=[event("ev_2")]), known) == []


def test_a_showing_that_moves_does_not_meet_its_own_earlier_time() -> None:
    known = facts_of(plan())
    assert problems_of(plan(events=[event(movie_time="2026-11-25T20:00:00Z")]), known) == []


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), max_size=12))
def test_overlaps_are_found_exactly_when_two_showings_share_a_minute(times: list[tuple[int, int]]) -> None:
    start = 1_795_500_000_000
    document = plan()
    (template,) = planned_events(document)
    showings = [
        Showing(
            ("events", number),
            replace(
                template,
                event_id=f"ev_{number}",
                movie_time=start + first * 60_000,
                end_time=start + (first + minutes) * 60_000,
            ),
        )
        for number, (first, minutes) in enumerate(times)
    ]
    taken = [set(range(first, first + minutes)) for first, minutes in times]
    shared = any(taken[one] & taken[other] for one in range(len(taken)) for other in range(one))
    assert bool(overlaps(showings, Facts())) == shared


def at_risk(document: Any, known: Facts, now: int = NOW) -> list[tuple[str, frozenset[str] | None]]:
    wanted, _ = read(document)
    assert wanted is not None
    showings, _ = resolve(wanted, places(wanted, known), now)
    return [(risk.event.event_id, risk.seats) for risk in seats_at_risk(wanted, showings, known, now)]


def test_a_smaller_room_puts_the_seats_that_go_at_risk() -> None:
    document = plan()
    smaller = plan(rooms=[room(rows=[{"row": "A", "category": "ssp"}])], events=[])
    assert at_risk(smaller, facts_of(document)) == [("ev_1", frozenset({"A4", "B1", "B2", "B3", "B4"}))]


def test_a_larger_room_puts_nothing_at_risk() -> None:
    rows = [{"row": "A", "category": "sspps"}, {"row": "B", "category": "wcss"}, {"row": "C", "category": "s"}]
    assert at_risk(plan(rooms=[room(rows=rows)], events=[]), facts_of(plan())) == []


def test_seats_that_become_anothers_category_are_at_risk_like_those_that_go() -> None:
    other = plan(rooms=[room(rows=[{"row": "A", "category": "ssps"}, {"row": "B", "category": "sc"}])], events=[])
    assert at_risk(other, facts_of(plan())) == [
        ("ev_1", frozenset({"B3", "B4"})),
        ("ev_1", frozenset({"A4", "B1"})),
    ]


def test_what_was_sold_as_the_plan_makes_it_is_not_in_its_way() -> None:
    wanted, _ = read(plan(events=[event(movie_time="2026-11-25T20:30:00Z")]))
    assert wanted is not None
    known = facts_of(plan())
    showings, _ = resolve(wanted, places(wanted, known), NOW)
    (moved,) = seats_at_risk(wanted, showings, known, NOW)
    now_sold = order(room_id="lisboa-3", movie_time=showings[0].event.movie_time)
    assert moved.leaves(now_sold, None)
    assert not moved.leaves(replace(now_sold, movie_time=known.events["ev_1"].movie_time), NOW)
    assert not moved.leaves(replace(now_sold, room_id=None), NOW), "of an order of before nobody knows the room"


def test_a_seat_of_another_category_is_left_to_whoever_was_sold_it_once_all_knew() -> None:
    wanted, _ = read(plan(rooms=[room(rows=[{"row": "A", "category": "pspp"}, {"row": "B", "category": "wcs"}])]))
    assert wanted is not None
    gone, other = seats_at_risk(wanted, [], facts_of(plan()), NOW)
    for risk, left in ((gone, False), (other, True)):
        assert not risk.leaves(order(first_held_at=NOW - 1), NOW)
        assert not risk.leaves(order(first_held_at=NOW), None)
        assert risk.leaves(order(first_held_at=NOW), NOW) == left


def test_a_room_may_shrink_once_its_showings_are_over() -> None:
    smaller = plan(rooms=[room(rows=[{"row": "A", "category": "s"}])], events=[])
    known = facts_of(plan())
    assert at_risk(smaller, known, now=known.events["ev_1"].end_time) == []


@pytest.mark.parametrize(
    "changes",
    [{"movie_time": "2026-11-25T19:35:00Z"}, {"movie_id": "m"}, {"room_id": "lisboa-4"}],
)
def test_a_showing_that_moves_puts_all_its_seats_at_risk(changes: dict[str, str]) -> None:
    moved = plan(movies=[movie(), movie("m")], rooms=[room(), room("lisboa-4")], events=[event(**changes)])
    assert at_risk(moved, facts_of(plan())) == [("ev_1", None)]


def test_new_prices_put_nothing_at_risk() -> None:
    dearer = plan(events=[event(prices=dict.fromkeys(PRICES, 99))])
    assert at_risk(dearer, facts_of(plan())) == []


def test_when_an_event_was_listed_and_cancelled_is_never_forgotten() -> None:
    known = facts_of(plan())
    before = replace(known.events["ev_1"], listed_at=5, cancelled_at=7)
    (after,) = planned_events(plan(), replace(known, events={"ev_1": before}))
    assert (after.listed_at, after.cancelled_at) == (5, 7)


def test_a_room_cannot_gain_a_category_that_a_showing_there_has_no_price_for() -> None:
    plain = plan(rooms=[room(rows=[{"row": "A", "category": "ss"}])], events=[event(prices={"standard": 10})])
    upgraded = plan(rooms=[room(rows=[{"row": "A", "category": "sp"}])], events=[])
    ((path, reason),) = problems_of(upgraded, facts_of(plain))
    assert path == ("rooms", 0, "rows") and reason == "event 'ev_1' in this room has no price for premium seats"


def test_a_theaters_currency_and_a_rooms_theater_stay() -> None:
    known = facts_of(plan())
    found = problems_of(plan(theaters=[theater(currency="USD")], rooms=[], events=[]), known)
    assert found == [
        (("theaters", 0, "currency"), "the theater's showings are priced in EUR; its currency cannot change")
    ]
    moved = plan(theaters=[theater(), theater("porto")], rooms=[room(theater_id="porto")], events=[])
    assert [path for path, _ in problems_of(moved, known)] == [("rooms", 0, "theater_id")]


def test_showings_take_the_new_name_of_their_room() -> None:
    known = facts_of(plan())
    wanted, _ = read(plan(rooms=[room(room_name="Grand")], events=[]))
    assert wanted is not None
    assert [one.room_name for one in renamed_rooms(wanted, [], known, NOW)] == ["Grand"]
