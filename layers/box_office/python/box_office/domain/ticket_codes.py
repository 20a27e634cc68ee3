"""A ticket's code of before 2026-11-29, `BO1....`. It names the ticket; nobody can guess or alter it without the key.

A gate that checks it would need that key, and no gate has it: codes are signed_codes.py's since. These stay valid."""

import base64
import binascii
import hashlib
import hmac

from box_office.domain.errors import UnknownTicket

PREFIX = "BO1"
SIGNATURE_BYTES = 16  # 128 bits cannot be guessed by trying codes at a gate


def ticket_code(order_id: str, ticket_id: str, key: bytes) -> str:
    """`BO1.<order and ticket>.<signature>`, both base64url without padding."""
    named = encode(f"{order_id}/{ticket_id}".encode())
    return f"{PREFIX}.{named}.{encode(signature(named, key))}"


def read_code(code: str, key: bytes) -> tuple[str, str]:
    """The ids of order and ticket. Raises UnknownTicket for a code that this key did not sign."""
    prefix, _, rest = code.partition(".")
    named, _, signed = rest.partition(".")
    try:
        # The texts are compared, not the bytes: base64 can write the same bytes in several ways, and only ours counts.
        wanted = encode(signature(named, key))
        genuine = prefix == PREFIX and hmac.compare_digest(signed.encode(), wanted.encode())
        order_id, slash, ticket_id = decode(named).decode().partition("/") if genuine else ("", "", "")
    except (binascii.Error, ValueError) as error:
        raise UnknownTicket("This is no ticket of ours.") from error
    if not slash:
        raise UnknownTicket("This is no ticket of ours.")
    return order_id, ticket_id


def signature(named: str, key: bytes) -> bytes:
    return hmac.new(key, f"{PREFIX}.{named}".encode(), hashlib.sha256).digest()[:SIGNATURE_BYTES]


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
