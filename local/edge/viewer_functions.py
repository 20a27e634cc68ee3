"""The distribution's functions at a viewer's request. They are JavaScript, so a Node of this machine runs them as the
template has them, one process for all: a request in, a request or an answer out, a line of JSON each.

CloudFront gives a function no network, no files and 1 ms of the processor; here it gets a context of its own and two
seconds by the clock, because a busy machine may take the processor away from it.
"""

import asyncio
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from local.edge.messages import Answer, Request
from local.edge.template import TemplateError

RUNNER = """
const vm = require('vm');
const functions = JSON.parse(process.argv[1]);
for (const name in functions) functions[name] = new vm.Script(functions[name] + ';JSON.stringify(handler(event))');
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { name, event } = JSON.parse(line);
  let answer;
  try {
    answer = functions[name].runInNewContext({ event }, { timeout: 2000 });
  } catch (error) {
    answer = JSON.stringify({ failed: String(error) });
  }
  process.stdout.write(answer + '\\n');
});
"""
FAILED = Answer(503, (("Content-Type", "text/plain"),), b"The distribution's function failed.\n")
SECONDS_MAX = 5.0


class ViewerFunctions:
    """`code` by the functions' names in the template."""

    def __init__(self, code: Mapping[str, str]) -> None:
        """Raises TemplateError when there are functions, and no Node to run them."""
        self.code = dict(code)
        self._node = shutil.which("node") if code else None
        if code and self._node is None:
            raise TemplateError("the distribution has functions, and there is no node in PATH to run them.")
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def apply(self, name: str, request: Request) -> Request | Answer:
        try:
            async with self._turn, asyncio.timeout(SECONDS_MAX):
                result = await self._ask(name, event_of(request))
        except (TimeoutError, OSError, ValueError):
            await self.stop()  # its next line may be the answer to this request: the next one gets a new process
            return FAILED
        if "failed" in result:
            return FAILED
        return answer_of(result) if "statusCode" in result else replace(request, path=str(result["uri"]))

    async def _ask(self, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                str(self._node),
                *("-e", RUNNER, json.dumps(self.code)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            raise OSError("the process has no pipes")
        into.write(json.dumps({"name": name, "event": event}).encode() + b"\n")
        await into.drain()
        return dict(json.loads(await out.readline()))

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process and process.returncode is None:
            process.kill()
            await process.wait()


def event_of(request: Request) -> dict[str, Any]:
    """As far as a function needs it that chooses a file: without cookies."""
    parameters = (part.partition("=") for part in request.query.split("&") if part)
    query = {name: {"value": value} for name, _, value in parameters}
    headers = {name.lower(): {"value": value} for name, value in request.headers}
    asked = {"method": request.method, "uri": request.path, "headers": headers, "querystring": query, "cookies": {}}
    return {"version": "1.0", "context": {"eventType": "viewer-request"}, "viewer": {}, "request": asked}


def answer_of(result: Mapping[str, Any]) -> Answer:
    body = result.get("body", "")
    text = body.get("data", "") if isinstance(body, dict) else body
    headers = tuple((name, str(one["value"])) for name, one in result.get("headers", {}).items())
    return Answer(int(result["statusCode"]), headers, str(text).encode())
