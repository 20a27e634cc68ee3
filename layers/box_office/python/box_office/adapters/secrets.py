"""Secrets, read when first needed and kept a few minutes: a rotated one is picked up without a deployment."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated

KEPT_MS = 300_000


class SecretsManager:
    """JSON objects by the name of their secret. Raises Unavailable."""

    def __init__(self, client: AwsClient, now_ms: Callable[[], int]) -> None:
        self._client = client
        self._now_ms = now_ms
        self._kept: dict[str, tuple[int, Mapping[str, Any]]] = {}

    def get(self, name: str) -> Mapping[str, Any]:
        now = self._now_ms()
        kept = self._kept.get(name)
        if kept is None or now - kept[0] >= KEPT_MS:
            with translated("read a secret"):
                kept = (now, json.loads(self._client.get_secret_value(SecretId=name)["SecretString"]))
            self._kept[name] = kept
        return kept[1]
