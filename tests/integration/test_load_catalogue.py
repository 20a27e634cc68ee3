"""Loading plans into moto's tables and bucket."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws

from box_office.adapters.aws_clients import client
from box_office.adapters.dynamodb.events import DynamoDBEvents
from box_office.adapters.dynamodb.order_rows import order_row
from box_office.domain.errors import Unavailable
from box_office.names import EDGE_REGION, EDGE_URL, Names
from local.demo_programme import DEMO
from operations import load_catalogue as command
from operations.catalogue.load import PlanRefused
from operations.catalogue.planning import limits
from operations.target import find_target
from tests import moto_aws
from tests.catalogue_plans import (
    HOUR,
    NOW,
    PRICES,
    QUEUE_ARN,
    ROLE_ARN,
    WRITES,
    Tables,
    event,
    many_films,
    movie,
    plan,
    room,
    write_file,
)
from tests.examples import order


@pytest.fixture
def tables() -> Iterator[Tables]:
    with mock_aws():
        yield Tables()


def refused(tables: Tables, document: Any, now: int = NOW) -> list[str]:
    """The reasons, after making sure that nothing at all was written."""
    state, objects, writes = tables.state(), tables.objects(), tables.writes
    with pytest.raises(PlanRefused) as refusal:
        tables.load(document, now)
    assert (tables.state(), tables.objects(), tables.writes) == (state, objects, writes)
    return [problem.reason for problem in refusal.value.problems]


def seat(status: str, seat_id: str = "B4", event_id: str = "ev_1", **changes: Any) -> dict[str, Any]:
    row = {"event_id": event_id, "seat_id": seat_id, "status": status, "version": 1, "pinned": False}
    return row | {"hold_until": NOW + 60_000} | changes


def rooms_from(first: int, count: int) -> dict[str, Any]:
    return plan(rooms=[room(f"room-{number}") for number in range(first, first + count)], events=[])


SMALLER = plan(rooms=[room(rows=[{"row": "A", "category": "sspp"}, {"row": "B", "category": "wcs"}])], events=[])


def test_a_plan_becomes_rows_as_the_design_names_them(tables: Tables) -> None:
    tables.load(plan())
    (row,) = tables.rows("events")
    assert row == {
        "event_id": "ev_1",
        "movie_theater_id": "metropolis#lisboa",
        "movie_id": "metropolis",
        "theater_id": "lisboa",
        "room_id": "lisboa-3",
        "room_name": "3",
        "movie_time": 1_795_635_000_000,
        "end_time": 1_795_635_000_000 + 173 * 60_000,
        "sales_end": 1_795_635_000_000,
        "currency": "EUR",
        "prices": {"standard": 1150, "premium": 1500, "wheelchair": 1150, "companion": 0},
        "listed_at": NOW,
    }
    (film,) = tables.rows("movies")
    assert (film["on_display"], film["movie_times"]) == ("yes", [1_795_635_000_000])
    (hall,) = tables.rows("rooms")
    assert hall["all_seats"] == ["A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4"]
    assert tables.rows("seats") == []


def test_the_same_plan_again_writes_no_row_and_leaves_the_same_state(tables: Tables) -> None:
    tables.load(plan())
    state = tables.state()
    tables.calls.clear()
    again = tables.load(plan(), now=NOW + HOUR)
    assert (again.movies, again.theaters, again.rooms, again.events) == (0, 0, 0, 0)
    assert {name for name in tables.calls if name in WRITES} == {"PutObject"}  # the snapshot's
    assert tables.state() == state


def test_a_plan_adds_and_changes_but_never_removes(tables: Tables) -> None:
    tables.load(plan())
    tables.load(
        plan(movies=[movie("m")], rooms=[], events=[event("ev_2", movie_id="m", movie_time="2026-11-26T19:30:00Z")])
    )
    tables.load({"movies": [movie(title="Metropolis (restored)")]})
    assert {row["movie_id"]: row["title"] for row in tables.rows("movies")} == {
        "metropolis": "Metropolis (restored)",
        "m": "M",
    }
    assert [row["event_id"] for row in tables.rows("events")] == ["ev_1", "ev_2"]


def test_listed_at_is_when_an_event_was_first_loaded(tables: Tables) -> None:
    tables.load(plan())
    tables.load(plan(events=[event(prices=dict.fromkeys(PRICES, 20))]), now=NOW + HOUR)
    (row,) = tables.rows("events")
    assert (row["listed_at"], row["prices"]["standard"]) == (NOW, 2000)


def test_loading_does_not_revive_a_cancelled_event(tables: Tables) -> None:
    tables.load(plan())
    tables.put("events", tables.rows("events")[0] | {"cancelled_at": NOW})
    tables.load(plan(events=[event(prices=dict.fromkeys(PRICES, 20))]), now=NOW + HOUR)
    assert tables.rows("events")[0]["cancelled_at"] == NOW
    assert "on_display" not in tables.rows("movies")[0]


def test_a_cancellation_in_the_middle_of_a_load_stands(tables: Tables) -> None:
    """The loader has read the row already, and knows nothing of it."""
    tables.load(plan())
    events = DynamoDBEvents(client("dynamodb"), moto_aws.TABLE_NAMES["events"])
    tables.dynamodb.meta.events.register_first(
        "before-call.dynamodb.TransactWriteItems", lambda **_: events.cancel("ev_1", NOW) and None
    )
    tables.load(plan(events=[event(prices=dict.fromkeys(PRICES, 20))]), now=NOW + HOUR)
    (row,) = tables.rows("events")
    assert row["prices"]["standard"] == 2000
    assert (row["cancelled_at"], row["due_at"]) == (NOW, NOW)
    assert isinstance(row["due_shard"], int)


def test_what_is_left_of_a_cancellation_is_still_due_after_a_load(tables: Tables) -> None:
    tables.load(plan())
    tables.put("events", tables.rows("events")[0] | {"cancelled_at": NOW, "due_at": NOW, "due_shard": 7})
    tables.load(plan(events=[event(prices=dict.fromkeys(PRICES, 20))]), now=NOW + HOUR)
    (row,) = tables.rows("events")
    assert (row["prices"]["standard"], row["due_at"], row["due_shard"]) == (2000, NOW, 7)


@pytest.mark.parametrize("code, tries", [("TransactionConflict", 10), ("ValidationError", 1)])
def test_a_busy_row_is_tried_again_and_a_wrong_one_is_not(tables: Tables, code: str, tries: int) -> None:
    tables.load(plan())
    seen = []

    def cancelled(**_: Any) -> Any:
        seen.append(code)
        error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": code}]}
        return AWSResponse("", 400, {}, None), error

    tables.dynamodb.meta.events.register_first("before-call.dynamodb.TransactWriteItems", cancelled)
    with pytest.raises(Unavailable if tries > 1 else ClientError):
        tables.load(plan(events=[event(prices=dict.fromkeys(PRICES, 20))]))
    assert len(seen) == tries


def test_each_showing_has_one_schedule_at_its_end(tables: Tables) -> None:
    tables.load(plan())
    (schedule,) = tables.schedules.values()
    end = datetime.fromtimestamp(tables.rows("events")[0]["end_time"] / 1000, UTC)
    assert schedule["Name"] == "ev_1"
    assert schedule["ScheduleExpression"] == f"at({end:%Y-%m-%dT%H:%M:%S})"
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert (schedule["Target"]["Arn"], schedule["Target"]["RoleArn"]) == (QUEUE_ARN, ROLE_ARN)
    assert schedule["Target"]["DeadLetterConfig"] == {"Arn": f"{QUEUE_ARN}-dlq"}  # what could not be sent is not lost
    assert json.loads(schedule["Target"]["Input"]) == {"v": 1, "kind": "event_end", "event_id": "ev_1"}


def test_a_showing_that_moves_is_scheduled_anew_and_another_price_schedules_nothing(tables: Tables) -> None:
    tables.load(plan())
    before = tables.schedules["ev_1"]["ScheduleExpression"]
    tables.calls.clear()
    tables.load(plan(events=[event(prices=dict.fromkeys(PRICES, 20))]))
    assert (tables.calls["CreateSchedule"], tables.calls["UpdateSchedule"]) == (0, 0)
    tables.load(plan(events=[event(movie_time="2026-11-25T20:30:00Z")]))
    assert before == "at(2026-11-25T22:23:00)"
    assert {name: one["ScheduleExpression"] for name, one in tables.schedules.items()} == {
        "ev_1": "at(2026-11-25T23:23:00)"
    }


def test_a_showing_that_is_over_is_not_scheduled(tables: Tables) -> None:
    tables.load(plan(), now=NOW + 100 * HOUR)
    assert tables.rows("events") and tables.schedules == {}


def test_no_showing_is_written_before_its_end_is_scheduled(tables: Tables) -> None:
    """So what a load that was cut short has not scheduled, the next one schedules."""

    def cut(**_: Any) -> None:
        raise ConnectionAbortedError

    tables.scheduler.meta.events.register("before-call.scheduler.CreateSchedule", cut)
    with pytest.raises(ConnectionAbortedError):
        tables.load(plan())
    assert tables.rows("events") == []
    tables.scheduler.meta.events.unregister("before-call.scheduler.CreateSchedule", cut)
    tables.load(plan())
    assert list(tables.schedules) == ["ev_1"]


def test_a_throttled_scheduler_is_asked_again_and_then_given_up(tables: Tables) -> None:
    tries = []

    def throttled(**_: Any) -> Any:
        tries.append(1)
        return AWSResponse("", 429, {}, None), {"Error": {"Code": "ThrottlingException"}}

    tables.scheduler.meta.events.register_first("before-call.scheduler.CreateSchedule", throttled)
    with pytest.raises(Unavailable):
        tables.load(plan())
    assert len(tries) == 10
    assert tables.rows("events") == []


def test_a_film_leaves_the_display_when_its_showings_are_over(tables: Tables) -> None:
    tables.load(plan())
    tables.load({"movies": [movie("m")]}, now=NOW + 100 * HOUR)
    assert all("on_display" not in row for row in tables.rows("movies"))


def test_a_wrong_plan_writes_nothing(tables: Tables) -> None:
    assert "there is no film 'nosferatu'" in refused(tables, plan(events=[event(movie_id="nosferatu")]))[0]


def test_at_most_twenty_problems_are_told_and_all_are_counted(tables: Tables) -> None:
    with pytest.raises(PlanRefused) as refusal:
        tables.load(plan(events=[event(f"ev_{number}", movie_id="nosferatu") for number in range(30)]))
    assert (len(refusal.value.problems), refusal.value.total) == (20, 30)


def test_a_film_that_meets_one_in_the_table_is_refused(tables: Tables) -> None:
    tables.load(plan())
    (reason,) = refused(tables, plan(events=[event("ev_2", movie_time="2026-11-25T22:22:00Z")]))
    assert reason == "room 'lisboa-3' is taken by event 'ev_1' until 2026-11-25T22:23:00Z"
    tables.load(plan(events=[event("ev_2", movie_time="2026-11-25T22:23:00Z")]))


@pytest.mark.parametrize(
    "row",
    [
        seat("hold"),
        seat("hold", hold_until=NOW - 999),  # others may take it a second after its end, and not before
        seat("hold", hold_until=NOW - HOUR, pinned=True),
        seat("booked", hold_until=0),
    ],
    ids=["held", "held until a moment ago", "pinned", "booked"],
)
def test_a_seat_that_somebody_holds_or_owns_cannot_be_removed(tables: Tables, row: dict[str, Any]) -> None:
    tables.load(plan())
    tables.put("seats", row)
    (reason,) = refused(tables, SMALLER)
    assert reason == "room 'lisboa-3' would lose seats, but at event 'ev_1' a customer holds or owns B4"


@pytest.mark.parametrize(
    "row",
    [seat("empty"), seat("hold", hold_until=NOW - 1_000), seat("booked", "B3"), seat("booked", event_id="ev_0")],
    ids=["let go", "lapsed", "a seat that stays", "of another event"],
)
def test_a_seat_that_nobody_has_can_be_removed(tables: Tables, row: dict[str, Any]) -> None:
    tables.load(plan())
    tables.put("seats", row)
    tables.load(SMALLER)
    assert "B4" not in tables.rows("rooms")[0]["all_seats"]


def test_a_sold_seat_does_not_keep_its_room_once_the_event_is_over(tables: Tables) -> None:
    tables.load(plan())
    tables.put("seats", seat("booked"))
    tables.load(SMALLER, now=tables.rows("events")[0]["end_time"])
    assert "B4" not in tables.rows("rooms")[0]["all_seats"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"movie_time": "2026-11-25T19:35:00Z"}, "movie_time"),
        ({"movie_id": "m"}, "movie_id"),
        ({"room_id": "lisboa-4"}, "room_id"),
    ],
)
def test_an_event_with_sold_seats_cannot_move(tables: Tables, changes: dict[str, str], told: str) -> None:
    both = {"movies": [movie(), movie("m")], "rooms": [room(), room("lisboa-4")]}
    tables.load(plan(**both))
    tables.put("seats", seat("booked"))
    (reason,) = refused(tables, plan(**both, events=[event(**changes)]))
    assert reason == f"event 'ev_1' would change {told}, but at event 'ev_1' a customer holds or owns B4"


OTHER_CATEGORY = plan(
    rooms=[room(rows=[{"row": "A", "category": "sspp"}, {"row": "B", "category": "wcsp"}])], events=[]
)


@pytest.mark.parametrize("row", [seat("hold"), seat("booked")], ids=["held", "booked"])
def test_a_seat_that_somebody_holds_or_owns_keeps_its_category(tables: Tables, row: dict[str, Any]) -> None:
    tables.load(plan())
    tables.put("seats", row)
    (reason,) = refused(tables, OTHER_CATEGORY)
    assert reason == (
        "room 'lisboa-3' would change the category of seats, but at event 'ev_1' a customer holds or owns B4"
    )


def test_a_seat_that_nobody_has_may_change_its_category(tables: Tables) -> None:
    tables.load(plan())
    tables.put("seats", seat("hold", "B3"))
    tables.load(OTHER_CATEGORY)
    assert tables.rows("rooms")[0]["layout"][1]["category"] == "wcsp"


LATER = plan(events=[event(movie_time="2026-11-25T20:30:00Z")])


def sell(tables: Tables, order_id: str, seat_id: str, status: str = "HELD", **changes: Any) -> None:
    """The order and its seat, sold as the showing's row is now unless `changes` say otherwise."""
    (row,) = tables.rows("events")
    facts = {"movie_id": row["movie_id"], "movie_time": row["movie_time"], "room_id": row["room_id"]}
    times = {"hold_until": NOW + HOUR, "first_held_at": NOW}
    tables.put("orders", order_row(order(order_id, order_id, seat_id, status=status, **(facts | times | changes))))
    taken = {"order_id": order_id, "user_id": order_id, "order_key": "ev_1"}
    tables.put("seats", seat("booked" if status == "BOOKED" else "hold", seat_id, hold_until=NOW + HOUR, **taken))


def test_what_was_sold_as_it_was_is_named_with_its_order_when_a_plan_would_move_it(tables: Tables) -> None:
    tables.load(plan())
    sell(tables, "or_1", "B4", "BOOKED")
    (reason,) = refused(tables, LATER)
    assert (
        reason == "event 'ev_1' would change movie_time, but at event 'ev_1' a customer holds or owns B4 (or_1, BOOKED)"
    )


def test_a_plan_may_move_a_showing_back_to_what_its_seats_were_sold_as(tables: Tables) -> None:
    """The way out for whoever moved a showing of which a seat was sold in that moment."""
    tables.load(plan())
    (before,) = tables.rows("events")
    tables.load(LATER)
    sell(tables, "or_1", "B4", "BOOKED", movie_time=before["movie_time"])
    tables.load(plan())
    assert tables.rows("events")[0]["movie_time"] == before["movie_time"]
    assert refused(tables, LATER)


def seats_sold(tables: Tables, at: dict[int, Callable[[], None]], document: Any) -> tuple[Sequence[str], int]:
    """What a last look finds, with what happens so many seconds after the plan was written; and how long it waited."""
    loaded, clock = tables.load(document), WaitingClock(at)
    return tables.look_again(loaded, clock), clock.waited


class WaitingClock:
    """Something happens while it sleeps."""

    def __init__(self, at: dict[int, Callable[[], None]]) -> None:
        self._at, self.waited = at, 0

    def now_ms(self) -> int:
        return NOW + self.waited * 1_000

    def sleep(self, seconds: float) -> None:
        self.waited += int(seconds)
        self._at.get(self.waited, lambda: None)()


def test_a_plan_that_takes_nothing_away_is_not_waited_for(tables: Tables) -> None:
    tables.load(plan())
    sell(tables, "or_1", "B4")
    dearer = plan(events=[event(prices=dict.fromkeys(PRICES, 20))])
    assert seats_sold(tables, {}, dearer) == ([], 0)


@pytest.mark.shows("showing moved, or seat removed from its room, while functions remember it")
def test_a_moved_showing_is_looked_at_again_when_no_function_remembers_it_and_nothing_waits(tables: Tables) -> None:
    tables.load(plan())
    (before,) = tables.rows("events")
    sold = {
        59: lambda: sell(tables, "or_memory", "A1", movie_time=before["movie_time"]),
        179: lambda: sell(tables, "or_queued", "A2", movie_time=before["movie_time"]),
        100: lambda: sell(tables, "or_new", "A3"),
    }
    found, waited = seats_sold(tables, sold, LATER)
    assert waited == 180
    assert found == [
        "event 'ev_1' changed movie_time, and at event 'ev_1' a customer holds or owns A1 (or_memory, HELD),"
        " A2 (or_queued, HELD)"
    ]


def test_a_showing_that_was_not_on_sale_is_looked_at_at_once(tables: Tables) -> None:
    """Whoever takes a seat in the moment of the move is found all the same."""
    closed = event(sales_end="2026-11-23T09:00:00Z")
    tables.load(plan(events=[closed]))
    moved = plan(events=[closed | {"movie_time": "2026-11-25T20:30:00Z"}])
    tables.dynamodb.meta.events.register_first(
        "before-call.dynamodb.TransactWriteItems", lambda **_: tables.put("seats", seat("booked")) and None
    )
    found, waited = seats_sold(tables, {}, moved)
    assert waited == 0
    assert found == ["event 'ev_1' changed movie_time, and at event 'ev_1' a customer holds or owns B4"]


def test_a_cancelled_showing_that_moves_is_not_waited_for(tables: Tables) -> None:
    tables.load(plan())
    tables.put("events", tables.rows("events")[0] | {"cancelled_at": NOW})
    assert seats_sold(tables, {}, LATER) == ([], 0)


def test_a_seat_taken_while_its_removal_is_written_is_told(tables: Tables) -> None:
    tables.load(plan())
    found, waited = seats_sold(tables, {30: lambda: sell(tables, "or_1", "B4")}, SMALLER)
    assert waited == 180
    assert found == ["room 'lisboa-3' lost seats, and at event 'ev_1' a customer holds or owns B4 (or_1, HELD)"]


def test_a_seat_of_another_category_is_told_of_while_functions_may_sell_the_old_one(tables: Tables) -> None:
    tables.load(plan())
    (told,), _ = seats_sold(
        tables, {30: lambda: sell(tables, "or_1", "B4", first_held_at=NOW + 30_000)}, OTHER_CATEGORY
    )
    assert told == (
        "room 'lisboa-3' changed the category of seats, and at event 'ev_1' a customer holds or owns B4 (or_1, HELD)"
    )


def test_a_seat_that_is_sold_as_its_new_category_is_no_matter(tables: Tables) -> None:
    tables.load(plan())
    sold = {70: lambda: sell(tables, "or_1", "B4", first_held_at=NOW + 70_000)}
    assert seats_sold(tables, sold, OTHER_CATEGORY) == ([], 180)


def test_showings_that_move_are_written_before_the_new_ones_are_scheduled(tables: Tables) -> None:
    """Scheduling a season takes minutes: nobody buys meanwhile what was seen to be free before."""
    tables.load(plan())
    steps: list[str] = []
    tables.dynamodb.meta.events.register(
        "before-call.dynamodb.TransactWriteItems", lambda **_: steps.append("moved") and None
    )
    tables.scheduler.meta.events.register(
        "before-parameter-build.scheduler.CreateSchedule", lambda params, **_: steps.append(params["Name"])
    )
    tables.load(plan(events=[*LATER["events"], event("ev_2", movie_time="2026-11-27T19:30:00Z")]))
    assert steps == ["ev_1", "moved", "ev_2"]


def test_an_event_that_nobody_bought_can_move(tables: Tables) -> None:
    tables.load(plan())
    tables.load(plan(events=[event(movie_time="2026-11-25T20:30:00Z")]))
    (row,) = tables.rows("events")
    assert row["movie_time"] == 1_795_635_000_000 + HOUR
    assert tables.rows("movies")[0]["movie_times"] == [row["movie_time"]]


def test_a_reader_never_meets_an_event_without_its_room_and_film(tables: Tables) -> None:
    seen: list[dict[str, int]] = []

    def look(**_: Any) -> None:
        seen.append({role: len(tables.rows(role)) for role in ("theaters", "rooms", "movies", "events")})

    tables.dynamodb.meta.events.register("before-call.dynamodb.BatchWriteItem", look)
    tables.load(many_films(60))
    assert any(counts["events"] for counts in seen)
    assert all(counts["rooms"] and counts["theaters"] and counts["movies"] == 60 for counts in seen if counts["events"])


def test_unprocessed_rows_are_sent_again_and_then_given_up(tables: Tables) -> None:
    answer = {"UnprocessedItems": {moto_aws.TABLE_NAMES["theaters"]: [{"PutRequest": {"Item": {}}}]}}
    tries = []

    def unprocessed(**_: Any) -> Any:
        tries.append(1)
        return AWSResponse("", 200, {}, None), answer

    tables.dynamodb.meta.events.register_first("before-call.dynamodb.BatchWriteItem", unprocessed)
    with pytest.raises(Unavailable):
        tables.load(plan())
    assert len(tries) == 10


def test_a_load_that_was_cut_short_is_completed_by_the_next(tables: Tables) -> None:
    def cut(**_: Any) -> None:
        raise ConnectionAbortedError

    tables.s3.meta.events.register("before-call.s3.PutObject", cut)
    with pytest.raises(ConnectionAbortedError):
        tables.load(plan())
    tables.s3.meta.events.unregister("before-call.s3.PutObject", cut)
    assert tables.objects() == []
    tables.load(plan())
    assert "snapshot/manifest.json" in tables.objects()


def test_the_manifest_is_swapped_last_and_only_the_previous_version_is_kept(tables: Tables) -> None:
    written: list[str] = []
    tables.s3.meta.events.register(
        "before-parameter-build.s3.PutObject", lambda params, **_: written.append(params["Key"])
    )
    for number in range(3):
        tables.load(plan(), now=NOW + number)
        assert written[-1] == "snapshot/manifest.json"
        assert written.count("snapshot/manifest.json") == number + 1
    versions = {key.split("/")[1] for key in tables.objects()}
    assert versions == {"manifest.json", str(NOW + 1), str(NOW + 2)}


@pytest.fixture
def stage(tables: Tables, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tables:
    """The command's way to the tables: a stage in AWS, no local stack."""
    names = Names("test")
    tables.scheduler.create_schedule_group(Name=names.schedule_group)
    moto_aws.create_bucket(tables.s3, names.catalogue_bucket("123456789012", "us-east-1"))
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setattr("operations.target.STACK_FILE", tmp_path / "stack.json")
    stages = tmp_path / "stages"
    stages.mkdir()
    monkeypatch.setattr("operations.stage_rules.STAGES", stages)
    (stages / "test.toml").write_text("")
    return tables


def test_the_command_loads_the_demo_and_loads_it_again(
    stage: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A part of its showings: each start of the deployed stack loads all of them."""
    demo = json.loads(DEMO.read_text())
    path = write_file(tmp_path / "plan.json", {**demo, "events": demo["events"][:8]})
    assert command.main([str(path)]) == 0
    state = stage.state()
    showings = len(stage.rows("events"))
    assert showings > 8
    assert f"wrote 100 films, 6 theaters, 24 rooms, {showings} showings" in capsys.readouterr().out
    assert command.main([str(path)]) == 0
    assert "wrote 0 films, 0 theaters, 0 rooms, 0 showings" in capsys.readouterr().out
    assert stage.state() == state


def test_a_stage_with_a_page_gets_a_card_for_each_film(
    stage: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bucket = Names("test").page_bucket("123456789012")
    moto_aws.create_bucket(stage.s3, bucket)
    ssm = client("ssm", region_name=EDGE_REGION)
    ssm.put_parameter(Name=Names("test").parameter(EDGE_URL), Value="https://cinema.example", Type="String")
    path = write_file(tmp_path / "plan.json", plan())
    assert command.main([str(path)]) == 0
    assert "card" in capsys.readouterr().out
    (key, *_) = [one["Key"] for one in stage.s3.list_objects_v2(Bucket=bucket)["Contents"]]
    card = stage.s3.get_object(Bucket=bucket, Key=key)
    film = key.removeprefix("cards/film/").removesuffix(".html")
    assert f"https://cinema.example/film/{film}" in card["Body"].read().decode()
    assert card["ContentType"] == "text/html; charset=utf-8"
    assert command.main([str(path)]) == 0
    assert "card" not in capsys.readouterr().out, "cards that are as they should be were written again"


def test_the_stage_s_number_closes_sales_of_showings_that_name_no_end(
    stage: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_file(tmp_path / "plan.json", plan(events=[event(movie_time="2199-11-25T19:30:00Z")]))

    def closes_before_the_start() -> int:
        assert command.main([str(path)]) == 0
        (row,) = stage.rows("events")
        return int(row["movie_time"]) - int(row["sales_end"])

    assert closes_before_the_start() == 0
    (tmp_path / "stages" / "test.toml").write_text("sales_close_minutes = 15")
    assert closes_before_the_start() == 15 * 60_000, "a plan that is loaded again takes the new number"
    (tmp_path / "stages" / "test.toml").write_text(
        "sales_close_minutes = 15\non_sale = true\n[during_on_sale]\nsales_close_minutes = 5"
    )
    assert closes_before_the_start() == 5 * 60_000


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "stages/test.toml is not in this checkout"),
        ("sales_close_minutes =", "stages/test.toml: "),
        ("sales_close_minutes = 1441", "sales_close_minutes = 1441: 0 to 1_440 is needed, because"),
        ('sales_close_minutes = "15"', "sales_close_minutes = '15': a whole number"),
    ],
)
def test_a_stage_whose_numbers_cannot_be_read_loads_no_plan(
    stage: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, reason: str
) -> None:
    (tmp_path / "stages" / "test.toml").unlink()
    if content is not None:
        (tmp_path / "stages" / "test.toml").write_text(content)
    assert command.main([str(write_file(tmp_path / "plan.json", plan()))]) == 1
    told = capsys.readouterr().err
    assert reason in told and "Nothing was written." in told
    assert stage.rows("events") == []


def test_one_of_each_is_told_in_the_singular_and_what_is_right_brings_no_note(
    stage: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_file(tmp_path / "plan.json", plan(events=[event(movie_time="2199-11-25T19:30:00Z")]))
    assert command.main([str(path)]) == 0
    said = capsys.readouterr().out
    assert "wrote 1 film, 1 theater, 1 room, 1 showing (" in said and "; 1 film is on display." in said
    assert "Note" not in said


def test_showings_of_the_past_are_named_and_loaded_all_the_same(
    stage: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    past = [event(f"ev_{day}", movie_time=f"2025-11-{day}T19:30:00Z") for day in range(11, 19)]
    path = write_file(tmp_path / "plan.json", plan(events=past))
    assert command.main([str(path)]) == 0
    (note,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Note")]
    assert "8 showings of the plan are already over: not on sale: ev_11 (2025-11-11T19:30:00Z), " in note
    assert note.endswith("ev_15 (2025-11-15T19:30:00Z), ...")
    assert len(stage.rows("events")) == 8
    assert command.main([str(write_file(path, plan(events=past[:1])))]) == 0
    assert "Note: 1 showing of the plan is already over" in capsys.readouterr().out, "again, though it is not written"


def test_a_place_that_the_reason_begins_with_is_not_repeated(
    stage: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{\n"movies": [],\n"movies": []}')
    assert command.main([str(path)]) == 1
    assert capsys.readouterr().err.splitlines()[0] == f"{path}:2: movies is given twice"


def moving(stage: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: dict[int, Callable[[], None]]) -> int:
    """The exit status of a plan that moves a showing, with what happens so many seconds after it was written."""
    document = plan(events=[event(movie_time="2199-11-25T19:30:00Z")])
    assert command.main([str(write_file(tmp_path / "plan.json", document))]) == 0
    clock = WaitingClock(at)
    monkeypatch.setattr(command, "SystemClock", lambda: clock)
    later = plan(events=[event(movie_time="2199-11-25T20:30:00Z")])
    return command.main([str(write_file(tmp_path / "later.json", later))])


LOOKED = "Looked again: no customer was sold a seat as it was before."
WAITED_FOR = (
    "Waiting 180 s before a last look at 1 showing that this plan changed while on sale (ev_1): functions sell from a"
    " memory of up to 60 s, and a hold may wait 120 s on its lane. The plan is loaded."
)


def test_the_command_says_what_it_waits_for_and_that_nothing_was_found(
    stage: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert moving(stage, tmp_path, monkeypatch, {}) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-3:] == [WAITED_FOR, "wait for seats sold from memory: 180", LOOKED]


def test_the_command_fails_when_seats_were_sold_as_before_and_says_who_settles_what(
    stage: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sold = {50: lambda: sell(stage, "or_1", "B4", movie_time=1)}
    assert moving(stage, tmp_path, monkeypatch, sold) == 1
    assert capsys.readouterr().err.splitlines() == [
        "The plan is loaded, but seats were sold as they were before it:",
        "event 'ev_1' changed movie_time, and at event 'ev_1' a customer holds or owns B4 (or_1, HELD)",
        command.GOES_BACK,
        command.FOR_YOU,
    ]
    assert stage.rows("events")[0]["movie_time"] == 7_254_995_400_000


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [(KeyboardInterrupt(), 130, "Stopped. "), (Unavailable("The tables are away."), 1, "The tables are away.")],
    ids=["stopped", "tables away"],
)
def test_a_last_look_that_was_not_taken_is_told_with_the_plan_loaded(
    stage: Tables,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    told: str,
) -> None:
    def fails() -> None:
        raise error

    assert moving(stage, tmp_path, monkeypatch, {7: fails}) == code
    said = capsys.readouterr()
    assert told in said.err and command.NOT_LOOKED in said.err and command.GOES_BACK in said.err
    assert command.AGAIN not in said.err, "the same plan again takes nothing away, and would not look"
    assert "wrote 0 films, 0 theaters, 0 rooms, 1 showing" in said.out


def test_the_command_says_line_and_reason_and_fails(
    stage: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_file(tmp_path / "plan.json", plan(events=[event(movie_id="nosferatu")]))
    assert command.main([str(path)]) == 1
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "nosferatu" in text)
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith(f"{path}:{line}: there is no film 'nosferatu'")
    assert told[0].endswith("(events[0].movie_id)")
    assert told[-1] == "The plan is refused; nothing was written."
    assert stage.state() == {"movies": [], "theaters": [], "rooms": [], "events": []}


@pytest.mark.parametrize("content", ["", "{", '{"movies": [{"title": "\\ud83c"}]}', "[]", "null"])
def test_the_command_refuses_any_other_file(
    stage: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    path = tmp_path / "plan.json"
    path.write_text(content)
    assert command.main([str(path)]) == 1
    assert f"{path}:1: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "which plan? Type make catalogue FILE=plan.json; the demo's is FILE=local/demo_catalogue.json"),
        ("docs", "'docs' is a directory; FILE is to be one plan"),
        ("none.json", "there is no file 'none.json'"),
        ("/dev/null", "there is no file '/dev/null'"),
    ],
)
def test_without_a_file_the_command_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    monkeypatch.chdir(DEMO.parent.parent)
    with pytest.raises(SystemExit) as wrongly:
        command.main([name])
    assert wrongly.value.code == 2
    assert told in capsys.readouterr().err


def test_a_file_that_cannot_be_read_and_an_interrupt_are_told_without_a_trace(
    stage: Tables, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for error, code, told in (
        (PermissionError(13, "Permission denied", "plan.json"), 1, "plan.json cannot be read: Permission denied"),
        (KeyboardInterrupt(), 130, "the same command completes it"),
    ):
        monkeypatch.setattr(command, "load", lambda *_, error=error: (_ for _ in ()).throw(error))
        assert command.main([str(DEMO)]) == code
        assert told in capsys.readouterr().err


def test_the_command_says_what_to_do_without_a_stack(
    stage: Tables, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("STAGE")
    assert command.main([str(DEMO)]) == 1
    assert "make start" in capsys.readouterr().err


def test_the_command_prefers_the_local_stack(tmp_path: Path) -> None:
    stack = {"aws_endpoint_url": "http://127.0.0.1:1", "region": "us-east-1", "tables": {"movies": "films"}}
    target = find_target(json.loads(json.dumps(stack)), {})
    assert target.connection["endpoint_url"] == "http://127.0.0.1:1"
    assert target.tables == {"movies": "films"}


def test_a_theater_never_gets_more_rooms_than_its_page_lists(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROOMS_MAX", 4)
    tables.load(rooms_from(0, 3))
    assert refused(tables, rooms_from(3, 2)) == ["theater 'lisboa' would have 5 rooms; 4 at most"]
    tables.load(rooms_from(3, 1))
    assert tables.load(rooms_from(0, 4)).rooms == 0, "rooms that are there already are no more rooms"


def test_a_film_never_gets_more_showings_than_its_page_lists(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHOWINGS_MAX", 2)
    first, second, third = (event(f"ev_{day}", movie_time=f"2026-11-2{day}T19:30:00Z") for day in (5, 6, 7))
    tables.load(plan(events=[first, second]))
    reason = "film 'metropolis' would have 3 showings to come; 2 at most"
    assert refused(tables, plan(events=[third])) == [reason]
    tables.load(plan(movies=[movie(), movie("nosferatu")], events=[{**second, "movie_id": "nosferatu"}, third]))
