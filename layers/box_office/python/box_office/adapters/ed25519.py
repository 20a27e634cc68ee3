"""Ed25519 by libsodium. Its import costs more than a signature does: wiring makes this when a code is needed."""

from nacl.bindings import crypto_sign, crypto_sign_BYTES, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError


class Ed25519:
    """ports.Signatures."""

    def public_key(self, seed: bytes) -> bytes:
        return crypto_sign_seed_keypair(seed)[0]

    def sign(self, message: bytes, seed: bytes) -> bytes:
        return crypto_sign(message, crypto_sign_seed_keypair(seed)[1])[:crypto_sign_BYTES]

    def verify(self, message: bytes, signature: bytes, seed: bytes) -> bool:
        try:
            crypto_sign_open(signature + message, self.public_key(seed))
        except BadSignatureError:
            return False
        return True
