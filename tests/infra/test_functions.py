"""Every function: its settings, its log, its alarms, its code."""

import copy
import sys
from pathlib import Path

import pytest

from box_office.settings import bookings, payments, seats, shared, showings, users
from tests.infra.conftest import SENDER
from tests.infra.template_rules import (
    figures_of,
    functions,
    grants,
    queues,
    resources,
    text,
    verb_of,
    without_alarms,
    without_log_retention,
)

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
SETTINGS = {
    "get_list_of_movie": shared.CatalogueSettings,
    "get_movie_detail": shared.CatalogueSettings,
    "get_programme": shared.CatalogueSettings,
    "get_event_detail": showings.EventDetailSettings,
    "get_list_of_theater": shared.CatalogueSettings,
    "get_theater_detail": shared.CatalogueSettings,
    "get_available_seat": showings.AvailableSeatSettings,
    "seat_map": seats.SeatMapSettings,
    "hold_seat": seats.HoldSettings,
    "extend_hold": seats.HoldSettings,
    "release_seat": seats.HoldSettings,
    "get_booking": bookings.GetBookingSettings,
    "get_my_bookings": shared.OrderSettings,
    "get_me": users.MeSettings,
    "forget_saved_methods": users.ForgetSettings,
    "submit_payment": payments.SubmitSettings,
    "refund_booking": payments.RefundSettings,
    "check_in_ticket": bookings.CheckInSettings,
    "undo_check_in": bookings.CheckInSettings,
    "get_gate_list": bookings.GateListSettings,
    "find_order": bookings.FindSettings,
    "get_ticket_keys": bookings.TicketKeySettings,
    "payment_webhook": payments.WebhookSettings,
    "work_on_lane": payments.WorkerSettings,
    "redrive": payments.RedriveSettings,
    "book_order": payments.BookSettings,
    "refresh_seats": showings.RefreshSettings,
    "end_event": payments.BookSettings,
    "send_receipt": bookings.ReceiptSettings,
    "reconcile": payments.ReconcilerSettings,
    "carry_blocks": showings.CarrySettings,
    "carry_blocks_to_edge": shared.BlockSettings,
    "withhold_roles": users.SignInSettings,
}
PARTS = ("api", "payments")
ALL_PARTS = ("data", *PARTS)


def verbs(*folders: str) -> set[str]:
    return {path.stem for folder in folders for path in (FUNCTIONS / folder).glob("*.py") if path.stem != "__init__"}


def given_to(function: dict) -> dict[str, str]:
    return {name: text(value) for name, value in function["Properties"]["Environment"]["Variables"].items()}


def test_every_handler_is_deployed_and_every_function_has_a_handler(templates: dict, stage: str) -> None:
    assert set(functions(templates["api"])) == verbs("api")
    deployed = {verb_of(one) for one in functions(templates["payments"]).values()}
    assert set(functions(templates["data"])) == (verbs("triggers") if stage == "prod" else set())  # it asks for TOTP
    # The receipts of `local` are on here; without a sender there are none.
    assert deployed == verbs("consumers", "schedules") - (set() if stage == "local" else {"send_receipt"})


@pytest.mark.parametrize("part", ALL_PARTS)
def test_a_handler_reads_the_settings_that_it_is_given(templates: dict, stage: str, part: str) -> None:
    for function in functions(templates[part]).values():
        given, settings = given_to(function), SETTINGS[verb_of(function)]
        read = settings.from_environment(given)
        assert read.environment() == given  # nothing is given that is not read, nothing missing falls to a default
        assert read.stage == stage
        (source,) = FUNCTIONS.glob(f"*/{verb_of(function)}.py")
        assert settings.__name__ in source.read_text()


def test_settings_name_what_the_other_stacks_deploy(templates: dict, stage: str) -> None:
    tables = {
        one["Properties"]["TableName"] for one in resources(templates["data"], "AWS::DynamoDB::GlobalTable").values()
    }
    bucket = text(templates["data"]["Resources"]["CatalogueBucket"]["Properties"]["BucketName"])
    cache = templates["cache"]["Resources"]["AvailableSeatElasticCache"]["Properties"]["ServerlessCacheName"]
    (user,) = resources(templates["cache"], "AWS::ElastiCache::User").values()
    secrets = {
        one["Properties"]["Name"] for one in resources(templates["data"], "AWS::SecretsManager::Secret").values()
    }
    (topic,) = (one["Properties"] for one in resources(templates["payments"], "AWS::SNS::Topic").values())
    assert {"BOX_OFFICE_CATALOGUE_BUCKET", "BOX_OFFICE_CACHE_NAME"} <= {
        name for function in everything(templates) for name in given_to(function)
    }
    for function in everything(templates):
        given = given_to(function)
        assert {value for name, value in given.items() if name.endswith("_TABLE")} <= tables
        assert {value for name, value in given.items() if name.endswith("_SECRET")} <= secrets
        assert given.get("BOX_OFFICE_CATALOGUE_BUCKET", bucket) == bucket
        arn = f"arn:aws:sns:us-east-1:000000000000:{topic['TopicName']}"
        assert given.get("BOX_OFFICE_TOPIC_ARN", arn) == arn
        if "BOX_OFFICE_CACHE_NAME" in given:
            expected = ("", "") if stage == "local" else (cache, user["Properties"]["UserId"])
            assert (given["BOX_OFFICE_CACHE_NAME"], given["BOX_OFFICE_CACHE_USER"]) == expected


def everything(templates: dict) -> list[dict]:
    return [function for part in PARTS for function in functions(templates[part]).values()]


def test_settings_find_the_queues_that_are_deployed_and_know_how_many_lanes_there_are(templates: dict) -> None:
    deployed = {f"box-office-{queue['QueueName'].split('-', 2)[2]}" for queue in queues(templates["payments"]).values()}
    lanes = [name for name in queues(templates["payments"]) if name.startswith("lane-") and not name.endswith("-dlq")]
    told = [given for one in everything(templates) if "BOX_OFFICE_QUEUE_URL_BASE" in (given := given_to(one))]
    assert len(told) > 10
    for given in told:
        host, account, prefix = given["BOX_OFFICE_QUEUE_URL_BASE"].removeprefix("https://").split("/")
        assert (host, account) == ("sqs.us-east-1.amazonaws.com", "000000000000")
        assert {f"{prefix}{lane}" for lane in lanes} <= deployed
        assert given["BOX_OFFICE_LANES"] == str(len(lanes))
    for given in map(given_to, everything(templates)):
        assert given.get("BOX_OFFICE_LANES", str(len(lanes))) == str(len(lanes))  # the gate hands them out


@pytest.mark.parametrize("part", ALL_PARTS)
def test_every_log_ends_some_day(templates: dict, part: str) -> None:
    template = templates[part]
    assert without_log_retention(template) == []
    for verb, function in functions(template).items():
        group = template["Resources"][function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
        assert group["LogGroupName"] == f"/aws/lambda/{function['Properties']['FunctionName']}", verb
        assert function["Properties"]["LoggingConfig"]["LogFormat"] == "JSON"


def test_the_rule_sees_an_endless_log_and_a_function_without_one(all_templates: dict) -> None:
    template = copy.deepcopy(all_templates["prod"]["api"])
    hold = template["Resources"][functions(template)["hold_seat"]["Id"]]["Properties"]
    group = hold.pop("LoggingConfig")["LogGroup"]["Ref"]
    template["Resources"][group]["Properties"].pop("RetentionInDays")
    assert without_log_retention(template) == [group, "hold_seat"]


def test_every_function_rings_when_it_fails_or_is_throttled(api: dict, payments: dict) -> None:
    assert without_alarms(api) + without_alarms(payments) == []


def test_the_rule_sees_a_missing_and_a_silent_alarm(all_templates: dict) -> None:
    template = copy.deepcopy(all_templates["prod"]["api"])
    hold = f"<{functions(template)['hold_seat']['Id']}>"
    alarms = {
        figure["MetricName"]: (name, one)
        for name, one in resources(template, "AWS::CloudWatch::Alarm").items()
        for figure in figures_of(one)
        if any(text(dimension["Value"]) == hold for dimension in figure["Dimensions"])
    }
    template["Resources"].pop(alarms["Errors"][0])
    alarms["Throttles"][1]["Properties"].pop("AlarmActions")
    assert without_alarms(template) == ["hold_seat: Errors", "hold_seat: Throttles"]


def test_the_api_and_the_busy_tables_ring_as_well(api: dict, stage: str) -> None:
    watched = {
        (figure["MetricName"], *(text(each["Value"]) for each in figure["Dimensions"]))
        for one in resources(api, "AWS::CloudWatch::Alarm").values()
        for figure in figures_of(one)
    }
    prefix = f"box-office-{stage}"
    assert watched >= {
        ("5XXError", prefix, "live"),
        ("Count", prefix, "live"),
        ("WriteThrottleEvents", f"{prefix}-Available_seat"),
        ("ReadThrottleEvents", f"{prefix}-Available_seat"),
        ("WriteThrottleEvents", f"{prefix}-orders"),
        ("ReadThrottleEvents", f"{prefix}-orders"),
    }
    assert all(one["Properties"]["AlarmActions"] for one in resources(api, "AWS::CloudWatch::Alarm").values())


@pytest.mark.parametrize("part", ALL_PARTS)
def test_functions_run_on_arm_in_aws_and_as_the_machine_does_locally(templates: dict, stage: str, part: str) -> None:
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for function in functions(templates[part]).values():
        properties = function["Properties"]
        assert properties["Runtime"] == (here if stage == "local" else "python3.13")
        assert stage == "local" or properties["Architectures"] == ["arm64"]
        assert properties["TracingConfig"] == {"Mode": "Active"}
        assert part != "api" or properties["Timeout"] < 29  # the gateway gives up then
        assert len(properties["Layers"]) == 2
        # layers of this stack
        assert set(templates[part]["Resources"]) >= {layer["Ref"] for layer in properties["Layers"]}


def test_receipts_come_from_the_configured_sender_and_are_not_deployed_without_one(all_templates: dict) -> None:
    with_receipts = all_templates["local"]["payments"]
    assert given_to(functions(with_receipts)["send_receipt"])["BOX_OFFICE_SENDER"] == SENDER
    mailed = {resource for action, resource in grants(with_receipts, "send_receipt") if action == "ses:SendEmail"}
    prefix = "arn:aws:ses:us-east-1:000000000000:identity"
    assert mailed == {f"{prefix}/{SENDER}", f"{prefix}/cinema.example"}
    for stage in ("dev", "prod"):
        assert "send_receipt" not in functions(all_templates[stage]["payments"])
        assert "receipts" not in queues(all_templates[stage]["payments"])


def test_no_function_is_deployed_by_cdk_for_its_own_ends(templates: dict) -> None:
    custom = {
        part: [one["Type"] for one in template["Resources"].values() if one["Type"].startswith("Custom::")]
        for part, template in templates.items()
    }
    # What puts files into a bucket is none of CloudFormation's resources.
    assert set(custom.pop("page")) == {"Custom::CDKBucketDeployment"}
    assert not any(custom.values())
