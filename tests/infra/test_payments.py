"""The asynchronous half: what fails is tried again, then kept, then wakes somebody; lanes leave each other alone."""

import copy
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.template_rules import (
    figures_of,
    functions,
    grants,
    loose_mappings,
    mappings,
    queues,
    referred,
    resources,
    ringing,
    role_of,
    silent_failures,
    statements_of,
    text,
    unsafe_queues,
    unwatched_queues,
    without_a_next_place,
)

LANES = {"local": 3, "dev": 2, "prod": 8}
ENDS = frozenset({"parked", "reconcile-failures", "block-failures"})  # a person empties these
CODE = Path(__file__).resolve().parents[2]
# Counted of every route at once (http_api/endpoint.py): their shares are watched, see test_real_aws.py.
OF_EVERY_ROUTE = {"Requests", "RateLimited"}
# Figures that explain, but that nobody is woken for: messages come twice, callbacks of others are none of ours, and the
# gateway's own figure of 5xx answers rings (api-5xx).
QUIET = {"DuplicateMessages", "ForeignCallbacks", "ServerErrors", "UnknownOrders"}


def changed(templates: dict, change: Callable[[dict], None]) -> dict:
    template = copy.deepcopy(templates["prod"]["payments"])
    change(template)
    return template


def queue(template: dict, name: str) -> dict:
    return template["Resources"][queues(template)[name]["Id"]]["Properties"]


def mapping_of(template: dict, name: str) -> dict:
    return next(properties for queue, _, properties in mappings(template) if queue == name)


def test_every_queue_has_a_next_place_for_what_fails(payments: dict) -> None:
    assert without_a_next_place(payments, ENDS) == []


def test_the_rule_sees_a_queue_that_loses_what_fails(all_templates: dict) -> None:
    without = changed(all_templates, lambda template: queue(template, "refresh").pop("RedrivePolicy"))
    assert without_a_next_place(without, ENDS) == ["refresh"]
    hasty = changed(
        all_templates, lambda template: queue(template, "lane-3")["RedrivePolicy"].update(maxReceiveCount=1)
    )
    assert without_a_next_place(hasty, ENDS) == ["lane-3"]
    assert sorted(without_a_next_place(all_templates["prod"]["payments"], frozenset())) == sorted(ENDS)


def test_every_queue_wakes_somebody(payments: dict) -> None:
    assert unwatched_queues(payments) == []


def test_the_rule_sees_a_queue_that_fills_unseen(all_templates: dict) -> None:
    def silence(template: dict) -> None:
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values():
            if text(figures_of(alarm)[0]["Dimensions"][0]["Value"]) == "box-office-prod-parked":
                alarm["Properties"].pop("AlarmActions")

    assert unwatched_queues(changed(all_templates, silence)) == ["parked"]


def test_queues_are_encrypted_take_tls_only_and_keep_what_failed_for_two_weeks(payments: dict) -> None:
    assert unsafe_queues(payments) == []


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (lambda template: queue(template, "lane-0").pop("SqsManagedSseEnabled"), "lane-0: encryption"),
        (lambda template: queue(template, "parked").update(MessageRetentionPeriod=345_600), "parked: retention"),
        (
            lambda template: [
                template["Resources"].pop(name)
                for name, policy in resources(template, "AWS::SQS::QueuePolicy").items()
                if queues(template)["refresh"]["Id"] in referred(policy["Properties"]["Queues"])
            ],
            "refresh: TLS",
        ),
    ],
)
def test_the_rule_sees_an_unsafe_queue(all_templates: dict, change: Callable[[dict], None], seen: str) -> None:
    assert unsafe_queues(changed(all_templates, change)) == [seen]


def test_every_mapping_is_capped_answers_in_part_and_gives_its_function_time(payments: dict) -> None:
    assert loose_mappings(payments) == []


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (lambda template: mapping_of(template, "lane-2").pop("ScalingConfig"), "lane-2: cap"),
        (lambda template: mapping_of(template, "refresh").pop("FunctionResponseTypes"), "refresh: partial answers"),
        (lambda template: queue(template, "lane-1-dlq").update(VisibilityTimeout=30), "lane-1-dlq: visibility"),
    ],
)
def test_the_rule_sees_a_loose_mapping(all_templates: dict, change: Callable[[dict], None], seen: str) -> None:
    assert loose_mappings(changed(all_templates, change)) == [seen]


def test_whatever_nobody_waits_for_has_a_place_for_its_failures(payments: dict) -> None:
    assert silent_failures(payments) == []


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        ("AWS::Lambda::EventInvokeConfig", "DestinationConfig"),
        ("AWS::SNS::Subscription", "RedrivePolicy"),
    ],
)
def test_the_rule_sees_a_failure_that_nobody_would_find(all_templates: dict, kind: str, member: str) -> None:
    for name in resources(all_templates["prod"]["payments"], kind):
        template = copy.deepcopy(all_templates["prod"]["payments"])
        template["Resources"][name]["Properties"].pop(member)
        assert len(silent_failures(template)) == 1, name


def test_each_lane_has_workers_of_its_own(payments: dict, stage: str) -> None:
    """The bulkhead: neither a lane's cap nor its function, with all its environments, is another's."""
    served = {name: function for name, function, _ in mappings(payments) if function.startswith("work_on_lane")}
    assert served == {f"lane-{number}": f"work_on_lane-{number}" for number in range(LANES[stage])}
    caps = {"local": 2, "dev": 18, "prod": 5}
    for name in served:
        properties = mapping_of(payments, name)
        assert properties["ScalingConfig"] == {"MaximumConcurrency": caps[stage]}
        assert properties["BatchSize"] == 1  # behind each message a customer waits


def test_workers_know_how_many_they_are_for_they_share_one_rate(payments: dict, stage: str) -> None:
    cap = mapping_of(payments, "lane-0")["ScalingConfig"]["MaximumConcurrency"]
    given = functions(payments)["work_on_lane-0"]["Properties"]["Environment"]["Variables"]
    assert (given["BOX_OFFICE_LANES"], given["BOX_OFFICE_WORKERS_PER_LANE"]) == (str(LANES[stage]), str(cap))
    rate = int(given["BOX_OFFICE_PROVIDER_CALLS_PER_SECOND"])
    calls = 4 * (int(given["BOX_OFFICE_PROVIDER_TIMEOUT_SECONDS"]) + LANES[stage] * cap / rate)
    assert calls <= functions(payments)["work_on_lane-0"]["Properties"]["Timeout"]


def test_what_a_dead_worker_had_in_hand_comes_back_long_before_its_queue_would_show_it(payments: dict) -> None:
    properties = functions(payments)["work_on_lane-0"]["Properties"]
    in_hand = int(properties["Environment"]["Variables"]["BOX_OFFICE_IN_HAND_SECONDS"])
    assert properties["Timeout"] < in_hand < 120 < queues(payments)["lane-0"]["VisibilityTimeout"]


def test_every_dead_letter_queue_of_a_lane_is_driven_back_and_the_others_ring_at_once(payments: dict) -> None:
    driven = {name for name, function, _ in mappings(payments) if function == "redrive"}
    dead = {name for name in queues(payments) if name.endswith("-dlq")}
    assert driven == {name for name in dead if name.startswith("lane-")}
    at_once = {
        value.split("-", 3)[3]
        for dimension, value, metric, alarm in ringing(payments)
        if metric == "ApproximateNumberOfMessagesVisible" and alarm["Threshold"] == 1
    }
    assert at_once == dead - driven | ENDS


def test_what_is_paid_is_told_to_queues_never_to_functions(payments: dict) -> None:
    (topic,) = resources(payments, "AWS::SNS::Topic")
    told = set()
    named = {f"<{one['Id']}.Arn>": name for name, one in queues(payments).items()}
    for one in resources(payments, "AWS::SNS::Subscription").values():
        properties = one["Properties"]
        assert (properties["Protocol"], properties["RawMessageDelivery"]) == ("sqs", True)
        assert text(properties["TopicArn"]) == f"<{topic}>"
        told.add(named[text(properties["Endpoint"])])
    assert told == ({"payment-complete", "receipts"} if "receipts" in queues(payments) else {"payment-complete"})


def test_code_layers_and_settings_of_consumers_change_at_once(payments: dict) -> None:
    for _, _, properties in mappings(payments):
        (alias,) = set(referred(properties["FunctionName"]))
        assert payments["Resources"][alias]["Type"] == "AWS::Lambda::Alias"


EVERY_MINUTE = {"reconcile", "carry_blocks", "carry_blocks_to_edge"}


def test_what_runs_every_minute_rings_when_it_does_not(payments: dict, stage: str) -> None:
    rules = [one["Properties"] for one in resources(payments, "AWS::Events::Rule").values()]
    assert {rule["Name"].removeprefix(f"box-office-{stage}-") for rule in rules} == EVERY_MINUTE
    assert {(rule["ScheduleExpression"], rule["State"]) for rule in rules} == {("rate(1 minute)", "ENABLED")}
    silent = {
        value: alarm
        for _, value, metric, alarm in ringing(payments)
        if metric == "Invocations" and "Metrics" not in alarm
    }
    assert silent.keys() == {f"<{functions(payments)[verb]['Id']}>" for verb in EVERY_MINUTE}
    for alarm in silent.values():
        assert (alarm["TreatMissingData"], alarm["ComparisonOperator"]) == ("breaching", "LessThanThreshold")
    invokes = [one["Properties"] for one in resources(payments, "AWS::Lambda::EventInvokeConfig").values()]
    assert [one["MaximumRetryAttempts"] for one in invokes] == [0, 0, 0]  # the next run comes in a minute


def test_event_ends_are_sent_by_a_role_that_only_our_schedules_can_take(payments: dict, stage: str) -> None:
    (group,) = resources(payments, "AWS::Scheduler::ScheduleGroup").values()
    assert group["Properties"]["Name"] == f"box-office-{stage}-event-ends"
    ((identifier, role),) = (
        (name, one["Properties"])
        for name, one in resources(payments, "AWS::IAM::Role").items()
        if one["Properties"].get("RoleName") == f"box-office-{stage}-event-ends-scheduler"
    )
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    condition = trust["Condition"]
    assert text(condition["StringEquals"]["aws:SourceAccount"]) == "000000000000"
    source = text(condition["ArnEquals"]["aws:SourceArn"])
    assert source == f"arn:aws:scheduler:us-east-1:000000000000:schedule-group/box-office-{stage}-event-ends"
    (statement,) = statements_of(payments, identifier)
    assert statement["Action"] == "sqs:SendMessage"
    assert {text(arn).rpartition(":")[2] for arn in statement["Resource"]} == {
        f"box-office-{stage}-event-ends",
        f"box-office-{stage}-event-ends-dlq",
    }


def test_secrets_are_made_up_by_aws_and_outlive_production(data: dict, stage: str) -> None:
    secrets = {one["Properties"]["Name"]: one for one in resources(data, "AWS::SecretsManager::Secret").values()}
    keys = {name for name in secrets if "/origin-key-" in name}  # tests/infra/test_edge.py
    assert secrets.keys() - keys == {f"box-office-{stage}/payment", f"box-office-{stage}/tickets"}
    for one in (one for name, one in secrets.items() if name not in keys):
        assert "SecretString" not in one["Properties"]
        assert one["Properties"]["GenerateSecretString"]["PasswordLength"] == 64
        # Another key would void every ticket that was handed out.
        assert str(one["DeletionPolicy"]).startswith("Retain") == (stage == "prod")
    template = secrets[f"box-office-{stage}/payment"]["Properties"]["GenerateSecretString"]
    assert (template["SecretStringTemplate"], template["GenerateStringKey"]) == (
        '{"api_key": "replace-me"}',
        "webhook_secret",
    )
    assert secrets[f"box-office-{stage}/tickets"]["Properties"]["GenerateSecretString"]["GenerateStringKey"] == "key"


def counted() -> set[tuple[str, str]]:
    """(file, counter) of every figure that the code counts."""
    files = [*(CODE / "layers/box_office/python/box_office").rglob("*.py"), *(CODE / "functions").rglob("*.py")]
    call = re.compile(r'counters?\.count\(\s*"(\w+)"')
    return {(path.stem, counter) for path in files for counter in call.findall(path.read_text())}


def watched(templates: dict[str, dict]) -> set[tuple[str, str]]:
    """(service, counter) of every alarm on a figure of our own."""
    return {
        (value, metric)
        for part in ("api", "payments")
        for dimension, value, metric, alarm in ringing(templates[part])
        if dimension == "service" and alarm["Namespace"].startswith("BoxOffice/")
    }


def test_every_figure_that_the_code_counts_wakes_somebody_unless_it_is_said_to_be_quiet(templates: dict) -> None:
    counters = {counter for _, counter in counted()}
    assert counters >= QUIET
    assert {counter for _, counter in watched(templates)} - OF_EVERY_ROUTE == counters - QUIET - OF_EVERY_ROUTE


def test_alarms_watch_services_that_exist(templates: dict) -> None:
    files = [
        path for folder in ("api", "consumers", "schedules") for path in (CODE / "functions" / folder).glob("*.py")
    ]
    services = {found for path in files for found in re.findall(r'^SERVICE = "(\w+)"', path.read_text(), re.MULTILINE)}
    assert {service for service, _ in watched(templates)} <= services


def test_every_alarm_says_where_its_runbook_is(templates: dict) -> None:
    runbook = (CODE / "docs" / "operations.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^### ([a-z0-9-]+)$", runbook, re.MULTILINE))
    for template in templates.values():
        alarms = [resources(template, f"AWS::CloudWatch::{kind}").values() for kind in ("Alarm", "CompositeAlarm")]
        for alarm in (one for kind in alarms for one in kind):
            description = alarm["Properties"]["AlarmDescription"]
            found = re.fullmatch(r"[\w.-]+: .+\. See docs/operations\.md#([a-z0-9-]+)\.", description)
            assert found and found[1] in headings, description


def test_nobody_but_workers_and_the_reconciler_reads_the_providers_key(api: dict, payments: dict) -> None:
    readers = {
        name.partition("-")[0]
        for template in (api, payments)
        for name in functions(template)
        for action, resource in grants(template, name)
        if action == "secretsmanager:GetSecretValue" and "paymentsecretarn" in resource
    }
    assert readers == {"work_on_lane", "reconcile", "payment_webhook"}


def test_each_worker_reads_its_own_lane_only(payments: dict) -> None:
    named = {f"<{one['Id']}.Arn>": name for name, one in queues(payments).items()}
    for name, function in functions(payments).items():
        if name.startswith("work_on_lane-"):
            assert role_of(function)
            received = {named[arn] for action, arn in grants(payments, name) if action == "sqs:ReceiveMessage"}
            assert received == {f"lane-{name.partition('-')[2]}"}
