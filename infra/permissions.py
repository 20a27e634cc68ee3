"""What each need of a function comes to in IAM: exact actions on exact resources.

A transaction needs the permission of each write in it; IAM knows no TransactWriteItems.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
"""

from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from box_office import names as known
from box_office.names import Names
from infra.http_functions import Need

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
# What a hold's transaction does (adapters/dynamodb_changes.py): it puts orders, updates and checks seats.
PUT = ("dynamodb:PutItem",)
UPDATE_AND_CHECK = ("dynamodb:ConditionCheckItem", "dynamodb:UpdateItem")
QUERY = ("dynamodb:Query",)

# AWS documents these without resources; Lambda itself calls them to attach a function to its subnets.
NETWORK_INTERFACE_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


def statements_for(
    needs: Iterable[Need], *, stack: cdk.Stack, names: Names, catalogue_bucket: str
) -> list[iam.PolicyStatement]:
    """The statements of one function's role, in a stable order."""

    def table(role: str) -> str:
        return stack.format_arn(service="dynamodb", resource="table", resource_name=names.table(role))

    def index(role: str, name: str) -> str:
        return f"{table(role)}/index/{name}"

    def elasticache(resource: str, name: str) -> str:
        return stack.format_arn(
            service="elasticache", resource=resource, resource_name=name, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
        )

    catalogue_tables = [table(role) for role in ("movies", "theaters", "rooms", "events")]
    catalogue_indexes = [
        index("movies", known.MOVIES_ON_DISPLAY),
        index("rooms", known.ROOMS_BY_THEATER),
        index("events", known.EVENTS_BY_PAIR),
        index("events", known.EVENTS_BY_MOVIE),
    ]
    snapshots = f"arn:{cdk.Aws.PARTITION}:s3:::{catalogue_bucket}/{known.CATALOGUE_SNAPSHOT_PREFIX}*"
    cache = [elasticache("serverlesscache", names.cache), elasticache("user", names.cache_user)]
    grants = {
        Need.READ_CATALOGUE: [
            (READ, catalogue_tables),
            (QUERY, catalogue_indexes),
            (("s3:GetObject",), [snapshots]),
        ],
        Need.READ_SEATS: [(READ, [table("seats")])],
        Need.WRITE_SEATS: [(UPDATE_AND_CHECK, [table("seats")])],
        Need.READ_ORDERS: [(READ, [table("orders")]), (QUERY, [index("orders", known.ORDERS_BY_TIME)])],
        Need.WRITE_ORDERS: [(PUT, [table("orders")])],
        Need.CACHE: [(("elasticache:Connect",), cache)],
    }
    wanted = set(needs)
    return [
        iam.PolicyStatement(actions=list(actions), resources=resources)
        for need, statements in grants.items()
        if need in wanted
        for actions, resources in statements
    ]


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
