"""Each function may do exactly what it needs, on exactly what it needs."""

import copy

import pytest

from tests.infra.template_rules import (
    functions,
    grants,
    queues,
    role_of,
    shared_roles,
    statements_of,
    text,
    wildcards,
)

PARTS = ("api", "payments")
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
PUT = ("dynamodb:PutItem",)
SEAT_MAP = {**CATALOGUE, "Available_seat": READ, "cache": CONNECT, "cache user": CONNECT, "blocks": PUT}
HOLD = {
    **SEAT_MAP,
    **ORDERS,
    "Available_seat": (*READ, "dynamodb:ConditionCheckItem", "dynamodb:UpdateItem"),
    "orders": (*READ, "dynamodb:PutItem"),
}
GET, BATCH_GET = ("dynamodb:GetItem",), ("dynamodb:BatchGetItem",)
UPDATE, CHECK = ("dynamodb:UpdateItem",), ("dynamodb:ConditionCheckItem",)
SEND = ("sqs:SendMessage",)
BACKLOG = ("sqs:GetQueueAttributes",)
CONSUME = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
SECRET = ("secretsmanager:GetSecretValue",)
PARK = {"queue parked": SEND}
CHANGE = {"orders": GET + PUT, "Available_seat": UPDATE + CHECK}
CHARGE = {
    **CHANGE,
    "Theater_Movie_relation": GET,
    "user_info_tbl": PUT + UPDATE,
    "queue refresh": SEND,
    "topic": ("sns:Publish",),
    "payment secret": SECRET,
    "lanes": SEND,
}
CACHE = {"cache": CONNECT, "cache user": CONNECT}
WORKER = {
    **CHARGE,
    **PARK,
    "orders": GET + PUT + CHECK + UPDATE,
    "user_info_tbl": GET + PUT + UPDATE,
    "Theater_room_tbl": GET,
    "catalogue": ("s3:GetObject",),
}
# What is written `lanes` is every lane of the stage; `own lane` is the worker's.
EXPECTED = {
    "get_list_of_movie": CATALOGUE,
    "get_movie_detail": CATALOGUE,
    "get_programme": {**CATALOGUE, "Theater_Movie_relation/index/by_theater_and_time": QUERY},
    "get_event_detail": CATALOGUE,
    "get_list_of_theater": {**CATALOGUE, "Theater_tbl": (*READ, "dynamodb:Scan")},
    "get_theater_detail": CATALOGUE,
    "get_available_seat": SEAT_MAP,
    "seat_map": SEAT_MAP,
    "hold_seat": {**HOLD, "lanes": SEND},
    "extend_hold": HOLD,
    "release_seat": {**HOLD, "orders": (*HOLD["orders"], *CHECK)},
    "get_booking": {**CATALOGUE, **ORDERS, "orders/index/by_order_id": QUERY, "tickets secret": SECRET},
    "get_my_bookings": {**CATALOGUE, **ORDERS},
    "get_me": {"user_info_tbl": GET},
    "forget_saved_methods": {"user_info_tbl": GET + PUT, "lanes": SEND},
    "submit_payment": {
        "orders": (*GET, *QUERY, *PUT),
        "Available_seat": UPDATE + CHECK,
        "user_info_tbl": GET,
        "lanes": SEND + BACKLOG,
        "queue refresh": SEND,
    },
    "refund_booking": {
        "orders": (*GET, *QUERY, *PUT, *UPDATE),
        "orders/index/by_order_id": QUERY,
        "Theater_Movie_relation": GET,
        "lanes": SEND,
    },
    "check_in_ticket": {
        **CATALOGUE,
        "orders": GET + PUT,
        "orders/index/by_order_id": QUERY,
        "tickets secret": SECRET,
    },
    "undo_check_in": {"orders": GET + PUT, "orders/index/by_order_id": QUERY, "tickets secret": SECRET},
    "get_gate_list": {
        **CATALOGUE,
        "orders": BATCH_GET,
        "orders/index/by_ticketed_event": QUERY,
        "Available_seat": QUERY,
    },
    "find_order": {
        **CATALOGUE,
        **ORDERS,
        "orders/index/by_order_id": QUERY,
        "tickets secret": SECRET,
        "user pool": ("cognito-idp:AdminGetUser",),
    },
    "get_ticket_keys": {"tickets secret": SECRET},
    "payment_webhook": {"payment secret": SECRET, "user_info_tbl": GET, "lanes": SEND},
    "redrive": {**PARK, "lanes": SEND, "lane dlqs": CONSUME},
    "book_order": {
        **CHANGE,
        **CACHE,
        **PARK,
        "Theater_Movie_relation": GET,
        "Theater_room_tbl": GET,
        "Available_seat": UPDATE + CHECK + BATCH_GET,
        "queue payment-complete": CONSUME,
    },
    "refresh_seats": {
        **CACHE,
        **PARK,
        "Theater_Movie_relation": GET,
        "Available_seat": BATCH_GET,
        "queue refresh": CONSUME,
    },
    "end_event": {
        **CHANGE,
        **CACHE,
        **PARK,
        "Theater_Movie_relation": GET,
        "Available_seat": (*UPDATE, *CHECK, *QUERY),
        "queue event-ends": CONSUME + SEND,
    },
    "send_receipt": {
        **CATALOGUE,
        **PARK,
        "orders": GET,
        "queue receipts": CONSUME,
        "user pool": ("cognito-idp:AdminGetUser",),
        "identity box@cinema.example": ("ses:SendEmail",),
        "identity cinema.example": ("ses:SendEmail",),
    },
    "reconcile": {
        **CHARGE,
        "user_info_tbl": GET + PUT + UPDATE,
        "orders": GET + PUT + BATCH_GET + UPDATE,
        "orders/index/by_due": QUERY,
        "Theater_Movie_relation": GET + BATCH_GET + UPDATE,
        "Theater_Movie_relation/index/by_due": QUERY,
        "Available_seat": (*UPDATE, *CHECK, *QUERY),
        "lanes": SEND + BACKLOG,
        "queue reconcile-failures": SEND,
    },
    "carry_blocks": {**CACHE, "blocks/index/by_end": QUERY, "queue block-failures": SEND},
    "carry_blocks_to_edge": {
        "blocks/index/by_end": QUERY,
        "all IP sets": ("wafv2:ListIPSets",),
        "blocked addresses 4": ("wafv2:GetIPSet", "wafv2:UpdateIPSet"),
        "blocked addresses 6": ("wafv2:GetIPSet", "wafv2:UpdateIPSet"),
        "queue block-failures": SEND,
    },
}


def expected_of(name: str) -> dict:
    verb, _, lane = name.partition("-")
    return {**WORKER, f"own lane {lane}": CONSUME} if verb == "work_on_lane" else EXPECTED[name]


def arns_of(what: str, template: dict, stage: str) -> list[str]:
    lanes = [name for name in queues(template) if name.startswith("lane-")]
    count = {"local": 3, "dev": 2, "prod": 8}[stage]
    match what.split(" "):
        case ["lanes"]:
            return [queue_arn(f"lane-{number}", stage) for number in range(count)]
        case ["lane", "dlqs"]:
            return [name for name in lanes if name.endswith("-dlq")]
        case ["own", "lane", number]:
            return [f"lane-{number}"]
        case ["queue", name]:
            return [queue_arn(name, stage)]
        case _:
            return [arn_of(what, stage)]


def queue_arn(name: str, stage: str) -> str:
    return f"arn:aws:sqs:us-east-1:000000000000:box-office-{stage}-{name}"


def arn_of(what: str, stage: str) -> str:
    prefix = f"box-office-{stage}"
    special = {
        "all IP sets": "*",
        "catalogue": f"arn:aws:s3:::{prefix}-catalogue-000000000000-us-east-1/snapshot/*",
        "cache": f"arn:aws:elasticache:us-east-1:000000000000:serverlesscache:{prefix}-cache",
        "cache user": f"arn:aws:elasticache:us-east-1:000000000000:user:{prefix}-functions",
        "topic": f"arn:aws:sns:us-east-1:000000000000:{prefix}-payment-complete",
        "payment secret": f"/{prefix}/payment-secret-arn",
        "tickets secret": f"/{prefix}/tickets-secret-arn",
        "user pool": f"/{prefix}/user-pool-arn",
    }
    if what.startswith("identity "):
        return f"arn:aws:ses:us-east-1:000000000000:identity/{what.removeprefix('identity ')}"
    if what.startswith("blocked addresses "):
        name = f"{prefix}-edge-blocked-ipv{what[-1]}"
        return f"arn:aws:wafv2:us-east-1:000000000000:global/ipset/{name}/*"
    return special.get(what, f"arn:aws:dynamodb:us-east-1:000000000000:table/{prefix}-{what}")


def resolved(template: dict, resource: str, stage: str) -> str:
    """A queue of this stack by its ARN, an ARN that another stack tells by its parameter's name."""
    for name, queue in queues(template).items():
        resource = resource.replace(f"<{queue['Id']}.Arn>", queue_arn(name, stage))
    for name, parameter in template["Parameters"].items():
        resource = resource.replace(f"<{name}>", str(parameter["Default"]))
    return resource


@pytest.mark.guards("API8 misconfiguration")
@pytest.mark.parametrize("part", PARTS)
def test_a_function_may_do_what_it_needs_and_nothing_else(templates: dict, stage: str, part: str) -> None:
    template = templates[part]
    for name in functions(template):
        on_our_own = {
            (action, resolved(template, resource, stage))
            for action, resource in grants(template, name)
            if action.split(":")[0] not in {"xray", "ec2", "logs"}
        }
        wanted = {
            (action, arn if arn.startswith(("arn:", "/", "*")) else queue_arn(arn, stage))
            for what, actions in expected_of(name).items()
            for arn in arns_of(what, template, stage)
            for action in actions
        }
        assert on_our_own == wanted, name


def test_every_function_is_listed_here(templates: dict, stage: str) -> None:
    deployed = {name for part in PARTS for name in functions(templates[part]) if not name.startswith("work_on_lane-")}
    assert deployed == set(EXPECTED) - (set() if stage == "local" else {"send_receipt"})


@pytest.mark.parametrize("part", PARTS)
def test_a_function_writes_its_own_log_only(templates: dict, part: str) -> None:
    for verb, function in functions(templates[part]).items():
        group = function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        logs = {grant for grant in grants(templates[part], verb) if grant[0].startswith("logs:")}
        assert logs == {(action, f"<{group}.Arn>") for action in ("logs:CreateLogStream", "logs:PutLogEvents")}


@pytest.mark.guards("API8 misconfiguration")
def test_no_role_has_a_wildcard_and_none_is_shared(templates: dict) -> None:
    assert [wrong for template in templates.values() for wrong in wildcards(template)] == []
    assert shared_roles(templates["api"]) + shared_roles(templates["payments"]) == []


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


@pytest.mark.parametrize("part", PARTS)
def test_network_interfaces_are_for_lambda_itself_not_for_the_functions_code(
    templates: dict, stage: str, part: str
) -> None:
    for verb, function in functions(templates[part]).items():
        statements = statements_of(templates[part], role_of(function))
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
