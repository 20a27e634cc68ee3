"""HTTP/1.1 on the loopback: requests in, answers out, each whole."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from multidict import CIMultiDict

from local.edge.messages import Answer, Request, Viewer, of_the_message

HOST = "127.0.0.1"
HEALTH = "/_edge/health"
HEAD_SECONDS_MAX = 60.0  # of a connection that sends nothing, or no whole head
BODY_SECONDS_MAX = 30.0
WRITE_SECONDS_MAX = 60.0
ENDING_SECONDS_MAX = 8.0  # for what is being answered; `make stop` kills after ten
BACKLOG = 2_048
BODY_BYTES_MAX = 1_000_000
TOO_LARGE = Answer(413, (("Content-Type", "text/plain"), ("Connection", "close")), b"The body is too large.\n")
TOO_SLOW = Answer(408, (("Content-Type", "text/plain"), ("Connection", "close")), b"The body did not come in time.\n")


class Server:
    """`answer` is asked for everything but the edge's health."""

    def __init__(self, answer: Callable[[Request], Awaitable[Answer]], not_enforced: Sequence[str]) -> None:
        self._answer, self.not_enforced = answer, tuple(not_enforced)
        self._runner: web.ServerRunner | None = None

    async def start(self, port: int) -> int:
        """The port that it listens on. Raises OSError when that is taken."""
        server = web.Server(self._handle, keepalive_timeout=HEAD_SECONDS_MAX, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=ENDING_SECONDS_MAX)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port, backlog=BACKLOG).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Takes no new connection, and ends when what was being answered is answered."""
        if self._runner:
            await self._runner.cleanup()

    async def _handle(self, asked: web.BaseRequest) -> web.StreamResponse:
        if asked.path == HEALTH:
            return web.json_response({"status": "ok", "not_enforced": self.not_enforced})
        return response(await self._answer_to(asked), asked.method)

    async def _answer_to(self, asked: web.BaseRequest) -> Answer:
        try:
            async with asyncio.timeout(BODY_SECONDS_MAX):
                body = await body_of(asked, BODY_BYTES_MAX)
        except TimeoutError:
            return TOO_SLOW
        if len(body) > BODY_BYTES_MAX:
            return TOO_LARGE
        return await self._answer(request_of(asked, body))


def request_of(asked: web.BaseRequest, body: bytes) -> Request:
    path, _, query = asked.raw_path.partition("?")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in asked.raw_headers)
    address, port = asked.transport.get_extra_info("peername")[:2] if asked.transport else ("", 0)
    return Request(asked.method, path, query, headers, body, Viewer(address, port))


async def body_of(asked: web.BaseRequest, bytes_max: int) -> bytes:
    """At most one byte more than `bytes_max`: of a longer body nothing more is read."""
    body = bytearray()
    while len(body) <= bytes_max and (part := await asked.content.read(bytes_max + 1 - len(body))):
        body += part
    return bytes(body)


def response(answer: Answer, method: str) -> web.Response:
    headers = CIMultiDict(of_the_message(answer.headers))
    if method != "HEAD" or "Content-Length" not in headers:
        headers["Content-Length"] = str(len(answer.body))
    headers.setdefault("Server", "CloudFront")
    made = web.Response(status=answer.status, headers=headers, body=answer.body)
    if answer.header("Connection") == "close":
        made.force_close()
    return made


def ready_line(port: int, not_enforced: Sequence[str]) -> str:
    return json.dumps({"ready": f"http://{HOST}:{port}", "not_enforced": list(not_enforced)})
