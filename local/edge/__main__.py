"""`python -m local.edge CONFIG.json`: see config.py. Writes one line of JSON when it is ready: its address, and what it
does not enforce. GET /_edge/health says the same. SIGTERM ends it once what is being answered is answered."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from local.edge.config import Config, WrongConfig, read_config
from local.edge.distribution import Distribution, read_distribution, unread
from local.edge.handling import Edge
from local.edge.origins import ApiOrigin, api_session
from local.edge.page_files import page_files
from local.edge.server import Server, ready_line
from local.edge.template import Template, TemplateError, dynamic_references

ORIGIN_KEY = "/origin-key-"  # in the name of the secret


def read_template(config: Config) -> Template:
    """Raises TemplateError."""
    try:
        document = json.loads(config.template.read_bytes())
    except (OSError, ValueError) as error:
        raise TemplateError(f"{config.template} is no template: {error}") from error
    keys = {one: config.origin_key for one in dynamic_references(document) if ORIGIN_KEY in one and config.origin_key}
    return Template(document, config.parameters, keys)


async def serve(config: Config, distribution: Distribution) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with api_session() as session:
        edge = Edge(distribution, ApiOrigin(config.api_url, session), page_files(config))
        server = Server(edge.answer, list(unread(distribution)))
        print(ready_line(await server.start(config.port), server.not_enforced), flush=True)
        await ended.wait()
        await server.stop()


def main() -> int:
    if len(sys.argv) != 2:
        print("python -m local.edge CONFIG.json", file=sys.stderr)
        return 2
    try:
        config = read_config(Path(sys.argv[1]))
        asyncio.run(serve(config, read_distribution(read_template(config))))
    except (WrongConfig, TemplateError, OSError) as error:
        print(f"The local edge cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
