"""CloudFormation resources that ministack does not know, so that the templates deploy as they are.

Most are accepted, and have no effect here; tests of the templates check what they would do on AWS. Three are real: the
cache is the Valkey that runs beside, a firewall's sets of addresses can be read and changed by WAF's API, and a
deployment of files fills its bucket.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from local.embedded_aws.bucket_files import deploy_files

Attributes = dict[str, Any]
Create = Callable[[str, Mapping[str, Any], str], tuple[str, Attributes]]
Handle = Callable[..., tuple[str, Attributes]]  # creating or updating, with ministack's arguments

ACCEPTED = (
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::Logs::Delivery",
    "AWS::Logs::DeliveryDestination",
    "AWS::Logs::DeliverySource",
    "AWS::Logs::QueryDefinition",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
)


def accepted(kind: str) -> Create:
    def create(logical_id: str, props: Mapping[str, Any], stack_name: str) -> tuple[str, Attributes]:
        physical_id = f"{stack_name}-{logical_id}"
        arn = f"arn:aws:{kind.split('::')[1].lower()}:us-east-1:000000000000:{physical_id}"
        return physical_id, {"Arn": arn, "Id": physical_id}

    return create


def serverless_cache(host: str, port: str) -> Create:
    def create(logical_id: str, props: Mapping[str, Any], stack_name: str) -> tuple[str, Attributes]:
        name = props["ServerlessCacheName"]
        endpoint = {"Endpoint.Address": host, "Endpoint.Port": port}
        reader = {"ReaderEndpoint.Address": host, "ReaderEndpoint.Port": port}
        arn = f"arn:aws:elasticache:us-east-1:000000000000:serverlesscache:{name}"
        return name, {"ARN": arn, "Status": "available", **endpoint, **reader}

    return create


def ip_set(logical_id: str, props: Mapping[str, Any], stack_name: str) -> tuple[str, Attributes]:
    """The Ref is `name|id|scope`, as of a web ACL; the id is WAF's own."""
    from ministack.services import waf

    _, _, answer = waf._create_ip_set(dict(props))
    made = json.loads(answer)["Summary"]
    return f"{made['Name']}|{made['Id']}|{props['Scope']}", {"Arn": made["ARN"], "Id": made["Id"]}


def change_ip_set(
    physical_id: str, old: Mapping[str, Any], new: Mapping[str, Any], stack_name: str
) -> tuple[str, Attributes]:
    """Called for what a template changes of a set. Its addresses become the template's, as on AWS."""
    from ministack.services import waf

    _, id_of_waf, scope = physical_id.split("|")
    waf._update_ip_set({**new, "Id": id_of_waf, "Scope": scope})
    _, _, answer = waf._get_ip_set({"Id": id_of_waf, "Scope": scope})
    return physical_id, {"Arn": json.loads(answer)["IPSet"]["ARN"], "Id": id_of_waf}


def delete_ip_set(physical_id: str, props: Mapping[str, Any]) -> None:
    from ministack.services import waf

    _, id_of_waf, scope = physical_id.split("|")
    waf._delete_ip_set({"Id": id_of_waf, "Scope": scope})


def handlers_of(create: Create) -> dict[str, object]:
    """Creating again gives the same resource, so an update is a creation and a deletion is nothing."""

    def update(
        physical_id: str, old: Mapping[str, Any], new: Mapping[str, Any], stack_name: str, logical_id: str | None = None
    ) -> tuple[str, Attributes]:
        _, attributes = create(logical_id or physical_id, new, stack_name)
        return physical_id, attributes

    def delete(physical_id: str, props: Mapping[str, Any]) -> None:
        return None

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def register(cache_host: str, cache_port: str) -> None:
    """To be called before the embedded AWS starts."""
    from ministack.services.cloudformation import provisioners

    resource_handlers = provisioners._RESOURCE_HANDLERS
    resource_handlers["AWS::ElastiCache::ServerlessCache"] = handlers_of(serverless_cache(cache_host, cache_port))
    for kind in ACCEPTED:
        resource_handlers.setdefault(kind, handlers_of(accepted(kind)))
    resource_handlers["AWS::WAFv2::IPSet"] = {"create": ip_set, "update": change_ip_set, "delete": delete_ip_set}
    resource_handlers["Custom::CDKBucketDeployment"] = handlers_of(deploy_files)
    alarm = resource_handlers["AWS::CloudWatch::Alarm"]
    for verb, position in (("create", 1), ("update", 2)):
        alarm[verb] = with_metric_math(alarm[verb], position)
    vpc = resource_handlers["AWS::EC2::VPC"]
    for verb in ("create", "update"):
        vpc[verb] = with_cidr_block(vpc[verb])


def with_cidr_block(handle: Handle) -> Handle:
    """ministack's VPC does not tell its CidrBlock, which interface endpoints' security groups ask for."""

    def handle_and_tell(*args: Any) -> tuple[str, Attributes]:
        physical_id, attributes = handle(*args)
        from ministack.services import ec2

        return physical_id, {**attributes, "CidrBlock": ec2._vpcs[physical_id]["CidrBlock"]}

    return handle_and_tell


def with_metric_math(handle: Handle, position: int) -> Handle:
    """ministack refuses an alarm on an expression. Nothing evaluates alarms here, so it is kept as one on the first
    figure of the expression. `position`: of the properties among the arguments."""

    def handle_as_plain(*args: Any, **options: Any) -> tuple[str, Attributes]:
        properties = dict(args[position])
        figures = [one["MetricStat"] for one in properties.pop("Metrics", ()) if "MetricStat" in one]
        if figures:
            properties |= {"Statistic": figures[0]["Stat"], "Period": figures[0]["Period"], **figures[0]["Metric"]}
        return handle(*args[:position], properties, *args[position + 1 :], **options)

    return handle_as_plain
