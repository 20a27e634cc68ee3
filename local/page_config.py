"""Writes the demo's people into the page's /config.json, so that one tap signs one of them in, by the code that signs
everybody in. No template knows them: outside of the local stack the page reads null there."""

import json
from collections.abc import Sequence
from typing import Any

from local import accounts

KEY = "config.json"


def add_demo_accounts(s3: Any, bucket: str, who: Sequence[tuple[str, str]]) -> None:
    """`who`: names and groups. To be called after each deployment, which writes the file without them."""
    found = s3.get_object(Bucket=bucket, Key=KEY)
    config = json.loads(found["Body"].read())
    wanted = [demo_account(name, group) for name, group in who]
    if config["demo_accounts"] != wanted:
        config["demo_accounts"] = wanted
        headers = {name: found[name] for name in ("ContentType", "CacheControl")}
        s3.put_object(Bucket=bucket, Key=KEY, Body=json.dumps(config).encode(), **headers)


def demo_account(name: str, group: str) -> dict[str, str | None]:
    return {
        "name": name,
        "email": accounts.email_of(name),
        "password": accounts.password_of(name),
        "group": group,
        "theater_id": accounts.THEATER_OF.get(name),
    }
