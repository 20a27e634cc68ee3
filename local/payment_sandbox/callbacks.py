"""Callbacks (webhooks): signed as Stripe signs them, sent again with growing pauses, at least once.

They go out in mode `ok` only, and once it is known where to; until then they wait, without using up their tries.
https://docs.stripe.com/webhooks#verify-manually
"""

import hashlib
import hmac
import http.client
import sys
import threading
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from local.payment_sandbox.modes import BadSwitch, CurrentMode
from local.payment_sandbox.store import DueCallback, Store
from local.payment_sandbox.thin_events import thin

TRIES_MAX = 8
FIRST_PAUSE_SECONDS = 0.5
PAUSE_SECONDS_MAX = 30.0
ANSWER_SECONDS_MAX = 10.0
SENT_AT_ONCE_MAX = 4
IDLE_SECONDS = 1.0
URL_SETTING = "webhook_url"
FORM_SETTING = "webhook_events"
FORMS = ("snapshot", "thin")  # what an endpoint is sent: the object as it was, or only its name


def pause_seconds(tries: int) -> float:
    """After the first, second, ... try: 0.5, 1, 2, 4, 8, 16, 30."""
    return min(FIRST_PAUSE_SECONDS * 2.0 ** (tries - 1), PAUSE_SECONDS_MAX)


def signature(payload: str, secret: str, timestamp: int) -> str:
    """The `Stripe-Signature` header."""
    digest = hmac.new(secret.encode(), f"{timestamp}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def check_url(url: object) -> str:
    if not isinstance(url, str) or not is_http(urlsplit(url)):
        raise BadSwitch("url must be an http:// address, such as http://127.0.0.1:4566/PaymentWebhook/api/v0/.")
    return url


def is_http(parts: SplitResult) -> bool:
    return parts.scheme == "http" and bool(parts.hostname) and has_port(parts)


def has_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def post(url: str, payload: str, header: str) -> str | None:
    """Sends one callback. None if it was taken (2xx), else what went wrong. Redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS_MAX)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": header,
        "User-Agent": "Stripe/1.0",
    }
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, payload.encode(), headers)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return None if 200 <= status < 300 else f"HTTP status {status}"


class Callbacks:
    """One thread finds callbacks that are due, a few send them. `stop` leaves unsent ones in the store."""

    def __init__(
        self,
        store: Store,
        mode: CurrentMode,
        secret: str,
        clock: Callable[[], float],
        send: Callable[[str, str, str], str | None] = post,
    ) -> None:
        """`send(url, payload, signature)` answers None, or what went wrong."""
        self._send = send
        self._store = store
        self._mode = mode
        self._secret = secret
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = False
        self._under_way: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="callbacks", daemon=True)
        with store.transaction():
            self.url: str | None = store.setting(URL_SETTING)
            self.form: str = store.setting(FORM_SETTING) or "snapshot"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        self._thread.join()

    def wake(self) -> None:
        self._wake.set()

    def send_to(self, url: str, form: str = "snapshot") -> None:
        with self._store.transaction():
            self._store.put_setting(URL_SETTING, url)
            self._store.put_setting(FORM_SETTING, form)
        self.url, self.form = url, form
        self.wake()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(self._send_due())
            self._wake.clear()

    def _send_due(self) -> float:
        """Answers how many seconds no callback is due, unless it is woken."""
        if self.url is None or self._mode.get().name != "ok":
            return IDLE_SECONDS
        now = self._clock()
        with self._store.transaction():
            free = SENT_AT_ONCE_MAX - len(self._under_way)
            due = self._store.due_callbacks(now, SENT_AT_ONCE_MAX * 2)
            next_due_at = self._store.next_callback_due_at()
            chosen = [callback for callback in due if callback.event_id not in self._under_way][:free]
            self._under_way.update(callback.event_id for callback in chosen)
        for callback in chosen:
            threading.Thread(target=self._try, args=(callback, self.url), daemon=True).start()
        later = next_due_at - now if next_due_at and next_due_at > now else IDLE_SECONDS
        return min(later, IDLE_SECONDS)

    def _try(self, callback: DueCallback, url: str) -> None:
        trouble: str | None = "the sandbox failed"
        try:
            now = self._clock()
            payload = thin(callback.body) if self.form == "thin" else callback.body
            trouble = self._send(url, payload, signature(payload, self._secret, int(now)))
        finally:
            self._record(callback, trouble)
            self.wake()

    def _record(self, callback: DueCallback, trouble: str | None) -> None:
        tries = callback.tries + 1
        if trouble is None:
            state = "delivered"
        elif tries < TRIES_MAX:
            state = "waiting"
        else:
            state = "given_up"
            print(f"Callback {callback.event_id} given up after {tries} tries: {trouble}", file=sys.stderr, flush=True)
        with self._store.transaction():
            self._store.record_try(callback.event_id, state, tries, self._clock() + pause_seconds(tries))
            self._under_way.discard(callback.event_id)
