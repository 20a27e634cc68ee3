"""`make on-sale`, `on-sale-over`, `stop-selling`, `sell-again`, `rollback`, `empty-bucket`: what they do and refuse.

Lambda and ElastiCache are fakes with the rules of AWS's that the commands have to keep to.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError

from box_office.names import ROLLED_BACK, Names
from operations import on_sale, rollback
from operations.commands import CalledWrongly, Refused, act_on_target
from operations.empty_bucket import empty
from operations.on_sale import Capacity, begin, capacity_of, dollars_an_hour, over
from operations.rollback import roll_back
from operations.selling import go, stop

NAMES = Names("prod")
HOLD = NAMES.function("hold_seat")
WHEN = datetime(2026, 11, 28, tzinfo=UTC)
WORKER_GIVEN = {
    "BOX_OFFICE_PROVIDER_CALLS_PER_SECOND": "300",
    "BOX_OFFICE_LANES": "8",
    "BOX_OFFICE_WORKERS_PER_LANE": "57",
}


def refuse(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


class FakeLambda:
    """Reserved concurrency may not go below what is provisioned, nor that above it."""

    def __init__(self, reserved: int | None = 400, account: int = 1_000) -> None:
        self.reserved = reserved
        self.provisioned = 0
        self.account = account
        self.aliases: dict[str, str] = {}
        self.gone: set[tuple[str, str]] = set()
        self.calls: list[str] = []

    def get_account_settings(self) -> Any:
        unreserved = self.account - (self.reserved or 0)
        limit = {"ConcurrentExecutions": self.account, "UnreservedConcurrentExecutions": unreserved}
        return {"AccountLimit": limit}

    def get_function_concurrency(self, FunctionName: str) -> Any:
        assert FunctionName == HOLD
        return {} if self.reserved is None else {"ReservedConcurrentExecutions": self.reserved}

    def put_function_concurrency(self, FunctionName: str, ReservedConcurrentExecutions: int) -> None:
        if ReservedConcurrentExecutions < self.provisioned:
            raise refuse("InvalidParameterValueException", "PutFunctionConcurrency")
        self.calls.append(f"reserved {ReservedConcurrentExecutions}")
        self.reserved = ReservedConcurrentExecutions

    def delete_function_concurrency(self, FunctionName: str) -> None:
        self.calls.append("reserved none")
        self.reserved = None

    def get_provisioned_concurrency_config(self, FunctionName: str, Qualifier: str) -> Any:
        if not self.provisioned:
            raise refuse("ProvisionedConcurrencyConfigNotFoundException", "GetProvisionedConcurrencyConfig")
        return {"RequestedProvisionedConcurrentExecutions": self.provisioned}

    def put_provisioned_concurrency_config(
        self, FunctionName: str, Qualifier: str, ProvisionedConcurrentExecutions: int
    ) -> None:
        if self.reserved is not None and ProvisionedConcurrentExecutions > self.reserved:
            raise refuse("InvalidParameterValueException", "PutProvisionedConcurrencyConfig")
        self.calls.append(f"provisioned {ProvisionedConcurrentExecutions}")
        self.provisioned = ProvisionedConcurrentExecutions

    def delete_provisioned_concurrency_config(self, FunctionName: str, Qualifier: str) -> None:
        self.calls.append("provisioned none")
        self.provisioned = 0

    def get_alias(self, FunctionName: str, Name: str) -> Any:
        return {"FunctionVersion": self.aliases[FunctionName]}

    def update_alias(self, FunctionName: str, Name: str, FunctionVersion: str) -> None:
        self.calls.append(f"{FunctionName} {FunctionVersion}")
        self.aliases[FunctionName] = FunctionVersion

    def get_function_configuration(self, FunctionName: str, Qualifier: str) -> Any:
        if (FunctionName, Qualifier) in self.gone:
            raise refuse("ResourceNotFoundException", "GetFunctionConfiguration")
        return {}


class FakeCache:
    """One field a request; a minimum of zero takes it away."""

    def __init__(self) -> None:
        self.limits = {"Maximum": 300_000}
        self.calls = 0

    def describe_serverless_caches(self, ServerlessCacheName: str) -> Any:
        assert ServerlessCacheName == NAMES.cache
        return {"ServerlessCaches": [{"CacheUsageLimits": {"ECPUPerSecond": self.limits}}]}

    def modify_serverless_cache(self, ServerlessCacheName: str, CacheUsageLimits: Any) -> None:
        assert CacheUsageLimits.keys() == {"ECPUPerSecond"}
        self.calls += 1
        limits = CacheUsageLimits["ECPUPerSecond"]
        self.limits = {name: value for name, value in limits.items() if value}


class FakeTemplates:
    """CloudFormation in one region."""

    def __init__(self) -> None:
        hold = {"FunctionName": HOLD, "ReservedConcurrentExecutions": 400, "MemorySize": 1_024}
        self.api = {"Hold": {"Type": "AWS::Lambda::Function", "Properties": hold}}
        self.bucket = {"CatalogueBucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete", "Properties": {}}}
        worker = {"FunctionName": NAMES.function("work_on_lane-0"), "Environment": {"Variables": WORKER_GIVEN}}
        self.payments = {"Worker": {"Type": "AWS::Lambda::Function", "Properties": worker}}
        self.parts = {"data", "api", "payments"}

    def get_template(self, StackName: str) -> Any:
        if StackName.rpartition("-")[2] not in self.parts:
            raise refuse("ValidationError", "GetTemplate")
        resources = {"api": self.api, "payments": self.payments}.get(StackName.rpartition("-")[2], self.bucket)
        return {"TemplateBody": {"Resources": resources}}


class FakeParameters:
    """SSM: values with their history."""

    def __init__(self) -> None:
        self.values: dict[str, list[tuple[datetime, str]]] = {}

    def deploy(self, number: int, release: str, **parts: dict[str, str]) -> None:
        for part, versions in parts.items():
            value = json.dumps({"release": release, "versions": versions})
            self.values.setdefault(NAMES.releases(part), []).append((WHEN + timedelta(hours=number), value))

    def get_paginator(self, operation: str) -> "FakeParameters":
        assert operation == "get_parameter_history"
        return self

    def paginate(self, Name: str) -> Any:
        if Name not in self.values:
            raise refuse("ParameterNotFound", "GetParameterHistory")
        return [{"Parameters": [{"Value": value, "LastModifiedDate": at} for at, value in self.values[Name]]}]

    def get_parameter(self, Name: str) -> Any:
        if Name not in self.values:
            raise refuse("ParameterNotFound", "GetParameter")
        return {"Parameter": {"Value": self.values[Name][-1][1]}}

    def put_parameter(self, Name: str, Value: str, Type: str, Overwrite: bool) -> None:
        assert Value
        self.values.setdefault(Name, []).append((WHEN, Value))


class FakeBucket:
    def __init__(self, versions: int) -> None:
        self.emptied: list[str] = []  # by name, in turns
        self.versions = [{"Key": f"snapshot/{number}", "VersionId": str(number)} for number in range(versions)]
        self.kept: set[str] = set()  # versions that S3 does not delete, and says so in an answer of 200

    def get_paginator(self, operation: str) -> "FakeBucket":
        return self

    def paginate(self, Bucket: str, PaginationConfig: Any) -> Any:
        self.emptied.append(Bucket)
        half = len(self.versions) // 2
        return [{"Versions": self.versions[:half]}, {"DeleteMarkers": self.versions[half:]}, {}]

    def delete_objects(self, Bucket: str, Delete: Any) -> Any:
        gone = {one["VersionId"] for one in Delete["Objects"]} - self.kept
        self.versions = [one for one in self.versions if one["VersionId"] not in gone]
        return {"Errors": [{"VersionId": one, "Message": "Access Denied"} for one in self.kept]} if self.kept else {}


class Stage:
    """A stage in AWS, as the commands see a target."""

    connection: dict[str, Any] = {}
    names = NAMES
    description = "AWS, stage prod"

    def __init__(self, **clients: Any) -> None:
        self.functions = FakeLambda(**clients)
        self.cache, self.parameters, self.templates = FakeCache(), FakeParameters(), FakeTemplates()
        self.s3, self.edge_s3 = FakeBucket(5), FakeBucket(3)
        self.edge_templates = FakeTemplates()
        self.edge_templates.parts = set()

    def client(self, service: str, region: str | None = None) -> Any:
        if region == "us-east-1":
            return {"cloudformation": self.edge_templates, "s3": self.edge_s3}[service]
        return {
            "lambda": self.functions,
            "elasticache": self.cache,
            "ssm": self.parameters,
            "cloudformation": self.templates,
            "s3": self.s3,
        }[service]

    def bucket(self) -> str:
        return "catalogue"

    def page_bucket(self) -> str:
        return "page"

    def access_log_bucket(self) -> str:
        return "access-logs"


@pytest.fixture
def big() -> Stage:
    return Stage(account=12_000)


CAPACITY = Capacity(holds=10_000, warm=2_000, ecpu=200_000)


def test_an_on_sale_is_ready_and_says_what_it_costs(big: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert begin(big, CAPACITY) == 0
    assert (big.functions.reserved, big.functions.provisioned) == (10_000, 2_000)
    assert big.cache.limits == {"Maximum": 300_000, "Minimum": 200_000}
    said = capsys.readouterr().out
    provisioned, cache = dollars_an_hour(2_000, 1_024, 200_000)
    assert f"${provisioned + cache:.2f} an hour" in said and f"${cache:.2f} for the cache's minimum" in said
    assert (round(provisioned, 2), round(cache, 2)) == (24.0, 1.66)
    assert f"get-provisioned-concurrency-config --function-name {HOLD} --qualifier live" in said


def test_an_on_sale_of_the_local_stack_counts_no_money_for_a_minimum_that_it_does_not_set(
    big: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    big.connection = {"endpoint_url": "http://127.0.0.1:9"}

    def no_cache(ServerlessCacheName: str) -> None:
        raise refuse("ServerlessCacheNotFoundFault", "DescribeServerlessCaches")

    monkeypatch.setattr(big.cache, "describe_serverless_caches", no_cache)
    assert begin(big, CAPACITY) == 0
    assert "This costs $24.00 an hour" in (said := capsys.readouterr().out) and "$0.00 for the cache's minimum" in said


def test_it_may_be_typed_twice_and_changed(big: Stage) -> None:
    begin(big, CAPACITY)
    begin(big, CAPACITY)
    assert big.cache.calls == 1
    assert begin(big, Capacity(holds=1_000, warm=500, ecpu=None)) == 0  # less than is provisioned: in the right order
    assert (big.functions.reserved, big.functions.provisioned) == (1_000, 500)


def test_over_gives_back_all_that_is_paid_by_the_hour_and_the_template_its_number(big: Stage) -> None:
    begin(big, CAPACITY)
    assert over(big) == 0
    assert (big.functions.reserved, big.functions.provisioned) == (400, 0)
    assert big.cache.limits == {"Maximum": 300_000}
    before = list(big.functions.calls)
    assert over(big) == 0
    assert (big.functions.calls, big.cache.calls) == (before, 2)


@pytest.mark.parametrize(
    "told",
    [
        ("", "", ""),
        ("many", "", ""),
        ("-1", "", ""),
        ("0", "", ""),
        ("100", "200", ""),
        ("", "", "999"),
        ("", "", "15000001"),
        ("1e4", "", ""),
        ("٣", "", ""),
        ("9999999999", "", ""),
    ],
)
def test_nonsense_is_a_wrong_call(told: tuple[str, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CalledWrongly) as wrongly:
        capacity_of(*told)
    holds, warm, ecpu = told
    with pytest.raises(SystemExit) as left:
        on_sale.main(["begin", f"--holds={holds}", f"--warm={warm}", f"--ecpu={ecpu}"])
    assert left.value.code == 2
    assert str(wrongly.value) in capsys.readouterr().err


def test_a_release_that_is_not_there_is_a_wrong_call(
    deployed: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("operations.commands.this_target", lambda *_: deployed)
    assert rollback.main(["nope"]) == 2
    assert "TO=nope names 0 releases" in capsys.readouterr().err
    assert deployed.functions.calls == []


@pytest.mark.parametrize("error", [NoRegionError(), NoCredentialsError()])
def test_a_command_that_sent_no_request_does_not_say_that_it_began(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("operations.commands.this_target", lambda *_: Stage())

    def act(_: Any) -> int:
        raise error

    assert act_on_target(act, {}) == 1
    told = capsys.readouterr().err
    assert "Nothing was changed." in told and "what was begun" not in told


@pytest.mark.parametrize(
    ("account", "capacity", "word"),
    [
        (1_000, Capacity(10_000, None, None), "Service Quotas"),
        (12_000, Capacity(None, 500, None), "exceeds the 400"),
        (12_000, Capacity(None, None, 300_001), "cache_maximum_ecpu"),
    ],
)
def test_what_the_account_cannot_give_is_refused_before_anything_is_changed(
    account: int, capacity: Capacity, word: str
) -> None:
    stage = Stage(account=account)
    with pytest.raises(Refused, match=word):
        begin(stage, capacity)
    assert (stage.functions.calls, stage.cache.calls) == ([], 0)


def test_an_on_sale_for_the_payments_that_are_deployed_says_what_they_need(
    big: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert begin(big, Capacity(None, None, None, payments=100)) == 0
    assert "8 lanes of 57 workers, 300 calls a second to the provider" in capsys.readouterr().out
    assert (big.functions.calls, big.cache.calls) == ([], 0)


@pytest.mark.parametrize("payments", [99, 101])
def test_an_on_sale_for_other_payments_than_deployed_is_refused_before_anything_is_changed(
    big: Stage, payments: int
) -> None:
    """More would give customers a 202 that no worker reaches; fewer is more calls than the provider was asked for."""
    with pytest.raises(Refused, match=rf"deployed for 100 .*payments_per_second = {payments} "):
        begin(big, Capacity(10_000, 2_000, None, payments))
    assert (big.functions.calls, big.cache.calls) == ([], 0)


def test_an_on_sale_whose_workers_find_no_room_beside_the_holds_is_refused() -> None:
    stage = Stage(account=1_200)
    with pytest.raises(Refused, match="needs 456 workers at once, and beside the holds this account has 200 "):
        begin(stage, Capacity(1_000, None, None, payments=100))
    assert (stage.functions.calls, stage.cache.calls) == ([], 0)


def test_less_than_is_provisioned_is_refused(big: Stage) -> None:
    begin(big, CAPACITY)
    with pytest.raises(Refused, match="give WARM too"):
        begin(big, Capacity(1_000, None, None))


def test_selling_stops_although_environments_are_provisioned(big: Stage) -> None:
    """Lambda refuses a reserved concurrency below what is provisioned: the control."""
    begin(big, CAPACITY)
    with pytest.raises(ClientError):
        big.functions.put_function_concurrency(FunctionName=HOLD, ReservedConcurrentExecutions=0)
    assert stop(big) == 0
    assert (big.functions.reserved, big.functions.provisioned) == (0, 0)
    assert stop(big) == 0
    assert go(big) == 0
    assert big.functions.reserved == 400
    assert go(big) == 0
    assert big.functions.calls[-3:] == ["provisioned none", "reserved 0", "reserved 400"]


def test_a_stage_without_a_number_of_its_own_sells_again_without_one(big: Stage) -> None:
    big.templates.api["Hold"]["Properties"].pop("ReservedConcurrentExecutions")
    stop(big)
    go(big)
    assert big.functions.reserved is None


HOLD_1, PAY_1 = {HOLD: "1"}, {"worker": "1"}


@pytest.fixture
def deployed(big: Stage) -> Stage:
    """Three releases; the second changed the API's function alone."""
    big.parameters.deploy(1, "first", api={HOLD: "1"}, payments={"worker": "1"})
    big.parameters.deploy(2, "second", api={HOLD: "2"}, payments={"worker": "1"})
    big.parameters.deploy(3, "third", api={HOLD: "3"}, payments={"worker": "2", "new": "1"})
    big.functions.aliases = {HOLD: "3", "worker": "2", "new": "1"}
    return big


def test_a_rollback_is_the_release_before_not_each_functions_version_before(deployed: Stage) -> None:
    assert roll_back(deployed, "") == 0
    assert deployed.functions.aliases == {HOLD: "2", "worker": "1", "new": "1"}


def test_typed_twice_it_stays_where_it_is(deployed: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    roll_back(deployed, "")
    calls = len(deployed.functions.calls)
    assert roll_back(deployed, "") == 0
    assert len(deployed.functions.calls) == calls
    assert "live already; nothing was changed" in capsys.readouterr().out


def test_what_was_taken_back_is_not_gone_back_to(deployed: Stage) -> None:
    roll_back(deployed, "")
    deployed.parameters.deploy(4, "fourth", api={HOLD: "4"}, payments={"worker": "3", "new": "1"})
    deployed.functions.aliases |= {HOLD: "4", "worker": "3"}
    roll_back(deployed, "")
    assert deployed.functions.aliases == {HOLD: "2", "worker": "1", "new": "1"}  # the second, not the third


def test_a_release_may_be_named_also_forward(deployed: Stage) -> None:
    roll_back(deployed, "fir")
    assert deployed.functions.aliases == {HOLD: "1", "worker": "1", "new": "1"}
    roll_back(deployed, "third")
    assert deployed.functions.aliases == {HOLD: "3", "worker": "2", "new": "1"}
    remembered = deployed.parameters.get_parameter(NAMES.parameter(ROLLED_BACK))["Parameter"]["Value"]
    assert remembered == "second"  # what is named is not taken back any more


def test_a_stack_that_the_last_deployment_did_not_reach_stays(deployed: Stage) -> None:
    deployed.parameters.deploy(4, "fourth", api={HOLD: "4"})
    deployed.functions.aliases[HOLD] = "4"
    roll_back(deployed, "")
    assert deployed.functions.aliases == {HOLD: "3", "worker": "2", "new": "1"}


@pytest.mark.parametrize("wanted", ["fifth", ""])
def test_what_is_not_there_is_refused(big: Stage, wanted: str) -> None:
    big.parameters.deploy(1, "first", api={HOLD: "1"}, payments={"worker": "1"})
    big.functions.aliases = {HOLD: "1", "worker": "1"}
    with pytest.raises(Refused):
        roll_back(big, wanted)
    assert big.functions.calls == []


def test_a_version_that_is_gone_stops_it_before_anything_moves(deployed: Stage) -> None:
    deployed.functions.gone.add(("worker", "1"))
    with pytest.raises(Refused, match="is gone"):
        roll_back(deployed, "")
    assert deployed.functions.calls == []


def test_a_bucket_is_emptied_of_versions_and_markers_once(big: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert empty(big) == 0
    assert big.s3.versions == []
    assert empty(big) == 0
    assert "empty already" in capsys.readouterr().out


@pytest.mark.parametrize("page", [False, True])
@pytest.mark.parametrize("edge", [False, True])
def test_page_and_edge_are_each_emptied_in_their_region_where_they_are_deployed(
    big: Stage, page: bool, edge: bool
) -> None:
    big.templates.parts |= {"page"} if page else set()
    big.edge_templates.parts |= {"edge"} if edge else set()
    assert empty(big) == 0
    assert big.s3.emptied == ["catalogue", *(["page"] if page else [])]
    assert big.edge_s3.emptied == (["access-logs"] if edge else [])


def test_a_version_that_stays_is_told(big: Stage) -> None:
    big.s3.kept = {"1"}
    with pytest.raises(Refused, match="S3 kept 1 version of catalogue: Access Denied"):
        empty(big)


def test_the_bucket_of_the_local_stack_is_not_emptied(big: Stage) -> None:
    big.connection = {"endpoint_url": "http://127.0.0.1:9"}
    with pytest.raises(Refused, match="`make stop` takes the local stack down"):
        empty(big)
    assert len(big.s3.versions) == 5


def test_a_bucket_that_outlives_its_stack_is_not_emptied(big: Stage) -> None:
    big.templates.bucket["CatalogueBucket"]["DeletionPolicy"] = "RetainExceptOnCreate"
    with pytest.raises(Refused, match="keeps its bucket"):
        empty(big)
    assert len(big.s3.versions) == 5
