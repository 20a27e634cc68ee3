"""The page of the local stack is told whom the demo has, and nothing else of its settings changes."""

import io
import json
from typing import Any

from local import accounts
from local.page_config import add_demo_accounts

WHO = [("ada", "customer"), ("desk1", "desk")]


class Bucket:
    def __init__(self, config: dict[str, Any]) -> None:
        self.body, self.puts = json.dumps(config).encode(), 0

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        assert (Bucket, Key) == ("page", "config.json")
        return {"Body": io.BytesIO(self.body), "ContentType": "application/json", "CacheControl": "max-age=60"}

    def put_object(self, Body: bytes, **rest: str) -> None:
        assert rest == {
            "Bucket": "page",
            "Key": "config.json",
            "ContentType": "application/json",
            "CacheControl": "max-age=60",
        }
        self.body, self.puts = Body, self.puts + 1


def test_each_person_is_there_with_what_signing_in_asks_for() -> None:
    bucket = Bucket({"region": "us-east-1", "demo_accounts": None})
    add_demo_accounts(bucket, "page", WHO)
    config = json.loads(bucket.body)
    assert config["region"] == "us-east-1"
    ada, desk = config["demo_accounts"]
    assert ada == {
        "name": "ada",
        "email": "ada@example.com",
        "password": accounts.password_of("ada"),
        "group": "customer",
        "theater_id": None,
    }
    assert (desk["group"], desk["theater_id"]) == ("desk", "lisboa")


def test_people_who_are_there_already_are_not_written_again() -> None:
    bucket = Bucket({"demo_accounts": None})
    for _ in range(2):
        add_demo_accounts(bucket, "page", WHO)
    assert bucket.puts == 1
