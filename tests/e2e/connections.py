"""Connections to the deployed API for any number of threads."""

from collections import deque
from collections.abc import Mapping
from typing import Any

import httpx

KEEPALIVE_SECONDS = 30  # less than the 75 after which the embedded AWS closes an idle connection


class Connections:
    """Each request has a client to itself while it runs, and so a connection; both are kept for the next request.

    One shared httpx.Client will not do: while a thread takes an idle connection out of its pool, another thread may
    find the same connection too old and close it, and the first then reads from a closed descriptor.
    """

    def __init__(
        self,
        base_url: str,
        seconds_max: float,
        headers: Mapping[str, str] | None = None,
        address: str | None = None,
    ) -> None:
        """`address`: of the loopback, to come from; None: the system's choice."""
        self._address = address
        self._settings: dict[str, Any] = {
            "base_url": base_url,
            "headers": dict(headers or {}),
            "trust_env": False,
            "timeout": seconds_max,
        }
        self._idle: deque[httpx.Client] = deque()

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            client = self._idle.pop()
        except IndexError:
            client = self._client()
        try:
            return client.request(method, path, **arguments)
        finally:
            self._idle.append(client)

    def _client(self) -> httpx.Client:
        limits = httpx.Limits(max_connections=1, keepalive_expiry=KEEPALIVE_SECONDS)
        transport = httpx.HTTPTransport(verify=False, limits=limits, local_address=self._address)
        return httpx.Client(transport=transport, **self._settings)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
