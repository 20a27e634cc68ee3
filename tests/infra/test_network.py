"""The network has no way out, and only the functions reach the cache."""

import copy

import pytest

from tests.infra.template_rules import (
    functions,
    grants,
    misplaced_in_network,
    queues,
    referred,
    resources,
    text,
    verb_of,
)

SEATS = {"hold_seat", "extend_hold", "release_seat", "seat_map", "get_available_seat"}
INSIDE = SEATS | {"book_order", "refresh_seats", "end_event", "carry_blocks"}
SENT_BY_LAMBDA = "block-failures"  # Lambda itself sends a failed run there, from outside of the network
ASKS_PROVIDER = {"work_on_lane", "reconcile"}


def test_only_what_touches_the_cache_is_inside(api: dict, payments: dict) -> None:
    assert misplaced_in_network(api) + misplaced_in_network(payments) == []
    everything = {**functions(api), **functions(payments)}
    assert {name for name, one in everything.items() if "VpcConfig" in one["Properties"]} == INSIDE


def test_whoever_asks_the_payment_provider_is_outside_for_there_is_no_way_out(api: dict, payments: dict) -> None:
    everything = [*functions(api).values(), *functions(payments).values()]
    asking = [one for one in everything if "BOX_OFFICE_PROVIDER_URL" in one["Properties"]["Environment"]["Variables"]]
    assert {verb_of(one) for one in asking} == ASKS_PROVIDER
    assert not [verb_of(one) for one in asking if "VpcConfig" in one["Properties"]]


def test_the_rule_sees_a_function_on_the_wrong_side(all_templates: dict) -> None:
    template = copy.deepcopy(all_templates["prod"]["api"])
    network = template["Resources"][functions(template)["hold_seat"]["Id"]]["Properties"].pop("VpcConfig")
    template["Resources"][functions(template)["get_booking"]["Id"]]["Properties"]["VpcConfig"] = network
    assert sorted(misplaced_in_network(template)) == [
        "get_booking: inside, without the cache",
        "hold_seat: the cache, from outside",
    ]


@pytest.mark.guards("API7 server side request forgery")
def test_nothing_leads_out_of_the_network(cache: dict) -> None:
    kinds = {one["Type"] for one in cache["Resources"].values()}
    assert not kinds & {
        "AWS::EC2::NatGateway",
        "AWS::EC2::InternetGateway",
        "AWS::EC2::EIP",
        "AWS::EC2::Route",
        "AWS::EC2::VPCPeeringConnection",
        "AWS::EC2::TransitGatewayAttachment",
    }
    assert len(resources(cache, "AWS::EC2::Subnet")) == 2
    zones = {text(one["Properties"]["AvailabilityZone"]) for one in resources(cache, "AWS::EC2::Subnet").values()}
    assert len(zones) == 2


def test_tables_and_bucket_are_reached_through_free_gateway_endpoints_from_both_subnets(cache: dict) -> None:
    endpoints = {
        text(one["Properties"]["ServiceName"]): one["Properties"]
        for one in resources(cache, "AWS::EC2::VPCEndpoint").values()
    }
    (paid,) = (endpoints.pop(name) for name in list(endpoints) if name.endswith(".sqs"))
    assert paid["VpcEndpointType"] == "Interface"  # the only one that is paid by the hour
    assert set(endpoints) == {"com.amazonaws.us-east-1.dynamodb", "com.amazonaws.us-east-1.s3"}
    tables = set(resources(cache, "AWS::EC2::RouteTable"))
    for properties in endpoints.values():
        assert properties["VpcEndpointType"] == "Gateway"
        assert set(referred(properties["RouteTableIds"])) == tables


def test_queues_are_reached_through_an_endpoint_that_serves_our_functions_and_our_queues_only(
    cache: dict, payments: dict, stage: str
) -> None:
    (endpoint,) = (
        one["Properties"]
        for one in resources(cache, "AWS::EC2::VPCEndpoint").values()
        if one["Properties"]["VpcEndpointType"] == "Interface"
    )
    assert endpoint["PrivateDnsEnabled"] is True  # the queues' addresses lead here
    assert set(referred(endpoint["SubnetIds"])) == set(resources(cache, "AWS::EC2::Subnet"))
    (group,) = set(referred(endpoint["SecurityGroupIds"]))
    (rule,) = cache["Resources"][group]["Properties"]["SecurityGroupIngress"]
    assert (rule["FromPort"], rule["ToPort"], "CidrIp" in rule) == (443, 443, False)
    (source,) = set(referred(rule["SourceSecurityGroupId"]))
    assert cache["Resources"][source]["Properties"]["GroupDescription"] == "Functions that touch the cache"
    (statement,) = endpoint["PolicyDocument"]["Statement"]
    assert set(statement["Action"]) == {"sqs:SendMessage", "sqs:ChangeMessageVisibility"}
    allowed = {text(arn) for arn in statement["Resource"]}
    assert all(f":box-office-{stage}-" in arn and "*" not in arn for arn in allowed)
    used = {
        resource
        for name, one in functions(payments).items()
        if "VpcConfig" in one["Properties"]
        for action, resource in grants(payments, name)
        if action in statement["Action"]
    }
    named = {f"<{queue['Id']}.Arn>": name for name, queue in queues(payments).items()}
    prefix = f"arn:aws:sqs:us-east-1:000000000000:box-office-{stage}-"
    by_functions = {f"{prefix}{named[arn]}" if arn in named else arn for arn in used} - {f"{prefix}{SENT_BY_LAMBDA}"}
    assert by_functions <= allowed
    assert {f"{prefix}{name}" for name in queues(payments) if name.startswith("lane-") and "dlq" not in name} <= allowed


def test_the_cache_lets_in_functions_only(cache: dict) -> None:
    (cluster,) = resources(cache, "AWS::ElastiCache::ServerlessCache").values()
    (group,) = set(referred(cluster["Properties"]["SecurityGroupIds"]))
    (rule,) = cache["Resources"][group]["Properties"]["SecurityGroupIngress"]
    assert (rule["FromPort"], rule["ToPort"], "CidrIp" in rule) == (6379, 6380, False)
    (source,) = set(referred(rule["SourceSecurityGroupId"]))
    assert cache["Resources"][source]["Properties"]["GroupDescription"] == "Functions that touch the cache"
    assert not resources(cache, "AWS::EC2::SecurityGroupIngress")


def test_the_cache_takes_iam_users_in_aws_and_its_bill_is_bounded(cache: dict, stage: str) -> None:
    properties = cache["Resources"]["AvailableSeatElasticCache"]["Properties"]
    assert properties["Engine"] == "valkey"
    assert ("UserGroupId" in properties) == (stage != "local")
    assert properties["CacheUsageLimits"]["ECPUPerSecond"]["Maximum"] > 0
    assert properties["CacheUsageLimits"]["DataStorage"]["Maximum"] > 0
    (user,) = resources(cache, "AWS::ElastiCache::User").values()
    assert user["Properties"]["AuthenticationMode"] == {"Type": "iam"}
    assert user["Properties"]["UserId"] == user["Properties"]["UserName"]
    (url,) = [
        text(one["Properties"]["Value"])
        for one in resources(cache, "AWS::SSM::Parameter").values()
        if one["Properties"]["Name"] == f"/box-office-{stage}/cache-url"
    ]
    assert url.startswith("redis://" if stage == "local" else "rediss://")
