"""Every function: its settings, its log, its alarms, its code."""

import copy
import sys
from pathlib import Path

from box_office.settings import CatalogueSettings, HoldSettings, OrderSettings, SeatMapSettings
from tests.infra.template_rules import functions, resources, text, without_alarms, without_log_retention

HANDLERS = Path(__file__).resolve().parents[2] / "functions" / "api"
SETTINGS = {
    "get_list_of_movie": CatalogueSettings,
    "get_movie_detail": CatalogueSettings,
    "get_theater_detail": CatalogueSettings,
    "get_available_seat": SeatMapSettings,
    "seat_map": SeatMapSettings,
    "hold_seat": HoldSettings,
    "release_seat": HoldSettings,
    "get_booking": OrderSettings,
    "get_my_bookings": OrderSettings,
}


def test_every_handler_is_deployed_and_every_function_has_a_handler(api: dict) -> None:
    handlers = {path.stem for path in HANDLERS.glob("*.py") if path.stem != "__init__"}
    assert set(functions(api)) == handlers


def test_a_handler_reads_the_settings_that_it_is_given(api: dict, stage: str) -> None:
    for verb, function in functions(api).items():
        given = {name: text(value) for name, value in function["Properties"]["Environment"]["Variables"].items()}
        read = SETTINGS[verb].from_environment(given)
        assert read.environment() == given  # nothing is given that is not read, nothing missing falls to a default
        assert read.stage == stage
        assert read.movies_table == f"box-office-{stage}-Movie_tbl"
        assert SETTINGS[verb].__name__ in (HANDLERS / f"{verb}.py").read_text()


def test_settings_name_what_the_other_stacks_deploy(templates: dict, stage: str) -> None:
    tables = {
        one["Properties"]["TableName"] for one in resources(templates["data"], "AWS::DynamoDB::GlobalTable").values()
    }
    bucket = text(templates["data"]["Resources"]["CatalogueBucket"]["Properties"]["BucketName"])
    cache = templates["cache"]["Resources"]["AvailableSeatElasticCache"]["Properties"]["ServerlessCacheName"]
    (user,) = resources(templates["cache"], "AWS::ElastiCache::User").values()
    for function in functions(templates["api"]).values():
        given = {name: text(value) for name, value in function["Properties"]["Environment"]["Variables"].items()}
        assert {value for name, value in given.items() if name.endswith("_TABLE")} <= tables
        assert given["BOX_OFFICE_CATALOGUE_BUCKET"] == bucket
        if "BOX_OFFICE_CACHE_NAME" in given:
            expected = ("", "") if stage == "local" else (cache, user["Properties"]["UserId"])
            assert (given["BOX_OFFICE_CACHE_NAME"], given["BOX_OFFICE_CACHE_USER"]) == expected


def test_every_log_ends_some_day(api: dict) -> None:
    assert without_log_retention(api) == []
    for verb, function in functions(api).items():
        group = api["Resources"][function["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]
        assert group["LogGroupName"] == f"/aws/lambda/{function['Properties']['FunctionName']}", verb
        assert function["Properties"]["LoggingConfig"]["LogFormat"] == "JSON"


def test_the_rule_sees_an_endless_log_and_a_function_without_one(all_templates: dict) -> None:
    template = copy.deepcopy(all_templates["prod"]["api"])
    hold = template["Resources"][functions(template)["hold_seat"]["Id"]]["Properties"]
    group = hold.pop("LoggingConfig")["LogGroup"]["Ref"]
    template["Resources"][group]["Properties"].pop("RetentionInDays")
    assert without_log_retention(template) == [group, "hold_seat"]


def test_every_function_rings_when_it_fails_or_is_throttled(api: dict) -> None:
    assert without_alarms(api) == []


def test_the_rule_sees_a_missing_and_a_silent_alarm(all_templates: dict) -> None:
    template = copy.deepcopy(all_templates["prod"]["api"])
    hold = f"<{functions(template)['hold_seat']['Id']}>"
    alarms = {
        one["Properties"]["MetricName"]: (name, one)
        for name, one in resources(template, "AWS::CloudWatch::Alarm").items()
        if any(text(dimension["Value"]) == hold for dimension in one["Properties"]["Dimensions"])
    }
    template["Resources"].pop(alarms["Errors"][0])
    alarms["Throttles"][1]["Properties"].pop("AlarmActions")
    assert without_alarms(template) == ["hold_seat: Errors", "hold_seat: Throttles"]


def test_the_api_and_the_busy_tables_ring_as_well(api: dict, stage: str) -> None:
    watched = {
        (one["Properties"]["MetricName"], *(text(each["Value"]) for each in one["Properties"]["Dimensions"]))
        for one in resources(api, "AWS::CloudWatch::Alarm").values()
    }
    prefix = f"box-office-{stage}"
    assert watched >= {
        ("5XXError", prefix, "live"),
        ("WriteThrottleEvents", f"{prefix}-Available_seat"),
        ("ReadThrottleEvents", f"{prefix}-Available_seat"),
        ("WriteThrottleEvents", f"{prefix}-orders"),
        ("ReadThrottleEvents", f"{prefix}-orders"),
    }
    assert all(one["Properties"]["AlarmActions"] for one in resources(api, "AWS::CloudWatch::Alarm").values())


def test_functions_run_on_arm_in_aws_and_as_the_machine_does_locally(api: dict, stage: str) -> None:
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for function in functions(api).values():
        properties = function["Properties"]
        assert properties["Runtime"] == (here if stage == "local" else "python3.13")
        assert stage == "local" or properties["Architectures"] == ["arm64"]
        assert properties["TracingConfig"] == {"Mode": "Active"}
        assert properties["Timeout"] < 29  # the gateway gives up then
        assert len(properties["Layers"]) == 2
        assert set(api["Resources"]) >= {layer["Ref"] for layer in properties["Layers"]}  # layers of this stack


def test_no_function_is_deployed_by_cdk_for_its_own_ends(templates: dict) -> None:
    for template in templates.values():
        assert not [one["Type"] for one in template["Resources"].values() if one["Type"].startswith("Custom::")]
