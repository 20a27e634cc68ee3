"""Rules over raw templates. Each returns what breaks it, in words, so that a test can show it fail as well."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Template = Mapping[str, Any]
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
    }
)
WITH_PREFIX = {"s3:GetObject": "/snapshot/*"}  # objects under one prefix have no other name
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "000000000000"}


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


def verb_of(function: Mapping[str, Any]) -> str:
    """The file's name under functions/, from the function's handler."""
    return function["Properties"]["Handler"].removesuffix(".handler")


def functions(template: Template) -> dict[str, dict]:
    """{verb: function}, the logical id under `Id`."""
    found = resources(template, "AWS::Lambda::Function")
    return {verb_of(one): {**one, "Id": name} for name, one in found.items()}


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
    for role, one in resources(template, "AWS::IAM::Role").items():
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
    topics = resources(template, "AWS::SNS::Topic").keys()
    watched = {
        (dimension["Name"], text(dimension["Value"]), alarm["Properties"]["MetricName"])
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values()
        if set(referred(alarm["Properties"].get("AlarmActions", []))) & topics
        for dimension in alarm["Properties"]["Dimensions"]
    }
    return [
        f"{verb}: {metric}"
        for verb, function in functions(template).items()
        for metric in ("Errors", "Throttles")
        if ("FunctionName", f"<{function['Id']}>", metric) not in watched
    ]


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
