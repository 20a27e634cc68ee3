"""Each function may do exactly what it needs, on exactly what it needs."""

import copy

import pytest

from tests.infra.template_rules import (
    functions,
    grants,
    role_of,
    shared_roles,
    statements_of,
    text,
    wildcards,
)

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
QUERY = ("dynamodb:Query",)
CATALOGUE = {
    "Movie_tbl": READ,
    "Theater_tbl": READ,
    "Theater_room_tbl": READ,
    "Theater_Movie_relation": READ,
    "Movie_tbl/index/on_display": QUERY,
    "Theater_room_tbl/index/by_theater": QUERY,
    "Theater_Movie_relation/index/by_pair_and_time": QUERY,
    "Theater_Movie_relation/index/by_movie_and_time": QUERY,
    "catalogue": ("s3:GetObject",),
}
ORDERS = {"orders": READ, "orders/index/by_time": QUERY}
CONNECT = ("elasticache:Connect",)
SEAT_MAP = {**CATALOGUE, "Available_seat": READ, "cache": CONNECT, "cache user": CONNECT}
HOLD = {
    **SEAT_MAP,
    **ORDERS,
    "Available_seat": (*READ, "dynamodb:ConditionCheckItem", "dynamodb:UpdateItem"),
    "orders": (*READ, "dynamodb:PutItem"),
}
EXPECTED = {
    "get_list_of_movie": CATALOGUE,
    "get_movie_detail": CATALOGUE,
    "get_theater_detail": CATALOGUE,
    "get_available_seat": SEAT_MAP,
    "seat_map": SEAT_MAP,
    "hold_seat": HOLD,
    "release_seat": HOLD,
    "get_booking": {**CATALOGUE, **ORDERS},
    "get_my_bookings": {**CATALOGUE, **ORDERS},
}


def arn_of(what: str, stage: str) -> str:
    prefix = f"box-office-{stage}"
    special = {
        "catalogue": f"arn:aws:s3:::{prefix}-catalogue-000000000000-us-east-1/snapshot/*",
        "cache": f"arn:aws:elasticache:us-east-1:000000000000:serverlesscache:{prefix}-cache",
        "cache user": f"arn:aws:elasticache:us-east-1:000000000000:user:{prefix}-functions",
    }
    return special.get(what, f"arn:aws:dynamodb:us-east-1:000000000000:table/{prefix}-{what}")


@pytest.mark.parametrize("verb", EXPECTED)
def test_a_function_may_do_what_it_needs_and_nothing_else(api: dict, stage: str, verb: str) -> None:
    on_our_own = {
        (action, resource)
        for action, resource in grants(api, verb)
        if action.split(":")[0] not in {"xray", "ec2", "logs"}
    }
    assert on_our_own == {
        (action, arn_of(what, stage)) for what, actions in EXPECTED[verb].items() for action in actions
    }


def test_every_function_is_listed_here(api: dict) -> None:
    assert set(functions(api)) == set(EXPECTED)


def test_a_function_writes_its_own_log_only(api: dict) -> None:
    for verb, function in functions(api).items():
        group = function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        logs = {grant for grant in grants(api, verb) if grant[0].startswith("logs:")}
        assert logs == {(action, f"<{group}.Arn>") for action in ("logs:CreateLogStream", "logs:PutLogEvents")}


def test_no_role_has_a_wildcard_and_none_is_shared(templates: dict) -> None:
    assert [wrong for template in templates.values() for wrong in wildcards(template)] == []
    assert shared_roles(templates["api"]) == []


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ({"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:x"}, "dynamodb:*"),
        ({"Effect": "Allow", "Action": "dynamodb:Query", "Resource": "*"}, "dynamodb:Query on *"),
        ({"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:b/*"]}, "s3:GetObject on arn:b/*"),
        ({"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"}, "ec2:RunInstances on *"),
        (
            {"Effect": "Allow", "Action": "dynamodb:Query", "Resource": {"Fn::Join": ["", ["arn:t/index/", "*"]]}},
            "dynamodb:Query on arn:t/index/*",
        ),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:x"}, "neither NotAction"),
    ],
)
def test_the_rule_sees_a_wildcard(all_templates: dict, statement: dict, seen: str) -> None:
    template = copy.deepcopy(all_templates["prod"]["api"])
    role = role_of(functions(template)["hold_seat"])
    template["Resources"][role]["Properties"]["Policies"] = [{"PolicyDocument": {"Statement": [statement]}}]
    (found,) = wildcards(template)
    assert found.startswith(f"{role}: {seen}")


def test_the_rule_sees_a_managed_policy_and_a_shared_role(all_templates: dict) -> None:
    template = copy.deepcopy(all_templates["prod"]["api"])
    ours = functions(template)
    role = role_of(ours["hold_seat"])
    template["Resources"][role]["Properties"]["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/AdministratorAccess"]
    template["Resources"][ours["release_seat"]["Id"]]["Properties"]["Role"] = {"Fn::GetAtt": [role, "Arn"]}
    assert wildcards(template) == [f"{role}: arn:aws:iam::aws:policy/AdministratorAccess"]
    assert shared_roles(template) == [f"{role}: ['hold_seat', 'release_seat']"]


def test_network_interfaces_are_for_lambda_itself_not_for_the_functions_code(api: dict, stage: str) -> None:
    for verb, function in functions(api).items():
        statements = statements_of(api, role_of(function))
        allowed = {a for s in statements if s["Effect"] == "Allow" for a in s["Action"] if a.startswith("ec2:")}
        denied = [statement for statement in statements if statement["Effect"] == "Deny"]
        if "VpcConfig" not in function["Properties"]:
            assert (allowed, denied) == (set(), [])
            continue
        (deny,) = denied
        assert set(deny["Action"]) == allowed
        assert len(allowed) == 6
        source = deny["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"]
        assert text(source) == f"arn:aws:lambda:us-east-1:000000000000:function:box-office-{stage}-{verb}"
