"""Base45 as RFC 9285 defines it: bytes in the 45 characters that a QR code's alphanumeric mode packs tightest.

Source: https://www.rfc-editor.org/rfc/rfc9285
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
SIZE = len(ALPHABET)


def encode(raw: bytes) -> str:
    """Two bytes make three characters, a last single byte makes two; the least significant comes first."""
    return "".join(digits(raw[start : start + 2]) for start in range(0, len(raw), 2))


def digits(pair: bytes) -> str:
    value, characters = int.from_bytes(pair, "big"), ""
    for _ in range(len(pair) + 1):
        value, digit = divmod(value, SIZE)
        characters += ALPHABET[digit]
    return characters


def decode(text: str) -> bytes:
    """Raises ValueError for what no bytes are written as: each bytes have one text."""
    return b"".join(pair_of(text[start : start + 3]) for start in range(0, len(text), 3))


def pair_of(characters: str) -> bytes:
    if len(characters) < 2 or not all(character in VALUES for character in characters):
        raise ValueError("no Base45")
    value = 0
    for character in reversed(characters):
        value = value * SIZE + VALUES[character]
    size = len(characters) - 1
    if value >= 256**size:
        raise ValueError("no Base45: a group is greater than its bytes")
    return value.to_bytes(size, "big")
