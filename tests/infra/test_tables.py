"""The documented data model (DESIGN.md section 9), as deployed."""

import copy

import pytest

from tests.infra.template_rules import resources, unsafe_tables

ALL, KEYS = "ALL", "KEYS_ONLY"
TICKETS = "INCLUDE order_id tickets"
# logical id: (physical name, key, {index: (key, projection)}); a key is attribute and type, partition first
DOCUMENTED = {
    "MovieTbl": ("Movie_tbl", "movie_id S", {"on_display": ("on_display S, title_key S", ALL)}),
    "TheaterTbl": ("Theater_tbl", "theater_id S", {}),
    "TheaterRoomTbl": ("Theater_room_tbl", "room_id S", {"by_theater": ("theater_id S, room_id S", ALL)}),
    "TheaterMovieRelation": (
        "Theater_Movie_relation",
        "event_id S",
        {
            "by_pair_and_time": ("movie_theater_id S, movie_time N", ALL),
            "by_movie_and_time": ("movie_id S, movie_time N", ALL),
            "by_theater_and_time": ("theater_id S, movie_time N", ALL),
            "by_room_and_time": ("room_id S, movie_time N", ALL),
            "by_due": ("due_shard N, due_at N", KEYS),
        },
    ),
    "AvailableSeat": ("Available_seat", "event_id S, seat_id S", {}),
    "UserInfoTbl": ("user_info_tbl", "user_id S", {}),
    "Orders": (
        "orders",
        "user_id S, order_key S",
        {
            "by_order_id": ("order_id S", KEYS),
            "by_due": ("due_shard N, due_at N", KEYS),
            "by_ticketed_event": ("ticketed_event S, changed_at N", TICKETS),
            "by_time": ("user_id S, first_held_at N", KEYS),
        },
    ),
    "Blocks": ("blocks", "source S, subject S", {"by_end": ("source S, ends_at N", ALL)}),
}


def projection_of(projection: dict) -> str:
    return " ".join([projection["ProjectionType"], *sorted(projection.get("NonKeyAttributes", ()))])


def key_of(schema: list[dict], types: dict[str, str]) -> str:
    ordered = sorted(schema, key=lambda part: part["KeyType"] != "HASH")
    return ", ".join(f"{part['AttributeName']} {types[part['AttributeName']]}" for part in ordered)


def test_tables_have_the_documented_names_keys_and_indexes(data: dict, stage: str) -> None:
    deployed = {}
    for logical_id, table in resources(data, "AWS::DynamoDB::GlobalTable").items():
        properties = table["Properties"]
        types = {one["AttributeName"]: one["AttributeType"] for one in properties["AttributeDefinitions"]}
        deployed[logical_id] = (
            properties["TableName"].removeprefix(f"box-office-{stage}-"),
            key_of(properties["KeySchema"], types),
            {
                index["IndexName"]: (key_of(index["KeySchema"], types), projection_of(index["Projection"]))
                for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
                for index in properties.get(kind, [])
            },
        )
    assert deployed == DOCUMENTED


def test_tables_are_encrypted_recoverable_and_in_production_protected(data: dict, stage: str) -> None:
    assert unsafe_tables(data, protected=stage == "prod") == []


@pytest.mark.parametrize(
    "breaks",
    [
        lambda table: table["Properties"].pop("SSESpecification"),
        lambda table: table["Properties"]["Replicas"][0].pop("PointInTimeRecoverySpecification"),
        lambda table: table["Properties"]["Replicas"][0].update(DeletionProtectionEnabled=False),
        lambda table: table.update(DeletionPolicy="Delete"),
        lambda table: table["Properties"].update(BillingMode="PROVISIONED"),
    ],
    ids=["encryption", "recovery", "deletion protection", "retained", "on demand"],
)
def test_the_rule_sees_an_unsafe_table(all_templates: dict, breaks, request: pytest.FixtureRequest) -> None:
    template = copy.deepcopy(all_templates["prod"]["data"])
    breaks(template["Resources"]["AvailableSeat"])
    assert unsafe_tables(template, protected=True) == [f"AvailableSeat: {request.node.callspec.id}"]


def test_the_catalogue_bucket_is_private_encrypted_and_versioned(data: dict) -> None:
    properties = data["Resources"]["CatalogueBucket"]["Properties"]
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = properties["LifecycleConfiguration"]["Rules"]
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30


def test_the_catalogue_bucket_refuses_plain_http_in_aws(data: dict, stage: str) -> None:
    denied = [
        statement
        for policy in resources(data, "AWS::S3::BucketPolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and statement["Action"] == "s3:*"
    ]
    assert len(denied) == (0 if stage == "local" else 1)  # one machine has no certificates
