"""Rules over raw templates. Each returns what breaks it, in words, so that a test can show it fail as well."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Template = Mapping[str, Any]
ALARM_TOPIC = "-alarms"
# Actions that AWS documents without resources.
WITHOUT_RESOURCES = frozenset(
    {
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
        "wafv2:ListIPSets",
    }
)
# Objects under one prefix have no other name; and WAF ends the ARN of a set with an id of its own.
OF_AN_IP_SET = ("-edge-blocked-ipv4/*", "-edge-blocked-ipv6/*")
WITH_PREFIX = {"s3:GetObject": "/snapshot/*", "wafv2:GetIPSet": OF_AN_IP_SET, "wafv2:UpdateIPSet": OF_AN_IP_SET}
# With a slow provider its runs are long, overlap, and are refused: no news about the reconciler itself.
THROTTLED_BY_DESIGN = {("reconcile", "Throttles")}
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "000000000000",
    "AWS::URLSuffix": "amazonaws.com",
}


def resources(template: Template, kind: str) -> dict[str, dict]:
    return {name: one for name, one in template["Resources"].items() if one["Type"] == kind}


def text(value: Any) -> str:
    """A template's value as text: joins joined, references as `<LogicalId>` or `<LogicalId.Attribute>`."""
    match value:
        case str():
            return value
        case {"Ref": str(name)}:
            return PSEUDO.get(name, f"<{name}>")
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return separator.join(text(part) for part in parts)
        case _:
            return json.dumps(value)


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def referred(value: Any) -> Iterator[str]:
    """Logical ids that a value names, at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("Ref"), str):
            yield value["Ref"]
        if isinstance(value.get("Fn::GetAtt"), list):
            yield value["Fn::GetAtt"][0]
        for inner in value.values():
            yield from referred(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from referred(inner)


def keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_in(inner)


def named_functions(template: Template) -> dict[str, dict]:
    """Ours: the one that CDK brings has no name (tests/infra/test_edge.py holds what it may do)."""
    found = resources(template, "AWS::Lambda::Function")
    return {name: one for name, one in found.items() if "FunctionName" in one["Properties"]}


def brought_by_cdk(template: Template) -> dict[str, dict]:
    return {
        name: one
        for name, one in resources(template, "AWS::Lambda::Function").items()
        if name not in named_functions(template)
    }


def verb_of(function: Mapping[str, Any]) -> str:
    """The file's name under functions/, from the function's handler."""
    return function["Properties"]["Handler"].removesuffix(".handler")


def functions(template: Template) -> dict[str, dict]:
    """{name: function}, without the deployment's prefix, the logical id under `Id`. The name is the verb, and for a
    lane's worker its lane's number after it. Without CDK's own function."""
    found = named_functions(template)
    return {one["Properties"]["FunctionName"].split("-", 3)[3]: {**one, "Id": name} for name, one in found.items()}


def statements_of(template: Template, role: str) -> list[dict]:
    """All statements that a role carries, inline and attached."""
    attached = [
        policy["Properties"]["PolicyDocument"]
        for policy in resources(template, "AWS::IAM::Policy").values()
        if role in set(referred(policy["Properties"]["Roles"]))
    ]
    inline = [policy["PolicyDocument"] for policy in template["Resources"][role]["Properties"].get("Policies", [])]
    return [statement for document in attached + inline for statement in document["Statement"]]


def role_of(function: Mapping[str, Any]) -> str:
    return next(referred(function["Properties"]["Role"]))


def grants(template: Template, verb: str) -> set[tuple[str, str]]:
    """(action, resource) pairs that the function's role is allowed."""
    role = role_of(functions(template)[verb])
    return {
        (action, text(resource))
        for statement in statements_of(template, role)
        if statement["Effect"] == "Allow"
        for action in many(statement["Action"])
        for resource in many(statement["Resource"])
    }


def wildcards(template: Template) -> list[str]:
    found = []
    uploaders = {role_of(one) for one in brought_by_cdk(template).values()}
    for role, one in resources(template, "AWS::IAM::Role").items():
        if role in uploaders:
            continue
        for statement in statements_of(template, role):
            if statement["Effect"] == "Allow":
                found += [f"{role}: {wrong}" for wrong in wildcards_of(statement)]
        found += [
            f"{role}: {text(arn)}"
            for arn in one["Properties"].get("ManagedPolicyArns", [])
            # API Gateway writes the account's access logs through a role that AWS prescribes.
            if not text(arn).endswith(":policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs")
        ]
    return found


def wildcards_of(statement: Mapping[str, Any]) -> list[str]:
    wrong = []
    if not {"Action", "Resource"} <= statement.keys():
        return [f"neither NotAction nor NotResource: {json.dumps(statement)}"]
    for action in many(statement["Action"]):
        if "*" in action:
            wrong.append(action)
        for resource in map(text, many(statement["Resource"])):
            expected = resource.endswith(WITH_PREFIX[action]) if action in WITH_PREFIX else False
            if "*" in resource and not (resource == "*" and action in WITHOUT_RESOURCES) and not expected:
                wrong.append(f"{action} on {resource}")
    return wrong


def shared_roles(template: Template) -> list[str]:
    owners: dict[str, list[str]] = {}
    for verb, function in functions(template).items():
        owners.setdefault(role_of(function), []).append(verb)
    return [f"{role}: {verbs}" for role, verbs in owners.items() if len(verbs) > 1]


def without_log_retention(template: Template) -> list[str]:
    groups = resources(template, "AWS::Logs::LogGroup")
    endless = [name for name, group in groups.items() if not group["Properties"].get("RetentionInDays")]
    return endless + [
        verb
        for verb, function in functions(template).items()
        if not set(referred(function["Properties"].get("LoggingConfig", {}))) & groups.keys()
    ]


def without_alarms(template: Template) -> list[str]:
    watched = {alarm[:3] for alarm in ringing(template)}
    return [
        f"{verb}: {metric}"
        for verb, function in functions(template).items()
        for metric in ("Errors", "Throttles")
        if (verb, metric) not in THROTTLED_BY_DESIGN and ("FunctionName", f"<{function['Id']}>", metric) not in watched
    ]


def figures_of(alarm: Mapping[str, Any]) -> list[dict]:
    """MetricName, Namespace and Dimensions of each figure that an alarm looks at, one or those of its expression."""
    properties = alarm["Properties"]
    if "MetricName" in properties:
        return [properties]
    return [one["MetricStat"]["Metric"] for one in properties["Metrics"] if "MetricStat" in one]


def ringing(template: Template) -> list[tuple[str, str, str, dict]]:
    """(dimension, its value, metric, properties) of every figure of an alarm that reaches the topic of alarms."""
    ours = {name for name, topic in resources(template, "AWS::SNS::Topic").items() if is_of_alarms(topic)}
    return [
        (dimension["Name"], text(dimension["Value"]), figure["MetricName"], {**alarm["Properties"], **figure})
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values()
        for action in alarm["Properties"].get("AlarmActions", [])
        if set(referred(action)) & ours or text(action).endswith(ALARM_TOPIC)
        for figure in figures_of(alarm)
        for dimension in figure["Dimensions"]
    ]


def is_of_alarms(topic: Mapping[str, Any]) -> bool:
    return topic["Properties"]["TopicName"].endswith(ALARM_TOPIC)


def queues(template: Template) -> dict[str, dict]:
    """{name: queue's properties}, without the deployment's prefix, the logical id under `Id`."""
    found = resources(template, "AWS::SQS::Queue")
    return {
        one["Properties"]["QueueName"].split("-", 3)[3]: {**one["Properties"], "Id": name}
        for name, one in found.items()
    }


def mappings(template: Template) -> list[tuple[str, str, dict]]:
    """(queue, function, properties) of every event source mapping."""
    queue_of = {f"<{one['Id']}.Arn>": name for name, one in queues(template).items()}
    function_of = {one["Id"]: name for name, one in functions(template).items()}
    found = []
    for one in resources(template, "AWS::Lambda::EventSourceMapping").values():
        (alias,) = set(referred(one["Properties"]["FunctionName"]))
        function = template["Resources"][alias]["Properties"]["FunctionName"]["Ref"]
        queue = queue_of[text(one["Properties"]["EventSourceArn"])]
        found.append((queue, function_of[function], one["Properties"]))
    return found


def without_a_next_place(template: Template, ends: frozenset[str]) -> list[str]:
    """Queues whose messages are lost after the last try. `ends`: where a person, or a function, takes them out."""
    ours = queues(template)
    by_arn = {f"<{one['Id']}.Arn>": name for name, one in ours.items()}
    wrong = []
    for name, queue in ours.items():
        if name in ends or name.endswith("-dlq"):
            continue
        redrive = queue.get("RedrivePolicy", {})
        dead = by_arn.get(text(redrive.get("deadLetterTargetArn")))
        if dead != f"{name}-dlq" or not 3 <= redrive.get("maxReceiveCount", 0) <= 10:
            wrong.append(name)
    return wrong


def unwatched_queues(template: Template) -> list[str]:
    """Queues whose oldest message, or the first message at all, wakes nobody up."""
    metrics = {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}
    watched = {
        value for dimension, value, metric, _ in ringing(template) if dimension == "QueueName" and metric in metrics
    }
    return [name for name, queue in queues(template).items() if queue["QueueName"] not in watched]


def unsafe_queues(template: Template) -> list[str]:
    """Queues in clear, or that take plain HTTP, or forget before anyone has looked."""
    closed = {
        name
        for policy in resources(template, "AWS::SQS::QueuePolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for name in referred(policy["Properties"]["Queues"])
    }
    wrong = []
    for name, queue in queues(template).items():
        days = queue["MessageRetentionPeriod"] / 86_400
        kept_long = days == 14 if "RedrivePolicy" not in queue else days >= 4
        checks = {"encryption": queue.get("SqsManagedSseEnabled") is True, "TLS": queue["Id"] in closed}
        wrong += [f"{name}: {check}" for check, holds in {**checks, "retention": kept_long}.items() if not holds]
    return wrong


def loose_mappings(template: Template) -> list[str]:
    """Mappings without a cap of their own, without partial answers, or whose queue shows a message again too early."""
    ours, all_functions = queues(template), functions(template)
    wrong = []
    for queue, function, properties in mappings(template):
        timeout = all_functions[function]["Properties"]["Timeout"]
        checks = {
            "cap": properties.get("ScalingConfig", {}).get("MaximumConcurrency", 0) >= 2,
            "partial answers": properties.get("FunctionResponseTypes") == ["ReportBatchItemFailures"],
            "visibility": ours[queue]["VisibilityTimeout"] >= 6 * timeout,
        }
        wrong += [f"{queue}: {check}" for check, holds in checks.items() if not holds]
    return wrong


def silent_failures(template: Template) -> list[str]:
    """Whatever is called or told without waiting for the answer, and whose failure nobody would find."""
    ours = {f"<{queue['Id']}.Arn>" for queue in queues(template).values()}
    configured = {
        function
        for one in resources(template, "AWS::Lambda::EventInvokeConfig").values()
        if text(one["Properties"].get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")) in ours
        for function in referred(one["Properties"]["FunctionName"])
    }
    wrong = []
    for name, rule in resources(template, "AWS::Events::Rule").items():
        for target in rule["Properties"]["Targets"]:
            if text(target.get("DeadLetterConfig", {}).get("Arn")) not in ours:
                wrong.append(f"{name}: no dead-letter queue")
            (alias,) = set(referred(target["Arn"]))
            if template["Resources"][alias]["Properties"]["FunctionName"]["Ref"] not in configured:
                wrong.append(f"{name}: no failure destination")
    for name, one in resources(template, "AWS::SNS::Subscription").items():
        redrive = one["Properties"].get("RedrivePolicy", {})
        if one["Properties"]["Protocol"] == "sqs" and text(redrive.get("deadLetterTargetArn")) not in ours:
            wrong.append(f"{name}: no dead-letter queue")
    return wrong


def shared_between_stacks(template: Template, prefix: str) -> list[str]:
    """Exports, imports, and parameters that are not SSM parameters of stable names."""
    found = [f"Outputs.{name}" for name, output in template.get("Outputs", {}).items() if "Export" in output]
    found += sorted({key for key in keys_in(template) if key in {"Fn::ImportValue", "Fn::GetStackOutput"}})
    found += [
        f"Parameters.{name}"
        for name, parameter in template.get("Parameters", {}).items()
        if parameter["Type"] != "AWS::SSM::Parameter::Value<String>"
        or not parameter["Default"].startswith((f"/{prefix}/", "/cdk-bootstrap/"))
    ]
    return found


def misplaced_in_network(template: Template) -> list[str]:
    """Inside the VPC are exactly the functions that may connect to the cache."""
    wrong = []
    for verb, function in functions(template).items():
        inside = "VpcConfig" in function["Properties"]
        connects = any(action == "elasticache:Connect" for action, _ in grants(template, verb))
        if inside != connects:
            wrong.append(f"{verb}: {'inside, without the cache' if inside else 'the cache, from outside'}")
    return wrong


def unsafe_tables(template: Template, protected: bool) -> list[str]:
    wrong = []
    for name, table in resources(template, "AWS::DynamoDB::GlobalTable").items():
        properties = table["Properties"]
        (replica,) = properties["Replicas"]
        checks = {
            "on demand": properties["BillingMode"] == "PAY_PER_REQUEST",
            "encryption": properties.get("SSESpecification", {}).get("SSEEnabled") is True,
            "recovery": replica.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled") is True,
            "deletion protection": replica.get("DeletionProtectionEnabled") is True or not protected,
            "retained": str(table.get("DeletionPolicy")).startswith("Retain") or not protected,
            "retained when replaced": str(table.get("UpdateReplacePolicy")) == "Retain" or not protected,
        }
        wrong += [f"{name}: {check}" for check, holds in checks.items() if not holds]
    return wrong
