"""Lanes, refresh queue, topic, wallet and events: on the fakes and on moto."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from moto import mock_aws

from box_office.adapters.aws_clients import client
from box_office.adapters.catalogue_rows import event_row, room_row
from box_office.adapters.dynamodb.events import DynamoDBEvents, DynamoDBRooms
from box_office.adapters.dynamodb.order_rows import due_shard
from box_office.adapters.dynamodb.values import to_item
from box_office.adapters.dynamodb.wallet import DynamoDBWallet
from box_office.adapters.secrets import SecretsManager
from box_office.adapters.sns_announcements import SNSAnnouncements
from box_office.adapters.sqs.deliveries import SQSDeliveries
from box_office.adapters.sqs.queues import SQSLanes, SQSRefreshQueue
from box_office.domain.errors import Unavailable, UnknownEvent
from box_office.domain.messages import NamedIntent, QueuedHold
from box_office.domain.orders import OrderRef
from box_office.ports import Announcements, Events, Lanes, RefreshQueue, Rooms
from box_office.ports.payments import SavedMethod, Wallet
from tests import deliveries, moto_aws
from tests.deliveries import LANES, TOPIC_ARN, URL_BASE, Deliveries
from tests.examples import EV_1, EV_2, MINUTE, ROOM, TODAY
from tests.fakes.money import FakeEvents, FakeRooms, FakeWallet
from tests.fakes.queues import FakeAnnouncements, FakeLanes, FakeRefreshQueue, Mailbox
from tests.wire import shared_client

REF = OrderRef("ada", "ev_1", "or_1", "s1")
NAMED = {"order_id": "or_1", "user_id": "ada", "event_id": "ev_1", "sale": "s1"}


@dataclass
class Post:
    """The ports, and what lies in the queues."""

    lanes: Lanes
    refresh: RefreshQueue
    announcements: Announcements
    bodies: Callable[[str], list[dict[str, Any]]]
    take_down: Callable[[], None]


@pytest.fixture(params=["fake", "aws"])
def post(request: pytest.FixtureRequest) -> Iterator[Post]:
    if request.param == "fake":
        yield fake_post()
    else:
        with mock_aws():
            yield aws_post()


def fake_post() -> Post:
    box = Mailbox(lambda: TODAY)

    def bodies(queue: str) -> list[dict[str, Any]]:
        return [dict(message.body) for message in box.waiting if message.queue == queue]

    def take_down() -> None:
        box.down = True

    return Post(FakeLanes(box), FakeRefreshQueue(box), FakeAnnouncements(box), bodies, take_down)


def aws_post() -> Post:
    sqs, sns = client("sqs"), client("sns")
    deliveries.create_queues(sqs, sns)
    queues = Deliveries(sqs, lambda verb: None)

    def bodies(queue: str) -> list[dict[str, Any]]:
        found = [json.loads(one["Message"]) if "Message" in one else dict(one) for one in queues.bodies(queue)]
        assert all(one.pop("v") == 1 for one in found), "every message carries its version"
        return found

    def take_down() -> None:
        for name in (*LANES, "refresh"):
            sqs.delete_queue(QueueUrl=URL_BASE + name)

    lanes = SQSLanes(sqs, {name: URL_BASE + name for name in LANES})
    return Post(lanes, SQSRefreshQueue(sqs, URL_BASE + "refresh"), SNSAnnouncements(sns, TOPIC_ARN), bodies, take_down)


def test_a_lane_takes_orders_looks_and_holds_and_the_others_know_nothing_of_it(post: Post) -> None:
    assert list(post.lanes.names) == ["lane-0", "lane-1"]
    post.lanes.send_order("lane-1", REF, 2)
    post.lanes.send_intent("lane-1", NamedIntent("pi_1"))
    post.lanes.send_hold("lane-1", QueuedHold(REF, ("A1", "A2"), TODAY, desk=True))
    hold = {"kind": "hold", **NAMED, "seats": ["A1", "A2"], "queued_at": TODAY, "desk": True}
    expected = [{"kind": "order", **NAMED, "attempt": 2}, {"kind": "look", "intent_id": "pi_1"}, hold]
    assert sorted(post.bodies("lane-1"), key=str) == sorted(expected, key=str)
    assert post.bodies("lane-0") == []


def test_a_lane_knows_its_backlog(post: Post) -> None:
    assert post.lanes.backlog("lane-0") == 0
    post.lanes.send_intent("lane-0", NamedIntent("pi_1"))
    post.lanes.send_order("lane-0", REF, 1, delay_seconds=0)
    assert (post.lanes.backlog("lane-0"), post.lanes.backlog("lane-1")) == (2, 0)


def test_a_lane_out_of_reach_is_unavailable_and_a_refresh_is_lost_in_silence(post: Post) -> None:
    post.take_down()
    with pytest.raises(Unavailable):
        post.lanes.send_order("lane-0", REF, 1)
    post.refresh.send("ev_1", ["A1"])


def test_a_refresh_names_the_rows(post: Post) -> None:
    post.refresh.send("ev_1", ["A1", "A2"])
    assert post.bodies("refresh") == [{"kind": "seats", "event_id": "ev_1", "seat_ids": ["A1", "A2"]}]


def test_a_payment_is_announced_to_whoever_subscribes(post: Post) -> None:
    post.announcements.payment_complete(REF)
    assert post.bodies("payment-complete") == [{"kind": "payment_complete", **NAMED}]


def test_a_delay_is_as_asked_and_never_longer_than_the_queue_can_keep_it() -> None:
    with mock_aws():
        sqs = client("sqs")
        deliveries.create_queues(sqs, client("sns"))
        delays: list[int] = []
        slow = deliveries.UndelayedSQS(sqs, delays)
        lanes = SQSLanes(slow, {"lane-0": URL_BASE + "lane-0"})
        lanes.send_order("lane-0", REF, 1, delay_seconds=5)
        lanes.send_order("lane-0", REF, 1, delay_seconds=5_000)
        SQSDeliveries(slow, URL_BASE).send_json("event-ends", {"kind": "event_end"}, 86_400)
        assert delays == [5, 900, 900]


def test_what_is_parked_says_where_it_was_and_why() -> None:
    with mock_aws():
        sqs = client("sqs")
        deliveries.create_queues(sqs, client("sns"))
        SQSDeliveries(sqs, URL_BASE).park("lane-0", "{nonsense", "not JSON " + "x" * 500)
        [record] = Deliveries(sqs, lambda verb: None).receive("parked")
        said = {name: one["stringValue"] for name, one in record["messageAttributes"].items()}
        assert record["body"] == "{nonsense"
        assert (said["queue"], said["reason"][:8], len(said["reason"])) == ("lane-0", "not JSON", 200)


# Events and wallet


@pytest.fixture(params=["fake", "dynamodb"])
def events(request: pytest.FixtureRequest) -> Iterator[Events]:
    if request.param == "fake":
        yield FakeEvents({"ev_1": EV_1, "ev_2": EV_2})
        return
    with mock_aws():
        dynamodb, table = client("dynamodb"), moto_aws.TABLE_NAMES["events"]
        moto_aws.create_tables(dynamodb, {"events": table})
        for one in (EV_1, EV_2):
            dynamodb.put_item(TableName=table, Item=to_item(event_row(one)))
        yield DynamoDBEvents(dynamodb, table)


def test_an_events_row_is_read_as_it_is_now(events: Events) -> None:
    assert events.fresh("ev_1") == EV_1
    assert events.fresh("ev_9") is None


@pytest.fixture(params=["fake", "dynamodb"])
def rooms(request: pytest.FixtureRequest) -> Iterator[Rooms]:
    if request.param == "fake":
        yield FakeRooms(ROOM)
        return
    with mock_aws():
        dynamodb, table = client("dynamodb"), moto_aws.TABLE_NAMES["rooms"]
        moto_aws.create_tables(dynamodb, {"rooms": table})
        dynamodb.put_item(TableName=table, Item=to_item(room_row(ROOM)))
        yield DynamoDBRooms(dynamodb, table)


def test_a_rooms_row_is_read_as_it_is_now(rooms: Rooms) -> None:
    assert rooms.fresh(ROOM.room_id) == ROOM
    assert rooms.fresh("nowhere") is None


def test_an_event_is_cancelled_once_and_found_until_nothing_is_left_of_it(events: Events) -> None:
    shard = due_shard("ev_1")
    assert list(events.cancelled_due(shard, TODAY, 10)) == []
    assert events.cancel("ev_1", TODAY) == replace(EV_1, cancelled_at=TODAY)
    assert events.cancel("ev_1", TODAY + MINUTE).cancelled_at == TODAY, "the first cancellation's time stands"
    assert [one.event_id for one in events.cancelled_due(shard, TODAY + MINUTE, 10)] == ["ev_1"]
    events.cancellation_done("ev_1")
    assert list(events.cancelled_due(shard, TODAY + MINUTE, 10)) == []
    assert events.fresh("ev_1").cancelled_at == TODAY
    assert events.fresh("ev_2").cancelled_at is None


def test_an_event_that_is_not_there_cannot_be_cancelled(events: Events) -> None:
    with pytest.raises(UnknownEvent):
        events.cancel("ev_9", TODAY)
    assert events.fresh("ev_9") is None


@pytest.fixture(params=["fake", "dynamodb"])
def wallet(request: pytest.FixtureRequest) -> Iterator[Wallet]:
    if request.param == "fake":
        yield FakeWallet()
        return
    with mock_aws():
        dynamodb, table = client("dynamodb"), moto_aws.TABLE_NAMES["users"]
        moto_aws.create_tables(dynamodb, {"users": table})
        yield DynamoDBWallet(dynamodb, table)


def test_a_saved_method_is_its_users_and_the_last_one_stands(wallet: Wallet) -> None:
    assert wallet.saved("ada") is None
    wallet.save("ada", SavedMethod("cus_1", "pm_1"))
    wallet.save("ada", SavedMethod("cus_1", "pm_2"))
    assert wallet.saved("ada") == SavedMethod("cus_1", "pm_2")
    assert wallet.saved("grace") is None


def test_a_customer_is_kept_before_anything_is_saved_and_an_earlier_one_stands(wallet: Wallet) -> None:
    assert wallet.customer("ada") is None
    assert wallet.keep_customer("ada", "cus_1") == "cus_1"
    assert wallet.keep_customer("ada", "cus_2") == "cus_1"
    assert (wallet.customer("ada"), wallet.saved("ada")) == ("cus_1", None)
    wallet.save("ada", SavedMethod("cus_1", "pm_1"))
    assert wallet.keep_customer("ada", "cus_2") == "cus_1"
    assert wallet.saved("ada") == SavedMethod("cus_1", "pm_1")


def test_a_forgotten_method_leaves_its_customer(wallet: Wallet) -> None:
    wallet.save("ada", SavedMethod("cus_1", "pm_1"))
    wallet.forget("ada", SavedMethod("cus_1", "pm_1"))
    wallet.forget("ada", SavedMethod("cus_1", "pm_1"))
    assert (wallet.customer("ada"), wallet.saved("ada")) == ("cus_1", None)


def test_a_forgotten_customer_takes_what_is_saved_along_and_makes_room_for_another(wallet: Wallet) -> None:
    wallet.save("ada", SavedMethod("cus_1", "pm_1"))
    wallet.forget_customer("ada", "cus_1")
    wallet.forget_customer("ada", "cus_1")
    assert (wallet.customer("ada"), wallet.saved("ada")) == (None, None)
    assert wallet.keep_customer("ada", "cus_2") == "cus_2"


def test_what_was_replaced_meanwhile_is_not_forgotten(wallet: Wallet) -> None:
    wallet.save("ada", SavedMethod("cus_1", "pm_2"))
    wallet.forget("ada", SavedMethod("cus_1", "pm_1"))
    wallet.forget_customer("ada", "cus_0")
    wallet.forget("grace", SavedMethod("cus_1", "pm_2"))
    assert wallet.saved("ada") == SavedMethod("cus_1", "pm_2")
    assert wallet.customer("grace") is None


def test_a_secret_is_read_once_in_five_minutes_and_a_rotated_one_is_found() -> None:
    with mock_aws():
        manager, now = shared_client("secretsmanager"), [0]
        deliveries.create_secrets(manager)
        secrets = SecretsManager(manager, lambda: now[0])
        name = "box-office-test/payment"
        assert secrets.get(name)["api_key"] == "sk_test_in_process"
        manager.put_secret_value(SecretId=name, SecretString=json.dumps({"api_key": "rotated"}))
        now[0] = 299_999
        assert secrets.get(name)["api_key"] == "sk_test_in_process"
        now[0] = 300_000
        assert secrets.get(name)["api_key"] == "rotated"
