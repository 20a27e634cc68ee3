"""`python -m local.payment_sandbox --port PORT --state FILE --webhook-secret whsec_...`"""

import argparse
import random
import signal
import sys
import threading
import time
from pathlib import Path

from local.payment_sandbox.api import Api, Tools
from local.payment_sandbox.callbacks import Callbacks, check_url
from local.payment_sandbox.modes import BadSwitch, CurrentMode
from local.payment_sandbox.server import HOST, Server
from local.payment_sandbox.store import StateTaken, Store
from local.payment_sandbox.switches import Switches


def main() -> int:
    options = read_options()
    try:
        store = Store(options.state)
        server = Server(options.port, print_line if options.log_requests else None)
    except (StateTaken, OSError) as error:
        print(f"The payment sandbox cannot start: {error}", file=sys.stderr)
        return 1
    port = server.server_address[1]
    mode = CurrentMode(store)
    callbacks = Callbacks(store, mode, options.webhook_secret, time.time)
    if options.webhook_url:
        callbacks.send_to(options.webhook_url)
    tools = Tools(time.time, time.sleep, random.SystemRandom(), f"http://{HOST}:{port}")
    server.api = Api(store, mode, tools, callbacks.wake)
    server.switches = Switches(server.api, store, mode, callbacks)
    for number in (signal.SIGTERM, signal.SIGINT):
        # From a thread: shutdown waits for the loop that this very signal has interrupted.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    callbacks.start()
    print_line(f"Payment sandbox on http://{HOST}:{port}, mode {mode.get().name}, state in {options.state}")
    server.serve_forever(poll_interval=0.1)
    callbacks.stop()
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.payment_sandbox", description="A subset of Stripe's API.")
    parser.add_argument("--port", type=int, required=True, help="on 127.0.0.1; 0 takes a free one and prints it")
    parser.add_argument("--state", type=Path, required=True, help="the file that everything is kept in")
    parser.add_argument("--webhook-secret", type=webhook_secret, required=True, help="whsec_..., signs the callbacks")
    parser.add_argument("--webhook-url", type=webhook_url, help="where callbacks go; also POST /_sandbox/webhook")
    parser.add_argument("--log-requests", action="store_true", help="one line a request: no bodies, no parameters")
    return parser.parse_args()


def webhook_secret(text: str) -> str:
    if not text.startswith("whsec_") or len(text) < 16:
        raise argparse.ArgumentTypeError("must begin with whsec_ and be at least 16 characters long")
    return text


def webhook_url(text: str) -> str:
    try:
        return check_url(text)
    except BadSwitch as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def print_line(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
