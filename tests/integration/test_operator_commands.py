"""`make cancel-event` and `make redrive`, over moto: what they do, do again, and refuse."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import NoRegionError
from moto import mock_aws

from box_office.adapters.catalogue_rows import event_row
from box_office.domain.orders import Status
from box_office.domain.payments import Kind
from box_office.domain.tickets import REFUNDED, VALID
from box_office.names import PARKED, TABLES
from local.accounts import people
from operations import cancel_event, redrive
from tests.integration.operator_stage import EVENT, NOW, Stage, booked, order


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setattr("operations.target.STACK_FILE", tmp_path / "stack.json")
    monkeypatch.setattr(cancel_event, "WAIT_SECONDS_MAX", 0.0)
    monkeypatch.setattr(redrive, "WAIT_SECONDS", 0)
    with mock_aws():
        yield Stage()


def test_cancelling_frees_what_is_held_refunds_unused_tickets_and_leaves_what_is_pinned(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.seat(order("holder", Status.HELD, "A1"))
    stage.seat(order("payer", Status.PAYING, "A2", pinned_at=NOW))
    stage.seat(booked("owner", "B1", "B2", used="B2"))
    assert cancel_event.main(["ev_1"]) == 1
    said = capsys.readouterr()
    assert "holds freed: 1, tickets given back: 1, orders still open: 2" in said.out
    assert "or_payer  PAYING  A2" in said.err and "or_owner  BOOKED" in said.err
    assert (stage.order("holder").status, stage.order("holder").reason) == (Status.EXPIRED, "event_cancelled")
    assert stage.order("payer").status is Status.PAYING
    assert [ticket["status"] for ticket in stage.order("owner").tickets] == [REFUNDED, VALID]
    assert stage.seats() == {"A1": "empty", "A2": "hold", "B1": "booked", "B2": "booked"}
    assert stage.event()["cancelled_at"] <= stage.event()["due_at"]
    assert ['"order_id":"or_owner"' in body for body in stage.waiting("lane-0")] == [True]
    assert ['"seat_ids":["A1"]' in body for body in stage.waiting("refresh")] == [True]


@pytest.mark.shows("event cancelled in mid-payment")
def test_a_cancellation_that_was_stopped_goes_on_and_gives_nothing_back_twice(stage: Stage) -> None:
    owners = [booked(name, f"A{number}") for number, (name, _) in enumerate(people()[:3], 1)]
    for one in owners:
        stage.seat(one)
    stopped = []

    def stop(**_: Any) -> None:
        if len(stopped) == 1:
            stopped.append("now")
            raise KeyboardInterrupt
        stopped.append("later")

    clients = []
    made = cancel_event.Target.client

    def client_that_stops(target: Any, service: str) -> Any:
        one = made(target, service)
        if service == "dynamodb" and not clients:
            clients.append(one)
            one.meta.events.register("before-call.dynamodb.PutItem", stop)
        return one

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cancel_event.Target, "client", client_that_stops)
        assert cancel_event.main(["ev_1"]) == 130
    cancelled_at = stage.event()["cancelled_at"]
    assert sorted(str(stage.order(one.user_id).status) for one in owners) == ["BOOKED", "BOOKED", "REFUNDING"]
    for _ in range(2):
        assert cancel_event.main(["ev_1"]) == 1
    after = [stage.order(one.user_id) for one in owners]
    assert [(one.status, len(one.refunds), one.refunds[0].amount) for one in after] == [(Status.REFUNDING, 1, 1150)] * 3
    assert stage.event()["cancelled_at"] == cancelled_at


def test_cash_that_a_clerk_has_to_hand_back_is_told(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.seat(booked("till", "A1", "A2", used="A2", kind=Kind.CASH))
    stage.seat(booked("card", "B1"))
    assert cancel_event.main(["ev_1"]) == 1, "no worker runs here: the refunds stay open"
    said = capsys.readouterr().out
    assert "or_till  11.50 EUR in cash" in said and "or_card" not in said
    assert "1 order was paid in cash. " in said and "`make owed` lists" in said
    assert cancel_event.main(["ev_1"]) == 1
    assert "or_till  11.50 EUR in cash" in capsys.readouterr().out, "and again, as long as its seats are not free"


@pytest.mark.parametrize("during", ["the sweep", "the wait"])
def test_cash_that_was_given_back_is_told_when_it_is_stopped_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], during: str
) -> None:
    stage.seat(booked("till", "A1", kind=Kind.CASH))
    stage.seat(order("payer", Status.PAYING, "A2", pinned_at=NOW))
    monkeypatch.setattr(cancel_event, "WAIT_SECONDS_MAX", 60.0)

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    if during == "the wait":
        monkeypatch.setattr(cancel_event.time, "sleep", stop)
    else:
        monkeypatch.setattr(cancel_event.Counted, "end_pass", stop)
    assert cancel_event.main(["ev_1"]) == 130
    said = capsys.readouterr()
    assert "or_till  11.50 EUR in cash" in said.out and "1 order was paid in cash. " in said.out
    assert "ev_1 is cancelled, and stays so. The reconciler goes on" in said.err
    assert "If the event" not in said.out + said.err
    waits = "Waiting for 2 orders, 60 s at most: 1 being paid, 1 being given back." in said.out
    assert waits is (during == "the wait")


def test_cash_that_cannot_be_read_after_a_stop_is_said_to_be(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    for name in ("end_pass", "step"):
        monkeypatch.setattr(cancel_event.Counted, name, stop)
    monkeypatch.setattr(cancel_event.Cancellation, "orders", stop)
    stage.seat(booked("till", "A1", kind=Kind.CASH))
    assert cancel_event.main(["ev_1"]) == 130
    told = capsys.readouterr().out
    assert "paid in cash could not be read. A clerk hands cash back" in told and "`make owed` lists" in told


@pytest.mark.parametrize(
    ("stopped", "told"),
    [
        ("close_ports", "Nothing was changed."),
        ("DynamoDBEvents.fresh", "Nothing was changed."),
        ("DynamoDBEvents.cancel", "Whether ev_1 is cancelled was not"),
    ],
)
def test_stopped_before_anything_was_answered_it_says_what_stands(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stopped: str, told: str
) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"operations.cancel_event.{stopped}", stop)
    assert cancel_event.main(["ev_1"]) == 130
    said = capsys.readouterr()
    assert told in said.err and "in cash" not in said.out


def test_a_cancellation_without_a_region_does_not_say_that_it_began(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any) -> None:
        raise NoRegionError()

    monkeypatch.setattr(cancel_event, "close_ports", refuse)
    assert cancel_event.main(["ev_1"]) == 1
    told = capsys.readouterr().err
    assert "Nothing was changed." in told and "what was begun" not in told


def test_when_nothing_is_left_it_says_so(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.seat(booked("owner", "B1", used="B1"))
    assert cancel_event.main(["ev_1"]) == 0
    said = capsys.readouterr().out
    assert "Nothing is left" in said and "cash" not in said, "no order was paid in cash"


def test_a_showing_that_is_over_is_cancelled_for_all_or_for_nobody(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong id would give money back to those alone who did not come, and could not be taken back."""
    hour_ago = int(time.time() * 1000) - 3_600_000
    stage.put("events", event_row(replace(EVENT, movie_time=hour_ago, sales_end=hour_ago, end_time=hour_ago + 1)))
    before = stage.event()
    assert cancel_event.main(["ev_1"]) == 1
    said = capsys.readouterr().err
    assert "ev_1 ended at 20" in said and "Nothing was changed." in said and "EVENT=ev_1 USED=1" in said
    assert stage.event() == before
    assert cancel_event.main(["ev_1", "1"]) == 0
    assert cancel_event.main(["ev_1"]) == 0, "it is cancelled: the same command says how far it is"


def test_an_unknown_event_is_refused_by_name(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert cancel_event.main(["ev_9"]) == 1
    told = capsys.readouterr().err
    assert "There is no event 'ev_9'" in told and "GetMovieDetail" in told


@pytest.mark.parametrize(
    ("event_id", "told"),
    [("", "Type make cancel-event EVENT=ev_7q2"), ("ev 1", "not the text 'ev 1'"), ("x" * 3_000, "3000 characters")],
)
def test_what_can_be_no_event_is_refused_with_what_to_type(
    capsys: pytest.CaptureFixture[str], event_id: str, told: str
) -> None:
    with pytest.raises(SystemExit) as wrongly:
        cancel_event.main([event_id])
    assert wrongly.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("command", [lambda: cancel_event.main(["ev_1"]), lambda: redrive.main([])])
def test_without_a_stack_or_a_stage_they_say_what_to_do(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: Any
) -> None:
    monkeypatch.setenv("STAGE", "elsewhere")
    assert command() == 1
    assert "`cdk deploy --all -c stage=elsewhere`" in capsys.readouterr().err
    monkeypatch.delenv("STAGE")
    assert command() == 1
    assert "type `make start`" in capsys.readouterr().err


@pytest.mark.parametrize("command", [lambda: cancel_event.main(["ev_1"]), lambda: redrive.main([])])
def test_a_local_stack_that_is_gone_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: Any
) -> None:
    gone = {"aws_endpoint_url": "http://127.0.0.1:9", "region": "us-east-1", "tables": {"seats": "s"}}
    (tmp_path / "stack.json").write_text(json.dumps(gone | {"tables": dict.fromkeys(TABLES, "t")}))
    monkeypatch.setattr("operations.target.STACK_FILE", tmp_path / "stack.json")
    monkeypatch.delenv("STAGE", raising=False)
    monkeypatch.setattr("operations.target.PATIENT", Config(connect_timeout=1, retries={"total_max_attempts": 1}))
    assert command() == 1
    assert "does not answer" in capsys.readouterr().err


@pytest.mark.shows("poison message")
def test_parked_messages_go_back_to_their_queues_to_be_tried_from_the_beginning(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(12):
        stage.park(f"order {number}", queue="lane-0", reason="given up after all its tries", redrives="5")
    stage.park("seats", queue="refresh", reason="not JSON")
    assert redrive.main([]) == 0
    said = capsys.readouterr().out
    assert "12 parked -> lane-0: given up after all its tries" in said
    assert "1 parked -> refresh: not JSON" in said and "13 messages sent back." in said
    received = stage.sqs.receive_message(QueueUrl=stage.urls["lane-0"], MessageAttributeNames=["All"])["Messages"]
    assert "MessageAttributes" not in received[0]
    assert (len(stage.waiting("lane-0")), stage.waiting("refresh"), stage.waiting(PARKED)) == (11, ["seats"], [])
    assert redrive.main([]) == 0
    assert "Nothing is parked." in capsys.readouterr().out


def test_a_dead_letter_queue_without_a_function_is_emptied_and_a_lane_s_is_left_to_its_function(stage: Stage) -> None:
    for name in ("refresh-dlq", "lane-0-dlq"):
        stage.sqs.send_message(QueueUrl=stage.urls[name], MessageBody=name)
    assert redrive.main([]) == 0
    assert (stage.waiting("refresh"), stage.waiting("lane-0-dlq")) == (["refresh-dlq"], ["lane-0-dlq"])


@pytest.mark.parametrize("attributes", [{}, {"queue": "lane-7"}, {"queue": PARKED}])
def test_a_message_from_nowhere_stays_and_is_told_again_by_a_run_right_after(
    stage: Stage, capsys: pytest.CaptureFixture[str], attributes: dict[str, str]
) -> None:
    for _ in range(12):
        stage.park("whose?", **attributes)
    for _ in range(2):
        assert redrive.main([]) == 1
        said = capsys.readouterr()
        assert "12 parked -> left where it was" in said.out
        assert "12 messages that named no queue to go back to" in said.err
    counts = stage.sqs.get_queue_attributes(QueueUrl=stage.urls[PARKED], AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_what_fails_again_at_once_does_not_keep_a_run_going(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.park("poison", queue="lane-0")
    send = redrive.send_back

    def send_and_park_again(*args: Any) -> Iterator[redrive.Sent]:
        for sent in send(*args):
            stage.park("poison", queue="lane-0")
            yield sent

    monkeypatch.setattr(redrive, "send_back", send_and_park_again)
    assert redrive.main([]) == 0
    assert (len(stage.waiting("lane-0")), len(stage.waiting(PARKED))) == (1, 1)


def test_a_held_order_s_seats_that_somebody_else_owns_by_now_stay_theirs(stage: Stage) -> None:
    stage.seat(order("late", Status.HELD, "A1"))
    stage.seat(replace(booked("owner", "A1", used="A1"), order_id="or_owner"))
    assert cancel_event.main(["ev_1"]) == 0
    assert stage.seats() == {"A1": "booked"}
