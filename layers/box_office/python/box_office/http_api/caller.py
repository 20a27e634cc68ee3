"""Who is calling, by the claims of their ID token, whose signature and `aud` API Gateway's authorizer has checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What the token of any client may say; the roles of staff are believed of the staff client's tokens alone.
GROUPS_OF_EVERY_CLIENT = frozenset({"customer"})
BETWEEN_GROUPS = re.compile(r"[\s,]+")


@dataclass(frozen=True)
class Caller:
    user_id: str
    groups: frozenset[str]
    theater_id: str | None = None  # of a desk, a gate, perhaps a manager
    email: str | None = None


def caller_from_claims(claims: Mapping[str, str | list[str]], staff_client_id: str) -> Caller | None:
    """None without a user, and for an access token, which is for Cognito's own calls.

    A token of the customers' client lasts a day and needs no second factor, so there a manager is a mere customer.
    `staff_client_id`: empty for a function that asks for no role; then no role counts.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
    """
    user_id = text_of(claims.get("sub"))
    if user_id is None or claims.get("token_use") != "id":
        return None
    groups, email = groups_of(claims.get("cognito:groups")), text_of(claims.get("email"))
    if staff_client_id and claims.get("aud") == staff_client_id:
        return Caller(user_id, groups, text_of(claims.get("custom:theater_id")), email)
    return Caller(user_id, groups & GROUPS_OF_EVERY_CLIENT, email=email)


def groups_of(claim: str | list[str] | None) -> frozenset[str]:
    """API Gateway writes a list of groups as one text: `a,b`, or `[a b]`."""
    names = claim if isinstance(claim, list) else BETWEEN_GROUPS.split((claim or "").strip("[]"))
    return frozenset(name for name in names if name)


def text_of(claim: str | list[str] | None) -> str | None:
    return claim if isinstance(claim, str) and claim else None
