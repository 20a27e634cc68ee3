"""The network has no way out, and only the functions reach the cache."""

import copy

from tests.infra.template_rules import functions, misplaced_in_network, referred, resources, text

INSIDE = {"hold_seat", "release_seat", "seat_map", "get_available_seat"}


def test_only_what_touches_the_cache_is_inside(api: dict) -> None:
    assert misplaced_in_network(api) == []
    assert {verb for verb, one in functions(api).items() if "VpcConfig" in one["Properties"]} == INSIDE


def test_the_rule_sees_a_function_on_the_wrong_side(all_templates: dict) -> None:
    template = copy.deepcopy(all_templates["prod"]["api"])
    network = template["Resources"][functions(template)["hold_seat"]["Id"]]["Properties"].pop("VpcConfig")
    template["Resources"][functions(template)["get_booking"]["Id"]]["Properties"]["VpcConfig"] = network
    assert sorted(misplaced_in_network(template)) == [
        "get_booking: inside, without the cache",
        "hold_seat: the cache, from outside",
    ]


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
    assert set(endpoints) == {"com.amazonaws.us-east-1.dynamodb", "com.amazonaws.us-east-1.s3"}
    tables = set(resources(cache, "AWS::EC2::RouteTable"))
    for properties in endpoints.values():
        assert properties["VpcEndpointType"] == "Gateway"
        assert set(referred(properties["RouteTableIds"])) == tables


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
