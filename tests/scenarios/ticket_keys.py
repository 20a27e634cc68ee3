"""Codes and keys: what a booking shows, GetTicketKeys publishes, and the gate accepts."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from box_office.domain import base45
from box_office.domain.ticket_codes import ticket_code
from tests.deliveries import SECRETS
from tests.verbs import Verbs

NAME = "box-office-test/tickets"


def ticket(cinema: Verbs) -> dict:
    cinema.hold("A1")
    cinema.submit()
    cinema.deliver()
    return cinema.booking().body["tickets"][0]


def keys(cinema: Verbs, **more) -> list[dict]:
    return cinema.call("get_ticket_keys", user=None, **more).body["keys"]


def test_anybody_may_know_with_which_key_tickets_are_signed(cinema: Verbs) -> None:
    answer = cinema.call("get_ticket_keys", user=None)
    (key,) = answer.body["keys"]
    assert (key["key_id"], key["algorithm"], key["not_before"]) == ("k1", "Ed25519", "1970-01-01T00:00:00Z")
    assert "public" in answer.headers["Cache-Control"]
    again = cinema.call("get_ticket_keys", user=None, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, None)


def test_a_gate_without_a_network_knows_a_ticket_by_the_published_key(cinema: Verbs) -> None:
    code, (key,) = ticket(cinema)["code"], keys(cinema)
    raw = base45.decode(code.removeprefix("BO2:"))
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["public_key"] + "="))
    public.verify(raw[-64:], b"BO2:" + raw[:-64])
    assert key["key_id"] == f"k{raw[1]}"


def test_a_code_that_was_handed_out_before_lets_its_holder_in(cinema: Verbs) -> None:
    sold, order_id = ticket(cinema), cinema.booking().body["order_id"]
    earlier = ticket_code(order_id, sold["ticket_id"], SECRETS[NAME]["key"].encode())
    assert cinema.check_in(earlier).body["seat_id"] == "A1"
    assert cinema.check_in(sold["code"]).code == "already_checked_in", "both name the same ticket"
