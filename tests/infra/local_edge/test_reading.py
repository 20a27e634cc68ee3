"""The local edge reads the synthesized template as docs/design.md section 15 means it."""

import pytest

from local.edge.cache_key import key_of
from local.edge.distribution import Distribution, function_code, read_distribution
from local.edge.firewall import Firewall, read_firewall
from local.edge.forwarding import forwarded
from local.edge.limits import not_enforced
from local.edge.messages import Request, Viewer, header
from local.edge.template import Template, dynamic_references
from tests.infra.test_edge import KEPT, NEVER_KEPT, STAGES_WITH_EDGE

VIEWER = Viewer("192.0.2.7", 4_711)
PERSONAL = (
    ("AuthorizationToken", "ada"),
    ("Idempotency-Key", "k1"),
    ("If-None-Match", '"a"'),
    ("Content-Type", "application/json"),
    ("Stripe-Signature", "t=1"),
    ("Cookie", "a=1"),
    ("X-Api-Key", "guessed"),
    ("CloudFront-Viewer-Address", "203.0.113.9:1"),
)


@pytest.fixture(params=STAGES_WITH_EDGE)
def stage(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def template(templates: dict[str, dict]) -> Template:
    document = templates["edge"]
    return Template(document, dynamic=dict.fromkeys(dynamic_references(document), "sesame"))


@pytest.fixture
def edge(template: Template) -> Distribution:
    return read_distribution(template)


@pytest.fixture
def firewall(template: Template) -> Firewall:
    return read_firewall(template)


def get(path: str, query: str = "", headers: tuple[tuple[str, str], ...] = ()) -> Request:
    return Request("GET", path, query, headers, b"", VIEWER)


def path_of(pattern: str) -> str:
    return pattern.replace("/*/", "/GetBooking/").replace("*", "api/v0/x" if pattern[1] != "*" else "x")


def test_times_and_parameters_are_those_of_the_design(edge: Distribution) -> None:
    kept = {one.pattern: one.cache for one in edge.behaviours if one.cache.caches}
    read = {
        pattern: (one.minimum, one.default, one.maximum, set(one.parameters.names)) for pattern, one in kept.items()
    }
    assert read == KEPT
    assert {one.pattern for one in edge.behaviours if not one.cache.caches} == NEVER_KEPT


def test_a_key_is_the_path_and_the_parameters_of_the_design_and_nothing_of_a_person(edge: Distribution) -> None:
    for pattern, (*_, parameters) in KEPT.items():
        path = path_of(pattern)
        behaviour = edge.behaviour_for(path)
        assert behaviour.pattern == pattern
        plain = key_of(get(path), behaviour.cache)
        assert key_of(get(path, "utm_source=x&token=y", PERSONAL), behaviour.cache) == plain
        assert key_of(get(path + "/"), behaviour.cache) != plain
        for name in ("limit", "cursor", "date"):
            differs = key_of(get(path, f"{name}=1"), behaviour.cache) != plain
            assert differs == (name in parameters), f"{pattern}: {name}"


def test_an_origin_gets_the_headers_of_the_design_and_the_distribution_s_key(edge: Distribution) -> None:
    def headers_of(path: str) -> dict[str, str]:
        behaviour = edge.behaviour_for(path)
        headers = forwarded(get(path, "a=1", PERSONAL), behaviour, edge.origins[behaviour.origin]).headers
        assert header(headers, "x-api-key") == "sesame", f"{path}: the origin would get the viewer's own key"
        edge_s_own = {"user-agent", "via", "x-forwarded-for", "x-api-key"}
        return {name.lower(): value for name, value in headers if name.lower() not in edge_s_own}

    address = {"cloudfront-viewer-address": "192.0.2.7:4711"}
    private = {"authorizationtoken": "ada", "idempotency-key": "k1", "if-none-match": '"a"'}
    assert headers_of("/SeatMap/api/v0/x") == address
    assert headers_of("/GetBooking/api/v0/x") == {**private, "content-type": "application/json", **address}
    assert headers_of("/PaymentWebhook/api/v0/") == {"stripe-signature": "t=1", "content-type": "application/json"}


def test_a_query_reaches_the_origin_where_the_design_says(edge: Distribution) -> None:
    def query(path: str) -> str:
        behaviour = edge.behaviour_for(path)
        asked = get(path, "date=1&order_id=or_1&date=2")
        return forwarded(asked, behaviour, edge.origins[behaviour.origin]).query

    assert query("/GetProgramme/api/v0/lisboa") == "date=1&date=2"
    assert query("/SeatMap/api/v0/x") == query("/PaymentWebhook/api/v0/") == ""
    assert query("/GetBooking/api/v0/x") == "date=1&order_id=or_1&date=2"


def test_no_error_is_kept(edge: Distribution) -> None:
    assert {edge.error_seconds(status) for status in (400, 403, 404, 405, 414, 500, 501, 502, 503, 504)} == {0}


def test_the_page_s_routes_are_a_function_of_the_template(template: Template, edge: Distribution) -> None:
    assert edge.default.function in function_code(template)
    assert not [one.pattern for one in edge.behaviours if one.function]


def test_the_firewall_s_own_rules_are_judged_and_aws_s_groups_are_named(
    template: Template, edge: Distribution, firewall: Firewall
) -> None:
    assert [rule.name for rule in firewall.rules] == [
        "allow-list",
        "block-list",
        "writes",
        "requests",
        "webhook-method",
        "webhook-rate",
        "webhook-size",
        "body-size",
    ]
    named = " ".join(not_enforced(template, edge, firewall))
    for what in ("IpReputation", "KnownBadInputs", "CommonRuleSet", "TLS", "http2and3", "Logs", "Brotli"):
        assert what in named


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "goes_on", "status"),
    [
        ("POST", "/HoldSeat/api/v0/m", (), b"x" * 8_192, False, None),
        ("POST", "/HoldSeat/api/v0/m", (), b"x" * 8_193, False, 413),
        ("POST", "/HoldSeat/api/v0/m", (), b"", True, 413),
        ("POST", "/PaymentWebhook/api/v0/", (), b"x" * 16_384, True, None),
        ("POST", "/PaymentWebhook/api/v0/", (("Content-Length", "262144"),), b"", True, None),
        ("POST", "/PaymentWebhook/api/v0/", (("Content-Length", "262145"),), b"", True, 413),
        ("GET", "/PaymentWebhook/api/v0/", (), b"", False, 404),
        ("GET", "/GetListOfMovie/api/v0/", (), b"", False, None),
    ],
)
def test_bodies_and_methods_are_refused_as_the_design_says(
    firewall: Firewall, method: str, path: str, headers: tuple, body: bytes, goes_on: bool, status: int | None
) -> None:
    refused = firewall.judge(Request(method, path, "", headers, body, VIEWER), 0.0, goes_on)
    assert (refused and refused.status) == status


def test_rates_count_writes_and_requests_apart_and_leave_the_webhook_its_own(firewall: Firewall) -> None:
    def passed(method: str, path: str, now: float) -> int:
        asked = Request(method, path, "", (), b"", VIEWER)
        return next(
            number for number in range(100_000) if firewall.judge(asked, now) is not None
        )  # how many passed before the first refusal

    assert passed("POST", "/HoldSeat/api/v0/m", 0.0) == 6_000
    assert passed("POST", "/PaymentWebhook/api/v0/", 0.0) == 600
    assert passed("GET", "/SeatMap/api/v0/x", 100.0) == 60_000
