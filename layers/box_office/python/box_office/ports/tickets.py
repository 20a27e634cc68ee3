"""What signs tickets' codes."""

from typing import Protocol


class Signatures(Protocol):
    """Ed25519 (RFC 8032). A key is told by its seed of 32 bytes."""

    def public_key(self, seed: bytes) -> bytes: ...

    def sign(self, message: bytes, seed: bytes) -> bytes: ...

    def verify(self, message: bytes, signature: bytes, seed: bytes) -> bool:
        """Whether the key of this seed made the signature of this message."""
        ...
