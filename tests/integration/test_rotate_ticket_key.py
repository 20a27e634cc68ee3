"""`make rotate-ticket-key`, over moto: what codes are worth before and after."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from box_office.adapters.aws_clients import client
from box_office.domain.ticket_keys import ring_of
from operations import rotate_ticket_key

NAME = "box-office-test/tickets"
SECRET = {"key": "k" * 64}


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setattr("operations.target.STACK_FILE", tmp_path / "stack.json")
    with mock_aws():
        secrets_manager = client("secretsmanager")
        secrets_manager.create_secret(Name=NAME, SecretString=json.dumps(SECRET))
        yield secrets_manager


def secret_of(manager: Any) -> dict[str, Any]:
    return dict(json.loads(manager.get_secret_value(SecretId=NAME)["SecretString"]))


def test_the_first_rotation_adds_a_key_that_signs_from_tomorrow_on(
    manager: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rotate_ticket_key.main([""]) == 0
    secret = secret_of(manager)
    first, second = ring_of(secret).keys
    assert (first, secret["key"]) == (ring_of(SECRET).keys[0], SECRET["key"])
    assert ring_of(secret).signing(second.not_before - 1) == first
    said = capsys.readouterr().out
    assert "Key k2 is added" in said and "Every code that was handed out stays valid." in said
    assert secret["keys"][0]["seed"] not in said


def test_another_rotation_is_refused_while_it_would_void_tickets_that_people_hold(
    manager: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    rotate_ticket_key.main([])
    before = secret_of(manager)
    assert rotate_ticket_key.main([]) == 1
    assert secret_of(manager) == before
    assert "Nothing was changed." in capsys.readouterr().err


def test_after_a_leak_no_earlier_key_is_worth_anything(manager: Any, capsys: pytest.CaptureFixture[str]) -> None:
    rotate_ticket_key.main([])
    assert rotate_ticket_key.main(["1"]) == 0
    assert [key.key_id for key in ring_of(secret_of(manager)).keys] == ["k3"]
    assert "BO2 codes of k1, k2" in capsys.readouterr().out


@pytest.mark.parametrize("guarded", [True, False], ids=["as it is", "without the condition"])
@pytest.mark.parametrize("leaked", ["", "1"])
def test_of_two_operators_who_rotate_at_once_one_is_refused_and_no_key_is_lost(
    manager: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], leaked: str, guarded: bool
) -> None:
    """The second operator rotates between the first one's reading and writing."""

    def put(secrets_manager: Any, name: str, version: str, value: str) -> None:
        secrets_manager.put_secret_value(SecretId=name, SecretString=value)

    replace = rotate_ticket_key.replace_value if guarded else put
    statuses, seen = [], []

    def meanwhile(*arguments: Any) -> None:
        monkeypatch.setattr(rotate_ticket_key, "replace_value", replace)
        statuses.append(rotate_ticket_key.main([leaked]))
        seen.append(secret_of(manager))
        replace(*arguments)

    monkeypatch.setattr(rotate_ticket_key, "replace_value", meanwhile)
    statuses.append(rotate_ticket_key.main([""]))
    current = secret_of(manager)
    said = capsys.readouterr()
    if guarded:
        assert statuses == [0, 1]
        assert "Another operator has changed the secret meanwhile. Nothing was changed." in said.err
        assert said.out.count("is added") == 1
        assert current == seen[0], "the key that was added first stays"
    else:
        assert statuses == [0, 0] and current != seen[0], "the control: a key that was added is gone"


def test_a_secret_that_a_hand_has_spoilt_is_left_alone(manager: Any, capsys: pytest.CaptureFixture[str]) -> None:
    manager.put_secret_value(SecretId=NAME, SecretString="{}")
    assert rotate_ticket_key.main([]) == 1
    assert secret_of(manager) == {}
    assert "Nothing was changed." in capsys.readouterr().err


def test_called_wrongly_it_says_how_to_call_it(manager: Any) -> None:
    with pytest.raises(SystemExit) as left:
        rotate_ticket_key.main(["yes"])
    assert left.value.code == 2
    assert secret_of(manager) == SECRET
