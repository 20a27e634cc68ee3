"""The local edge as a process of its own before a scripted origin, for the suites that ask it."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from tests.waiting import WAIT_SECONDS_MAX
from toolchain.install import node_directory

ROOT = Path(__file__).parent.parent
ORIGIN_KEY = "the-key-of-these-tests"
UNAVAILABLE = b'{"code":"unavailable","status":503}'
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Asked:
    """A request as the origin got it; `headers` by lower-case names."""

    method: str
    path: str  # with its query
    headers: dict[str, str]
    body: bytes
    connection: tuple[str, int]


@dataclass(frozen=True)
class Reply:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


class Origin:
    """Answers as `script` says; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: Callable[[Asked], Reply] = lambda asked: Reply()
        self.is_dead = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def handle_any(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                asked = Asked(self.command, self.path, headers, body, self.client_address[:2])
                if outer.is_dead:
                    self.close_connection = True
                    return
                outer.asked.append(asked)
                reply = outer.script(asked)
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD" and reply.status not in (204, 304):
                    self.wfile.write(reply.body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        for method in METHODS:
            setattr(Handler, f"do_{method}", Handler.handle_any)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/restapis/r1/live/_user_request_"

    def close(self) -> None:
        """Takes no connection any more, and answers nothing on those that it has."""
        self.is_dead = True
        self._server.shutdown()
        self._server.server_close()


class EdgeProcess:
    def __init__(self, directory: Path, document: dict[str, Any], api_url: str, **more: Any) -> None:
        """`document`: the template. `more`: further members of the config."""
        self.directory, self.config_file = directory, directory / "edge.json"
        self.page = directory / "page"
        (self.page / "problems").mkdir(parents=True, exist_ok=True)
        self._config = {"port": 0, "api_url": api_url, "origin_key": ORIGIN_KEY, "page": {"directory": str(self.page)}}
        self._config |= {"template": str(directory / "template.json"), **more}
        self.configure(document)
        path = os.pathsep.join([str(node_directory() / "bin"), os.environ.get("PATH", "")])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "local.edge", str(self.config_file)],
            cwd=ROOT,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ready = json.loads(self.process.stdout.readline())
        self.url: str = self.ready["ready"]
        self.http = self.client()

    def configure(self, document: dict[str, Any], **more: Any) -> None:
        """Writes the config anew, which the running edge reads within seconds."""
        self._config |= more
        (self.directory / "template.json").write_text(json.dumps(document))
        unfinished = self.config_file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(self._config))
        unfinished.replace(self.config_file)

    def client(self, address: str = "127.0.0.1") -> httpx.Client:
        """One that comes from this address of the loopback."""
        transport = httpx.HTTPTransport(local_address=address, verify=False)
        return httpx.Client(base_url=self.url, transport=transport, timeout=WAIT_SECONDS_MAX)

    def ask_to_end(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def exit_code(self) -> int:
        """Waits for the end."""
        self.http.close()
        with self.process.stdout:
            return self.process.wait(WAIT_SECONDS_MAX)

    def end(self) -> None:
        self.ask_to_end()
        self.exit_code()


def started(directory: Path, template: dict[str, Any], origin: Origin, **more: Any) -> EdgeProcess:
    """With a small page."""
    edge = EdgeProcess(directory, template, origin.url, **more)
    (edge.page / "index.html").write_text("<html>")
    (edge.page / "api-reference").mkdir(exist_ok=True)
    (edge.page / "api-reference" / "index.html").write_text("<html>of the API")
    (edge.page / "assets").mkdir()
    (edge.page / "assets" / "app-4f9a1c2b.js").write_text("let a = 1;" * 200)
    (edge.page / "problems" / "unavailable.json").write_bytes(UNAVAILABLE)
    return edge
