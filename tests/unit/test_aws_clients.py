"""Clients that are made late."""

from typing import Any

import pytest

from box_office.adapters import aws_clients
from box_office.adapters.aws_clients import DeferredClient


class Made:
    def get_object(self, **arguments: Any) -> dict[str, Any]:
        return arguments


def test_a_deferred_client_is_made_at_its_first_call_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def client(service: str) -> Made:
        made.append(service)
        return Made()

    monkeypatch.setattr(aws_clients, "client", client)
    deferred = DeferredClient("s3")
    assert made == []
    assert deferred.get_object(Key="a") == {"Key": "a"}
    assert deferred.get_object(Key="b") == {"Key": "b"}
    assert made == ["s3"]
