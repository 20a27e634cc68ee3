"""The gate's answers as API.md shows them."""

import base64
from collections.abc import Sequence
from typing import Any

from box_office.http_api.representation import iso_seconds
from box_office.use_cases.get_ticket_keys import PublicKey

# Gates fetch the keys before they open; a key signs a day after it was made, so five minutes late harm nothing.
KEYS_SHARED = {"Cache-Control": "public, max-age=300, stale-if-error=86400"}


def ticket_keys(keys: Sequence[PublicKey]) -> dict[str, Any]:
    return {
        "keys": [
            {
                "key_id": key.key_id,
                "algorithm": "Ed25519",
                "public_key": base64.urlsafe_b64encode(key.public_key).decode().rstrip("="),
                "not_before": iso_seconds(key.not_before),
            }
            for key in keys
        ]
    }
