"""Asks the API behind the edge, over connections that are kept."""

import aiohttp
from yarl import URL

from local.edge.distribution import Origin
from local.edge.forwarding import Forwarded
from local.edge.messages import Answer, of_the_message

CONNECTIONS_MAX = 1_000
KEPT_SECONDS = 15.0  # unused; the embedded AWS closes after 75 s, so that this side closes first
ANSWER_BYTES_MAX = 20_000_000
UNREACHABLE, TOO_SLOW = 502, 504
OF_THE_CLIENT = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")  # which aiohttp would add


class ApiOrigin:
    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        """`url`: to which a request's path is appended."""
        self._url, self._session = url.rstrip("/"), session

    async def answer(self, asked: Forwarded, origin: Origin) -> Answer:
        """CloudFront's own 502 without a body when the origin cannot be reached or answers nonsense, 504 when it is
        too slow."""
        try:
            return await self._answer(asked, origin)
        except TimeoutError:
            return Answer(TOO_SLOW, (), b"")
        except (aiohttp.ClientError, OSError, ValueError):
            return Answer(UNREACHABLE, (), b"")

    async def _answer(self, asked: Forwarded, origin: Origin) -> Answer:
        url = f"{self._url}{asked.path}" + (f"?{asked.query}" if asked.query else "")
        async with self._session.request(
            asked.method,
            URL(url, encoded=True),
            headers=asked.headers,
            data=asked.body or None,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=None,
                connect=origin.seconds_max,  # the wait for a free connection included
                sock_connect=origin.connect_seconds_max,
                sock_read=origin.seconds_max,
            ),
        ) as response:
            body = await response.content.read(ANSWER_BYTES_MAX + 1)
            while not response.content.at_eof():
                if len(body) > ANSWER_BYTES_MAX:
                    raise ValueError("the answer is longer than the edge holds")
                body += await response.content.read(ANSWER_BYTES_MAX + 1 - len(body))
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers)
        return Answer(response.status, of_the_message(headers), body)


class Session:
    """The connections of this process to its origins."""

    def __init__(self) -> None:
        """No cookies, nothing decoded, no header of its own: what comes out is what was asked to be sent."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX, keepalive_timeout=KEPT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=OF_THE_CLIENT,
            trust_env=False,
        )

    def origin(self, url: str) -> ApiOrigin:
        return ApiOrigin(url, self._session)

    async def close(self) -> None:
        await self._session.close()
