"""Tokens of every wrong kind, made of a right one: some signed with the deployment's own keys, others by a stranger."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local import accounts
from tests.e2e.deployed import NAMES, DeployedStack

STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STAFF_GROUPS = ["manager", "desk", "gate"]


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(part: str) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def signed(header: Any, claims: Any, key: rsa.RSAPrivateKey) -> str:
    signing = f"{encoded(header)}.{encoded(claims)}"
    return f"{signing}.{encoded(key.sign(signing.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


class Tokens:
    """`good`: the ID token of a customer."""

    def __init__(self, stack: DeployedStack, name: str, good: str) -> None:
        self._stack, self._name, self.good = stack, name, good
        self._cognito = stack.client("cognito-idp")
        pool = accounts.deployed_pool(stack.client("ssm"), NAMES)
        self._pool, self._client = pool.pool_id, pool.client_id
        self._header, self._payload, self._signature = good.split(".")
        self.header, self.claims = decoded(self._header), decoded(self._payload)
        # Where the embedded AWS keeps what Cognito never shows.
        pem = (stack.checkout.state / "aws" / "cognito-pool-keys" / f"{self._pool}-id.pem").read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        self._key = key

    def signed_again(self, **claims: Any) -> str:
        """With the pool's own key; without claims it is as good as the good one."""
        return signed(self.header, self.claims | claims, self._key)

    def wrong(self) -> Iterator[tuple[str, str]]:
        now = int(time.time())
        staff = self.claims | {"cognito:groups": STAFF_GROUPS}
        yield "empty", ""
        yield "no token at all", "garbage"
        yield "three empty parts", ".."
        yield "three parts of garbage", "a.b.c"
        yield "a basic password", "Basic YWRhOmFkYQ=="
        for alg in ("none", "None", "NONE", ""):
            yield f"algorithm {alg!r}", f"{encoded({**self.header, 'alg': alg})}.{self._payload}."
        yield "algorithm none, signed", f"{encoded({**self.header, 'alg': 'none'})}.{self._payload}.{self._signature}"
        yield "HS256 with the public key", self._by_public_key(staff)
        yield "signed by a stranger", signed(self.header, staff, STRANGER)
        yield "signed by a key that it brings", signed({**self.header, "jwk": jwk_of(STRANGER)}, staff, STRANGER)
        yield "a key at an address of its own", signed({**self.header, "jku": "http://127.0.0.1:1"}, staff, STRANGER)
        yield "of an unknown key", signed({**self.header, "kid": "../../dev/null"}, staff, STRANGER)
        yield "without a key", signed({"alg": "RS256"}, staff, STRANGER)
        yield "other groups", f"{self._header}.{encoded(staff)}.{self._signature}"
        yield "another user", f"{self._header}.{encoded(self.claims | {'sub': 'ada'})}.{self._signature}"
        yield "a later end", f"{self._header}.{encoded(self.claims | {'exp': now + 10**6})}.{self._signature}"
        yield "a signature less", f"{self._header}.{self._payload}."
        yield "half a signature", f"{self._header}.{self._payload}.{self._signature[:170]}"
        yield "another signature", f"{self._header}.{self._payload}.{encoded(b'x' * 256)}"
        yield "expired", self.signed_again(exp=now - 1, iat=now - 3_600)
        yield "not yet valid", self.signed_again(nbf=now + 3_600)
        yield "issued tomorrow", self.signed_again(iat=now + 86_400)
        yield "another issuer's, by this pool's key", self.signed_again(iss="https://cognito-idp.us-east-1.example/x")
        yield "without a user", self.signed_again(sub="")
        yield "without a use", self.signed_again(token_use=None)
        yield from self._of_other_uses()
        yield "another pool's", self._of_another_pool()

    def _by_public_key(self, claims: Any) -> str:
        public = self._key.public_key()
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        signing = f"{encoded({**self.header, 'alg': 'HS256'})}.{encoded(claims)}"
        return f"{signing}.{encoded(hmac.new(pem, signing.encode(), hashlib.sha256).digest())}"

    def _of_other_uses(self) -> Iterator[tuple[str, str]]:
        result = self._sign_in(self._pool, self._client)
        yield "an access token", result["AccessToken"]
        yield "a refresh token", result["RefreshToken"]

    def _of_another_pool(self) -> str:
        pool = self._cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = self._cognito.create_user_pool_client(UserPoolId=pool, ClientName="x", ExplicitAuthFlows=flows)
        address = accounts.email_of(self._name)
        self._cognito.admin_create_user(UserPoolId=pool, Username=address, MessageAction="SUPPRESS")
        password = {"Password": accounts.password_of(self._name), "Permanent": True}
        self._cognito.admin_set_user_password(UserPoolId=pool, Username=address, **password)
        token = self._sign_in(pool, client["UserPoolClient"]["ClientId"])["IdToken"]
        self._cognito.delete_user_pool(UserPoolId=pool)
        return str(token)

    def _sign_in(self, pool: str, client: str) -> dict[str, Any]:
        user = self._cognito.admin_get_user(UserPoolId=pool, Username=accounts.email_of(self._name))["Username"]
        answer = self._cognito.admin_initiate_auth(
            UserPoolId=pool,
            ClientId=client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user, "PASSWORD": accounts.password_of(self._name)},
        )
        return dict(answer["AuthenticationResult"])


def jwk_of(key: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": encoded(numbers.n.to_bytes(256, "big")), "e": encoded(numbers.e.to_bytes(3, "big"))}
