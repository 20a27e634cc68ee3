"""What changes while the edge runs: its config's file with the template, and the IP sets."""

import asyncio
import sys
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.edge.block_lists import BlockLists
from local.edge.building import Built, build
from local.edge.config import Config, WrongConfig, read_config
from local.edge.origins import Session
from local.edge.page_files import aws_client
from local.edge.server import Server
from local.edge.template import TemplateError

EVERY_SECONDS = 1.0


class Refresher:
    def __init__(self, file: Path, config: Config, built: Built, session: Session) -> None:
        self._file, self._session = file, session
        self._built, self._blocked = built, block_lists(config)
        self._seen = written_at(file)
        self._said = ""

    @property
    def health(self) -> dict[str, object]:
        """`config_written_at`, in nanoseconds: of the file that is in force."""
        return {"config_written_at": self._seen, "not_enforced": list(self._built.not_enforced)}

    async def run(self, server: Server) -> None:
        while True:
            await self.refresh(server)
            await asyncio.sleep(EVERY_SECONDS)

    async def close(self) -> None:
        await self._built.edge.close()

    async def refresh(self, server: Server) -> None:
        """Writes what went wrong once, and leaves things as they were."""
        try:
            await self._read_again(server)
            await self._copy_sets()
            self._said = ""
        except (WrongConfig, TemplateError, BotoCoreError, ClientError, OSError) as error:
            if str(error) != self._said:
                self._said = str(error)
                print(f"The local edge goes on as it was: {error}", file=sys.stderr, flush=True)

    async def _copy_sets(self) -> None:
        await copied(self._blocked, self._built)

    async def _read_again(self, server: Server) -> None:
        seen, before = written_at(self._file), self._built.edge
        if seen == self._seen:
            return
        config = read_config(self._file)
        built, blocked = build(config, self._session, before), block_lists(config)
        await copied(blocked, built)  # the new edge never answers without its block list
        self._built, self._blocked, self._seen = built, blocked, seen
        server.use(built.edge, self.health)
        await before.close(unless_used_by=built.edge)


def block_lists(config: Config) -> BlockLists | None:
    return BlockLists(aws_client(config, "wafv2")) if config.aws_endpoint_url else None


async def copied(blocked: BlockLists | None, built: Built) -> None:
    if blocked:
        await asyncio.to_thread(blocked.copy_into, built.edge.firewall.sets)


def written_at(file: Path) -> int:
    return file.stat().st_mtime_ns
