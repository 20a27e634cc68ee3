"""The IAM statements of each permission of a function: exact actions on exact resources.

A transaction needs the permission of each write in it; IAM knows no TransactWriteItems.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from collections.abc import Iterable, Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from box_office import names
from box_office.names import CATALOGUE_SNAPSHOT_PREFIX, Names
from infra.function_plan import Permission
from infra.queues import lane_names
from infra.stages import Stage

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
# For a transaction (adapters/dynamodb/changes.py), which puts orders, and updates and checks seats.
UPDATE_AND_CHECK = ("dynamodb:ConditionCheckItem", "dynamodb:UpdateItem")
SCAN = ("dynamodb:Scan",)
GET, BATCH_GET, QUERY = ("dynamodb:GetItem",), ("dynamodb:BatchGetItem",), ("dynamodb:Query",)
PUT, UPDATE, CHECK = ("dynamodb:PutItem",), ("dynamodb:UpdateItem",), ("dynamodb:ConditionCheckItem",)
SEND = ("sqs:SendMessage",)
# A queue's consumer: the three actions of the event source mapping, and setting when a message comes back.
CONSUME = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")

# AWS documents these without resources; Lambda itself calls them to attach a function to its subnets.
NETWORK_INTERFACE_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


Grants = dict[Permission, list[tuple[tuple[str, ...], list[str]]]]


class Arns:
    """The ARNs that grants name. They follow from stable names; those of the secrets and the user pool are inputs."""

    def __init__(self, stack: cdk.Stack, names: Names, catalogue_bucket: str) -> None:
        self._stack = stack
        self._names = names
        self.snapshots = f"arn:{cdk.Aws.PARTITION}:s3:::{catalogue_bucket}/{CATALOGUE_SNAPSHOT_PREFIX}*"
        self.cache = [
            self._named("elasticache", "serverlesscache", names.cache),
            self._named("elasticache", "user", names.cache_user),
        ]

    def table(self, role: str) -> str:
        return self._stack.format_arn(service="dynamodb", resource="table", resource_name=self._names.table(role))

    def index(self, role: str, name: str) -> str:
        return f"{self.table(role)}/index/{name}"

    def queue(self, name: str) -> str:
        return self._stack.format_arn(service="sqs", resource=self._names.queue(name))

    def topic(self, name: str) -> str:
        return self._stack.format_arn(service="sns", resource=self._names.topic(name))

    def identity(self, name: str) -> str:
        return self._stack.format_arn(service="ses", resource="identity", resource_name=name)

    def edge_addresses(self, version: int) -> str:
        """An IP set of the edge's firewall. WAF ends its ARN with an id of its own, which no other stack knows."""
        return self._stack.format_arn(
            service="wafv2",
            region=names.EDGE_REGION,
            resource="global/ipset",
            resource_name=f"{self._names.blocked_addresses(version)}/*",
        )

    def _named(self, service: str, resource: str, name: str) -> str:
        return self._stack.format_arn(
            service=service, resource=resource, resource_name=name, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
        )


def table_grants(arns: Arns) -> Grants:
    catalogue_indexes = [
        arns.index("movies", names.MOVIES_ON_DISPLAY),
        arns.index("rooms", names.ROOMS_BY_THEATER),
        arns.index("events", names.EVENTS_BY_PAIR),
        arns.index("events", names.EVENTS_BY_MOVIE),
    ]
    snapshots = (("s3:GetObject",), [arns.snapshots])
    events, seats, orders, users = (arns.table(role) for role in ("events", "seats", "orders", "users"))
    return {
        Permission.READ_CATALOGUE: [
            (READ, [arns.table(role) for role in ("movies", "theaters", "rooms", "events")]),
            (QUERY, catalogue_indexes),
            snapshots,
        ],
        Permission.LIST_THEATERS: [(SCAN, [arns.table("theaters")])],
        Permission.READ_PROGRAMME: [(QUERY, [arns.index("events", names.EVENTS_BY_THEATER)])],
        Permission.READ_EVENT: [(GET, [events])],
        Permission.GET_ROOM: [(GET, [arns.table("rooms")])],
        Permission.READ_ROOM: [(GET, [arns.table("rooms")]), snapshots],
        Permission.DUE_EVENTS: [(BATCH_GET + UPDATE, [events]), (QUERY, [arns.index("events", names.EVENTS_DUE)])],
        Permission.READ_SEATS: [(READ, [seats])],
        Permission.SEATS_OF_EVENT: [(QUERY, [seats])],
        Permission.NAMED_SEATS: [(BATCH_GET, [seats])],
        Permission.WRITE_SEATS: [(UPDATE_AND_CHECK, [seats])],
        Permission.READ_ORDERS: [(READ, [orders]), (QUERY, [arns.index("orders", names.ORDERS_BY_TIME)])],
        Permission.GET_ORDERS: [(GET, [orders])],
        Permission.NAMED_ORDERS: [(BATCH_GET, [orders])],
        Permission.FIND_SALES: [(QUERY, [orders])],
        Permission.ORDERS_BY_ID: [(QUERY, [arns.index("orders", names.ORDERS_BY_ID)])],
        Permission.ORDERS_WITH_TICKETS: [(QUERY, [arns.index("orders", names.ORDERS_WITH_TICKETS)])],
        Permission.DUE_ORDERS: [(BATCH_GET + UPDATE, [orders]), (QUERY, [arns.index("orders", names.ORDERS_DUE)])],
        Permission.WRITE_ORDERS: [(PUT, [orders])],
        Permission.CHECK_ORDERS: [(CHECK, [orders])],
        Permission.COUNT_TICKETS: [(UPDATE, [orders])],
        Permission.READ_WALLET: [(GET, [users])],
        Permission.WRITE_WALLET: [(PUT, [users])],
        Permission.COUNT_DECLINES: [(UPDATE, [users])],
        Permission.RECORD_BLOCKS: [(PUT, [arns.table("blocks")])],
        Permission.READ_BLOCKS: [(QUERY, [arns.index("blocks", names.BLOCKS_BY_END)])],
    }


def service_grants(arns: Arns, stage: Stage, inputs: Mapping[str, str]) -> Grants:
    """`inputs`: the generated ARNs by their parameter's name, and the mail's sender."""
    lanes = [arns.queue(name) for name in lane_names(stage.lanes)]
    sender = inputs.get("sender", "")
    secret = ("secretsmanager:GetSecretValue",)
    return {
        Permission.CACHE: [(("elasticache:Connect",), arns.cache)],
        Permission.EDGE_ADDRESSES: [
            (("wafv2:ListIPSets",), ["*"]),  # AWS documents it without resources
            (("wafv2:GetIPSet", "wafv2:UpdateIPSet"), [arns.edge_addresses(version) for version in (4, 6)]),
        ],
        Permission.SEND_TO_LANES: [(SEND, lanes)],
        Permission.LANE_BACKLOG: [(("sqs:GetQueueAttributes",), lanes)],
        Permission.REFRESH: [(SEND, [arns.queue(names.REFRESH)])],
        Permission.PARK: [(SEND, [arns.queue(names.PARKED)])],
        Permission.POSTPONE_END: [(SEND, [arns.queue(names.EVENT_ENDS)])],
        Permission.ANNOUNCE: [(("sns:Publish",), [arns.topic(names.PAYMENT_COMPLETE)])],
        Permission.PAYMENT_SECRET: [(secret, [inputs.get(names.PAYMENT_SECRET_ARN, "")])],
        Permission.TICKETS_SECRET: [(secret, [inputs.get(names.TICKETS_SECRET_ARN, "")])],
        Permission.ADDRESS_OF_USER: [(("cognito-idp:AdminGetUser",), [inputs.get(names.USER_POOL_ARN, "")])],
        # SES may have verified the address, or its domain.
        Permission.SEND_MAIL: [(("ses:SendEmail",), [arns.identity(sender), arns.identity(sender.rpartition("@")[2])])],
    }


def statements_for(
    permissions: Iterable[Permission], *, arns: Arns, stage: Stage, inputs: Mapping[str, str]
) -> list[iam.PolicyStatement]:
    """The statements of one function's role, in a stable order."""
    wanted = set(permissions)
    grants = table_grants(arns) | service_grants(arns, stage, inputs)
    return [
        iam.PolicyStatement(actions=list(actions), resources=resources)
        for permission, statements in grants.items()
        if permission in wanted
        for actions, resources in statements
    ]


def consume_statement(queue_arns: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(CONSUME), resources=queue_arns)


def send_statement(queue_arn: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(SEND), resources=[queue_arn])


def network_statements(function_arn: str) -> list[iam.PolicyStatement]:
    """Lambda may attach the function to its subnets; the function's own code may not use that permission.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html, "Best practice for Lambda
    functions running in VPCs".
    """
    return [
        iam.PolicyStatement(actions=list(NETWORK_INTERFACE_ACTIONS), resources=["*"]),
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=list(NETWORK_INTERFACE_ACTIONS),
            resources=["*"],
            conditions={"ArnEquals": {"lambda:SourceFunctionArn": function_arn}},
        ),
    ]
