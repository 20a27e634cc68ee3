"""`.local/stack.json`: the addresses of the local stack; the file exists only while the stack runs. LOCAL.md has its
shape."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

REGION = "us-east-1"


@dataclass(frozen=True)
class Account:
    name: str
    group: str
    token: str
    theater_id: str | None = None  # of staff who work in one


@dataclass(frozen=True)
class Endpoints:
    api_url: str
    web_url: str
    aws_endpoint_url: str
    cache_url: str
    faults_url: str | None
    payment_sandbox_url: str
    webhook_url: str
    origin_key: str  # without which the API answers nothing


@dataclass(frozen=True)
class Deployed:
    """Names and addresses by the short names that the code uses, as in `{"lane-0": "http://..."}`."""

    tables: Mapping[str, str]
    queues: Mapping[str, str]
    topics: Mapping[str, str]


def contents(
    endpoints: Endpoints,
    deployed: Deployed,
    webhook_secret: str,
    accounts: Sequence[Account],
    pids: Mapping[str, int],
) -> dict[str, Any]:
    return {
        "api_url": endpoints.api_url,
        "web_url": endpoints.web_url,
        "aws_endpoint_url": endpoints.aws_endpoint_url,
        "cache_url": endpoints.cache_url,
        "payment_sandbox_url": endpoints.payment_sandbox_url,
        "webhook_url": endpoints.webhook_url,
        "webhook_secret": webhook_secret,
        "origin_key": endpoints.origin_key,
        "faults_url": endpoints.faults_url,
        "region": REGION,
        "tables": dict(deployed.tables),
        "queues": dict(deployed.queues),
        "topics": dict(deployed.topics),
        "accounts": [asdict(one) for one in accounts],
        "pids": dict(pids),
    }


def write(path: Path, stack: Mapping[str, Any]) -> None:
    """All or nothing: a reader never sees half a file. Readable by its owner alone, for it holds tokens."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(stack, file, indent=1)
        file.write("\n")
    unfinished.replace(path)
