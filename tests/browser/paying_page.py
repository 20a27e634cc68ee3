"""A page with a place for the card form and nothing else, under the policy of the cinema's page, which has no inline
script and no inline style. Its script is the sandbox's, as the page loads it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.browser.cinema_server import page_policy

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pay</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page.css">
<script src="{script}"></script></head>
<body><main><h1>Pay</h1><div id="card"></div><p id="below">Below the form</p></main></body></html>"""
STYLE = """:root { color-scheme: light dark } body { margin: 1rem auto; max-width: 30rem; padding: 0 1rem;
font-family: system-ui; background: Canvas; color: CanvasText } #card { min-height: 524px }"""


@contextmanager
def paying_page(sandbox_url: str) -> Iterator[str]:
    """The page's address."""
    policy = page_policy(sandbox_url)
    answers = {
        "/": ("text/html", PAGE.format(script=f"{sandbox_url}/v3/")),
        "/page.css": ("text/css", STYLE),
        "/back": ("text/html", "<!doctype html><title>Back</title><h1>Back in the shop</h1>"),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = answers.get(self.path.split("?")[0], ("text/plain", ""))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
