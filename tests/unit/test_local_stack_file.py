"""`.local/stack.json` has the members that the design's LOCAL.md names, whole or not at all."""

import json
import stat

import pytest

from local.accounts import Pool, people
from local.stack_file import Account, Deployed, Endpoints, contents, write
from operations.local_stack import read_stack

ENDPOINTS = Endpoints(
    api_url="http://api",
    web_url="http://web",
    aws_endpoint_url="http://aws",
    cache_url="redis://127.0.0.1:1",
    faults_url=None,
    payment_sandbox_url="http://pay",
    webhook_url="http://web/PaymentWebhook/api/v0/",
    origin_key="k",
)
DEPLOYED = Deployed({"seats": "s"}, {"lane-0": "http://q"}, {"payment-complete": "arn:t"})
STACK = contents(ENDPOINTS, DEPLOYED, "whsec_1", [Account("ada", "customer", "t")], {"aws": 1, "cache": 2})


def test_the_members_are_the_contract_s():
    assert STACK == {
        "api_url": "http://api",
        "web_url": "http://web",
        "aws_endpoint_url": "http://aws",
        "cache_url": "redis://127.0.0.1:1",
        "payment_sandbox_url": "http://pay",
        "webhook_url": "http://web/PaymentWebhook/api/v0/",
        "webhook_secret": "whsec_1",
        "origin_key": "k",
        "faults_url": None,
        "region": "us-east-1",
        "tables": {"seats": "s"},
        "queues": {"lane-0": "http://q"},
        "topics": {"payment-complete": "arn:t"},
        "accounts": [{"name": "ada", "group": "customer", "token": "t", "theater_id": None}],
        "pids": {"aws": 1, "cache": 2},
    }


def test_it_is_read_back_as_written_and_is_its_owner_s_alone(tmp_path):
    path = tmp_path / "stack.json"
    write(path, STACK)
    assert read_stack(path) == STACK
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["stack.json"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "stack.json"
    write(path, STACK)

    def fail(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "dump", fail)
    with pytest.raises(KeyboardInterrupt):
        write(path, {**STACK, "api_url": "http://new"})
    assert read_stack(path)["api_url"] == "http://api"


def test_no_file_and_half_a_file_are_no_stack(tmp_path):
    assert read_stack(tmp_path / "stack.json") is None
    (tmp_path / "stack.json").write_text('{"api_url": ')
    assert read_stack(tmp_path / "stack.json") is None


def test_the_people_are_enough_for_the_contract():
    groups = [group for _, group in people()]
    assert groups.count("customer") >= 20
    assert (groups.count("desk"), groups.count("manager"), groups.count("gate")) == (2, 1, 2)
    assert len({name for name, _ in people()}) == len(people())


def test_staff_sign_in_through_the_staff_client_and_customers_through_theirs():
    pool = Pool("pool", client_id="page", staff_client_id="staff")
    clients = {group: pool.client_of(group) for _, group in people()}
    assert clients == {"customer": "page", "desk": "staff", "manager": "staff", "gate": "staff"}
