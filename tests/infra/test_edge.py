"""The edge's template, held to docs/design.md section 15: what is kept, forwarded, sent and refused. No emulator shows
what CloudFront and WAF make of it: each rule names the page of AWS's documentation that it follows."""

import copy
import json
import re
from pathlib import Path

import pytest

from box_office.http_api.endpoint import BODY_BYTES_MAX, CALLBACK_BYTES_MAX
from box_office.http_api.problems import STATUS_OF_CODE
from box_office.names import Names
from infra.edge.settings import EdgeSettings, broken_edge_settings
from infra.stage_files import UnknownStage
from infra.stage_reader import read_stage
from tests.infra.conftest import STACKS, app_of, stages_with, synthesize
from tests.infra.template_rules import functions, resources, text

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's managed policy: all its times are 0
# docs/design.md section 15, row by row: least, default and longest time in seconds; the query parameters of the key.
KEPT = {
    "/GetListOfMovie/*": (0, 30, 60, {"limit", "cursor"}),
    "/GetListOfTheater/*": (0, 30, 60, {"limit", "cursor"}),
    "/GetMovieDetail/*": (0, 30, 60, set()),
    "/GetProgramme/*": (0, 30, 60, {"date"}),
    "/GetEventDetail/*": (0, 30, 60, set()),
    "/SeatMap/*": (0, 1, 2, set()),
    "/GetTicketKeys/*": (0, 300, 3_600, set()),
    "/openapi.json": (0, 60, 60, set()),
    "/config.json": (0, 60, 60, set()),
}
NEVER_KEPT = {"/PaymentWebhook/*", "/*/api/v0/*", "/*/api/v0", "/problems/*"}
STAGES_WITH_EDGE = ("dev", "prod")
CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/x"


@pytest.fixture(params=STAGES_WITH_EDGE)
def stage(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def edge(templates: dict[str, dict]) -> dict:
    return templates["edge"]


@pytest.fixture
def config(edge: dict) -> dict:
    (distribution,) = resources(edge, "AWS::CloudFront::Distribution").values()
    return distribution["Properties"]["DistributionConfig"]


@pytest.fixture
def rules(edge: dict) -> dict[str, dict]:
    (acl,) = resources(edge, "AWS::WAFv2::WebACL").values()
    found = acl["Properties"]["Rules"]
    assert [rule["Priority"] for rule in found] == list(range(len(found)))
    return {rule["Name"]: rule for rule in found}


def behaviour_of(config: dict, path: str) -> dict:
    """As CloudFront chooses: the first pattern that fits. `*` stands for any characters, slashes too, or none."""
    for one in config["CacheBehaviors"]:
        if re.fullmatch(re.escape(one["PathPattern"]).replace(r"\*", ".*"), path):
            return one
    return config["DefaultCacheBehavior"]


def policy_of(edge: dict, behaviour: dict, kind: str, member: str) -> dict:
    return edge["Resources"][behaviour[member]["Ref"]]["Properties"][kind]


def serves_api(edge: dict, config: dict, behaviour: dict) -> bool:
    (origin,) = (one for one in config["Origins"] if one["Id"] == behaviour["TargetOriginId"])
    return "CustomOriginConfig" in origin


def test_what_is_kept_is_kept_as_long_as_the_design_says(edge: dict, config: dict) -> None:
    kept = {}
    for one in config["CacheBehaviors"]:
        if one["CachePolicyId"] == CACHING_DISABLED:
            continue
        policy = policy_of(edge, one, "CachePolicyConfig", "CachePolicyId")
        key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
        query = set(key["QueryStringsConfig"].get("QueryStrings", []))
        kept[one["PathPattern"]] = (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"], query)
        assert key["HeadersConfig"]["HeaderBehavior"] == key["CookiesConfig"]["CookieBehavior"] == "none"
    assert kept == KEPT
    never = {one["PathPattern"] for one in config["CacheBehaviors"] if one["CachePolicyId"] == CACHING_DISABLED}
    assert never == NEVER_KEPT


def routes(templates: dict[str, dict]) -> dict[str, bool]:
    """{path of the API: whether it asks for a token}, from the API's own template."""
    api = templates["api"]
    paths = {}
    for method in resources(api, "AWS::ApiGateway::Method").values():
        parts, resource = [], method["Properties"]["ResourceId"]
        while "Ref" in resource:
            one = api["Resources"][resource["Ref"]]["Properties"]
            parts.insert(0, one["PathPart"].replace("{", "").replace("}", ""))
            resource = one["ParentId"]
        paths["/" + "/".join(parts)] = method["Properties"]["AuthorizationType"] != "NONE"
    return paths


def test_no_answer_that_asks_for_a_token_is_kept(templates: dict, edge: dict, config: dict) -> None:
    """CloudFront takes a pattern with the slash at its end for another path than one without it: both are tried."""
    for path, signed_in in routes(templates).items():
        for form in (path, path + "/"):
            behaviour = behaviour_of(config, form)
            assert serves_api(edge, config, behaviour), f"{form} is served by the page's bucket"
            if signed_in:
                assert behaviour["CachePolicyId"] == CACHING_DISABLED, f"{form} would be shared between people"


def test_the_rule_sees_a_private_route_that_is_kept_and_one_that_the_page_would_answer(
    templates: dict, edge: dict, config: dict
) -> None:
    shared = copy.deepcopy(config)
    (private,) = (one for one in shared["CacheBehaviors"] if one["PathPattern"] == "/*/api/v0/*")
    private["CachePolicyId"] = {"Ref": "Kept"}
    with pytest.raises(AssertionError, match="shared between people"):
        test_no_answer_that_asks_for_a_token_is_kept(templates, edge, shared)
    private["PathPattern"] = "/HoldSeat/*"
    with pytest.raises(AssertionError, match="served by the page's bucket"):
        test_no_answer_that_asks_for_a_token_is_kept(templates, edge, shared)


def test_what_reaches_the_api_is_what_it_reads(edge: dict, config: dict) -> None:
    forwarded = {}
    for one in config["CacheBehaviors"]:
        if serves_api(edge, config, one):
            policy = policy_of(edge, one, "OriginRequestPolicyConfig", "OriginRequestPolicyId")
            headers = frozenset(name.lower() for name in policy["HeadersConfig"]["Headers"])
            query = policy["QueryStringsConfig"]["QueryStringBehavior"]
            forwarded[one["PathPattern"]] = (headers, query)
            assert policy["CookiesConfig"]["CookieBehavior"] == "none"
            assert set(one["AllowedMethods"]) >= {"GET", "POST", "DELETE"}
    private = frozenset(
        {"authorizationtoken", "idempotency-key", "if-none-match", "content-type", "cloudfront-viewer-address"}
    )
    webhook = frozenset({"stripe-signature", "content-type"})
    address = frozenset({"cloudfront-viewer-address"})
    assert forwarded == {
        **{path: (address, "none") for path in KEPT if not path.endswith(".json")},
        "/PaymentWebhook/*": (webhook, "none"),
        "/*/api/v0/*": (private, "all"),
        "/*/api/v0": (private, "all"),
    }


def test_no_error_is_kept_and_only_an_answer_that_never_came_is_replaced(config: dict) -> None:
    """CloudFront keeps an error for ten seconds, for everybody, unless the distribution says otherwise.

    Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
    """
    errors = {one["ErrorCode"]: one for one in config["CustomErrorResponses"]}
    assert errors.keys() == {400, 403, 404, 405, 414, 500, 501, 502, 503, 504}
    assert {one["ErrorCachingMinTTL"] for one in errors.values()} == {0}
    replaced = {code: (one["ResponseCode"], one["ResponsePagePath"]) for code, one in errors.items() if len(one) > 2}
    assert replaced == dict.fromkeys((502, 504), (503, "/problems/unavailable.json"))


def test_what_stands_for_an_answer_that_never_came_has_the_headers_of_the_apis_own(edge: dict, config: dict) -> None:
    behaviour = behaviour_of(config, "/problems/unavailable.json")
    assert not serves_api(edge, config, behaviour)
    policy = policy_of(edge, behaviour, "ResponseHeadersPolicyConfig", "ResponseHeadersPolicyId")
    own = {one["Header"]: one["Value"] for one in policy["CustomHeadersConfig"]["Items"]}
    assert own == {"Status": "UNAVAILABLE", "Retry-After": "2", "Cache-Control": "no-store"}


def test_the_api_is_spoken_to_by_tls_with_the_key_that_it_asks_for(templates: dict, config: dict, stage: str) -> None:
    (origin,) = (one for one in config["Origins"] if "CustomOriginConfig" in one)
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert origin["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]
    assert origin["OriginPath"] == "/live"
    (header,) = origin["OriginCustomHeaders"]
    sent = f"{{{{resolve:secretsmanager:box-office-{stage}/origin-key-1:SecretString:key::}}}}"
    assert (header["HeaderName"], header["HeaderValue"]) == ("x-api-key", sent)
    accepted = {one["Properties"]["Value"] for one in resources(templates["api"], "AWS::ApiGateway::ApiKey").values()}
    assert sent in accepted
    for name, method in resources(templates["api"], "AWS::ApiGateway::Method").items():
        assert method["Properties"]["ApiKeyRequired"] is True, f"{name} answers what did not come through the edge"


@pytest.fixture(scope="module")
def numbered(all_templates: dict, tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, dict]]:
    """{origin_key: the templates of `dev` with it}. Copy before changing."""
    made = {number: synthesize("dev", tmp_path_factory.mktemp("key"), origin_key=number) for number in (0, 4, 5)}
    return {**made, 1: all_templates["dev"]}


def sent(templates: dict) -> str | None:
    """The key that CloudFront sends to the API."""
    (distribution,) = resources(templates["edge"], "AWS::CloudFront::Distribution").values()
    headers = [
        header
        for origin in distribution["Properties"]["DistributionConfig"]["Origins"]
        for header in origin.get("OriginCustomHeaders", [])
    ]
    return key_in(headers[0]["HeaderValue"]) if headers else None


def taken(templates: dict) -> set[str]:
    """The keys in the API's usage plan: a key that is in none opens nothing."""
    keys = resources(templates["api"], "AWS::ApiGateway::ApiKey")
    plan_keys = resources(templates["api"], "AWS::ApiGateway::UsagePlanKey").values()
    return {key_in(keys[one["Properties"]["KeyId"]["Ref"]]["Properties"]["Value"]) for one in plan_keys}


def key_in(reference: str) -> str:
    return re.search(r"origin-key-\d+", reference)[0]


def required(templates: dict) -> bool:
    (answer,) = {
        method["Properties"]["ApiKeyRequired"]
        for method in resources(templates["api"], "AWS::ApiGateway::Method").values()
    }
    return answer


def refusing_stacks(before: dict, after: dict) -> list[str]:
    """The stacks during whose update the API may refuse what CloudFront sends. `data` is updated first, then `api`,
    then `edge`. Within a stack CloudFormation adds a key to the plan before or after it changes the methods, so the API
    takes for certain only the keys that both templates have."""
    while_updated = {
        "api": (required(before) or required(after), {sent(before)}, taken(before) & taken(after)),
        "edge": (required(after), {sent(before), sent(after)}, taken(after)),
    }
    return [stack for stack, (asked, sending, taking) in while_updated.items() if asked and not sending <= taking]


@pytest.mark.parametrize(("before", "after"), [(0, 1), (4, 5)])
def test_at_every_moment_of_a_deployment_the_api_takes_the_key_that_the_edge_sends(
    numbered: dict, before: int, after: int
) -> None:
    """The second deployment of an edge, with which the API requires a key, and a deployment that replaces the key."""
    assert refusing_stacks(numbered[before], numbered[after]) == []


def test_the_edge_sends_the_key_of_the_stages_number_and_a_replaced_key_goes_with_the_next(numbered: dict) -> None:
    assert {number: sent(templates) for number, templates in numbered.items()} == {
        0: "origin-key-1",
        1: "origin-key-1",
        4: "origin-key-4",
        5: "origin-key-5",
    }
    assert taken(numbered[0]) == taken(numbered[1]) == {"origin-key-1"}
    assert taken(numbered[5]) == {"origin-key-4", "origin-key-5"}


def without_header(templates: dict) -> None:
    (distribution,) = resources(templates["edge"], "AWS::CloudFront::Distribution").values()
    for origin in distribution["Properties"]["DistributionConfig"]["Origins"]:
        origin.pop("OriginCustomHeaders", None)


def without_keys_in_the_plan(templates: dict) -> None:
    for name in resources(templates["api"], "AWS::ApiGateway::UsagePlanKey"):
        del templates["api"]["Resources"][name]


@pytest.mark.parametrize(
    ("break_first", "stacks"), [(without_header, ["api", "edge"]), (without_keys_in_the_plan, ["api"])]
)
def test_the_rule_sees_a_first_deployment_without_header_or_key(numbered: dict, break_first, stacks: list[str]) -> None:
    first = copy.deepcopy(numbered[0])
    break_first(first)
    assert refusing_stacks(first, numbered[1]) == stacks


def test_the_rule_sees_a_number_that_is_raised_by_more_than_one(numbered: dict) -> None:
    assert refusing_stacks(numbered[1], numbered[5]) == ["api", "edge"]


def test_a_key_that_stays_keeps_its_resources(numbered: dict) -> None:
    """A resource under another logical id is made before the old one goes, and API Gateway refuses a key twice."""

    def of_key_4(number: int) -> dict[str, dict]:
        parts = ("data", "AWS::SecretsManager::Secret"), ("api", "AWS::ApiGateway::ApiKey")
        keys = {
            name: one
            for part, kind in parts
            for name, one in resources(numbered[number][part], kind).items()
            if "origin-key-4" in json.dumps(one)
        }
        plan_keys = resources(numbered[number]["api"], "AWS::ApiGateway::UsagePlanKey")
        return keys | {name: one for name, one in plan_keys.items() if one["Properties"]["KeyId"]["Ref"] in keys}

    assert len(of_key_4(4)) == 3
    assert of_key_4(4) == of_key_4(5)


def test_the_second_deployment_of_an_edge_only_has_the_api_require_the_key(numbered: dict) -> None:
    """And the functions count addresses again, in new versions, which a parameter names for `make rollback`."""

    def changed_kinds(part: str) -> set[str]:
        before, after = (numbered[number][part]["Resources"] for number in (0, 1))
        names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        return {(after.get(name) or before[name])["Type"] for name in names}

    versions = {"AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::SSM::Parameter"}
    assert {part: changed_kinds(part) for part in STACKS if numbered[0][part] != numbered[1][part]} == {
        "api": {"AWS::ApiGateway::Method", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"} | versions,
        "payments": versions,
    }


def test_the_edges_stack_comes_after_those_that_make_what_it_reads(assemblies: dict) -> None:
    """It reads the secrets of the key and of the API's host; and the API takes a new key before CloudFront sends it."""
    stacks = {stack.stack_name: stack for stack in assemblies["prod"].stacks}
    first = {other.id for other in stacks["box-office-prod-edge"].dependencies}
    assert {stacks["box-office-prod-data"].id, stacks["box-office-prod-api"].id} <= first


def test_without_a_number_the_api_requires_no_key(numbered: dict) -> None:
    """A stage that sells gets its edge so in a first deployment: clients may still use the API's own address."""
    open_api = numbered[0]
    assert (required(open_api), required(numbered[1])) == (False, True)
    environment = functions(open_api["api"])["seat_map"]["Properties"]["Environment"]["Variables"]
    counted = {name: value for name, value in environment.items() if name.startswith("BOX_OFFICE_ADDRESS_")}
    assert counted == {
        "BOX_OFFICE_ADDRESS_REQUESTS_PER_SECOND": "1000000000",
        "BOX_OFFICE_ADDRESS_BURST": "1000000000",
        "BOX_OFFICE_ADDRESS_REFUSALS_MAX": "1000000000",
    }, "an address of CloudFront's is thousands of people's"


@pytest.fixture(scope="module")
def of_its_own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """A stage that has an own domain, another home region, a shield, addresses that pass, and no rates. Of each other
    these know nothing."""
    return synthesize(
        "dev",
        tmp_path_factory.mktemp("own"),
        region="eu-west-1",
        edge_shield=True,
        domain="tickets.cinema.example",
        certificate_arn=CERTIFICATE,
        allowed_addresses="203.0.113.0/24, 2001:db8::/48",
        edge_requests_per_minute=0,
        edge_writes_per_minute=0,
        edge_callbacks_per_minute=0,
    )


def test_another_home_region_is_reached_by_replicas(of_its_own: dict) -> None:
    secrets = {
        one["Properties"]["Name"]: one["Properties"].get("ReplicaRegions")
        for part in ("data", "api")
        for one in resources(of_its_own[part], "AWS::SecretsManager::Secret").values()
    }
    replica = [{"Region": "us-east-1"}]
    assert secrets["box-office-dev/origin-host"] == secrets["box-office-dev/origin-key-1"] == replica
    assert "cognito-idp.eu-west-1.amazonaws.com" in json.dumps(of_its_own["edge"])


def test_a_shield_stands_before_the_api_in_its_own_region_if_the_stage_has_one(of_its_own: dict, config: dict) -> None:
    def shields(distribution: dict) -> list[dict]:
        return [one["OriginShield"] for one in distribution["Origins"] if one.get("OriginShield", {}).get("Enabled")]

    (distribution,) = resources(of_its_own["edge"], "AWS::CloudFront::Distribution").values()
    assert shields(distribution["Properties"]["DistributionConfig"]) == [
        {"Enabled": True, "OriginShieldRegion": "eu-west-1"}
    ]
    assert shields(config) == []


def test_a_deployment_into_another_region_than_the_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_DEFAULT_REGION", "eu-west-1")
    with pytest.raises(UnknownStage, match="into eu-west-1"):
        app_of("dev", tmp_path / "wrong")
    app_of("dev", tmp_path / "right", region="eu-west-1")


@pytest.mark.guards("API8 misconfiguration")
def test_every_answer_has_the_headers_that_the_design_asks_for(edge: dict, config: dict) -> None:
    for behaviour in (*config["CacheBehaviors"], config["DefaultCacheBehavior"]):
        policy = policy_of(edge, behaviour, "ResponseHeadersPolicyConfig", "ResponseHeadersPolicyId")
        security = policy["SecurityHeadersConfig"]
        assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 2 * 365 * 24 * 3_600
        assert security["ContentTypeOptions"]["Override"] is True
        assert security["FrameOptions"]["FrameOption"] == "DENY"
        assert security["ReferrerPolicy"]["ReferrerPolicy"] == "no-referrer"
        assert "frame-ancestors 'none'" in security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    page = policy_of(edge, config["DefaultCacheBehavior"], "ResponseHeadersPolicyConfig", "ResponseHeadersPolicyId")
    allowed = page["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    directives = dict(one.split(" ", 1) for one in allowed.split("; "))
    assert directives["default-src"] == "'none'"
    assert "unsafe-inline" not in allowed and "'unsafe-eval'" not in allowed
    assert directives["script-src"] == "'self' 'wasm-unsafe-eval' https://js.stripe.com https://*.js.stripe.com"
    assert "https://cognito-idp.us-east-1.amazonaws.com" in directives["connect-src"].split()


def test_browsers_speak_tls_and_the_newest_http(edge: dict, config: dict) -> None:
    assert config["HttpVersion"] == "http2and3"
    for behaviour in (*config["CacheBehaviors"], config["DefaultCacheBehavior"]):
        expected = "https-only" if serves_api(edge, config, behaviour) else "redirect-to-https"
        assert behaviour["ViewerProtocolPolicy"] == expected


def test_an_own_domain_brings_its_certificate_and_refuses_old_tls(of_its_own: dict) -> None:
    (distribution,) = resources(of_its_own["edge"], "AWS::CloudFront::Distribution").values()
    found = distribution["Properties"]["DistributionConfig"]
    assert found["Aliases"] == ["tickets.cinema.example"]
    assert found["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert found["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
    for worker in ("work_on_lane-0", "reconcile"):  # customers come back from their bank to the page
        environment = functions(of_its_own["payments"])[worker]["Properties"]["Environment"]["Variables"]
        assert environment["BOX_OFFICE_RETURN_URL"] == "https://tickets.cinema.example/"


def test_the_firewall_judges_in_the_order_of_the_design(rules: dict) -> None:
    assert list(rules) == [
        "allow-list",
        "block-list",
        "writes",
        "requests",
        "webhook-method",
        "webhook-rate",
        "webhook-size",
        "body-size",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesCommonRuleSet",
    ]


@pytest.mark.guards("API4 resource consumption")
def test_rates_are_by_address_and_minute_and_leave_the_webhook_its_own(rules: dict) -> None:
    rates = {name: rule["Statement"]["RateBasedStatement"] for name, rule in rules.items() if "RateBased" in str(rule)}
    assert {name: one["Limit"] for name, one in rates.items()} == {
        "writes": 6_000,
        "requests": 60_000,
        "webhook-rate": 600,
    }
    for one in rates.values():
        assert (one["AggregateKeyType"], one["EvaluationWindowSec"]) == ("IP", 60)
    for name in ("writes", "requests"):
        assert '{"NotStatement": {"Statement": {"RegexMatchStatement"' in json.dumps(rates[name])


def test_a_rate_of_zero_is_no_rule(of_its_own: dict) -> None:
    (acl,) = resources(of_its_own["edge"], "AWS::WAFv2::WebACL").values()
    assert "RateBasedStatement" not in json.dumps(acl)


def test_every_refusal_is_a_problem_document(edge: dict, rules: dict) -> None:
    """A custom answer is a status, headers and a body of the ACL's.

    Source: https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-response-for-blocked-requests.html
    """
    (acl,) = resources(edge, "AWS::WAFv2::WebACL").values()
    bodies = acl["Properties"]["CustomResponseBodies"]
    blocks = [rule["Action"]["Block"] for rule in rules.values() if "Block" in rule.get("Action", {})]
    for rule in rules.values():
        group = rule["Statement"].get("ManagedRuleGroupStatement", {})
        actions = [one["ActionToUse"] for one in group.get("RuleActionOverrides", [])]
        blocks += [one["Block"] for one in actions if "Block" in one]
    assert len(blocks) > 20
    for block in blocks:
        answer = block["CustomResponse"]
        document = json.loads(bodies[answer["CustomResponseBodyKey"]]["Content"])
        assert STATUS_OF_CODE[document["code"]] == document["status"] == answer["ResponseCode"]
        headers = {one["Name"]: one["Value"] for one in answer["ResponseHeaders"]}
        assert headers["Status"] == document["code"].upper()
        assert ("Retry-After" in headers) == (document["status"] == 429)


@pytest.mark.parametrize(
    ("path", "is_webhook"),
    [
        ("/PaymentWebhook/api/v0", True),
        ("/PaymentWebhook/api/v0/", True),
        ("/PaymentWebhook/api/v0/x", False),
        ("/x/PaymentWebhook/api/v0", False),
        ("/paymentwebhook/api/v0", False),
    ],
)
def test_only_the_webhook_is_exempt_from_the_rules_about_bodies(rules: dict, path: str, is_webhook: bool) -> None:
    (exempt,) = (
        one["NotStatement"]["Statement"]["RegexMatchStatement"]
        for one in rules["body-size"]["Statement"]["AndStatement"]["Statements"]
        if "NotStatement" in one
    )
    assert exempt["FieldToMatch"] == {"UriPath": {}}
    assert bool(re.search(exempt["RegexString"], path)) is is_webhook


@pytest.mark.guards("API4 resource consumption")
def test_bodies_stop_at_the_sizes_of_the_design(rules: dict) -> None:
    (size,) = (
        one["SizeConstraintStatement"]
        for one in rules["body-size"]["Statement"]["AndStatement"]["Statements"]
        if "SizeConstraintStatement" in one
    )
    assert (size["ComparisonOperator"], size["Size"]) == ("GT", BODY_BYTES_MAX)
    assert size["FieldToMatch"]["Body"]["OversizeHandling"] == "MATCH"
    (length,) = (
        one["RegexMatchStatement"]
        for one in rules["webhook-size"]["Statement"]["AndStatement"]["Statements"]
        if "SingleHeader" in one["RegexMatchStatement"]["FieldToMatch"]
    )
    refused = [number for number in range(255_000, 300_000) if re.search(length["RegexString"], str(number))]
    assert refused == list(range(CALLBACK_BYTES_MAX + 1, 300_000))
    for number in (0, 9_999, 99_999, 199_999, 262_144):
        assert not re.search(length["RegexString"], str(number))
    for number in (300_000, 999_999, 1_000_000, 10**9):
        assert re.search(length["RegexString"], str(number))


def test_the_block_lists_are_empty_and_named_so_that_they_can_be_found(edge: dict, stage: str) -> None:
    sets = {one["Properties"]["Name"]: one["Properties"] for one in resources(edge, "AWS::WAFv2::IPSet").values()}
    for version in ("ipv4", "ipv6"):
        for what in ("allowed", "blocked"):
            assert sets[f"box-office-{stage}-edge-{what}-{version}"]["Addresses"] == []
    # By these names carry_blocks_to_edge finds them.
    assert {Names(stage).blocked_addresses(version) for version in (4, 6)} <= sets.keys()


def test_allowed_addresses_are_sorted_by_their_version(of_its_own: dict) -> None:
    edge = of_its_own["edge"]
    sets = {one["Properties"]["Name"]: one["Properties"] for one in resources(edge, "AWS::WAFv2::IPSet").values()}
    assert sets["box-office-dev-edge-allowed-ipv4"]["Addresses"] == ["203.0.113.0/24"]
    assert sets["box-office-dev-edge-allowed-ipv6"]["Addresses"] == ["2001:db8::/48"]


@pytest.mark.guards("personal data and secrets")
def test_no_log_of_the_edge_has_a_token_a_signature_or_a_query(edge: dict) -> None:
    (logging,) = resources(edge, "AWS::WAFv2::LoggingConfiguration").values()
    redacted = json.dumps(logging["Properties"]["RedactedFields"]).lower()
    for secret in ("authorizationtoken", "stripe-signature", "cookie", "querystring"):
        assert secret in redacted
    (delivery,) = resources(edge, "AWS::Logs::Delivery").values()
    fields = {field.lower() for field in delivery["Properties"]["RecordFields"]}
    assert not {field for field in fields if "query" in field or "cookie" in field or "referer" in field}
    assert {field for field in fields if field.startswith("cs(")} == {"cs(user-agent)"}


def test_the_user_pool_has_a_firewall_of_its_own(data: dict, stage: str) -> None:
    (acl,) = resources(data, "AWS::WAFv2::WebACL").values()
    assert acl["Properties"]["Scope"] == "REGIONAL"
    (rule,) = acl["Properties"]["Rules"]
    assert rule["Statement"]["RateBasedStatement"]["Limit"] == 6_000
    (association,) = resources(data, "AWS::WAFv2::WebACLAssociation").values()
    assert text(association["Properties"]["ResourceArn"]) == "<Users.Arn>"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"edge": True}, "region is missing"),
        ({"origin_key": 1}, "without an edge"),
        ({"edge": True, "region": "us-east-1", "edge_writes_per_minute": 9}, "0 for no limit"),
        ({"allowed_addresses": "cinema.example"}, "no network of addresses"),
    ],
)
def test_settings_that_cannot_be_deployed_are_refused_with_the_reason(settings: dict, sentence: str) -> None:
    assert sentence in next(broken_edge_settings(EdgeSettings(**settings)))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"domain": "tickets.cinema.example"}, "both"),
        ({"domain": "https://x", "certificate_arn": "arn:aws:acm:us-east-1:1:certificate/x"}, "host name"),
        ({"domain": "x.example", "certificate_arn": "arn:aws:acm:eu-west-1:1:certificate/x"}, "us-east-1 alone"),
    ],
)
def test_a_domain_comes_with_a_certificate_of_its_region(tmp_path: Path, settings: dict, sentence: str) -> None:
    with pytest.raises(UnknownStage, match=sentence):
        read_stage("dev", stages_with(tmp_path / "stages", "dev", **settings))
