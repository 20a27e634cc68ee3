"""Prepares a new stack for payments: writes the provider's secrets, and tells the sandbox where callbacks go."""

import json
import secrets
from typing import Any

import httpx

from box_office.names import PAYMENT_COMPLETE, PAYMENT_SECRET, Names

API_KEY = "sk_test_local"  # the sandbox takes any such key
PUBLISHABLE_KEY = "pk_test_local"
WEBHOOK_PATH = "/PaymentWebhook/api/v0/"
SECONDS_MAX = 10


def new_webhook_secret() -> str:
    return f"whsec_{secrets.token_hex(24)}"


def put_secret(secrets_manager: Any, names: Names, webhook_secret: str) -> None:
    """Replaces the secret that the template generated, as an operator does in AWS."""
    secret = {"api_key": API_KEY, "webhook_secret": webhook_secret}
    secrets_manager.put_secret_value(SecretId=names.secret(PAYMENT_SECRET), SecretString=json.dumps(secret))


def send_callbacks_to(webhook_url: str, sandbox_url: str) -> None:
    """Raises httpx.HTTPError."""
    with httpx.Client(trust_env=False, verify=False, timeout=SECONDS_MAX) as http:
        http.post(f"{sandbox_url}/_sandbox/webhook", json={"url": webhook_url}).raise_for_status()


def topics_of(sns: Any, names: Names) -> dict[str, str]:
    """The topics of the payments stack: short name -> ARN."""
    arns = [topic["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for topic in page["Topics"]]
    announced = {names.topic(PAYMENT_COMPLETE): PAYMENT_COMPLETE}
    by_name = {arn.rpartition(":")[2]: arn for arn in arns}
    return {short: by_name[name] for name, short in announced.items() if name in by_name}
