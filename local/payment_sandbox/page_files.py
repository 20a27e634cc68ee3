"""`GET /v3/...`: what a browser loads of the sandbox. `/v3/` is the script that stands in for Stripe.js; the others are
its card form, which the script shows in a frame, and the looks and the script of the bank's page. They are served in
every mode: modes are of the API."""

from dataclasses import dataclass
from pathlib import Path

from local.payment_sandbox.api import Answer, Call

PREFIX = "/v3/"
FOLDER = Path(__file__).with_name("v3")
# The page may be on any port of this machine, and on no other.
FRAMED_BY = "frame-ancestors http://127.0.0.1:* http://localhost:*"
FORM_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    + FRAMED_BY
)
CACHED_SECONDS = 60
SHARED = {
    "Cache-Control": f"public, max-age={CACHED_SECONDS}",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@dataclass(frozen=True)
class PageFile:
    name: str
    content_type: str

    def answer(self) -> Answer:
        policy = {"Content-Security-Policy": FORM_POLICY} if self.name.endswith(".html") else {}
        body = (FOLDER / self.name).read_text()
        return Answer(200, body, {**SHARED, **policy, "Content-Type": f"{self.content_type}; charset=utf-8"})


PAGE_FILES = {
    PREFIX: PageFile("stripe.js", "text/javascript"),
    f"{PREFIX}element.html": PageFile("element.html", "text/html"),
    f"{PREFIX}element.js": PageFile("element.js", "text/javascript"),
    f"{PREFIX}element.css": PageFile("element.css", "text/css"),
    f"{PREFIX}bank.js": PageFile("bank.js", "text/javascript"),
    f"{PREFIX}bank.css": PageFile("bank.css", "text/css"),
}


class PageFiles:
    def answer(self, call: Call) -> Answer:
        found = PAGE_FILES.get(call.path) if call.method == "GET" else None
        if found is None:
            paths = ", ".join(f"GET {path}" for path in PAGE_FILES)
            return Answer(404, f"There are: {paths}.\n", {"Content-Type": "text/plain; charset=utf-8"})
        return found.answer()
