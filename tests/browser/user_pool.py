"""A user pool as Cognito's API shows it to a page: signing in by SRP, an account and its confirmation.

The other side of web/src/sign-in/srp.ts, written apart from it: it knows each password's verifier only.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The 3072-bit group of RFC 3526, section 4, which is RFC 5054's.
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7D"
    "B3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
GENERATOR = 2
CODE = "123456"  # that every mail has


def padded(number: int) -> bytes:
    """Big endian, with a zero byte before a first bit that is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def digest(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


@dataclass
class Account:
    salt: int
    verifier: int
    confirmed: bool = True
    code_is_too_old: bool = False


@dataclass
class Attempt:
    email: str
    client_public: int
    secret: int
    public: int


class UserPool:
    def __init__(self, name: str, passwords: Mapping[str, str]) -> None:
        self._name = name
        self._accounts = {email: self._account(email, password) for email, password in passwords.items()}
        self._attempts: dict[str, Attempt] = {}
        self.token_seconds = 3600  # of the next sign-in; a refreshed token has an hour
        self.refreshed: list[str] = []  # whose token was

    def answer(self, operation: str, members: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        operations = {
            "InitiateAuth": self._initiate,
            "RespondToAuthChallenge": self._respond,
            "SignUp": self._sign_up,
            "ConfirmSignUp": self._confirm,
            "ResendConfirmationCode": self._send_code,
            "ForgotPassword": self._send_code,
            "ConfirmForgotPassword": self._reset,
        }
        refusal, told = operations[operation](members)
        return (400, {"__type": refusal}) if refusal else (200, told)

    def _account(self, email: str, password: str) -> Account:
        salt = secrets.randbits(128)
        inner = hashlib.sha256(f"{self._name}{email}:{password}".encode()).digest()
        return Account(salt, pow(GENERATOR, digest(padded(salt), inner), PRIME))

    def _refresh(self, refresh_token: str) -> dict[str, Any]:
        name = refresh_token.removeprefix("refresh-")
        self.refreshed.append(name)
        return {"AuthenticationResult": {"IdToken": name, "ExpiresIn": 3600}}

    def _initiate(self, members: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
        if members["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            return None, self._refresh(members["AuthParameters"]["REFRESH_TOKEN"])
        email = members["AuthParameters"]["USERNAME"]
        account = self._accounts.get(email) or self._account(email, secrets.token_hex())  # an unknown one looks alike
        secret = secrets.randbits(512)
        multiplier = digest(padded(PRIME), padded(GENERATOR))
        public = (multiplier * account.verifier + pow(GENERATOR, secret, PRIME)) % PRIME
        block = base64.b64encode(secrets.token_bytes(32)).decode()
        self._attempts[block] = Attempt(email, int(members["AuthParameters"]["SRP_A"], 16), secret, public)
        challenge = {
            "SALT": f"{account.salt:x}",
            "SRP_B": f"{public:x}",
            "SECRET_BLOCK": block,
            "USER_ID_FOR_SRP": email,
        }
        return None, {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": challenge}

    def _respond(self, members: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
        proof = members["ChallengeResponses"]
        block = proof["PASSWORD_CLAIM_SECRET_BLOCK"]
        attempt = self._attempts.pop(block)
        account = self._accounts.get(attempt.email)
        if account is None or not hmac.compare_digest(
            self._signature(attempt, account, block, proof["TIMESTAMP"]), proof["PASSWORD_CLAIM_SIGNATURE"]
        ):
            return "NotAuthorizedException", {}
        if not account.confirmed:
            return "UserNotConfirmedException", {}
        name = attempt.email.partition("@")[0]
        tokens = {"IdToken": name, "RefreshToken": f"refresh-{name}", "ExpiresIn": self.token_seconds}
        return None, {"AuthenticationResult": tokens}

    def _signature(self, attempt: Attempt, account: Account, block: str, timestamp: str) -> str:
        mixed = digest(padded(attempt.client_public), padded(attempt.public))
        shared = pow(attempt.client_public * pow(account.verifier, mixed, PRIME), attempt.secret, PRIME)
        extracted = hmac.digest(padded(mixed), padded(shared), "sha256")
        key = hmac.digest(extracted, b"Caldera Derived Key\x01", "sha256")[:16]
        message = f"{self._name}{attempt.email}".encode() + base64.b64decode(block) + timestamp.encode()
        return base64.b64encode(hmac.digest(key, message, "sha256")).decode()

    def _sign_up(self, members: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
        email = members["Username"]
        if email in self._accounts:
            return "UsernameExistsException", {}
        self._accounts[email] = self._account(email, members["Password"])
        self._accounts[email].confirmed = False
        return None, {}

    def _confirm(self, members: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
        refusal = self._refusal_of_code(members)
        if refusal is None:
            self._accounts[members["Username"]].confirmed = True
        return refusal, {}

    def _reset(self, members: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
        refusal = self._refusal_of_code(members)
        if refusal is None:
            self._accounts[members["Username"]] = self._account(members["Username"], members["Password"])
        return refusal, {}

    def _refusal_of_code(self, members: Mapping[str, Any]) -> str | None:
        if self._accounts[members["Username"]].code_is_too_old:
            return "ExpiredCodeException"
        return None if members["ConfirmationCode"] == CODE else "CodeMismatchException"

    def _send_code(self, members: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
        self._accounts[members["Username"]].code_is_too_old = False
        return None, {}

    def codes_are_too_old(self) -> None:
        for account in self._accounts.values():
            account.code_is_too_old = True
