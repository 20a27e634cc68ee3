"""Tickets' codes: what is signed, by which key, and that nothing else is a ticket."""

import base64
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from box_office.adapters.ed25519 import Ed25519
from box_office.domain import base45
from box_office.domain.errors import UnknownTicket
from box_office.domain.signed_codes import Seat, event_mark, payload_of, read_signed_code, signed_code
from box_office.domain.ticket_codes import ticket_code
from box_office.domain.ticket_keys import KeyRing, TicketKey, replaced, ring_of, rotated, seed_text
from box_office.domain.tickets import ticket_id
from box_office.http_api.tickets import ticket_keys
from box_office.use_cases.get_ticket_keys import get_ticket_keys
from box_office.use_cases.ticket_codes import TicketCodes
from tests.examples import order
from tests.sample_catalogue import TODAY
from tests.set_clock import SetClock

ED25519 = Ed25519()
SECRET = {"key": "k" * 64}
RING = ring_of(SECRET)
ORDER_ID = "or_" + "0123456789abcdef" * 2
SEAT = Seat(ORDER_ID, "ev_1", 1_795_635_000_000, "A1")

# RFC 8032 section 7.1, tests 1 to 3: seed, public key, message, signature
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_signatures_are_those_of_the_rfc(seed: str, public: str, message: str, signature: str) -> None:
    assert ED25519.public_key(bytes.fromhex(seed)).hex() == public
    assert ED25519.sign(bytes.fromhex(message), bytes.fromhex(seed)).hex() == signature
    assert ED25519.verify(bytes.fromhex(message), bytes.fromhex(signature), bytes.fromhex(seed))
    assert not ED25519.verify(bytes.fromhex(message) + b"x", bytes.fromhex(signature), bytes.fromhex(seed))


def test_the_first_key_is_derived_as_the_docstring_says() -> None:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"box-office ticket key 1").derive(b"k" * 64)
    assert KeyRing(b"k" * 64, (TicketKey(1, derived, 0),)) == RING


def test_a_code_is_laid_out_as_the_contract_says() -> None:
    code = signed_code(SEAT, RING.keys[0], ED25519.sign)
    assert code.startswith("BO2:")
    raw = base45.decode(code[4:])
    payload, signature = raw[:-64], raw[-64:]
    assert payload.hex() == ("02010123456789abcdef0123456789abcdef" + event_mark("ev_1").hex() + "01c8a752024131")
    # What a gate without a network does, with nothing but what GetTicketKeys answers.
    public = ticket_keys(get_ticket_keys(RING, lambda: ED25519))["keys"][0]["public_key"]
    key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public + "="))
    key.verify(signature, b"BO2:" + payload)
    with pytest.raises(InvalidSignature):
        key.verify(signature, payload)


def test_the_longest_code_fits_a_qr_of_41_modules_at_level_m() -> None:
    longest = replace(SEAT, seat_id="ZZ99")
    assert len(payload_of(longest, 255)) == 35
    code = signed_code(longest, RING.keys[0], ED25519.sign)
    assert len(code) == 153
    assert len(code) <= 154, "ISO/IEC 18004 table 7: version 6-M in alphanumeric mode"


@given(st.uuids(), st.from_regex(r"[A-Z]{1,2}[1-9][0-9]?", fullmatch=True), st.integers(0, 2**32 - 1))
def test_a_code_is_read_as_it_was_written(order_number, seat: str, minute: int) -> None:
    named = Seat(f"or_{order_number.hex}", "ev_1", minute * 60_000, seat)
    code = signed_code(named, RING.keys[0], ED25519.sign)
    assert read_signed_code(code, RING, ED25519.verify) == (named.order_id, seat)


@given(st.integers(0, 152), st.sampled_from(base45.ALPHABET))
def test_a_code_with_another_character_is_no_ticket(place: int, character: str) -> None:
    code = signed_code(replace(SEAT, seat_id="ZZ99"), RING.keys[0], ED25519.sign)
    altered = code[:place] + character + code[place + 1 :]
    if altered != code:
        with pytest.raises(UnknownTicket):
            read_signed_code(altered, RING, ED25519.verify)


@pytest.mark.parametrize("spoil", [lambda c: c[:-1], lambda c: c + "0", lambda c: c + " ", str.lower, lambda c: c[4:]])
def test_a_code_that_is_cut_or_longer_is_no_ticket(spoil) -> None:
    with pytest.raises(UnknownTicket):
        read_signed_code(spoil(signed_code(SEAT, RING.keys[0], ED25519.sign)), RING, ED25519.verify)


@pytest.mark.parametrize("guess", ["BO2:", "BO2:0", "BO2:BB8", "BO2:" + "0" * 149, "BO2:é", "BO2:" + "Z" * 9_999])
def test_what_was_never_a_code_is_no_ticket(guess: str) -> None:
    with pytest.raises(UnknownTicket):
        read_signed_code(guess, RING, ED25519.verify)


def test_a_key_of_another_cinema_signs_no_ticket_of_this_one() -> None:
    stranger = ring_of({"key": "another"}).keys[0]
    with pytest.raises(UnknownTicket):
        read_signed_code(signed_code(SEAT, stranger, ED25519.sign), RING, ED25519.verify)


def test_a_signature_over_another_prefix_is_no_ticket() -> None:
    payload = payload_of(SEAT, 1)
    signature = Ed25519PrivateKey.from_private_bytes(RING.keys[0].seed).sign(payload)
    with pytest.raises(UnknownTicket):
        read_signed_code("BO2:" + base45.encode(payload + signature), RING, ED25519.verify)


NEW_SEED = b"2" * 32


def test_two_keys_overlap_while_one_takes_the_place_of_the_other() -> None:
    rotation = rotated(SECRET, NEW_SEED, TODAY)
    ring = ring_of(rotation.secret)
    assert (rotation.retired, [key.key_id for key in ring.keys]) == ((), ["k1", "k2"])
    assert ring.first == RING.first, "codes of before stay valid"
    assert [ring.signing(now).number for now in (TODAY - 1, TODAY)] == [1, 2]
    for key in ring.keys:
        code = signed_code(SEAT, key, ED25519.sign)
        assert read_signed_code(code, ring, ED25519.verify) == (ORDER_ID, "A1")
    shown = ticket_keys(get_ticket_keys(ring, lambda: ED25519))["keys"]
    assert [(one["key_id"], one["algorithm"], one["not_before"]) for one in shown] == [
        ("k1", "Ed25519", "1970-01-01T00:00:00Z"),
        ("k2", "Ed25519", "2096-10-02T10:00:00Z"),
    ]


def test_a_third_key_retires_the_first_and_a_leak_all_others() -> None:
    twice = rotated(rotated(SECRET, NEW_SEED, 1).secret, b"3" * 32, 2)
    assert (twice.retired, [key.number for key in ring_of(twice.secret).keys]) == ((1,), [2, 3])
    leaked = replaced(twice.secret, b"4" * 32, 3)
    assert (leaked.retired, [key.number for key in ring_of(leaked.secret).keys]) == ((2, 3), [4])
    assert leaked.secret["key"] == SECRET["key"]
    with pytest.raises(UnknownTicket):
        read_signed_code(signed_code(SEAT, RING.keys[0], ED25519.sign), ring_of(leaked.secret), ED25519.verify)


def test_the_keys_of_one_byte_come_to_an_end() -> None:
    last = {**SECRET, "keys": [{"number": 255, "seed": seed_text(NEW_SEED), "not_before": 1}], "retired": 254}
    with pytest.raises(ValueError, match="255 keys"):
        rotated(last, NEW_SEED, TODAY)


@pytest.mark.parametrize(
    "secret",
    [
        {},
        {"key": "k", "retired": 1},
        {"key": "k", "keys": [{"number": 2}]},
        {"key": "k", "keys": [{"number": 2, "seed": "AAAA", "not_before": 1}]},
        {"key": "k", "keys": [{"number": 2, "seed": "?", "not_before": 1}]},
    ],
)
def test_a_secret_that_a_hand_has_spoilt_is_refused(secret: dict) -> None:
    with pytest.raises(ValueError):
        ring_of(secret)


def codes(secret: dict = SECRET) -> TicketCodes:
    return TicketCodes(lambda: ring_of(secret), lambda: ED25519, SetClock())


def test_a_booking_shows_new_codes_and_the_gate_reads_both() -> None:
    booked = order(ORDER_ID, "ada", "A1")
    ticket = {"ticket_id": ticket_id(ORDER_ID, "A1"), "seat_id": "A1", "status": "valid", "checked_in_at": None}
    assert codes().code_of(booked, ticket).startswith("BO2:")
    earlier = ticket_code(ORDER_ID, ticket["ticket_id"], RING.first)
    rotations = replaced(rotated(SECRET, NEW_SEED, 1).secret, b"3" * 32, 2)
    assert codes().read(codes().code_of(booked, ticket)) == (ORDER_ID, ticket["ticket_id"])
    assert codes(rotations.secret).read(earlier) == (ORDER_ID, ticket["ticket_id"])


@pytest.mark.parametrize(("order_id", "seat"), [("or_1", "A1"), (ORDER_ID, "A12345"), (ORDER_ID, "Ä1")])
def test_an_id_that_does_not_fit_has_a_code_of_before(order_id: str, seat: str) -> None:
    ticket = {"ticket_id": ticket_id(order_id, seat), "seat_id": seat, "status": "valid", "checked_in_at": None}
    code = codes().code_of(order(order_id, "ada", seat), ticket)
    assert code.startswith("BO1.")
    assert codes().read(code) == (order_id, ticket["ticket_id"])
