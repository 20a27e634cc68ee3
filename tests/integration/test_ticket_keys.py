"""Over the tables; what is there in tests/scenarios/ticket_keys.py."""

import json

import pytest

from box_office.domain.ticket_keys import replaced
from tests.cinema import Cinema
from tests.deliveries import SECRETS
from tests.scenarios.ticket_keys import *  # noqa: F403
from tests.scenarios.ticket_keys import NAME, ticket
from tests.wire import shared_client


@pytest.mark.parametrize("minutes", [4, 6])
def test_a_rotated_key_is_taken_up_within_five_minutes_without_a_deployment(cinema: Cinema, minutes: int) -> None:
    before = ticket(cinema)["code"]
    secret = replaced(SECRETS[NAME], b"n" * 32, cinema.clock.now).secret
    shared_client("secretsmanager").put_secret_value(SecretId=NAME, SecretString=json.dumps(secret))
    cinema.clock.advance(minutes=minutes)
    now = cinema.booking().body["tickets"][0]["code"]
    assert (now != before) == (minutes > 5)
    if minutes > 5:
        assert cinema.check_in(before).code == "unknown_ticket"
        assert cinema.check_in(now).status == 200
