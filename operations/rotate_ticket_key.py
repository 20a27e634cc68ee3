"""`python -m operations.rotate_ticket_key [LEAKED]`: gives the codes of tickets a new key: `make rotate-ticket-key`.

The new key is published at once and signs from tomorrow on, so every gate has its public half before it meets a code
of it. Codes of the key before it stay valid; those of older keys do not. LEAKED=1: the new key signs at once, and the
BO2 codes of all others are void; BO1 codes, of before 2026-11-29, are signed by the secret's own `key` and stay valid.

Exits 0 when the secret is written, 1 when it is refused, 2 when it was called wrongly.
"""

import argparse
import json
import secrets
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from box_office.adapters.aws_errors import error_code
from box_office.domain.ticket_keys import SEED_BYTES, Rotation, replaced, ring_of, rotated
from box_office.names import TICKETS_SECRET
from operations.commands import NOTHING_CHANGED, Refused, act_on_target
from operations.target import Target

USAGE = "make rotate-ticket-key [LEAKED=1]"
AGAIN = "Type the same command again, LEAKED=1 aside: it is refused if the key is there already."
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
PUBLISHED_HOURS = 24  # before it signs: gates fetch the keys before they open, and the edge keeps them an hour
FOLLOWING = uuid.UUID("5b0b8e1e-6c53-4c39-8d0f-6a3c2f6d1b77")  # what ids of following versions are made with
OVERLAP_DAYS = 120  # a key's codes are void that long after another took its place: tickets are sold weeks ahead


def rotation_of(secret: Mapping[str, Any], leaked: bool, seed: bytes, now: int) -> Rotation:
    """Raises Refused."""
    newest = ring_of(secret).keys[-1]
    if leaked:
        return replaced(secret, seed, now)
    rotation = rotated(secret, seed, now + PUBLISHED_HOURS * HOUR_MS)
    if rotation.retired and now - newest.not_before < OVERLAP_DAYS * DAY_MS:
        signs = f"signs from {day(newest.not_before)} on"
        if newest.not_before <= now:
            signs = f"has signed since {day(newest.not_before)} only"
        raise Refused(
            f"Key {newest.key_id} {signs}: tickets of the key before it may still be shown, and would be void. Come "
            f"back on {day(newest.not_before + OVERLAP_DAYS * DAY_MS)}, or say LEAKED=1 if the keys are in a "
            f"stranger's hands. {NOTHING_CHANGED}"
        )
    return rotation


def rotate(target: Target, leaked: bool, now: int) -> int:
    """Raises Refused, ClientError."""
    manager, name = target.client("secretsmanager"), target.names.secret(TICKETS_SECRET)
    current = manager.get_secret_value(SecretId=name)
    secret = json.loads(current["SecretString"])
    try:
        rotation = rotation_of(secret, leaked, secrets.token_bytes(SEED_BYTES), now)
    except ValueError as error:
        raise Refused(f"{error}. {NOTHING_CHANGED}") from error
    replace_value(manager, name, current["VersionId"], json.dumps(rotation.secret))
    print(f"Key {rotation.added.key_id} is added; it signs from {day(rotation.added.not_before)} on.")
    gone = ", ".join(f"k{number}" for number in rotation.retired)
    print(f"Void within five minutes: BO2 codes of {gone}." if gone else "Every code that was handed out stays valid.")
    return 0


def replace_value(manager: Any, name: str, version: str, value: str) -> None:
    """Writes the version that follows `version`. Its id is made of that one's, and Secrets Manager writes a version
    once: so of two operators who rotate at once one is refused, and no key is lost. A secret whose label was moved
    back by hand to a version that was replaced before has to be put anew first. Raises Refused.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html"""
    following = str(uuid.uuid5(FOLLOWING, version))
    try:
        manager.put_secret_value(SecretId=name, SecretString=value, ClientRequestToken=following)
    except ClientError as error:
        if error_code(error) != "ResourceExistsException":
            raise
        raise Refused(f"Another operator has changed the secret meanwhile. {NOTHING_CHANGED}") from error


def day(epoch_ms: int) -> str:
    return datetime.fromtimestamp(epoch_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%MZ")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make rotate-ticket-key", usage=USAGE, description="Rotate tickets' key.")
    parser.add_argument("leaked", nargs="?", default="", choices=("", "1"), help="1: void the codes of all other keys")
    leaked = parser.parse_args(arguments).leaked == "1"
    now = time.time_ns() // 1_000_000
    return act_on_target(lambda target: rotate(target, leaked, now), again=AGAIN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
