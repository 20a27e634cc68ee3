"""Whom and what the local edge refuses, by the rules of the template's web ACL."""

import copy
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.edge_process import Asked, EdgeProcess, Origin, Reply, started
from tests.infra.local_edge.conftest import STAGE
from tests.infra.template_rules import resources
from tests.waiting import eventually


def with_rules(template: dict, change: object) -> dict:
    copied = copy.deepcopy(template)
    (acl,) = resources(copied, "AWS::WAFv2::WebACL").values()
    change({rule["Name"]: rule["Statement"] for rule in acl["Properties"]["Rules"]})
    return copied


def test_a_body_that_names_no_length_is_counted_as_it_comes(edge: EdgeProcess, origin: Origin) -> None:
    def chunks(count: int) -> Iterator[bytes]:
        yield from (b"x" * 1_000 for _ in range(count))

    assert edge.http.post("/HoldSeat/api/v0/m", content=chunks(8)).status_code == 200
    assert len(origin.asked[0].body) == 8_000
    for path, count in (("/HoldSeat/api/v0/m", 9), ("/HoldSeat/api/v0/m", 40), ("/PaymentWebhook/api/v0/", 300)):
        answer = edge.http.post(path, content=chunks(count))
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert answer.headers["Status"] == "TOO_LARGE"
    assert edge.http.post("/PaymentWebhook/api/v0/", content=chunks(200)).status_code == 200
    assert [len(asked.body) for asked in origin.asked] == [8_000, 200_000]


def test_an_endless_body_is_refused_before_it_ends(edge: EdgeProcess, origin: Origin) -> None:
    address = httpx.URL(edge.url)
    with socket.create_connection((address.host, address.port), timeout=60) as client:
        head = b"POST /HoldSeat/api/v0/m HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n"
        client.sendall(head + b"x" * 20_000)
        assert client.recv(100).startswith(b"HTTP/1.1 413")
    assert origin.asked == []


def test_a_path_never_leaves_the_api_that_the_config_names(edge: EdgeProcess, origin: Origin) -> None:
    """Dots and slashes reach the origin as they were sent: behaviour and origin speak of the same path."""
    address = httpx.URL(edge.url)
    for path in ("/x/../../../../y/api/v0/z", "/x/%2e%2e/api/v0/z", "/x//api/v0/z"):
        with socket.create_connection((address.host, address.port), timeout=60) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        assert origin.asked[-1].path == f"/restapis/r1/live/_user_request_{path}"
    with socket.create_connection((address.host, address.port), timeout=60) as client:
        client.sendall(b"GET http://198.51.100.1/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 400")


def test_a_read_with_a_body_is_refused(edge: EdgeProcess, origin: Origin) -> None:
    """Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html"""
    assert edge.http.request("GET", "/GetBooking/api/v0/x", content=b"{}").status_code == 403
    assert origin.asked == []


def test_a_flood_from_one_address_is_refused_and_another_address_is_not(
    tmp_path: Path, template: dict, origin: Origin
) -> None:
    def tighter(rules: dict) -> None:
        rules["writes"]["RateBasedStatement"]["Limit"] = 10

    edge = started(tmp_path, with_rules(template, tighter), origin)
    try:
        with edge.client("127.0.0.2") as flood, edge.client("127.0.0.3") as honest:
            answers = [flood.post("/HoldSeat/api/v0/m", content=b"{}") for _ in range(30)]
            assert [one.status_code for one in answers] == [200] * 10 + [429] * 20
            assert (answers[-1].json()["code"], answers[-1].headers["Retry-After"]) == ("rate_limited", "60")
            assert flood.get("/GetBooking/api/v0/x").status_code == 200, "reads have a rate of their own"
            assert honest.post("/HoldSeat/api/v0/m", content=b"{}").status_code == 200
    finally:
        edge.end()


class FakeWaf:
    """The two calls of AWS WAF's API that the edge makes."""

    def __init__(self, name: str) -> None:
        self.name, self.addresses, self.token = name, [], "1"

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers["x-amz-target"].endswith("ListIPSets"):
            found = {"IPSets": [{"Name": self.name, "Id": "i", "LockToken": self.token, "ARN": "arn:x"}]}
        else:
            one = {
                "Name": self.name,
                "Id": "i",
                "ARN": "arn:x",
                "IPAddressVersion": "IPV4",
                "Addresses": self.addresses,
            }
            found = {"IPSet": one, "LockToken": self.token}
        return Reply(200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(found).encode())

    def put(self, *addresses: str) -> None:
        self.addresses, self.token = list(addresses), self.token + "1"


def test_an_address_that_is_blocked_in_aws_is_refused_within_seconds_and_let_in_again(
    tmp_path: Path, template: dict, origin: Origin
) -> None:
    aws = Origin()
    aws.script = waf = FakeWaf(f"box-office-{STAGE}-edge-blocked-ipv4")
    edge = started(tmp_path, template, origin, aws_endpoint_url=f"http://127.0.0.1:{aws.port}")
    try:
        with edge.client("127.0.0.2") as blocked:
            assert blocked.get("/GetListOfMovie/api/v0/").status_code == 200
            waf.put("127.0.0.2/32")
            eventually(lambda: blocked.get("/GetListOfMovie/api/v0/").status_code == 403, "the block never came")
            assert blocked.get("/GetListOfMovie/api/v0/").json()["code"] == "blocked"
            assert edge.http.get("/GetListOfMovie/api/v0/").status_code == 200
            waf.put()
            eventually(lambda: blocked.get("/GetListOfMovie/api/v0/").status_code == 200, "the block never ended")
    finally:
        edge.end()
        aws.close()
