"""What `make run` and `make start` print when the stack is ready: where everything is, and what to try."""

import textwrap
from typing import Any

from local import front_door
from local.examples import examples
from local.running import STACK_FILE
from local.services import shown
from toolchain.install import STATE

CODE = "123456"  # the embedded AWS's, of each new account and each forgotten password


def describe(stack: dict[str, Any]) -> str:
    lines = [
        "",
        f"  page     {stack['web_url']}/",
        f"  API      {stack['web_url']}/GetListOfMovie/api/v0/",
        f"  AWS      {stack['aws_endpoint_url']}   (region {stack['region']}, key and secret: test)",
        f"  cache    {stack['cache_url']}",
        f"  payments {stack['payment_sandbox_url']}/_sandbox/ledger   (the sandbox: no money moves)",
        *([f"  faults   {stack['faults_url']}/_microburst/rules"] if stack["faults_url"] else []),
        f"  people   {len(stack['accounts'])} signed-in accounts, and all of the above: {shown(STACK_FILE)}",
        f"           whoever makes an account on the page types {CODE}: no mail is sent here",
        f"  logs     {shown(STATE / 'logs')}/",
        *not_enforced(stack["web_url"]),
        "",
        "Try:",
        *(f"  {line}" for line in examples(stack)),
        "",
    ]
    return "\n".join(lines)


def not_enforced(web_url: str) -> list[str]:
    missing = front_door.not_enforced(web_url)
    if not missing:
        return []
    text = f"does not enforce: {', '.join(missing)}"
    return textwrap.wrap(text, 110, initial_indent="  edge     ", subsequent_indent=" " * 11)
