"""HTTP/1.1 on the loopback, a thread a connection."""

import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from local.payment_sandbox.api import Answer, Api, Call
from local.payment_sandbox.page_files import PREFIX as OF_PAGE
from local.payment_sandbox.page_files import PageFiles
from local.payment_sandbox.switches import PREFIX as OF_SWITCHES
from local.payment_sandbox.switches import Switches

HOST = "127.0.0.1"
BODY_BYTES_MAX = 262_144
CONNECTIONS_MAX = 512
IDLE_SECONDS_MAX = 600.0  # longer than clients keep a connection, so that the client closes it first
POLL_SECONDS = 0.2


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, log: Callable[[str], None] | None) -> None:
        """`log` takes one line a request: method, path, status, milliseconds. Never a body."""
        self.log = log
        self.api: Api
        self.switches: Switches
        self.page_files = PageFiles()
        self._places = threading.BoundedSemaphore(CONNECTIONS_MAX)
        super().__init__((HOST, port), Handler)

    def answer(self, call: Call) -> Answer:
        if call.path.startswith(OF_SWITCHES):
            return self.switches.answer(call)
        if call.path.startswith(OF_PAGE):
            return self.page_files.answer(call)
        return self.api.answer(call)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "payment-sandbox"
    sys_version = ""
    timeout = IDLE_SECONDS_MAX
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    server: Server

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def do_OPTIONS(self) -> None:
        self._handle()

    def _handle(self) -> None:
        started = time.monotonic()
        call = self._read()
        if call is None:
            return
        answer = self.server.answer(call)
        if answer.withheld_seconds:
            wait_until_gone(self.connection, answer.withheld_seconds)
            self.close_connection = True
        else:
            self._write(answer)
        if self.server.log:
            status = "never answered" if answer.withheld_seconds else answer.status
            self.server.log(f"{call.method} {call.path} {status} {(time.monotonic() - started) * 1000:.0f} ms")

    def _read(self) -> Call | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True  # where the body ends is unknown, or too far away to read on
            self._write(Answer(413, '{"error": {"type": "invalid_request_error", "message": "Send a smaller body."}}'))
            return None
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Call(self.command, parts.path, parts.query, headers, self.rfile.read(int(length)))

    def _write(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing a request: what is asked for is written by `_handle`."""


def wait_until_gone(connection: socket.socket, seconds: float) -> None:
    """Waits, without an answer, until the caller has hung up, or for so long."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        readable, _, _ = select.select([connection], [], [], min(left, POLL_SECONDS))
        try:
            if readable and not connection.recv(1024, socket.MSG_PEEK):
                return
        except ConnectionError:
            return
        if readable:
            time.sleep(POLL_SECONDS)  # it sent more instead: still there
