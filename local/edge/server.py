"""HTTP/1.1 on the loopback: requests in, answers out, each whole."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from aiohttp import web
from multidict import CIMultiDict

from local.edge.firewall import INSPECTED_BYTES
from local.edge.messages import Answer, Request, Viewer, of_the_message, with_header

HOST = "127.0.0.1"
HEALTH = "/_edge/health"
BACKLOG = 2_048
BODY_BYTES_MAX = 1_000_000  # of what an origin gets: more than any of the API's routes takes
CLOSING = (("Content-Type", "text/plain"), ("Connection", "close"))
TOO_LARGE = Answer(413, CLOSING, b"The body is too large.\n")
NO_PATH = Answer(400, CLOSING, b"A request names its path.\n")
TOO_SLOW = Answer(408, CLOSING, b"The body did not come in time.\n")
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True)
class Patience:
    """Seconds that a slow client gets, and no more."""

    head: float = 60.0  # from the connection, or the answer before, to the end of a head
    body: float = 30.0
    rest: float = 2.0  # of a body that nothing is made of any more: so that the client reads its refusal
    reading: float = 60.0  # until it has taken its answer
    ending: float = 8.0  # for what is being answered when the server is to end; `make stop` kills after ten


class Answering(Protocol):
    def refusal(self, request: Request, body_goes_on: bool) -> Answer | None:
        """Asked before the whole body is read; `body_goes_on`: `request` has only its beginning."""

    async def answer(self, request: Request) -> Answer: ...


class Server:
    def __init__(self, edge: Answering, health: Mapping[str, object], patience: Patience = Patience()) -> None:
        """`health`: members of what GET /_edge/health answers."""
        self._edge, self._health, self._patience = edge, health, patience
        self._runner: web.ServerRunner | None = None

    async def start(self, port: int) -> int:
        """The port that it listens on. Raises OSError when that is taken."""
        patience = self._patience
        server = web.Server(
            self._handle, keepalive_timeout=patience.head, lingering_time=patience.rest, access_log=None
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=patience.ending)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port, backlog=BACKLOG).start()
        return int(self._runner.addresses[0][1])

    def use(self, edge: Answering, health: Mapping[str, object]) -> None:
        """From now on. A request that is being answered keeps the edge that it began with."""
        self._edge, self._health = edge, health

    async def stop(self) -> None:
        """Takes no new connection, and ends when what was being answered is answered."""
        if self._runner:
            await self._runner.cleanup()

    async def _handle(self, asked: web.BaseRequest) -> web.StreamResponse:
        if asked.path == HEALTH:
            return web.json_response({"status": "ok", **self._health})
        made = response(await self._answer_to(asked), asked.method)
        try:
            async with asyncio.timeout(self._patience.reading):
                await made.prepare(asked)
                await made.write_eof()
        except TimeoutError:
            if asked.transport:
                asked.transport.abort()
        return made

    async def _answer_to(self, asked: web.BaseRequest) -> Answer:
        edge, head = self._edge, request_of(asked)
        if not head.path.startswith("/"):  # the whole address, as a proxy is asked
            return NO_PATH
        try:
            async with asyncio.timeout(self._patience.body):
                request, body_goes_on = await beginning(asked, head)
                refused = edge.refusal(request, body_goes_on)
                if refused:
                    return refused.having("Connection", "close") if body_goes_on else refused
                if body_goes_on:
                    request = await whole(asked, request)
        except TimeoutError:
            return TOO_SLOW
        return TOO_LARGE if len(request.body) > BODY_BYTES_MAX else await edge.answer(request)


async def beginning(asked: web.BaseRequest, head: Request) -> tuple[Request, bool]:
    """The request with as much of its body as the firewall reads, and whether there is more.

    A body that comes in chunks names no length: its bytes are counted instead, so that rules about a body's length also
    hold for it, and cannot be got round by leaving the header out.
    """
    if not asked.can_read_body:
        return head, False
    if "100-continue" in (head.header("Expect") or "").lower() and asked.transport:
        asked.transport.write(CONTINUE)
    if asked.content_length is None:
        body = await read_up_to(asked, BODY_BYTES_MAX)
        counted = with_header(head.headers, "Content-Length", str(len(body)))
        return replace(head, headers=counted, body=body), len(body) > INSPECTED_BYTES
    body = await read_up_to(asked, INSPECTED_BYTES)
    return replace(head, body=body), len(body) > INSPECTED_BYTES


async def whole(asked: web.BaseRequest, request: Request) -> Request:
    return replace(request, body=request.body + await read_up_to(asked, BODY_BYTES_MAX - len(request.body)))


async def read_up_to(asked: web.BaseRequest, bytes_max: int) -> bytes:
    """At most one byte more than `bytes_max`: of a longer body nothing more is read."""
    body = bytearray()
    while len(body) <= bytes_max and (part := await asked.content.read(bytes_max + 1 - len(body))):
        body += part
    return bytes(body)


def request_of(asked: web.BaseRequest) -> Request:
    """Without its body."""
    path, _, query = asked.raw_path.partition("?")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in asked.raw_headers)
    address, port = asked.transport.get_extra_info("peername")[:2] if asked.transport else ("", 0)
    return Request(asked.method, path, query, headers, b"", Viewer(address, port))


def response(answer: Answer, method: str) -> web.Response:
    headers = CIMultiDict(of_the_message(answer.headers))
    if answer.body or method != "HEAD" or "Content-Length" not in headers:
        headers["Content-Length"] = str(len(answer.body))
    headers.setdefault("Server", "CloudFront")
    made = web.Response(status=answer.status, headers=headers, body=answer.body)
    if answer.header("Connection") == "close":
        made.force_close()
    return made
