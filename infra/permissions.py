"""What each need of a function comes to in IAM: exact actions on exact resources.

A transaction needs the permission of each write in it; IAM knows no TransactWriteItems.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from collections.abc import Iterable, Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from box_office import names as known
from box_office.names import Names
from infra.function_plan import Need
from infra.queues import lane_names
from infra.stages import Stage

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
# What a transaction does (adapters/dynamodb/changes.py): it puts orders, updates and checks seats.
UPDATE_AND_CHECK = ("dynamodb:ConditionCheckItem", "dynamodb:UpdateItem")
GET, BATCH_GET, QUERY = ("dynamodb:GetItem",), ("dynamodb:BatchGetItem",), ("dynamodb:Query",)
PUT, UPDATE, CHECK = ("dynamodb:PutItem",), ("dynamodb:UpdateItem",), ("dynamodb:ConditionCheckItem",)
SEND = ("sqs:SendMessage",)
# A queue's consumer: the mapping's three, and the message's own time to come back.
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


Grants = dict[Need, list[tuple[tuple[str, ...], list[str]]]]


class Arns:
    """What a grant can name. Everything has a stable name; secrets and the user pool are told."""

    def __init__(self, stack: cdk.Stack, names: Names, catalogue_bucket: str) -> None:
        self._stack = stack
        self._names = names
        self.snapshots = f"arn:{cdk.Aws.PARTITION}:s3:::{catalogue_bucket}/{known.CATALOGUE_SNAPSHOT_PREFIX}*"
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

    def _named(self, service: str, resource: str, name: str) -> str:
        return self._stack.format_arn(
            service=service, resource=resource, resource_name=name, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
        )


def table_grants(arns: Arns) -> Grants:
    catalogue_indexes = [
        arns.index("movies", known.MOVIES_ON_DISPLAY),
        arns.index("rooms", known.ROOMS_BY_THEATER),
        arns.index("events", known.EVENTS_BY_PAIR),
        arns.index("events", known.EVENTS_BY_MOVIE),
    ]
    snapshots = (("s3:GetObject",), [arns.snapshots])
    events, seats, orders, users = (arns.table(role) for role in ("events", "seats", "orders", "users"))
    return {
        Need.READ_CATALOGUE: [
            (READ, [arns.table(role) for role in ("movies", "theaters", "rooms", "events")]),
            (QUERY, catalogue_indexes),
            snapshots,
        ],
        Need.READ_EVENT: [(GET, [events])],
        Need.GET_ROOM: [(GET, [arns.table("rooms")])],
        Need.READ_ROOM: [(GET, [arns.table("rooms")]), snapshots],
        Need.DUE_EVENTS: [(BATCH_GET + UPDATE, [events]), (QUERY, [arns.index("events", known.EVENTS_DUE)])],
        Need.READ_SEATS: [(READ, [seats])],
        Need.SEATS_OF_EVENT: [(QUERY, [seats])],
        Need.NAMED_SEATS: [(BATCH_GET, [seats])],
        Need.WRITE_SEATS: [(UPDATE_AND_CHECK, [seats])],
        Need.READ_ORDERS: [(READ, [orders]), (QUERY, [arns.index("orders", known.ORDERS_BY_TIME)])],
        Need.GET_ORDERS: [(GET, [orders])],
        Need.FIND_SALES: [(QUERY, [orders])],
        Need.ORDERS_BY_ID: [(QUERY, [arns.index("orders", known.ORDERS_BY_ID)])],
        Need.DUE_ORDERS: [(BATCH_GET + UPDATE, [orders]), (QUERY, [arns.index("orders", known.ORDERS_DUE)])],
        Need.WRITE_ORDERS: [(PUT, [orders])],
        Need.CHECK_ORDERS: [(CHECK, [orders])],
        Need.COUNT_TICKETS: [(UPDATE, [orders])],
        Need.READ_WALLET: [(GET, [users])],
        Need.WRITE_WALLET: [(PUT, [users])],
    }


def service_grants(arns: Arns, stage: Stage, told: Mapping[str, str]) -> Grants:
    """`told`: the generated ARNs by their parameter's name, and the mail's sender."""
    lanes = [arns.queue(name) for name in lane_names(stage.lanes)]
    sender = told.get("sender", "")
    secret = ("secretsmanager:GetSecretValue",)
    return {
        Need.CACHE: [(("elasticache:Connect",), arns.cache)],
        Need.SEND_TO_LANES: [(SEND, lanes)],
        Need.LANE_BACKLOG: [(("sqs:GetQueueAttributes",), lanes)],
        Need.REFRESH: [(SEND, [arns.queue(known.REFRESH)])],
        Need.PARK: [(SEND, [arns.queue(known.PARKED)])],
        Need.POSTPONE_END: [(SEND, [arns.queue(known.EVENT_ENDS)])],
        Need.ANNOUNCE: [(("sns:Publish",), [arns.topic(known.PAYMENT_COMPLETE)])],
        Need.PAYMENT_SECRET: [(secret, [told.get(known.PAYMENT_SECRET_ARN, "")])],
        Need.TICKETS_SECRET: [(secret, [told.get(known.TICKETS_SECRET_ARN, "")])],
        Need.ADDRESS_OF_USER: [(("cognito-idp:AdminGetUser",), [told.get(known.USER_POOL_ARN, "")])],
        # Whichever of the two was verified: the address, or its domain.
        Need.SEND_MAIL: [(("ses:SendEmail",), [arns.identity(sender), arns.identity(sender.rpartition("@")[2])])],
    }


def statements_for(
    needs: Iterable[Need], *, arns: Arns, stage: Stage, told: Mapping[str, str]
) -> list[iam.PolicyStatement]:
    """The statements of one function's role, in a stable order."""
    wanted = set(needs)
    grants = table_grants(arns) | service_grants(arns, stage, told)
    return [
        iam.PolicyStatement(actions=list(actions), resources=resources)
        for need, statements in grants.items()
        if need in wanted
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
