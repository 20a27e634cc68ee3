"""What holds for every stack of every stage."""

import copy
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from infra.stacks.cache import CacheStack
from infra.stage_files import STAGES, UnknownStage, stage_names
from infra.stage_reader import deployment_of, read_stage
from infra.stages import ExternalConfig, Stage
from tests.infra.aws_rules import paid_by_the_hour
from tests.infra.cfn_findings import READ_ALREADY, differing, findings_beyond, lint_findings
from tests.infra.conftest import NEEDED, ON_CALL, ROOT, SENDER, STACKS, app_of, app_with, stages_with, synthesize
from tests.infra.template_rules import functions, resources, shared_between_stacks


@pytest.mark.parametrize("part", STACKS)
def test_cfn_lint_finds_nothing(all_templates: dict, part: str) -> None:
    assert lint_findings(all_templates["prod"][part]) == []


@pytest.mark.parametrize("part", STACKS)
def test_nor_in_what_another_stage_of_aws_has_of_its_own(all_templates: dict, part: str) -> None:
    assert findings_beyond(all_templates["dev"][part], "dev", all_templates["prod"][part], "prod") == []


def test_cfn_lint_is_listening(all_templates: dict) -> None:
    template = copy.deepcopy(all_templates["prod"]["data"])
    template["Resources"]["AvailableSeat"]["Properties"]["KeySchema"] = "event_id"
    assert lint_findings(template)


@pytest.mark.parametrize(
    ("breaks", "seen"),
    [
        (lambda resources: resources["AvailableSeat"]["Properties"].update(KeySchema="event_id"), "E3012"),
        (lambda resources: resources["MovieTbl"]["Properties"].update(Replicas=[{"Ref": "Nothing"}]), "E1020"),
        (
            lambda resources: resources["Users"]["Properties"].update(UserPoolName={"Fn::GetAtt": ["Orders", "X"]}),
            "E1010",
        ),
        (lambda resources: resources.update(New={"Type": "AWS::SQS::Queue", "Properties": {"Nme": "x"}}), "E3002"),
    ],
)
def test_a_mistake_of_one_stage_alone_is_found_in_what_differs(all_templates: dict, breaks, seen: str) -> None:
    read, template = all_templates["prod"]["data"], copy.deepcopy(all_templates["prod"]["data"])
    assert findings_beyond(template, "prod", read, "prod") == []
    breaks(template["Resources"])
    assert sum(one != READ_ALREADY for one in differing(template, "prod", read, "prod")["Resources"].values()) < 5
    assert any(one.startswith(seen) for one in findings_beyond(template, "prod", read, "prod"))


def test_stacks_share_stable_names_only(templates: dict, stage: str) -> None:
    assert set(templates) == set(STACKS)
    for part, template in templates.items():
        assert shared_between_stacks(template, f"box-office-{stage}") == [], part


def test_every_name_that_a_stack_reads_is_written_by_another(templates: dict, stage: str) -> None:
    written = {
        one["Properties"]["Name"]
        for template in templates.values()
        for one in resources(template, "AWS::SSM::Parameter").values()
    }
    read = {one["Default"] for template in templates.values() for one in template.get("Parameters", {}).values()} - {
        "/cdk-bootstrap/hnb659fds/version"
    }
    assert read <= written
    assert f"/box-office-{stage}/cache-url" in read


@pytest.mark.parametrize(
    ("breaks", "seen"),
    [
        (
            lambda template: template["Outputs"].update(Shared={"Value": "x", "Export": {"Name": "x"}}),
            "Outputs.Shared",
        ),
        (
            lambda template: template["Resources"].update(X={"Type": "T", "P": [{"Fn::ImportValue": "x"}]}),
            "Fn::ImportValue",
        ),
        (lambda template: template["Parameters"].update(Pool={"Type": "String", "Default": "x"}), "Parameters.Pool"),
    ],
)
def test_the_rule_sees_what_would_block_a_second_deployment(all_templates: dict, breaks, seen: str) -> None:
    template = copy.deepcopy(all_templates["prod"]["api"])
    breaks(template)
    assert shared_between_stacks(template, "box-office-prod") == [seen]


def test_stacks_are_deployed_in_the_order_in_which_they_read_each_other(assemblies: dict) -> None:
    """A parameter must be there when the stack that reads it is created: on an empty account too."""
    assembly = assemblies["prod"]
    parts = {stack.id: stack.stack_name.removeprefix("box-office-prod-") for stack in assembly.stacks}
    before = {
        parts[stack.id]: {parts[other.id] for other in stack.dependencies if other.id in parts}
        for stack in assembly.stacks
    }
    written = {
        one["Properties"]["Name"]: parts[stack.id]
        for stack in assembly.stacks
        for one in resources(stack.template, "AWS::SSM::Parameter").values()
    }
    for stack in assembly.stacks:
        read = {one["Default"] for one in stack.template.get("Parameters", {}).values()} & written.keys()
        owners = {written[name] for name in read}
        assert owners <= reachable(parts[stack.id], before), parts[stack.id]


def reachable(part: str, before: dict[str, set[str]]) -> set[str]:
    return before[part] | {further for one in before[part] for further in reachable(one, before)}


def test_logical_ids_follow_the_documented_names(templates: dict) -> None:
    ids = {
        "MovieTbl",
        "TheaterTbl",
        "TheaterRoomTbl",
        "TheaterMovieRelation",
        "AvailableSeat",
        "UserInfoTbl",
        "Orders",
        "Users",
        "CatalogueBucket",
    }
    assert templates["data"]["Resources"].keys() >= ids
    assert "AvailableSeatElasticCache" in templates["cache"]["Resources"]


def test_production_differs_where_it_must(all_templates: dict) -> None:
    hold = {stage: functions(all_templates[stage]["api"])["hold_seat"]["Properties"] for stage in all_templates}
    assert hold["prod"]["ReservedConcurrentExecutions"] == 400
    assert "ReservedConcurrentExecutions" not in hold["dev"]  # a young account has none to spare
    assert hold["local"]["Environment"]["Variables"]["BOX_OFFICE_CACHE_SHARDS"] == "1"
    assert hold["prod"]["Environment"]["Variables"]["BOX_OFFICE_CACHE_SHARDS"] == "128"
    reconcile = {stage: functions(all_templates[stage]["payments"])["reconcile"]["Properties"] for stage in hold}
    # A run may last 150 s, and one begins each minute: with less than three, slow ones would make the next fail.
    assert reconcile["prod"]["ReservedConcurrentExecutions"] * 60 >= reconcile["prod"]["Timeout"]
    assert "ReservedConcurrentExecutions" not in reconcile["dev"]


@pytest.fixture(scope="module")
def on_sale(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    warm = {"seats_warm_writes": 150_000, "orders_warm_writes": 50_000}
    return synthesize("prod", tmp_path_factory.mktemp("on-sale"), on_sale=True, **warm)


@pytest.mark.parametrize("part", STACKS)
def test_cfn_lint_finds_nothing_in_an_on_sale(on_sale: dict, all_templates: dict, part: str) -> None:
    assert findings_beyond(on_sale[part], "prod", all_templates["prod"][part], "prod") == []


def test_an_on_sale_is_one_word_in_the_stages_file(on_sale: dict) -> None:
    hold = functions(on_sale["api"])["hold_seat"]
    assert hold["Properties"]["ReservedConcurrentExecutions"] == 2_000
    (usual,) = resources(on_sale["api"], "AWS::ApiGateway::Stage").values()
    (everywhere,) = (one for one in usual["Properties"]["MethodSettings"] if one["ResourcePath"] == "/*")
    assert (everywhere["ThrottlingRateLimit"], everywhere["ThrottlingBurstLimit"]) == (250_000, 125_000)
    assert paid_by_the_hour(on_sale) == []  # that is `make on-sale`'s: operations/on_sale.py
    tables = on_sale["data"]["Resources"]
    seats, orders = (tables[name]["Properties"] for name in ("AvailableSeat", "Orders"))
    assert seats["WarmThroughput"] == {"WriteUnitsPerSecond": 150_000}  # reads: what use has made of them
    assert orders["WarmThroughput"] == {"WriteUnitsPerSecond": 50_000}
    assert {index["WarmThroughput"]["WriteUnitsPerSecond"] for index in orders["GlobalSecondaryIndexes"]} == {50_000}


def test_warm_throughput_is_left_alone_unless_asked_for(all_templates: dict) -> None:
    for table in resources(all_templates["prod"]["data"], "AWS::DynamoDB::GlobalTable").values():
        assert "WarmThroughput" not in table["Properties"]


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"cache_maximum_ecpu": "many"}, "cache_maximum_ecpu"),
        ({"cache_maximum_ecpu": -1}, "cache_maximum_ecpu"),
        ({"cache_maximum_ecpu": True}, "cache_maximum_ecpu"),
        ({"retain": 1}, "retain"),
        ({"return_url": 1}, "return_url"),
        ({"lanes": 0}, "lanes=0"),
        ({"payments_per_second": 0}, "payments_per_second=0"),
        ({"payments_per_second": 1_778}, "payments_per_second=1778 needs 8_001 workers.* Write lanes = 9"),
        ({"payments_per_second": 2}, "calls over 2 s apart"),  # two workers a lane at least: 16 for 6 calls a second
        ({"on_sale": "yes"}, "on_sale"),
        ({"alarm_email": ""}, "alarm_email is missing"),
        ({"return_url": ""}, "return_url is missing"),
        ({"return_url": "http://127.0.0.1:8000/"}, "return_url = http://127.0.0.1:8000/: .*https://"),
        ({"signup_sender": ""}, "signup_sender is missing"),
    ],
)
def test_a_stage_that_cannot_be_deployed_is_refused_by_name(tmp_path: Path, settings: dict, word: str) -> None:
    with pytest.raises(UnknownStage, match=rf"stages/prod\.toml: .*{word}"):
        read_stage("prod", stages_with(tmp_path / "stages", "prod", **{**NEEDED["prod"], **settings}))


@pytest.mark.parametrize("name", ["production", "../prod", "Prod", ""])
def test_a_stage_without_a_file_is_refused(name: str) -> None:
    with pytest.raises(UnknownStage, match="-c stage=dev, -c stage=local, -c stage=prod"):
        read_stage(name)


@pytest.mark.parametrize("broken", ["lanes = ", "lanes = 2\nlanes = 3", b"\xff"])
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, broken: str | bytes) -> None:
    (tmp_path / "dev.toml").write_bytes(broken if isinstance(broken, bytes) else broken.encode())
    with pytest.raises(UnknownStage, match=r"dev\.toml: "):
        read_stage("dev", tmp_path)


@pytest.mark.parametrize(
    ("during", "word"),
    [
        ("seats_warm_writes = 150_000", "seats_warm_writes cannot be taken back"),
        ("lanes = 16", "lanes cannot be taken back"),  # its end would delete queues with their messages
        ("payments_per_second = 5_000", "Write lanes = 23"),
        ("payments_a_second = 600", "Do you mean payments_per_second"),
    ],
)
def test_an_on_sale_that_could_not_be_deployed_is_refused_long_before(tmp_path: Path, during: str, word: str) -> None:
    """DynamoDB Developer Guide, "Understanding DynamoDB warm throughput": it can be increased, not decreased."""
    stages = stages_with(tmp_path / "stages", "prod", **NEEDED["prod"])
    file = stages / "prod.toml"
    file.write_text(f"{file.read_text()}\n{during}\n")
    with pytest.raises(UnknownStage, match=word):
        read_stage("prod", stages)


@pytest.mark.parametrize("stage", ["dev", "prod"])
@pytest.mark.parametrize(
    "forgotten",
    [
        {"alarm_email": "you@example.com"},  # the next deployment deleted the subscription
        {"receipt_sender": "tickets@example.com"},  # and the receipts' queue, with its messages
        {"lanes": "16"},  # and the lanes' queues, with theirs
        {"return_url": "https://cinema.example"},
        {"signup_sender": "hello@cinema.example"},  # and sign-ups were mailed by Cognito's own mailer again
        {"cache_shards": "127"},
        {"hold_reserved_concurrency": "2000"},
    ],
)
def test_nothing_that_a_deployment_could_forget_is_taken_from_its_command_line(
    tmp_path: Path, stage: str, forgotten: dict
) -> None:
    """CloudFormation User Guide, "Updating stacks": what a new template lacks is deleted. So all that a template
    depends on, the stage's name aside, is in the repository."""
    context = {"stage": stage, **forgotten}
    with pytest.raises(UnknownStage, match=rf"^-c {next(iter(forgotten))}: .*stages/{stage}\.toml"):
        app_with(context, tmp_path, stages_with(tmp_path / "stages", stage, **NEEDED.get(stage, {})))


def test_two_deployments_of_a_stage_are_the_same_whatever_was_typed(tmp_path: Path) -> None:
    """The very command of docs/deploying.md, twice, with a receipts' sender and an alarm address in the file."""
    settings = {"alarm_email": ON_CALL, "receipt_sender": SENDER}
    deployed = [synthesize("dev", tmp_path / str(number), **settings) for number in range(2)]
    assert deployed[0] == deployed[1]
    (subscription,) = resources(deployed[0]["api"], "AWS::SNS::Subscription").values()
    assert subscription["Properties"]["Endpoint"] == ON_CALL
    assert any(name.endswith("-receipts") for name in queue_names(deployed[0]["payments"]))


def queue_names(template: dict) -> list[str]:
    return [one["Properties"]["QueueName"] for one in resources(template, "AWS::SQS::Queue").values()]


def test_a_stage_that_keeps_its_data_is_refused_without_someone_who_is_told_of_alarms(tmp_path: Path) -> None:
    stages = stages_with(tmp_path / "stages", "prod")
    with pytest.raises(UnknownStage, match=r'prod\.toml: alarm_email is missing.*alarm_email = "none"'):
        app_with({"stage": "prod"}, tmp_path, stages)


def test_unless_that_is_said_on_purpose(tmp_path: Path) -> None:
    assert resources(synthesize("prod", tmp_path, alarm_email="none")["api"], "AWS::SNS::Subscription") == {}


def test_one_machine_is_told_its_addresses_and_whatever_a_start_wants(tmp_path: Path) -> None:
    context = {"stage": "local", "provider_url": "http://127.0.0.1:4000", "lanes": "5"}
    deployment = deployment_of(context)
    assert (deployment.external.provider_url, deployment.stage.lanes) == ("http://127.0.0.1:4000", 5)
    with pytest.raises(UnknownStage, match="-c lanes=٣"):
        deployment_of({"stage": "local", "lanes": "٣"})


def test_every_stage_says_only_what_differs() -> None:
    """A setting that repeats the default is two places to change."""
    for name in stage_names():
        said = tomllib.loads((STAGES / f"{name}.toml").read_text())
        defaults = {**vars(Stage(name=name)), **vars(ExternalConfig())}
        assert [key for key, value in said.items() if defaults.get(key) == value] == []


@pytest.mark.parametrize(
    "told",
    [
        {"provider_url": "http://provider.example"},
        {"return_url": "javascript:alert(1)"},
        {"receipt_sender": "cinema.example"},
        {"receipt_sender": "Box <box@cinema.example>"},
        {"receipt_sender": "none"},
        {"signup_sender": "cinema.example"},
        {"signup_sender": "none"},
        {"alarm_email": "nobody"},
    ],
)
def test_an_outside_that_cannot_be_used_is_refused_by_name(told: dict) -> None:
    with pytest.raises(UnknownStage, match=next(iter(told))):
        ExternalConfig(**told)


def test_the_outside_may_be_this_machine_or_speak_tls() -> None:
    ExternalConfig(
        provider_url="http://127.0.0.1:4000", return_url="https://cinema.example/paid", receipt_sender="a@b.example"
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("seats_warm_wirtes", "Do you mean seats_warm_writes?"),
        ("hold-reserved-concurrency", "Do you mean hold_reserved_concurrency?"),
        ("alarm_mail", "Do you mean alarm_email?"),
        ("zzz", "There are: alarm_email, "),
    ],
)
def test_a_name_that_nothing_reads_is_refused_with_the_closest_one(tmp_path, name: str, told: str) -> None:
    with pytest.raises(UnknownStage, match=re.escape(f"-c {name}=...: nothing has this name. {told}")):
        app_with({"stage": "dev", name: "2000"}, tmp_path)
    with pytest.raises(UnknownStage, match=re.escape(f"stages/dev.toml: {name}: nothing has this name. {told}")):
        app_of("dev", tmp_path, **{name: "2000"})


def test_what_cdk_itself_keeps_in_the_context_is_no_mistake() -> None:
    zones = "availability-zones:account=1:region=us-east-1"
    cdk_s = ["aws:cdk:bundling-stacks", "@aws-cdk/core:checkSecretUsage", "aws-cdk:enableDiffNoFail", zones]
    assert deployment_of(dict.fromkeys([*cdk_s, "cli-telemetry"], True)).stage.name == "dev"


def test_a_refused_synthesis_says_its_sentence_alone(tmp_path) -> None:
    context = json.dumps({"stage": "prod", "seats_warm_wirtes": "2000"})
    environ = {**os.environ, "CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    sentence = "nothing has this name. Do you mean seats_warm_writes?"
    assert done.stderr.strip() == f"-c seats_warm_wirtes=...: {sentence}"


def test_a_stage_may_name_its_zones_by_ids_that_are_the_same_in_every_account() -> None:
    """The first two names may be of a zone without Lambda: https://github.com/keboola/developer-portal/issues/81."""
    stage = Stage(name="prod", zone_ids="use1-az2, use1-az4")
    template = Template.from_stack(CacheStack(cdk.App(), stage=stage)).to_json()
    subnets = [one["Properties"] for one in resources(template, "AWS::EC2::Subnet").values()]
    assert [one["AvailabilityZoneId"] for one in subnets] == ["use1-az2", "use1-az4"]
    assert all("AvailabilityZone" not in one for one in subnets)


@pytest.mark.parametrize(
    ("zone_ids", "sentence"),
    [
        (",", "2 different zones are needed"),
        ("us-east-1a, us-east-1b", "us-east-1a is no id of a zone"),
        ("use1-az1", "2 different zones are needed"),
        ("use1-az1, use1-az1", "2 different zones are needed"),
        ("use1-az1, use1-az2, use1-az4", "2 different zones are needed"),
    ],
)
def test_zones_that_cannot_be_deployed_are_refused_with_the_reason(
    tmp_path: Path, zone_ids: str, sentence: str
) -> None:
    with pytest.raises(UnknownStage, match=sentence):
        read_stage("dev", stages_with(tmp_path / "stages", "dev", zone_ids=zone_ids))
