"""The routes, who may call them, and what the gateway itself says."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_lambda as lambda_

from box_office.names import Names
from infra import gateway_answers
from infra.edge import refusals
from infra.gateway_problems import ANSWERS as ANSWERS_OF_THE_GATEWAY
from infra.http_functions import HTTP_FUNCTIONS
from infra.rest_api import HttpApi
from infra.stages import Stage
from tests.documented import document
from tests.infra.conftest import ROOT
from tests.infra.template_rules import functions, referred, resources, text
from toolchain.openapi.document import OF_THE_FIREWALL

DOCUMENTED = {
    "GET /GetListOfMovie/api/v0": ("get_list_of_movie", "anyone"),
    "GET /GetMovieDetail/api/v0/{movie_id}": ("get_movie_detail", "anyone"),
    "GET /GetProgramme/api/v0/{theater_id}": ("get_programme", "anyone"),
    "GET /GetEventDetail/api/v0/{event_id}": ("get_event_detail", "anyone"),
    "GET /GetListOfTheater/api/v0": ("get_list_of_theater", "anyone"),
    "GET /GetTheaterDetail/api/v0/{theater_id}": ("get_theater_detail", "signed in"),
    "GET /GetAvailableSeat/api/v0/{movie_id}/{theater_id}": ("get_available_seat", "signed in"),
    "GET /SeatMap/api/v0/{event_id}": ("seat_map", "anyone"),
    "POST /HoldSeat/api/v0/{movie_id}": ("hold_seat", "signed in"),
    "POST /ExtendHold/api/v0/{event_id}": ("extend_hold", "signed in"),
    "POST /ReleaseSeat/api/v0/{event_id}": ("release_seat", "signed in"),
    "GET /GetBooking/api/v0/{event_id}": ("get_booking", "signed in"),
    "GET /GetMyBookings/api/v0": ("get_my_bookings", "signed in"),
    "GET /GetMe/api/v0": ("get_me", "signed in"),
    "DELETE /GetMe/api/v0": ("forget_saved_methods", "signed in"),
    "POST /SubmitPayment/api/v0/{event_id}": ("submit_payment", "signed in"),
    "POST /RefundBooking/api/v0/{event_id}": ("refund_booking", "signed in"),
    "POST /CheckInTicket/api/v0": ("check_in_ticket", "signed in"),
    "POST /UndoCheckIn/api/v0": ("undo_check_in", "signed in"),
    "GET /GetGateList/api/v0/{event_id}": ("get_gate_list", "signed in"),
    "POST /FindOrder/api/v0": ("find_order", "signed in"),
    "GET /GetTicketKeys/api/v0": ("get_ticket_keys", "anyone"),
    "POST /PaymentWebhook/api/v0": ("payment_webhook", "anyone"),  # its signature is its gate
}
# response type: (status, code, Retry-After is sent)
ANSWERS = {
    "UNAUTHORIZED": (401, "unauthenticated", False),
    "EXPIRED_TOKEN": (401, "unauthenticated", False),
    "ACCESS_DENIED": (403, "forbidden", False),
    "WAF_FILTERED": (403, "blocked", False),
    "MISSING_AUTHENTICATION_TOKEN": (404, "unknown_path", False),
    "RESOURCE_NOT_FOUND": (404, "unknown_path", False),
    "REQUEST_TOO_LARGE": (413, "too_large", False),
    "THROTTLED": (429, "rate_limited", True),
    "QUOTA_EXCEEDED": (429, "rate_limited", True),
    "INTEGRATION_FAILURE": (503, "unavailable", True),
    "INTEGRATION_TIMEOUT": (503, "unavailable", True),
    "DEFAULT_4XX": (400, "invalid_request", False),
    "DEFAULT_5XX": (503, "unavailable", True),
}


def path_of(api: dict, resource: str) -> str:
    properties = api["Resources"][resource]["Properties"]
    parent = properties["ParentId"]
    above = path_of(api, parent["Ref"]) if "Ref" in parent else ""
    return f"{above}/{properties['PathPart']}"


def route_of(api: dict, method: dict) -> str:
    return f"{method['Properties']['HttpMethod']} {path_of(api, method['Properties']['ResourceId']['Ref'])}"


def alias_of(method: dict) -> str:
    (alias,) = set(referred(method["Properties"]["Integration"]["Uri"])) - {"AWS::Partition", "AWS::Region"}
    return alias


@pytest.mark.guards("API9 inventory")
def test_routes_are_the_documented_ones_and_each_reaches_its_function(api: dict) -> None:
    verbs = {one["Id"]: verb for verb, one in functions(api).items()}
    deployed = {}
    for method in resources(api, "AWS::ApiGateway::Method").values():
        function = api["Resources"][alias_of(method)]["Properties"]["FunctionName"]["Ref"]
        who = "signed in" if method["Properties"]["AuthorizationType"] == "COGNITO_USER_POOLS" else "anyone"
        deployed[route_of(api, method)] = (verbs[function], who)
    assert deployed == DOCUMENTED


def test_the_apis_document_has_the_deployed_routes_and_no_other(api: dict) -> None:
    documented = {
        f"{method.upper()} {path}": bool(one["security"])
        for path, methods in document()["paths"].items()
        for method, one in methods.items()
    }
    assert documented == {
        route_of(api, method): method["Properties"]["AuthorizationType"] == "COGNITO_USER_POOLS"
        for method in resources(api, "AWS::ApiGateway::Method").values()
    }


def test_the_apis_document_has_the_firewalls_answers() -> None:
    assert {refusal.code for refusal in refusals.OF_THE_FIREWALL} == OF_THE_FIREWALL


def test_the_gateway_may_call_each_function_through_its_route_only(api: dict) -> None:
    allowed = {}
    for permission in resources(api, "AWS::Lambda::Permission").values():
        properties = permission["Properties"]
        assert properties["Principal"] == "apigateway.amazonaws.com"
        allowed[properties["FunctionName"]["Ref"]] = text(properties["SourceArn"]).split("/", 1)[1]
    for method in resources(api, "AWS::ApiGateway::Method").values():
        verb, path = route_of(api, method).split(" ")
        parts = ["*" if part.startswith("{") else part for part in path.split("/")]
        assert allowed.pop(alias_of(method)).endswith(f"/{verb}{'/'.join(parts)}")
    assert allowed == {}


def test_a_route_follows_a_version_so_that_code_layers_and_settings_change_at_once(api: dict) -> None:
    for alias in resources(api, "AWS::Lambda::Alias").values():
        (version,) = set(referred(alias["Properties"]["FunctionVersion"]))
        assert api["Resources"][version]["Type"] == "AWS::Lambda::Version"


@pytest.mark.guards("API2 authentication")
def test_signed_in_means_an_id_token_of_one_of_our_two_clients_in_the_documented_header(api: dict, stage: str) -> None:
    (authorizer,) = resources(api, "AWS::ApiGateway::Authorizer").items()
    identifier, properties = authorizer[0], authorizer[1]["Properties"]
    assert properties["Type"] == "COGNITO_USER_POOLS"
    assert properties["IdentitySource"] == "method.request.header.AuthorizationToken"
    parameters = {name: one["Default"] for name, one in api["Parameters"].items()}
    start, *clients, end = properties["IdentityValidationExpression"]["Fn::Join"][1]
    assert (start, clients[1], end) == ("^(", "|", ")$"), "a part of another client's id would match, were it not whole"
    assert [parameters[one["Ref"]] for one in (clients[0], clients[2])] == [
        f"/box-office-{stage}/user-pool-client-id",
        f"/box-office-{stage}/staff-client-id",
    ]
    assert [parameters[arn["Ref"]] for arn in properties["ProviderARNs"]] == [f"/box-office-{stage}/user-pool-arn"]
    for method in resources(api, "AWS::ApiGateway::Method").values():
        if method["Properties"]["AuthorizationType"] != "NONE":
            assert method["Properties"]["AuthorizerId"] == {"Ref": identifier}
            assert "AuthorizationScopes" not in method["Properties"]  # scopes would ask for access tokens


def test_the_api_is_regional_throttled_without_cors(api: dict, stage: str) -> None:
    (rest_api,) = resources(api, "AWS::ApiGateway::RestApi").values()
    assert rest_api["Properties"]["EndpointConfiguration"]["Types"] == ["REGIONAL"]
    (deployed,) = resources(api, "AWS::ApiGateway::Stage").values()
    every = deployed["Properties"]["MethodSettings"][0]
    expected = (500, 1_000) if stage == "dev" else (10_000, 5_000)
    assert (every["ThrottlingRateLimit"], every["ThrottlingBurstLimit"]) == expected
    assert (every["HttpMethod"], every["ResourcePath"]) == ("*", "/*")
    methods = resources(api, "AWS::ApiGateway::Method").values()
    assert "OPTIONS" not in {one["Properties"]["HttpMethod"] for one in methods}


LOOKERS = {  # of the stage's requests a second, in hundredths
    "GET /GetListOfMovie/api/v0": 5,
    "GET /GetMovieDetail/api/v0/{movie_id}": 5,
    "GET /GetProgramme/api/v0/{theater_id}": 5,
    "GET /GetEventDetail/api/v0/{event_id}": 5,
    "GET /GetListOfTheater/api/v0": 5,
    "GET /GetTicketKeys/api/v0": 5,
    "GET /SeatMap/api/v0/{event_id}": 15,
    "GET /GetAvailableSeat/api/v0/{movie_id}/{theater_id}": 15,
    "POST /PaymentWebhook/api/v0": 5,
}


def test_lookers_and_callbacks_have_throttles_of_their_own_and_leave_a_third_to_holders_and_payers(
    api: dict, stage: str
) -> None:
    [deployed] = resources(api, "AWS::ApiGateway::Stage").values()
    of_all, *of_routes = deployed["Properties"]["MethodSettings"]
    rate, burst = (of_all[f"Throttling{what}Limit"] for what in ("Rate", "Burst"))
    throttles = {
        f"{one['HttpMethod']} {one['ResourcePath'].replace('~1', '/').replace('//', '/')}": (
            one["ThrottlingRateLimit"],
            one["ThrottlingBurstLimit"],
        )
        for one in of_routes
        if "SubmitPayment" not in one["ResourcePath"]
    }
    assert throttles == {name: (rate * share / 100, burst * share // 100) for name, share in LOOKERS.items()}
    assert sum(LOOKERS.values()) <= 67
    assert not any("Hold" in name for name in throttles)


def test_lookers_have_a_cap_each_where_strangers_buy(api: dict, stage: str) -> None:
    reserved = {
        verb: one["Properties"]["ReservedConcurrentExecutions"]
        for verb, one in functions(api).items()
        if "ReservedConcurrentExecutions" in one["Properties"]
    }
    catalogue = ("list_of_movie", "movie_detail", "programme", "event_detail", "list_of_theater", "ticket_keys")
    of_prod = {f"get_{verb}": 10 for verb in catalogue} | {"seat_map": 60, "get_available_seat": 60, "hold_seat": 400}
    assert reserved == (of_prod if stage == "prod" else {})


def test_the_gateway_lets_through_no_more_payments_than_end_in_time(api: dict, stage: str) -> None:
    """A 202 must not end as EXPIRED because a minute's submissions came before SQS's figure showed them."""
    (deployed,) = resources(api, "AWS::ApiGateway::Stage").values()
    (submit,) = (one for one in deployed["Properties"]["MethodSettings"] if "SubmitPayment" in one["ResourcePath"])
    assert (submit["HttpMethod"], submit["ResourcePath"]) == ("POST", "/~1SubmitPayment~1api~1v0~1{event_id}")
    most = {"local": 2_360, "dev": 118, "prod": 118}[stage]
    assert (submit["ThrottlingRateLimit"], submit["ThrottlingBurstLimit"]) == (most, most)


@pytest.mark.guards("personal data and secrets")
def test_the_access_log_finds_a_request_again_and_holds_no_token(api: dict) -> None:
    (deployed,) = resources(api, "AWS::ApiGateway::Stage").values()
    setting = deployed["Properties"]["AccessLogSetting"]
    assert set(referred(setting["DestinationArn"])) & set(resources(api, "AWS::Logs::LogGroup"))
    logged = json.loads(setting["Format"])
    assert logged["request_id"] == "$context.requestId"
    assert not [value for value in logged.values() if "header" in value.lower() or "querystring" in value.lower()]


@pytest.mark.guards("API8 misconfiguration")
@pytest.mark.parametrize("response_type", ANSWERS)
def test_the_gateways_own_answers_are_problem_documents(api: dict, response_type: str) -> None:
    status, code, retries = ANSWERS[response_type]
    (answer,) = (
        one["Properties"]
        for one in resources(api, "AWS::ApiGateway::GatewayResponse").values()
        if one["Properties"]["ResponseType"] == response_type
    )
    assert answer["StatusCode"] == str(status)
    body = json.loads(answer["ResponseTemplates"]["application/json"])
    assert body.pop("detail")
    assert body == {
        "type": f"/problems#{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "request_id": "$context.requestId",
    }
    headers = {
        name.removeprefix("gatewayresponse.header."): value for name, value in answer["ResponseParameters"].items()
    }
    assert headers["Content-Type"] == "'application/problem+json'"
    assert headers["Status"] == f"'{code.upper()}'"
    assert headers["Cache-Control"] == "'no-store'"
    assert ("Retry-After" in headers) == retries


def test_no_gateway_answer_is_left_to_the_gateway(api: dict) -> None:
    answered = {
        one["Properties"]["ResponseType"] for one in resources(api, "AWS::ApiGateway::GatewayResponse").values()
    }
    assert answered >= ANSWERS.keys()
    for one in resources(api, "AWS::ApiGateway::GatewayResponse").values():
        assert json.loads(one["Properties"]["ResponseTemplates"]["application/json"])["code"]


CLIENTS = ("page-client", "staff-client")


def deployment_of(*, client_ids: Sequence[str] = CLIENTS, origin_key: int = 1) -> str:
    """The logical id of the Deployment of an API with one route for signed-in users."""
    stack = cdk.Stack(cdk.App(context=json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]), "Api")
    stage = Stage(name="dev", edge=True, region="eu-west-1", origin_key=origin_key)
    pool = "arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_1"
    api = HttpApi(stack, "Http", stage=stage, names=Names("dev"), user_pool_arn=pool, client_ids=client_ids)
    (route,) = (one for one in HTTP_FUNCTIONS if one.verb == "get_me")
    function = lambda_.Function.from_function_attributes(
        stack, "Me", function_arn="arn:aws:lambda:eu-west-1:000000000000:function:me", same_environment=True
    )
    api.route(route, function)
    template = assertions.Template.from_stack(stack).to_json()
    (deployment,) = resources(template, "AWS::ApiGateway::Deployment")
    return deployment


# API Gateway copies its settings into a deployment, and its stage answers from that copy: a change that does not make
# another Deployment is updated by CloudFormation and never reaches a customer.
# Source: the API Gateway guide, "Updates to REST APIs that require redeployment".
def test_the_same_api_keeps_its_deployment() -> None:
    assert deployment_of() == deployment_of()


@pytest.mark.guards("API2 authentication")
def test_other_clients_make_a_new_deployment() -> None:
    assert deployment_of(client_ids=("page-client", "another")) != deployment_of(), (
        "only the authorizer's expression differs: add it to the Deployment's logical id (infra/rest_api.py), or the "
        "live API goes on with the clients of before"
    )


@pytest.mark.parametrize("change", [{"detail": "Other words."}, {"code": "too_large"}, {"retry_after_seconds": 9}])
def test_a_changed_answer_makes_a_new_deployment(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    before = deployment_of()
    changed = {**ANSWERS_OF_THE_GATEWAY, "DEFAULT_4XX": replace(ANSWERS_OF_THE_GATEWAY["DEFAULT_4XX"], **change)}
    monkeypatch.setattr(gateway_answers, "ANSWERS", changed)
    assert deployment_of() != before, "add the answer to the Deployment's logical id (infra/gateway_answers.py)"


@pytest.mark.guards("API2 authentication")
def test_routes_that_ask_for_the_edges_key_make_a_new_deployment() -> None:
    assert deployment_of(origin_key=0) != deployment_of(origin_key=1)


def test_a_deployment_waits_for_every_answer_and_route(all_templates: dict) -> None:
    (deployment,) = resources(all_templates["prod"]["api"], "AWS::ApiGateway::Deployment").values()
    answers = resources(all_templates["prod"]["api"], "AWS::ApiGateway::GatewayResponse")
    methods = resources(all_templates["prod"]["api"], "AWS::ApiGateway::Method")
    assert set(deployment["DependsOn"]) >= answers.keys() | methods.keys()
