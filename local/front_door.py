"""The edge of the local stack: which template it acts on, with which key, for which API."""

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx

from box_office.names import Names
from local import stack_file
from local.deployment import ASSEMBLY, STAGE, client
from local.services import ACCOUNT, EDGE_HEALTH, Addresses, StackFailed
from toolchain.install import STATE

NAMES = Names(STAGE)
SECONDS_MAX = 10
DEPLOYED_TEMPLATE = ASSEMBLY / f"{NAMES.stack('edge')}.template.json"
# A copy: the assembly is made anew while the edge runs.
TEMPLATE, CONFIG = STATE / "edge" / "template.json", STATE / "edge" / "config.json"
KEY_REFERENCE = re.compile(r"{{resolve:secretsmanager:([^:}]+/origin-key-\d+):")


def write_config(addresses: Addresses, api_url: str, origin_key: str) -> bool:
    """What was deployed last, for an edge to start on. One that runs reads it again, within a second or so, when this
    answers that it has changed."""
    template, config = deployed_template(), config_of(addresses, api_url, origin_key)
    if TEMPLATE.is_file() and TEMPLATE.read_text() == template and read_config() == config:
        return False
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_text(template)
    stack_file.write(CONFIG, config)  # last: this is the file that the edge watches
    return True


def deployed_template() -> str:
    """Raises StackFailed."""
    try:
        return DEPLOYED_TEMPLATE.read_text()
    except FileNotFoundError as error:
        raise StackFailed("The local stack needs its edge: write edge = true into stages/local.toml.") from error


def read_config() -> Mapping[str, Any]:
    return dict(json.loads(CONFIG.read_text())) if CONFIG.is_file() else {}


def config_of(addresses: Addresses, api_url: str, origin_key: str) -> dict[str, Any]:
    """What `python -m local.edge` reads: local/edge/config.py."""
    return {
        "template": str(TEMPLATE),
        "port": addresses.edge_port,
        "api_url": api_url,
        "origin_key": origin_key,
        "page": {"bucket": NAMES.page_bucket(ACCOUNT)},
        "aws_endpoint_url": addresses.aws_url,
        "region": stack_file.REGION,
    }


def origin_key_of(addresses: Addresses) -> str:
    """The key that the edge's template names, also with `origin_key = 0`. Raises StackFailed."""
    named = KEY_REFERENCE.findall(deployed_template())[0]
    secret = client("secretsmanager", addresses).get_secret_value(SecretId=named)
    return str(json.loads(secret["SecretString"])["key"])


def not_enforced(web_url: str) -> list[str]:
    """What the edge says that it does not do, of all that its template asks for. Raises httpx.HTTPError."""
    health = httpx.get(web_url + EDGE_HEALTH, trust_env=False, timeout=SECONDS_MAX)
    return [str(one) for one in health.raise_for_status().json()["not_enforced"]]
