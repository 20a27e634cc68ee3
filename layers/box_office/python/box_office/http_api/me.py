"""Who is signed in, as API.md shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from box_office.http_api.caller import Caller
from box_office.ports.payments import SavedMethod

if TYPE_CHECKING:  # no cold start pays for the shapes of answers
    from box_office.http_api import answers


def me(caller: Caller, saved: Sequence[SavedMethod]) -> answers.Me:
    return {
        "user_id": caller.user_id,
        "email": caller.email,
        "groups": sorted(caller.groups),
        "theater_id": caller.theater_id,
        "saved_methods": [saved_method(method) for method in saved],
    }


def saved_method(method: SavedMethod) -> answers.SavedMethodShown:
    """Never the provider's references: who has one could try to charge it elsewhere."""
    return {"brand": method.brand, "last4": method.last4, "exp": method.expires}
