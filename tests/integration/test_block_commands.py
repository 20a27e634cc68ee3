"""`make block`, `make unblock` and `make blocked`, over moto; both carriers run as the commands ask them to."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from box_office.adapters.aws_clients import client
from box_office.adapters.dynamodb.blocks import DynamoDBBlocks
from box_office.domain.blocks import Block, CachedBlock, Kind, Source, Subject, overflow
from box_office.names import USER_POOL_ID
from box_office.use_cases.carry_blocks import CarryPorts, carry_blocks
from operations import blocks
from operations.target import Target
from tests import moto_aws
from tests.edge_sets import EdgeSets
from tests.examples import ADMISSION_LIMITS, HOUR, MINUTE, TODAY
from tests.fakes.blocks import FakeBlockedInCache
from tests.fakes.money import FakeCounters
from tests.fakes.seat_cache import FakeSeatCache
from tests.integration.operator_stage import NAMES

ADA = "3f2c-ada"
DOOR = Subject(Kind.ADDRESS, "203.0.113.7")


class Carriers:
    """Lambda, as the commands ask it. `answers`: of each function, by its verb."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answers: dict[str, Any] = {"carry_blocks": {"blocked": 1}, "carry_blocks_to_edge": {"networks": 1}}

    def invoke(self, FunctionName: str, Qualifier: str, Payload: bytes) -> dict[str, Any]:
        verb = FunctionName.removeprefix(f"{NAMES.prefix}-")
        self.asked.append((verb, Qualifier))
        answer = self.answers[verb]
        if isinstance(answer, Exception):
            raise answer
        failed = {"FunctionError": "Unhandled"} if "errorMessage" in answer else {}
        return {"Payload": io.BytesIO(json.dumps(answer).encode()), **failed}


class Pool:
    """A user pool, as far as the commands ask it; moto has none without a further package."""

    id = "pool-1"

    def __init__(self) -> None:
        self.users = {ADA: ("ada@example.com", "customer"), "clerk-1": ("c@example.com", "desk")}

    def list_users(self, UserPoolId: str, Filter: str) -> dict[str, Any]:
        assert UserPoolId == self.id
        attribute, _, value = Filter.replace('"', "").partition(" = ")
        found = [
            (sub, email) for sub, (email, _) in self.users.items() if {"sub": sub, "email": email}[attribute] == value
        ]
        return {
            "Users": [
                {"Username": sub, "Attributes": [{"Name": "sub", "Value": sub}, {"Name": "email", "Value": email}]}
                for sub, email in found
            ]
        }

    def admin_list_groups_for_user(self, UserPoolId: str, Username: str) -> dict[str, Any]:
        return {"Groups": [{"GroupName": self.users[Username][1]}]}


class Deployed:
    """A stage as these commands look at it: the table, the user pool, the edge's sets, the two functions."""

    def __init__(self) -> None:
        dynamodb, table = client("dynamodb"), NAMES.table("blocks")
        moto_aws.create_tables(dynamodb, {"blocks": table})
        self.table, self.carriers, self.edge = DynamoDBBlocks(dynamodb, table), Carriers(), EdgeSets(NAMES)
        self.edge.deploy()
        self.pool = Pool()
        client("ssm").put_parameter(Name=NAMES.parameter(USER_POOL_ID), Value=self.pool.id, Type="String")

    def client(self, service: str) -> Any:
        return {"lambda": self.carriers, "cognito-idp": self.pool}[service]

    def blocked(self, subject: Subject, now: int = TODAY) -> list[Block]:
        return [one for one in self.table.of_subject(subject) if one.live(now)]

    @property
    def rows(self) -> list[Block]:
        return [one for source in Source for one in self.table.ending_after(source, 0, 99)]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Deployed]:
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setattr("operations.target.STACK_FILE", tmp_path / "stack.json")
    set_clock(monkeypatch, TODAY)
    with mock_aws():
        deployed, real = Deployed(), Target.client
        monkeypatch.setattr(
            Target,
            "client",
            lambda self, service: (
                deployed.client(service) if service in ("lambda", "cognito-idp") else real(self, service)
            ),
        )
        yield deployed


def set_clock(monkeypatch: pytest.MonkeyPatch, now: int) -> None:
    monkeypatch.setattr(blocks, "now_ms", lambda: now)


def block(**typed: str) -> int:
    return blocks.main(["block", *(f"--{name}={text}" for name, text in typed.items())])


def unblock(**typed: str) -> int:
    return blocks.main(["unblock", *(f"--{name}={text}" for name, text in typed.items())])


def test_an_address_is_blocked_and_both_carriers_run_at_once(
    stage: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert block(address="203.0.113.7", minutes="30", why="  floods   the map ") == 0

    [row] = stage.rows
    assert (row.subject, row.source, row.began_at, row.ends_at) == (DOOR, Source.OPERATOR, TODAY, TODAY + 30 * MINUTE)
    assert row.why == "floods the map" and row.by
    assert stage.carriers.asked == [("carry_blocks", "live"), ("carry_blocks_to_edge", "live")]
    said = capsys.readouterr().out
    assert "Blocked address 203.0.113.7 for 30 minutes, until 2096-10-02T10:30:00Z" in said and "floods the map" in said
    assert "The cache has the block now." in said and "The edge has the block now." in said


@pytest.mark.parametrize("named", ["ada@example.com", "id"])
def test_a_user_is_blocked_by_e_mail_or_by_id(stage: Deployed, named: str) -> None:
    assert block(user=ADA if named == "id" else named) == 0
    [row] = stage.rows
    assert row.subject == Subject(Kind.USER, ADA)
    assert row.ends_at == TODAY + 24 * HOUR, "a day, unless the operator says otherwise"
    assert row.why == "no reason given"


def test_blocked_again_a_subject_has_the_new_end_also_an_earlier_one(
    stage: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    block(address="203.0.113.7", minutes="60")
    set_clock(monkeypatch, TODAY + MINUTE)
    assert block(address="203.0.113.7", minutes="5") == 0
    [row] = stage.rows
    assert row.ends_at == TODAY + 6 * MINUTE, "MINUTES counts from the command"
    assert "until 2096-10-02T10:06:00Z (before: until 2096-10-02T11:00:00Z)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({}, "Name one, an address or a user"),
        ({"address": "203.0.113.7", "user": "ada@example.com"}, "Name one, an address or a user"),
        ({"address": "203.0.113.300"}, "ADDRESS: '203.0.113.300' is no address"),
        ({"address": "203.0.113.7/24"}, "type 203.0.113.0/24 for the network"),
        ({"address": "0.0.0.0/0"}, "is too wide"),
        ({"address": "203.0.113.7", "minutes": "0"}, "MINUTES=0: a whole number from 1 to 525,600"),
        ({"address": "203.0.113.7", "minutes": "-5"}, "MINUTES=-5"),
        ({"address": "203.0.113.7", "minutes": "1.5"}, "MINUTES=1.5"),
        ({"address": "203.0.113.7", "minutes": "525601"}, "MINUTES=525601"),
        ({"address": "203.0.113.7", "minutes": "9999999999"}, "MINUTES=9999999999"),
        ({"address": "203.0.113.7", "why": "x" * 501}, "WHY is 501 characters long"),
        ({"user": "grace@example.com"}, "There is no user grace@example.com"),
        ({"user": "no-such-id"}, "There is no user no-such-id"),
        ({"user": 'ada@example.com" or "'}, "neither a user's id nor an e-mail"),
        ({"user": "c@example.com"}, "is of the staff (desk)"),
    ],
)
def test_what_is_wrong_is_refused_with_the_reason_and_nothing_changes(
    stage: Deployed, capsys: pytest.CaptureFixture[str], typed: dict[str, str], why: str
) -> None:
    assert block(**typed) == 1
    said = capsys.readouterr().err
    assert why in said and "Nothing was changed." in said
    assert (stage.rows, stage.carriers.asked) == ([], [])


def test_an_e_mail_of_several_users_is_refused_with_their_ids(
    stage: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.pool.users["id-2"] = ("ada@example.com", "customer")
    assert block(user="ada@example.com") == 1
    assert "2 users have ada@example.com: name one by its id, USER=<id>, of 3f2c-ada, id-2." in capsys.readouterr().err
    assert stage.rows == []


def test_unblock_ends_what_an_operator_and_what_admission_began(
    stage: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = Subject(Kind.USER, ADA)
    block(user="ada@example.com", why="a bot")
    stage.table.put(overflow(ada, 1_000, TODAY, TODAY + 10 * MINUTE))
    stage.carriers.asked.clear()

    assert unblock(user="ada@example.com") == 0
    assert stage.blocked(ada) == []
    assert [verb for verb, _ in stage.carriers.asked] == ["carry_blocks", "carry_blocks_to_edge"]
    said = capsys.readouterr().out
    assert "a bot" in said and "by admission: 1,000 refusals within ten minutes" in said

    assert unblock(user="ada@example.com") == 0
    assert "No block of user" in capsys.readouterr().out


@pytest.mark.parametrize("typed", [{"user": "ada@example.com"}, {"address": "203.0.113.7"}])
def test_unblock_ends_a_block_that_the_cache_alone_has(
    stage: Deployed, capsys: pytest.CaptureFixture[str], typed: dict[str, str]
) -> None:
    """Admission began it while the table was away: no row, and so nothing that the carrier would take out."""
    began = TODAY - MINUTE
    subject = Subject(Kind.USER, ADA) if "user" in typed else DOOR
    cache = FakeSeatCache(ADMISSION_LIMITS)
    in_cache = cache.admission.counter(subject)
    in_cache.carry(CachedBlock(subject, began, TODAY + 9 * MINUTE), began)
    assert in_cache.block is not None

    assert unblock(**typed) == 0
    carry_blocks(CarryPorts(stage.table, FakeBlockedInCache(cache), FakeCounters()), TODAY)
    assert in_cache.block is None
    assert [verb for verb, _ in stage.carriers.asked] == ["carry_blocks", "carry_blocks_to_edge"]
    assert "if the cache alone had one, that ends" in capsys.readouterr().out
    assert blocks.main(["list"]) == 0
    assert "No user and no address is blocked." in capsys.readouterr().out


def test_unblock_writes_nothing_for_a_network_that_is_not_blocked(
    stage: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Admission never blocks one."""
    assert unblock(address="203.0.113.0/24") == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert stage.rows == []


def test_a_user_who_is_no_longer_in_the_pool_can_be_unblocked_by_id(stage: Deployed) -> None:
    gone = Subject(Kind.USER, "gone-1")
    stage.table.put(Block(gone, Source.OPERATOR, TODAY, TODAY + HOUR, "a bot", "ops"))
    assert unblock(user="gone-1") == 0
    assert stage.blocked(gone) == []


@pytest.mark.parametrize("typed", [{}, {"address": "nowhere"}, {"user": "grace@example.com"}, {"user": "a#b"}])
def test_unblock_refuses_what_names_no_subject(stage: Deployed, typed: dict[str, str]) -> None:
    assert unblock(**typed) == 1
    assert stage.carriers.asked == []


def test_blocked_lists_who_until_when_why_by_whom(stage: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    assert blocks.main(["list"]) == 0
    assert "No user and no address is blocked." in capsys.readouterr().out

    block(address="2001:db8::1", minutes="30", why="floods")
    block(address="203.0.113.9")
    unblock(address="203.0.113.9")
    stage.table.put(overflow(Subject(Kind.USER, "ada"), 1_000, TODAY, TODAY + 10 * MINUTE))
    capsys.readouterr()
    assert blocks.main(["list"]) == 0
    said = capsys.readouterr().out
    assert "address 2001:db8::/64  until 2096-10-02T10:30:00Z  operator, by user/moto: floods" in said
    assert "user ada  until 2096-10-02T10:10:00Z  automatic, by admission: 1,000 refusals" in said
    assert "203.0.113.9" not in said and "2 blocks" in said


def test_a_carrier_that_fails_leaves_the_block_to_its_minute(
    stage: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Invoke")
    stage.carriers.answers = {"carry_blocks": {"errorMessage": "CacheDown"}, "carry_blocks_to_edge": denied}
    assert block(address="203.0.113.7") == 0
    said = capsys.readouterr().out
    assert "The cache: carry_blocks failed" in said and "The edge: carry_blocks_to_edge failed" in said
    assert said.count("it runs again each minute by itself") == 2
    assert len(stage.blocked(DOOR)) == 1


def test_a_stage_without_an_edge_blocks_an_address_and_says_so(
    stage: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.carriers.answers["carry_blocks_to_edge"] = {"networks": None}
    assert block(address="203.0.113.7") == 0
    assert "this stage has none" in capsys.readouterr().out
    assert len(stage.blocked(DOOR)) == 1


@pytest.mark.parametrize("network", ["203.0.113.0/24", "2001:db8::/48"])
def test_a_stage_without_an_edge_refuses_to_block_a_network(
    stage: Deployed, capsys: pytest.CaptureFixture[str], network: str
) -> None:
    """It would block nothing: admission counts single addresses."""
    stage.carriers.answers["carry_blocks_to_edge"] = {"networks": None}
    assert block(address=network) == 1
    said = capsys.readouterr().err
    assert "the edge alone refuses a network, and this stage has no edge" in said and "Nothing was changed." in said
    assert stage.rows == []


def test_a_stage_with_an_edge_blocks_a_network_also_while_the_carrier_fails(
    stage: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert block(address="203.0.113.0/24") == 0
    assert "It is a network" in capsys.readouterr().out
    stage.carriers.answers["carry_blocks_to_edge"] = {"errorMessage": "Unavailable"}
    assert block(address="198.51.100.0/24") == 0
    assert "carry_blocks_to_edge failed" in capsys.readouterr().out
    assert len(stage.rows) == 2


@pytest.fixture
def allow_list(stage: Deployed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The stage's file, with networks that the edge never refuses."""
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages/test.toml").write_text('allowed_addresses = "203.0.113.0/25, 2001:db8::/48"\n')
    monkeypatch.setattr("operations.stage_rules.STAGES", tmp_path / "stages")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("203.0.113.7", "203.0.113.0/25"),
        ("203.0.113.0/24", "203.0.113.0/25"),
        ("2001:db8:0:1::1", "2001:db8::/48"),
    ],
)
def test_a_block_of_what_the_edge_always_lets_in_is_warned_of(
    stage: Deployed, allow_list: None, capsys: pytest.CaptureFixture[str], address: str, allowed: str
) -> None:
    assert block(address=address) == 0
    said = capsys.readouterr().out
    assert f"The edge refuses nothing that comes from {allowed}: it is in allowed_addresses of stages/test.toml" in said


@pytest.mark.parametrize("address", ["203.0.113.200", "198.51.100.0/24", "2001:db8:1::1"])
def test_a_block_of_other_addresses_is_not_warned_of(
    stage: Deployed, allow_list: None, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert block(address=address) == 0
    assert "allowed_addresses" not in capsys.readouterr().out


def test_a_network_within_what_the_edge_always_lets_in_is_refused(
    stage: Deployed, allow_list: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the edge nor admission would refuse it."""
    assert block(address="203.0.113.0/26") == 1
    said = capsys.readouterr().err
    assert "within allowed_addresses of stages/test.toml" in said and "Nothing was changed." in said
    assert stage.rows == []


def test_what_the_edge_does_not_take_is_said(
    stage: Deployed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("box_office.domain.blocks.at_edge.__defaults__", (1,))
    block(address="203.0.113.7")
    assert "admission alone" not in capsys.readouterr().out
    block(address="203.0.113.9")
    assert "the 1 that were blocked first are refused by admission alone" in capsys.readouterr().out
