"""The local edge does not wait for ever: not for a head, a body, or a client that does not take its answer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from local.edge.messages import Answer, Request
from local.edge.server import HOST, Patience, Server

WAIT_SECONDS_MAX = 60
PATIENCE = Patience(head=0.3, body=0.3, rest=0.3, reading=0.3, ending=0.3)
HEAD = b"POST /HoldSeat/api/v0/m HTTP/1.1\r\nHost: x\r\n"


class Edge:
    """Answers all that comes whole with a body that no socket's buffer holds."""

    def __init__(self, body: bytes = b"{}") -> None:
        self.body, self.asked = body, 0

    def refusal(self, request: Request, body_goes_on: bool) -> Answer | None:
        return None

    async def answer(self, request: Request) -> Answer:
        self.asked += 1
        return Answer(200, (("Content-Type", "text/plain"),), self.body)


def over(
    edge: Edge, patience: Patience, test: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> None:
    """Runs `test` on a connection to a server of its own."""

    async def run() -> None:
        server = Server(edge, {}, patience)
        port = await server.start(0)
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                await test(reader, writer)
        finally:
            writer.close()
            await server.stop()

    asyncio.run(run())


@pytest.mark.parametrize("beginning", [b"", b"GET /", HEAD])
def test_a_connection_without_a_whole_head_is_closed(beginning: bytes) -> None:
    async def test(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        assert await reader.read() == b"", "the edge waited for the rest of the head"

    over(Edge(), PATIENCE, test)


def test_an_idle_connection_is_closed_after_its_answer() -> None:
    async def test(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /SeatMap/api/v0/x HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200")

    over(Edge(), PATIENCE, test)


@pytest.mark.parametrize(
    "length", [b"Content-Length: 100\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"]
)
def test_a_body_that_stops_coming_is_refused_and_reaches_no_origin(length: bytes) -> None:
    edge = Edge()

    async def test(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + length)
        assert (await reader.read()).startswith(b"HTTP/1.1 408")

    over(edge, PATIENCE, test)
    assert edge.asked == 0


def test_a_client_that_does_not_take_its_answer_is_cut_off() -> None:
    size = 50_000_000

    async def test(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /SeatMap/api/v0/x HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(PATIENCE.reading * 4)
        try:
            taken = len(await reader.read())
        except ConnectionError:
            return
        assert taken < size, "the edge waited until the answer was taken"

    over(Edge(b"x" * size), PATIENCE, test)


def test_a_body_beyond_what_an_origin_gets_is_refused() -> None:
    edge = Edge()

    async def test(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 2000000\r\n\r\n" + b"x" * 1_100_000)
        assert (await reader.read(20)).startswith(b"HTTP/1.1 413")

    over(edge, replace(PATIENCE, body=WAIT_SECONDS_MAX, head=WAIT_SECONDS_MAX), test)
    assert edge.asked == 0


def test_a_client_that_waits_for_leave_to_send_its_body_gets_it() -> None:
    async def test(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"{}")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")

    over(Edge(), replace(PATIENCE, body=WAIT_SECONDS_MAX, head=WAIT_SECONDS_MAX), test)
