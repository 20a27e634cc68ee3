"""What the firewall answers in place of the API: problem documents, from the API's own table of codes.

The firewall's answers are JSON with the headers given here, and nothing else: it sets `Content-Type` itself, to
`application/json`, and cannot write the request's id into a body. Source:
https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-response-for-blocked-requests.html
"""

import json
from dataclasses import dataclass

from box_office.http_api.problems import problem, status_word

OF_THE_EDGE = "edge"  # stands where the API gives a request's id


@dataclass(frozen=True)
class Refusal:
    code: str
    detail: str
    retry_after_seconds: int | None = None

    @property
    def body(self) -> str:
        return json.dumps(problem(self.code, self.detail, OF_THE_EDGE), separators=(",", ":"))


BLOCKED = Refusal("blocked", "Requests from here are blocked.")
TOO_MANY = Refusal("rate_limited", "Too many requests from one address. Try again in a minute.", 60)
TOO_LARGE = Refusal("too_large", "The request is too large.")
NOT_A_CALLBACK = Refusal("unknown_path", "There is nothing at this path for this method.")
UNAVAILABLE = Refusal("unavailable", "The answer did not come in time. Try again in a moment.", 2)
OF_THE_FIREWALL = (BLOCKED, TOO_MANY, TOO_LARGE, NOT_A_CALLBACK)


def headers_of(refusal: Refusal) -> dict[str, str]:
    headers = {"Status": status_word(refusal.code), "Cache-Control": "no-store"}
    if refusal.retry_after_seconds is not None:
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    return headers
