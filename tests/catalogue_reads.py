"""Public reads of the catalogue, called as the gateway calls them, with the tables or without."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from box_office.settings import Settings
from tests import moto_aws
from tests.catalogue_plans import NOW
from tests.set_clock import SetClock

TABLES_AWAY = {f"{role}_table": "gone" for role in ("movies", "theaters", "rooms", "events")}


class PublicRead:
    """One function, with its memory. `settings`: what the function has beside the catalogue's, or in their place."""

    def __init__(self, build: Callable[..., Any], kind: type[Settings], now: int = NOW, **settings: Any) -> None:
        self.clock = SetClock(now)
        known = moto_aws.catalogue_settings().model_dump() | settings
        self._handler = build(kind(**known), self.clock)

    def get(
        self,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], Any]:
        context = {"requestId": "request-1", "identity": {"sourceIp": "192.0.2.1"}}
        request = {
            "pathParameters": path,
            "queryStringParameters": query,
            "headers": headers,
            "requestContext": context,
        }
        answer = self._handler(request, None)
        return answer["statusCode"], answer["headers"], json.loads(answer["body"]) if answer["body"] else None
