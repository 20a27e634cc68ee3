"""The parts of the local edge by literal expectations: template, patterns, keys, lifetimes, conditions, headers."""

import json

import pytest

from local.edge.answering import finished
from local.edge.building import build
from local.edge.cache import Cache, Entry
from local.edge.cache_key import key_of
from local.edge.config import Config
from local.edge.distribution import read_distribution
from local.edge.forwarding import forwarded
from local.edge.lifetimes import Lifetime, lifetime_of
from local.edge.messages import Answer, Request, Viewer, header
from local.edge.path_patterns import fits
from local.edge.policies import CachePolicy
from local.edge.template import Template, TemplateError, dynamic_references
from local.edge.viewer_functions import event_of

KEY = "{{resolve:secretsmanager:origin-key:SecretString:current}}"
NONE = {"CookieBehavior": "none"}
DOCUMENT = {
    "Resources": {
        "Catalogue": {
            "Type": "AWS::CloudFront::CachePolicy",
            "Properties": {
                "CachePolicyConfig": {
                    "Name": "catalogue",
                    "MinTTL": 0,
                    "DefaultTTL": 30,
                    "MaxTTL": 60,
                    "ParametersInCacheKeyAndForwardedToOrigin": {
                        "EnableAcceptEncodingGzip": True,
                        "HeadersConfig": {"HeaderBehavior": "none"},
                        "CookiesConfig": NONE,
                        "QueryStringsConfig": {"QueryStringBehavior": "whitelist", "QueryStrings": ["date"]},
                    },
                }
            },
        },
        "Private": {
            "Type": "AWS::CloudFront::OriginRequestPolicy",
            "Properties": {
                "OriginRequestPolicyConfig": {
                    "Name": "private",
                    "HeadersConfig": {
                        "HeaderBehavior": "whitelist",
                        "Headers": ["AuthorizationToken", "If-None-Match", "CloudFront-Viewer-Address"],
                    },
                    "CookiesConfig": NONE,
                    "QueryStringsConfig": {"QueryStringBehavior": "all"},
                }
            },
        },
        "Secure": {
            "Type": "AWS::CloudFront::ResponseHeadersPolicy",
            "Properties": {
                "ResponseHeadersPolicyConfig": {
                    "Name": "secure",
                    "SecurityHeadersConfig": {
                        "StrictTransportSecurity": {"AccessControlMaxAgeSec": 63072000, "Override": True},
                        "ReferrerPolicy": {"ReferrerPolicy": "no-referrer", "Override": False},
                    },
                }
            },
        },
        "Edge": {
            "Type": "AWS::CloudFront::Distribution",
            "Properties": {
                "DistributionConfig": {
                    "Origins": [
                        {
                            "Id": "api",
                            "DomainName": {"Fn::Join": ["", ["x.", {"Ref": "AWS::URLSuffix"}]]},
                            "CustomOriginConfig": {"OriginReadTimeout": 29},
                            "OriginCustomHeaders": [
                                {"HeaderName": "x-api-key", "HeaderValue": {"Fn::Join": ["", [KEY[:9], KEY[9:]]]}}
                            ],
                        }
                    ],
                    "CacheBehaviors": [
                        {
                            "PathPattern": "/GetProgramme/*",
                            "TargetOriginId": "api",
                            "CachePolicyId": {"Ref": "Catalogue"},
                            "ResponseHeadersPolicyId": {"Fn::GetAtt": ["Secure", "Id"]},
                        }
                    ],
                    "DefaultCacheBehavior": {
                        "TargetOriginId": "api",
                        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                        "OriginRequestPolicyId": {"Ref": "Private"},
                        "AllowedMethods": ["GET", "POST"],
                    },
                    "CustomErrorResponses": [{"ErrorCode": 503, "ErrorCachingMinTTL": 0}],
                }
            },
        },
    }
}
EDGE = read_distribution(Template(DOCUMENT, dynamic={KEY: "secret"}))
VIEWER = Viewer("2001:db8::1", 4711)
CATALOGUE, NEVER = EDGE.behaviours[0].cache, EDGE.default.cache


def request(path="/GetProgramme/api/v0/lisboa", query="", headers=(), method="GET"):
    return Request(method, path, query, tuple(headers), b"", VIEWER)


def answer(status=200, **headers):
    return Answer(status, tuple((name.replace("_", "-"), value) for name, value in headers.items()), b"{}")


def lifetime(one, policy=CATALOGUE, errors=EDGE.error_seconds):
    return lifetime_of(one, policy, errors, 0.0)


def test_a_path_belongs_to_the_first_pattern_that_fits_and_else_to_the_default():
    assert EDGE.behaviour_for("/GetProgramme/api/v0/lisboa") is EDGE.behaviours[0]
    assert EDGE.behaviour_for("/getprogramme/api/v0/lisboa") is EDGE.default
    assert fits("/*/api/v0/*", "/HoldSeat/api/v0/metropolis/")
    assert not fits("/config.json", "/configXjson")


def test_a_template_that_names_what_it_has_not_is_refused():
    with pytest.raises(TemplateError, match="one"):
        read_distribution(Template({"Resources": {}}))
    with pytest.raises(TemplateError, match="Fn::Cidr"):
        Template({}).resolve({"Fn::Cidr": []})


def test_secrets_of_the_template_are_found_and_filled_in_also_out_of_parts():
    assert EDGE.origins["api"].headers == (("x-api-key", "secret"),)
    assert dynamic_references({"a": [KEY]}) == {KEY}


def test_the_key_is_path_and_named_parameters_and_nothing_of_the_person():
    ada = request(query="date=1&x=2", headers=[("AuthorizationToken", "ada"), ("Cookie", "a=1")])
    bob = request(query="x=3&date=1", headers=[("AuthorizationToken", "bob")])
    assert key_of(ada, CATALOGUE) == key_of(bob, CATALOGUE)
    assert key_of(ada, CATALOGUE) != key_of(request(query="date=2"), CATALOGUE)
    assert key_of(request(headers=[("Accept-Encoding", "br, gzip")]), CATALOGUE).encoding == "gzip"


@pytest.mark.parametrize(
    ("cache_control", "fresh"),
    [
        (None, 30),
        ("max-age=5", 5),
        ("max-age=5, s-maxage=7", 7),
        ("s-maxage=600", 60),
        ("no-store", 0),
        ("private, max-age=9", 0),
    ],
)
def test_the_origin_says_how_long_within_the_policy(cache_control, fresh):
    one = answer(Cache_Control=cache_control) if cache_control else answer()
    assert lifetime(one).fresh == fresh


def test_what_is_never_cached_is_not_whatever_the_origin_says():
    assert not lifetime(answer(Cache_Control="public, max-age=99"), NEVER).is_kept


def test_stale_answers_are_shown_for_as_long_as_the_origin_allows_and_the_policy_bounds():
    found = lifetime(answer(Cache_Control="s-maxage=1, stale-while-revalidate=5, stale-if-error=600"))
    assert found == Lifetime(1, 5, 60)
    entry = Entry(answer(), 100.0, found)
    assert entry.is_fresh(100.9)
    assert not entry.is_fresh(101)
    assert entry.may_be_shown_while_revalidating(105.9)
    assert not entry.may_be_shown_while_revalidating(106)
    assert entry.may_be_shown_on_error(160)


def test_an_error_is_kept_although_it_says_no_store_unless_the_distribution_says_zero():
    private = {"Cache_Control": "private, no-store"}
    assert lifetime(answer(500, **private), NEVER).fresh == 10
    assert lifetime(answer(503, **private), NEVER).fresh == 0
    assert lifetime(answer(404, **private), NEVER).fresh == 0
    assert lifetime(answer(409, **private), NEVER).fresh == 0
    assert lifetime(answer(403), NEVER).fresh == 0


def test_the_origin_gets_the_key_and_the_true_address_whatever_the_viewer_says():
    sent = forwarded(
        request(
            "/GetBooking/api/v0/ev/",
            headers=[
                ("cloudfront-viewer-address", "1.2.3.4:5"),
                ("X-Forwarded-For", "1.2.3.4"),
                ("X-Api-Key", "guessed"),
                ("authorizationtoken", "ada"),
                ("Secret", "s"),
            ],
        ),
        EDGE.default,
        EDGE.origins["api"],
    ).headers
    assert header(sent, "CloudFront-Viewer-Address") == "2001:db8::1:4711"
    assert header(sent, "X-Forwarded-For") == "1.2.3.4, 2001:db8::1"
    assert header(sent, "x-api-key") == "secret"
    assert header(sent, "AuthorizationToken") == "ada"
    assert header(sent, "Secret") is None


def test_a_function_sees_the_parameters_of_the_query_as_they_were_sent():
    asked = request("/film/vertigo", query="page&from=a%20b")
    assert event_of(asked)["request"]["querystring"] == {"page": {"value": ""}, "from": {"value": "a%20b"}}


def test_an_unchanged_answer_out_of_the_cache_is_304_by_weak_comparison():
    asked = request(headers=[("If-None-Match", '"x", W/"a"')])
    done = finished(answer(ETag='"a"'), asked, EDGE.behaviours[0], age=2.9, cache="Hit")
    assert (done.status, done.body, done.header("Age")) == (304, b"", "2")
    assert finished(answer(ETag='"b"'), asked, EDGE.behaviours[0], age=None, cache="Miss").status == 200


def test_the_policy_s_headers_are_set_and_the_origin_s_own_stay_unless_overridden():
    done = finished(
        answer(Referrer_Policy="origin", Strict_Transport_Security="max-age=1"),
        request(),
        EDGE.behaviours[0],
        age=None,
        cache="Miss",
    )
    assert done.header("Strict-Transport-Security") == "max-age=63072000"
    assert done.header("Referrer-Policy") == "origin"


def test_the_cache_is_bounded_and_drops_what_was_used_longest_ago():
    cache, policy = Cache(bytes_max=5_000), CachePolicy("p", 0, 1, 2)
    keys = [key_of(request(f"/{number}"), policy) for number in range(3)]
    for key in keys[:2]:
        cache.put(key, Entry(answer(), 0.0, Lifetime(1)))
    cache.get(keys[0])
    cache.put(keys[2], Entry(answer(), 0.0, Lifetime(1)))
    assert [cache.get(key) is not None for key in keys] == [True, False, True]


def test_a_template_whose_parts_lack_what_they_need_is_refused_in_words(tmp_path):
    page = tmp_path / "page"
    page.mkdir()
    (tmp_path / "template.json").write_text(
        json.dumps({"Resources": {"Edge": {**DOCUMENT["Resources"]["Edge"], "Properties": {}}}})
    )
    config = Config(template=tmp_path / "template.json", port=0, api_url="http://127.0.0.1:1", page={"directory": page})
    with pytest.raises(TemplateError, match="DistributionConfig"):
        build(config, None)
