"""Which paths the edge serves from where, and for how long it keeps the answers: docs/design.md section 15 as a table.

CloudFront takes the first pattern that fits, so the order counts. A `*` also stands for nothing and for slashes.
Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
"""

from dataclasses import dataclass

from infra.edge.provider import SIGNATURE_HEADER


@dataclass(frozen=True, kw_only=True)
class CachedPath:
    """Public answers of the API, the same for everybody, that the edge may keep for some seconds."""

    pattern: str
    default_seconds: int  # for an answer that names no time itself
    most_seconds: int
    query: tuple[str, ...] = ()  # the parameters that make another answer; no other reaches the API


CACHED_PATHS = (
    CachedPath(pattern="/GetListOfMovie/*", default_seconds=30, most_seconds=60, query=("limit", "cursor")),
    CachedPath(pattern="/GetListOfTheater/*", default_seconds=30, most_seconds=60, query=("limit", "cursor")),
    CachedPath(pattern="/GetMovieDetail/*", default_seconds=30, most_seconds=60),
    CachedPath(pattern="/GetProgramme/*", default_seconds=30, most_seconds=60, query=("date",)),
    CachedPath(pattern="/GetEventDetail/*", default_seconds=30, most_seconds=60),
    CachedPath(pattern="/SeatMap/*", default_seconds=1, most_seconds=2),
    CachedPath(pattern="/GetTicketKeys/*", default_seconds=300, most_seconds=3_600),
)
WEBHOOK_PATH = "/PaymentWebhook/*"
# `/GetMe/api/v0` has nothing after its version, and `/*/api/v0/*` asks for a slash there.
PRIVATE_PATHS = ("/*/api/v0/*", "/*/api/v0")
# Written at each deployment, under the same name: an old one may be served for a minute.
SHORT_LIVED_FILES = ("/openapi.json", "/config.json")
SHORT_LIVED_SECONDS = 60
# What the page's bucket has at its root, and the folders beside it: the distribution asks it for no other file. A file
# that is new here needs a deployment of the edge (tests/infra/test_page.py holds web/ to this list).
PAGE_FILES = (
    "index.html",
    "sw.js",
    "manifest.webmanifest",
    "favicon.svg",
    "robots.txt",
    "card.png",
    "licences.md",
    "manifest.json",
)
PAGE_FOLDERS = ("assets", "icons", "api-reference", "cards")
# What the page names by an id, which may have a dot: web/src/routes.ts.
NAMED_PLACES = ("film", "programme", "showing", "booking")
UNAVAILABLE_FILE = "problems/unavailable.json"
PROBLEMS_PATH = "/problems/*"  # what is answered in place of an answer that never came; with headers of its own

VIEWER_ADDRESS = "CloudFront-Viewer-Address"
PRIVATE_HEADERS = ("AuthorizationToken", "Idempotency-Key", "If-None-Match", "Content-Type", VIEWER_ADDRESS)
WEBHOOK_HEADERS = (SIGNATURE_HEADER, "Content-Type")
