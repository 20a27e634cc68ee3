"""The edge of the local stack: which template it acts on, with which key, for which API."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from box_office.names import Names
from local import stack_file
from local.deployment import ASSEMBLY, STAGE, client
from local.processes import Processes
from local.services import ACCOUNT, Addresses, StackFailed, await_edge, start_edge
from toolchain.install import STATE

NAMES = Names(STAGE)
DEPLOYED_TEMPLATE = ASSEMBLY / f"{NAMES.stack('edge')}.template.json"
# A copy: the assembly is made anew while the edge runs.
TEMPLATE, CONFIG = STATE / "edge" / "template.json", STATE / "edge" / "config.json"
KEY_REFERENCE = re.compile(r"{{resolve:secretsmanager:([^:}]+/origin-key-\d+):")


def open_up(running: Processes, addresses: Addresses, api_url: str, origin_key: str) -> None:
    """Starts the edge on what was deployed last; `await_edge` waits for it."""
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_text(deployed_template())
    stack_file.write(CONFIG, config_of(addresses, api_url, origin_key))
    start_edge(running, addresses, CONFIG)


def open_anew(running: Processes, addresses: Addresses, api_url: str, origin_key: str) -> bool:
    """Starts the edge again if the deployment changed what it acts on. Answers whether it did."""
    same_template = TEMPLATE.is_file() and TEMPLATE.read_text() == deployed_template()
    if same_template and read_config() == config_of(addresses, api_url, origin_key):
        return False
    running.stop("edge")
    open_up(running, addresses, api_url, origin_key)
    await_edge(running, addresses)
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
    """The key that the edge's template names. Raises StackFailed."""
    named = KEY_REFERENCE.search(deployed_template())
    if not named:
        raise StackFailed("The edge sends no key to the API: write origin_key = 1 into stages/local.toml.")
    secret = client("secretsmanager", addresses).get_secret_value(SecretId=named[1])
    return str(json.loads(secret["SecretString"])["key"])


def not_enforced(running: Processes) -> list[str]:
    """What the edge has said that it does not do, of all that its template asks for."""
    for line in log_lines(running.log_of("edge")):
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and "not_enforced" in told:
            return [str(one) for one in told["not_enforced"]]
    return []


def log_lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines() if log.is_file() else []
