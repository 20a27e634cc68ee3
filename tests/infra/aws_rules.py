"""Rules over raw templates for what AWS refuses, drops or charges, and the embedded AWS does not notice.

Each returns what breaks it, in words. Its docstring names the page of AWS's documentation that it follows.
"""

import re
from collections.abc import Iterator, Mapping

from box_office.names import BLOCK_EXPIRES_AT, SEAT_EXPIRES_AT
from tests.infra.template_rules import (
    Template,
    figures_of,
    functions,
    grants,
    many,
    mappings,
    named_functions,
    queues,
    referred,
    resources,
    ringing,
    text,
)

Templates = Mapping[str, Template]  # by the stack's part
ALARM_KINDS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
ACCOUNT = "000000000000"


def everything(templates: Templates, kind: str) -> Iterator[tuple[str, dict]]:
    """(logical id, properties) of all resources of a kind, in all stacks."""
    for template in templates.values():
        for name, one in resources(template, kind).items():
            yield name, one["Properties"]


def allowances(template: Template, kind: str, target: str) -> list[dict]:
    """The Allow statements of the resource policies of `kind` that are attached to the resource `target`."""
    member = {"AWS::SNS::TopicPolicy": "Topics", "AWS::SQS::QueuePolicy": "Queues"}[kind]
    return [
        statement
        for policy in resources(template, kind).values()
        if target in set(referred(policy["Properties"][member]))
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]


def lets(statements: list[dict], service: str, action: str, condition: str, value: str) -> bool:
    """Whether a statement lets the service do this, for `value` alone under the condition's key."""
    return any(
        statement["Principal"] == {"Service": service}
        and action in many(statement["Action"])
        and any(text(keys.get(condition)) == value for keys in statement.get("Condition", {}).values())
        for statement in statements
    )


def mute_topics(templates: Templates) -> list[str]:
    """Topics that alarms name and that CloudWatch may not publish to.

    A topic's own policy replaces the default one; a topic that a policy is attached to lets CloudWatch in only by a
    statement for `cloudwatch.amazonaws.com`, best for the own account's alarms alone. Source:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html, "Amazon SNS
    permissions", and https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """

    def within(part: str, topic: str) -> str:
        """Stacks may have the same logical ids: a reference is to the stack's own."""
        return f"{part} {topic}" if topic.startswith("<") else topic

    named = {
        within(part, text(action))
        for part, template in templates.items()
        for kind in ALARM_KINDS
        for alarm in resources(template, kind).values()
        for member in ("AlarmActions", "OKActions", "InsufficientDataActions")
        for action in alarm["Properties"].get(member, [])
    }
    open_to_alarms = set()
    for part, template in templates.items():
        for name, topic in resources(template, "AWS::SNS::Topic").items():
            statements = allowances(template, "AWS::SNS::TopicPolicy", name)
            if lets(statements, "cloudwatch.amazonaws.com", "sns:Publish", "aws:SourceAccount", ACCOUNT):
                arn = f"arn:aws:sns:us-east-1:{ACCOUNT}:{topic['Properties']['TopicName']}"
                open_to_alarms |= {within(part, f"<{name}>"), arn}
    return sorted(named - open_to_alarms)


def refused_deliveries(templates: Templates) -> list[str]:
    """Queues that a topic or a rule delivers to, or leaves its failures in, and whose policy does not let it.

    Source: https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html (step 2),
    https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html and
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html ("Granting permissions")
    """
    wrong = []
    for template in templates.values():
        deliveries = [
            ("sns.amazonaws.com", text(one["Properties"]["TopicArn"]), target)
            for one in resources(template, "AWS::SNS::Subscription").values()
            if one["Properties"]["Protocol"] == "sqs"
            for target in (one["Properties"]["Endpoint"], one["Properties"]["RedrivePolicy"]["deadLetterTargetArn"])
        ] + [
            ("events.amazonaws.com", f"<{name}.Arn>", target["DeadLetterConfig"]["Arn"])
            for name, rule in resources(template, "AWS::Events::Rule").items()
            for target in rule["Properties"]["Targets"]
        ]
        for service, source, target in deliveries:
            (queue,) = set(referred(target))
            statements = allowances(template, "AWS::SQS::QueuePolicy", queue)
            if not lets(statements, service, "sqs:SendMessage", "aws:SourceArn", source):
                wrong.append(f"{queue}: {service}")
    return wrong


def uncallable_functions(templates: Templates) -> list[str]:
    """Functions that a rule calls without being allowed to.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    wrong = []
    for template in templates.values():
        allowed = {
            (target, source)
            for one in resources(template, "AWS::Lambda::Permission").values()
            if one["Properties"]["Principal"] == "events.amazonaws.com"
            for target in referred(one["Properties"]["FunctionName"])
            for source in referred(one["Properties"]["SourceArn"])
        }
        for name, rule in resources(template, "AWS::Events::Rule").items():
            targets = {called for target in rule["Properties"]["Targets"] for called in referred(target["Arn"])}
            wrong += [f"{name}: {target}" for target in targets if (target, name) not in allowed]
    return wrong


def loud_or_mute_logs(templates: Templates) -> list[str]:
    """Functions whose application log level is another than INFO.

    Lambda sets the root logger to it: at DEBUG the SDK logs bodies, keys and tokens; above INFO the lines that our
    figures are read from are dropped. Source:
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    """
    return [
        f"{one['FunctionName']}: {level}"
        for template in templates.values()
        for one in (function["Properties"] for function in named_functions(template).values())
        for level in (
            one["LoggingConfig"].get("ApplicationLogLevel"),
            one["Environment"]["Variables"]["BOX_OFFICE_LOG_LEVEL"],
        )
        if level != "INFO"
    ]


def senders(template: Template) -> dict[str, set[str]]:
    """{function: functions that its messages reach}: through a queue, its dead-letter queue, or a topic's queues."""
    ours = queues(template)
    named = {one["QueueName"]: name for name, one in ours.items()} | {
        f"<{one['Id']}.Arn>": n for n, one in ours.items()
    }
    dead = {
        name: {named[text(one["RedrivePolicy"]["deadLetterTargetArn"])]} if "RedrivePolicy" in one else set()
        for name, one in ours.items()
    }
    consumers: dict[str, set[str]] = {}
    for queue, function, _ in mappings(template):
        consumers.setdefault(queue, set()).add(function)
    behind_topics = {
        named[text(one["Properties"]["Endpoint"])]
        for one in resources(template, "AWS::SNS::Subscription").values()
        if one["Properties"]["Protocol"] == "sqs"
    }
    reached = {}
    for function in functions(template):
        sent = {
            named.get(resource, named.get(resource.rpartition(":")[2]))
            for action, resource in grants(template, function)
            if action == "sqs:SendMessage"
        }
        if any(action == "sns:Publish" for action, _ in grants(template, function)):
            sent |= behind_topics
        sent |= {name for queue in sent for name in dead.get(queue, ())}
        reached[function] = {one for queue in sent for one in consumers.get(queue, ())}
    return reached


def loops(template: Template) -> set[str]:
    """Functions that can be reached from themselves."""
    direct = senders(template)
    found = set()
    for start in direct:
        seen: set[str] = set()
        ahead = set(direct[start])
        while ahead:
            seen |= ahead
            ahead = {further for one in ahead for further in direct[one]} - seen
        if start in seen:
            found.add(start)
    return found


def loops_that_end(templates: Templates) -> list[str]:
    """Functions that send to themselves by design and whose loop Lambda would end, and those that allow a loop which
    nothing needs.

    Lambda drops an event after about 16 rounds through the same function by way of SQS or SNS, unless the function's
    `RecursiveLoop` is `Allow`. Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    """
    template = templates["payments"]
    looping = loops(template)
    return sorted(
        f"{name}: {setting}"
        for name, one in functions(template).items()
        for setting in [one["Properties"].get("RecursiveLoop", "Terminate")]
        if setting != ("Allow" if name in looping else "Terminate")
    )


def unwatched_loops(templates: Templates) -> list[str]:
    """Functions that a queue calls, without an alarm on what Lambda drops as a loop.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html, "Recursive loop notifications"
    """
    template = templates["payments"]
    watched = {value for _, value, metric, _ in ringing(template) if metric == "RecursiveInvocationsDropped"}
    called = {function for _, function, _ in mappings(template)}
    return sorted(name for name in called if f"<{functions(template)[name]['Id']}>" not in watched)


NAMES = (
    "AlarmName",
    "DashboardName",
    "TableName",
    "QueueName",
    "TopicName",
    "FunctionName",
    "RoleName",
    "BucketName",
    "LogGroupName",
    "Name",
)
NAMED_OTHERWISE = {"AWS::ApiGateway::GatewayResponse", "AWS::Lambda::Alias", "AWS::Lambda::Permission"}


def shared_by_stages(templates: Templates, stage: str) -> list[str]:
    """What two stages of one account would share: a name without the stage in it, a namespace of figures.

    A figure is told apart by its namespace, name and dimensions alone, whoever publishes it. Source:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html, "Namespaces"
    """
    wrong = []
    for template in templates.values():
        for name, one in template["Resources"].items():
            properties = one.get("Properties", {})
            if one["Type"] == "AWS::CloudWatch::Alarm":
                namespaces = {figure["Namespace"] for figure in figures_of(one)}
                wrong += [
                    f"{name}: {namespace}"
                    for namespace in namespaces
                    if not namespace.startswith("AWS/") and not namespace.endswith(f"/{stage}")
                ]
            told = [properties[member] for member in NAMES if isinstance(properties.get(member), str)]
            if one["Type"] not in NAMED_OTHERWISE:
                wrong += [f"{name}: {told_name}" for told_name in told if f"box-office-{stage}" not in told_name]
    return wrong


def lonely_alarms(templates: Templates) -> list[str]:
    """What a composite alarm names and no stack has; composites that reach nobody, or do not say when it is over.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
    """
    there = {alarm.get("AlarmName") for _, alarm in everything(templates, "AWS::CloudWatch::Alarm")}
    wrong = []
    for name, one in everything(templates, "AWS::CloudWatch::CompositeAlarm"):
        named = re.findall(r'ALARM\("([^"]+)"\)', one["AlarmRule"])
        wrong += [f"{name}: {alarm}" for alarm in named if alarm not in there]
        wrong += [f"{name}: tells nobody"] if not (one.get("AlarmActions") and one.get("OKActions")) else []
        wrong += [f"{name}: names nothing"] if not named else []
    return wrong


def nervous_alarms(templates: Templates) -> list[str]:
    """Alarms on what happens on any evening that one minute of it rings, or that do not say when it is over.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html, "M out of N"
    """
    everyday = {"5XXError", "Errors", "Throttles", "ThrottledCmds", "ReadThrottleEvents", "WriteThrottleEvents"}
    wrong = []
    for template in templates.values():
        for name, one in resources(template, "AWS::CloudWatch::Alarm").items():
            properties = one["Properties"]
            metrics = {figure["MetricName"] for figure in figures_of(one)}
            lasting = 1 < properties.get("DatapointsToAlarm", 0) < properties["EvaluationPeriods"]
            if metrics & everyday and not (lasting and properties.get("OKActions")):
                wrong.append(f"{name}: {', '.join(sorted(metrics))}")
            if metrics & {"5XXError", "Errors"} and len(metrics) == 1:
                wrong.append(f"{name}: a number, not a share")
    return wrong


def unwatched_limits(templates: Templates, stage: str) -> list[str]:
    """Figures of AWS's that tell of a limit before or when it is met, and that no alarm looks at: the global indexes of
    the busy tables, the cache, the account's concurrency, the schedules, the topic.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html,
    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html,
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html,
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html,
    https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
    """
    prefix = f"box-office-{stage}"
    wanted = {
        ("ThrottledCmds", f"clusterId={prefix}-cache"),
        ("ElastiCacheProcessingUnits", f"clusterId={prefix}-cache"),
        ("ResourceCount", "Resource=ConcurrentExecutions"),
        ("InvocationDroppedCount", f"ScheduleGroup={prefix}-event-ends"),
        ("NumberOfNotificationsFailed", f"TopicName={prefix}-payment-complete"),
    }
    for role in ("AvailableSeat", "Orders"):
        table = templates["data"]["Resources"][role]["Properties"]
        for index in table.get("GlobalSecondaryIndexes", []):
            for kind in ("Read", "Write"):
                wanted.add((f"{kind}ThrottleEvents", f"GlobalSecondaryIndexName={index['IndexName']}"))
    watched = {
        (metric, f"{dimension}={value}")
        for template in templates.values()
        for dimension, value, metric, _ in ringing(template)
    }
    return sorted(f"{metric} of {whose}" for metric, whose in wanted - watched)


def unwatched_time_outs(templates: Templates) -> list[str]:
    """Consumers, and functions that take money or seats, whose longest run may come to their time-out unseen.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html ("Performance metrics")
    """
    wrong = []
    for part in ("api", "payments"):
        template = templates[part]
        called = {function for _, function, _ in mappings(template)} if part == "payments" else set()
        watched = {value: alarm for _, value, metric, alarm in ringing(template) if metric == "Duration"}
        for name, one in functions(template).items():
            if name in called or name in ("hold_seat", "submit_payment", "payment_webhook"):
                alarm = watched.get(f"<{one['Id']}>")
                if alarm is None or not alarm["Threshold"] < one["Properties"]["Timeout"] * 1000:
                    wrong.append(name)
    return wrong


def runs_in_each_others_way(templates: Templates) -> list[str]:
    """Functions that a rule calls more often than their reserved concurrency lets them end: the next run is throttled,
    waits, is given up, and rings as a failure of its own.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    """
    wrong = []
    for name, one in functions(templates["payments"]).items():
        reserved = one["Properties"].get("ReservedConcurrentExecutions")
        if name == "reconcile" and reserved is not None and reserved * 60 < one["Properties"]["Timeout"]:
            wrong.append(f"{name}: {reserved}")
    return wrong


def versions_that_go(templates: Templates) -> list[str]:
    """Published versions that the next deployment deletes, and those that a failed one would leave in its own way.

    A version whose resource is gone from the template is deleted, unless its deletion policy retains it; one that a
    failed deployment published must go, as Lambda publishes nothing twice. `RetainExceptOnCreate` is both. Source:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html and
    https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
    """
    return [
        name
        for template in templates.values()
        for name, one in resources(template, "AWS::Lambda::Version").items()
        if one.get("DeletionPolicy") != "RetainExceptOnCreate"
    ]


def untold_versions(templates: Templates) -> list[str]:
    """Functions whose live version no release parameter tells, so that nothing could go back to it. The one beside the
    user pool is none of a release: `make rollback` leaves data and sign-ins as they are.

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
    """
    wrong = []
    for part, template in templates.items():
        if part == "data":
            continue
        told = [
            text(one["Properties"]["Value"])
            for one in resources(template, "AWS::SSM::Parameter").values()
            if one["Properties"]["Name"].endswith("-release")
        ]
        names = [one["Properties"]["FunctionName"] for one in named_functions(template).values()]
        wrong += [name for name in names if not any(f'"{name}":"<' in value for value in told)]
    return wrong


def open_endpoints(templates: Templates, stage: str) -> list[str]:
    """Ways out of the network that lead to anything but this deployment's own, and what its functions are granted and
    an endpoint keeps from them.

    Without a policy of its own an endpoint lets everybody do everything, another account's bucket included. Source:
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    wrong, let_through = [], set()
    for name, one in everything(templates, "AWS::EC2::VPCEndpoint"):
        statements = one.get("PolicyDocument", {}).get("Statement", [])
        wrong += [] if statements else [f"{name}: no policy"]
        for statement in statements:
            for resource in map(text, many(statement["Resource"])):
                wrong += [] if f"box-office-{stage}-" in resource else [f"{name}: {resource}"]
                let_through |= {(action, resource) for action in many(statement["Action"])}
    for part in ("api", "payments"):
        for verb, function in functions(templates[part]).items():
            if "VpcConfig" in function["Properties"]:
                needed = {one for one in grants(templates[part], verb) if one[0].startswith(("dynamodb:", "s3:"))}
                wrong += [f"{verb}: {action} on {resource}" for action, resource in sorted(needed - let_through)]
    return wrong


def rows_kept_forever(templates: Templates) -> list[str]:
    """The tables whose rows grow with every showing or flood and are worth nothing after it, without a time to live.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
    """
    tables = templates["data"]["Resources"]
    return [
        name
        for name, attribute in (("AvailableSeat", SEAT_EXPIRES_AT), ("Blocks", BLOCK_EXPIRES_AT))
        if tables[name]["Properties"].get("TimeToLiveSpecification") != {"AttributeName": attribute, "Enabled": True}
    ]


def paid_by_the_hour(templates: Templates) -> list[str]:
    """What a template would have to take away again after an on-sale, and cannot: a cache's minimum, whose removal
    CloudFormation's handler fails on, and provisioned concurrency, which one forgets with the deployment that has it.

    Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html ("Pre-scaling") and
    https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
    """
    wrong = [
        f"{name}: a minimum"
        for name, one in everything(templates, "AWS::ElastiCache::ServerlessCache")
        if any("Minimum" in limit for limit in one["CacheUsageLimits"].values())
    ]
    return wrong + [
        f"{name}: provisioned concurrency"
        for name, one in everything(templates, "AWS::Lambda::Alias")
        if "ProvisionedConcurrencyConfig" in one
    ]


def mailers_that_stop(templates: Templates) -> list[str]:
    """User pools whose mails go through Cognito's own mailer, which stops at about 50 a day, all pools together.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html ("Default email")
    and https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
    """
    wrong = []
    for name, pool in everything(templates, "AWS::Cognito::UserPool"):
        mail = pool.get("EmailConfiguration", {})
        domain = text(mail.get("From", "")).rstrip(">").rpartition("@")[2]
        source = text(mail.get("SourceArn", ""))
        if mail.get("EmailSendingAccount") != "DEVELOPER" or not source.endswith(f":identity/{domain}"):
            wrong.append(name)
    return wrong


def passwords_for_administrators(templates: Templates) -> list[str]:
    """Clients through which whoever has the account's credentials can try people's passwords, or which anybody can send
    passwords to in clear.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
    """
    open_flows = {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"}
    clients = everything(templates, "AWS::Cognito::UserPoolClient")
    return [name for name, client in clients if open_flows & set(client["ExplicitAuthFlows"])]


def addresses_taken_unverified(templates: Templates) -> list[str]:
    """User pools in which somebody's new address counts before it was verified.

    Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html
    """
    return [
        name
        for name, pool in everything(templates, "AWS::Cognito::UserPool")
        if pool.get("UserAttributeUpdateSettings", {}).get("AttributesRequireVerificationBeforeUpdate") != ["email"]
    ]
