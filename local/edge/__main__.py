"""`python -m local.edge CONFIG.json`: see config.py.

Writes one line of JSON when it is ready: its address, and what it does not enforce. GET /_edge/health says the same,
and which CONFIG.json is in force: when that file is written anew (in one step, after the template), both are read again
within seconds, and no request is lost. SIGTERM ends the edge once what is being answered is answered.
"""

import asyncio
import json
import resource
import signal
import sys
from pathlib import Path

from local.edge.building import build
from local.edge.config import WrongConfig, read_config
from local.edge.origins import Session
from local.edge.refreshing import Refresher
from local.edge.server import HOST, Server
from local.edge.template import TemplateError


async def serve(file: Path) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    config, session = read_config(file), Session()
    try:
        built = build(config, session)
        refresher = Refresher(file, config, built, session)
        server = Server(built.edge, refresher.health)
        await refresher.refresh(server)  # the sets of addresses, before the first request
        address = f"http://{HOST}:{await server.start(config.port)}"
        print(json.dumps({"ready": address, "not_enforced": built.not_enforced}), flush=True)
        refreshing, ending = asyncio.create_task(refresher.run(server)), asyncio.create_task(ended.wait())
        await asyncio.wait({refreshing, ending}, return_when=asyncio.FIRST_COMPLETED)
        await server.stop()
        await refresher.close()
        if refreshing.done():
            refreshing.result()  # raises what no one foresaw: an edge with an old block list ends rather than serves
        refreshing.cancel()
    finally:
        await session.close()


def open_as_many_files_as_allowed() -> None:
    """A connection is one: of each client, and each to an origin."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> int:
    if len(sys.argv) != 2:
        print("python -m local.edge CONFIG.json", file=sys.stderr)
        return 2
    open_as_many_files_as_allowed()
    try:
        asyncio.run(serve(Path(sys.argv[1])))
    except (WrongConfig, TemplateError, OSError) as error:
        print(f"The local edge cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
