"""The tables of the documented data model (DESIGN.md section 9), on demand, recoverable, encrypted."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from box_office import names
from box_office.names import Names
from infra.own_resource import own_resource
from infra.stages import Stage

WRITE_UNITS_OF_A_NEW_TABLE = 4_000  # a second: what on demand gives at once, and the least it accepts

TEXT = dynamodb.AttributeType.STRING
NUMBER = dynamodb.AttributeType.NUMBER


@dataclass(frozen=True)
class Key:
    """Partition key and sort key, as (attribute, type)."""

    partition: str
    sort: str | None = None
    sort_type: dynamodb.AttributeType = TEXT
    partition_type: dynamodb.AttributeType = TEXT

    @property
    def partition_attribute(self) -> dynamodb.Attribute:
        return dynamodb.Attribute(name=self.partition, type=self.partition_type)

    @property
    def sort_attribute(self) -> dynamodb.Attribute:
        """Raises ValueError for a key that has none."""
        if not self.sort:
            raise ValueError(f"the key {self.partition} has no sort key")
        return dynamodb.Attribute(name=self.sort, type=self.sort_type)


@dataclass(frozen=True)
class Index:
    name: str
    key: Key
    projection: dynamodb.ProjectionType = dynamodb.ProjectionType.ALL
    included: tuple[str, ...] = ()  # attributes beside the keys, of projection INCLUDE
    local: bool = False  # shares the table's partition key, and can be read consistently


@dataclass(frozen=True)
class TableShape:
    logical_id: str  # the documented name
    key: Key
    indexes: tuple[Index, ...] = ()
    expires: str | None = None  # the attribute with the second after which DynamoDB removes a row, within days


# The key of the indexes by which the reconciler finds due orders and events. They are sparse, and sharded, because one
# hot key of an index throttles its table.
DUE = Key("due_shard", "due_at", NUMBER, NUMBER)

SHAPES = {
    "movies": TableShape(
        "MovieTbl", Key("movie_id"), (Index(names.MOVIES_ON_DISPLAY, Key("on_display", "title_key")),)
    ),
    "theaters": TableShape("TheaterTbl", Key("theater_id")),
    "rooms": TableShape(
        "TheaterRoomTbl", Key("room_id"), (Index(names.ROOMS_BY_THEATER, Key("theater_id", "room_id")),)
    ),
    "events": TableShape(
        "TheaterMovieRelation",
        Key("event_id"),
        (
            Index(names.EVENTS_BY_PAIR, Key("movie_theater_id", "movie_time", NUMBER)),
            Index(names.EVENTS_BY_MOVIE, Key("movie_id", "movie_time", NUMBER)),
            Index(names.EVENTS_BY_THEATER, Key("theater_id", "movie_time", NUMBER)),
            Index(names.EVENTS_BY_ROOM, Key("room_id", "movie_time", NUMBER)),
            Index(names.EVENTS_DUE, DUE, dynamodb.ProjectionType.KEYS_ONLY),
        ),
    ),
    "seats": TableShape("AvailableSeat", Key("event_id", "seat_id"), expires=names.SEAT_EXPIRES_AT),
    "users": TableShape("UserInfoTbl", Key("user_id")),
    "orders": TableShape(
        "Orders",
        Key("user_id", "order_key"),
        (
            Index(names.ORDERS_BY_ID, Key("order_id"), dynamodb.ProjectionType.KEYS_ONLY),
            Index(names.ORDERS_DUE, DUE, dynamodb.ProjectionType.KEYS_ONLY),
            # Sparse: a row is in it once it has tickets, so a hold pays nothing for it, and a showing has few.
            Index(
                names.ORDERS_WITH_TICKETS,
                Key("ticketed_event", "changed_at", NUMBER),
                dynamodb.ProjectionType.INCLUDE,
                included=("order_id", "tickets"),
            ),
            Index(
                names.ORDERS_BY_TIME,
                Key("user_id", "first_held_at", NUMBER),
                dynamodb.ProjectionType.KEYS_ONLY,
                local=True,
            ),
        ),
    ),
    "blocks": TableShape(
        "Blocks",
        Key("source", "subject"),
        (Index(names.BLOCKS_BY_END, Key("source", "ends_at", NUMBER), local=True),),
        expires=names.BLOCK_EXPIRES_AT,
    ),
}


class Tables(Construct):
    def __init__(
        self, scope: Construct, id: str, *, stage: Stage, names: Names, removal_policy: cdk.RemovalPolicy
    ) -> None:
        super().__init__(scope, id)
        warm_writes = {"seats": stage.seats_warm_writes, "orders": stage.orders_warm_writes}
        for role, shape in SHAPES.items():
            warm = warm_throughput(warm_writes.get(role, 0))
            table = dynamodb.TableV2(
                self,
                shape.logical_id,
                table_name=names.table(role),
                billing=dynamodb.Billing.on_demand(),
                encryption=dynamodb.TableEncryptionV2.aws_managed_key(),
                point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                    point_in_time_recovery_enabled=True
                ),
                deletion_protection=stage.retain,
                time_to_live_attribute=shape.expires,
                removal_policy=removal_policy,
                warm_throughput=warm,
                global_secondary_indexes=[
                    dynamodb.GlobalSecondaryIndexPropsV2(
                        index_name=index.name,
                        projection_type=index.projection,
                        non_key_attributes=list(index.included) or None,
                        warm_throughput=warm,  # an index with less than its table would delay the table's writes
                        partition_key=index.key.partition_attribute,
                        sort_key=index.key.sort_attribute if index.key.sort else None,
                    )
                    for index in shape.indexes
                    if not index.local
                ]
                or None,
                local_secondary_indexes=[
                    dynamodb.LocalSecondaryIndexProps(
                        index_name=index.name,
                        projection_type=index.projection,
                        sort_key=index.key.sort_attribute,
                    )
                    for index in shape.indexes
                    if index.local
                ]
                or None,
                partition_key=shape.key.partition_attribute,
                sort_key=shape.key.sort_attribute if shape.key.sort else None,
            )
            # The documented name, without CDK's hash: CloudFormation would replace a table whose logical id changes.
            own_resource(table, dynamodb.CfnGlobalTable).override_logical_id(shape.logical_id)


def global_indexes(role: str) -> tuple[str, ...]:
    return tuple(index.name for index in SHAPES[role].indexes if not index.local)


def warm_throughput(write_units: int) -> dynamodb.WarmThroughput | None:
    """Of writes alone: reads grow by use, and DynamoDB would refuse a number that is lower than what they have now.
    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html"""
    if not write_units:
        return None
    return dynamodb.WarmThroughput(write_units_per_second=max(write_units, WRITE_UNITS_OF_A_NEW_TABLE))
