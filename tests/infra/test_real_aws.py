"""What AWS refuses, drops or charges and one machine does not show: each held by a rule over every stage's templates.

The rules are in aws_rules.py, with AWS's page in each docstring. Each is shown to see what it is for.
"""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.stage_files import UnknownStage
from infra.stage_reader import external_settings, stage_settings
from tests.infra.aws_rules import (
    addresses_taken_unverified,
    everything,
    lonely_alarms,
    loops,
    loops_that_end,
    loud_or_mute_logs,
    mailers_that_stop,
    mute_topics,
    nervous_alarms,
    open_endpoints,
    paid_by_the_hour,
    passwords_for_administrators,
    refused_deliveries,
    rows_kept_forever,
    runs_in_each_others_way,
    shared_by_stages,
    uncallable_functions,
    untold_versions,
    unwatched_limits,
    unwatched_loops,
    unwatched_time_outs,
    versions_that_go,
)
from tests.infra.conftest import app_of
from tests.infra.template_rules import functions, resources, ringing, text


def broken(all_templates: dict, change: Callable[[dict], Any], stage: str = "prod") -> dict:
    """The stage's templates after a change."""
    templates = copy.deepcopy(all_templates[stage])
    change(templates)
    return templates


def drop(template: dict, kind: str, keep: Callable[[dict], bool] = lambda one: False) -> None:
    for name, one in resources(template, kind).items():
        if not keep(one["Properties"]):
            template["Resources"].pop(name)


def test_alarms_may_publish_to_the_topic_that_they_name(templates: dict) -> None:
    assert mute_topics(templates) == []


def test_the_rule_hears_a_mute_topic(all_templates: dict) -> None:
    def only_tls(templates: dict) -> None:
        for policy in resources(templates["api"], "AWS::SNS::TopicPolicy").values():
            document = policy["Properties"]["PolicyDocument"]
            document["Statement"] = [one for one in document["Statement"] if one["Effect"] == "Deny"]

    assert len(mute_topics(broken(all_templates, only_tls))) == 2  # by its logical id, and by its name elsewhere

    def edge_only_tls(templates: dict) -> None:
        only_tls({"api": templates["edge"]})

    assert len(mute_topics(broken(all_templates, edge_only_tls))) == 1


def test_what_topics_and_rules_send_is_let_in(templates: dict) -> None:
    assert refused_deliveries(templates) == []
    assert uncallable_functions(templates) == []


def test_the_rule_sees_deliveries_that_are_refused(all_templates: dict) -> None:
    closed = broken(all_templates, lambda templates: drop(templates["payments"], "AWS::SQS::QueuePolicy"))
    assert len(refused_deliveries(closed)) == 5
    unasked = broken(all_templates, lambda templates: drop(templates["payments"], "AWS::Lambda::Permission"))
    assert len(uncallable_functions(unasked)) == 3


def test_no_stage_logs_bodies_or_drops_the_lines_of_its_figures(templates: dict) -> None:
    assert loud_or_mute_logs(templates) == []


def test_the_rule_sees_a_log_level_that_tells_too_much_or_too_little(all_templates: dict) -> None:
    for level in ("DEBUG", "WARN"):

        def speak(templates: dict, level: str = level) -> None:
            hold = functions(templates["api"])["hold_seat"]["Id"]
            templates["api"]["Resources"][hold]["Properties"]["LoggingConfig"]["ApplicationLogLevel"] = level

        assert loud_or_mute_logs(broken(all_templates, speak)) == [f"box-office-prod-hold_seat: {level}"]


def test_loops_by_design_are_allowed_and_no_others(templates: dict) -> None:
    assert {name.partition("-")[0] for name in loops(templates["payments"])} == {"work_on_lane", "redrive", "end_event"}
    assert loops_that_end(templates) == []
    assert unwatched_loops(templates) == []


def test_the_rule_sees_a_loop_that_lambda_would_end_and_one_that_nothing_needs(all_templates: dict) -> None:
    def swap(templates: dict) -> None:
        for name, setting in (("end_event", "Terminate"), ("book_order", "Allow")):
            function = functions(templates["payments"])[name]["Id"]
            templates["payments"]["Resources"][function]["Properties"]["RecursiveLoop"] = setting

    assert loops_that_end(broken(all_templates, swap)) == ["book_order: Allow", "end_event: Terminate"]
    silent = broken(all_templates, lambda templates: drop(templates["payments"], "AWS::CloudWatch::Alarm"))
    assert len(unwatched_loops(silent)) == 12


def test_stages_of_one_account_share_nothing_that_they_name(templates: dict, stage: str) -> None:
    assert shared_by_stages(templates, stage) == []


def test_the_rule_sees_a_figure_and_a_queue_that_two_stages_share(all_templates: dict) -> None:
    def share(templates: dict) -> None:
        (queue, *_) = resources(templates["payments"], "AWS::SQS::Queue").values()
        queue["Properties"]["QueueName"] = "parked"
        alarms = resources(templates["payments"], "AWS::CloudWatch::Alarm").values()
        next(one for one in alarms if one["Properties"].get("MetricName") == "Parked")["Properties"]["Namespace"] = (
            "Box"
        )

    assert len(shared_by_stages(broken(all_templates, share), "prod")) == 2


def test_a_deployment_leaves_the_versions_before_it_and_tells_which_are_live(templates: dict) -> None:
    assert versions_that_go(templates) == []
    assert untold_versions(templates) == []


def test_the_rule_sees_a_version_that_goes_and_one_that_is_not_told(all_templates: dict) -> None:
    def forget(templates: dict) -> None:
        (version, *_) = resources(templates["api"], "AWS::Lambda::Version").values()
        version["DeletionPolicy"] = "Delete"
        drop(templates["payments"], "AWS::SSM::Parameter")

    templates = broken(all_templates, forget)
    assert len(versions_that_go(templates)) == 1
    assert len(untold_versions(templates)) == len(functions(templates["payments"]))


def test_the_network_leads_to_this_deployments_own_and_to_all_that_its_functions_need(
    templates: dict, stage: str
) -> None:
    assert open_endpoints(templates, stage) == []


def test_the_rule_sees_an_endpoint_without_a_policy_and_one_that_keeps_too_much(all_templates: dict) -> None:
    def endpoint(templates: dict, service: str) -> dict:
        found = resources(templates["cache"], "AWS::EC2::VPCEndpoint").values()
        return next(one["Properties"] for one in found if service in text(one["Properties"]["ServiceName"]))

    def change(templates: dict) -> None:
        endpoint(templates, "s3").pop("PolicyDocument")
        statements = endpoint(templates, "dynamodb")["PolicyDocument"]["Statement"]
        statements[:] = [one for one in statements if "dynamodb:UpdateItem" not in one["Action"]]

    wrong = open_endpoints(broken(all_templates, change), "prod")
    assert any("no policy" in one for one in wrong)
    assert any(one.startswith("hold_seat: dynamodb:UpdateItem on ") for one in wrong)


def test_seats_of_showings_and_blocks_long_over_go(templates: dict) -> None:
    assert rows_kept_forever(templates) == []


def test_the_rule_sees_rows_that_stay(all_templates: dict) -> None:
    def keep(templates: dict) -> None:
        for name in ("AvailableSeat", "Blocks"):
            templates["data"]["Resources"][name]["Properties"].pop("TimeToLiveSpecification")

    assert rows_kept_forever(broken(all_templates, keep)) == ["AvailableSeat", "Blocks"]


@pytest.mark.parametrize("told", [{"return_url": ""}, {"return_url": "http://127.0.0.1:8000/"}])
def test_production_needs_a_page_to_come_back_to(tmp_path: Path, told: dict) -> None:
    with pytest.raises(UnknownStage, match=r"stages/prod\.toml: return_url"):
        app_of("prod", tmp_path, **told)


def test_nothing_that_is_paid_by_the_hour_for_an_on_sale_is_in_a_template(templates: dict) -> None:
    assert paid_by_the_hour(templates) == []


def test_the_rule_sees_what_a_template_could_not_take_away_again(all_templates: dict) -> None:
    def prepare(templates: dict) -> None:
        cache = templates["cache"]["Resources"]["AvailableSeatElasticCache"]["Properties"]
        cache["CacheUsageLimits"]["ECPUPerSecond"]["Minimum"] = 200_000
        (alias, *_) = resources(templates["api"], "AWS::Lambda::Alias").values()
        alias["Properties"]["ProvisionedConcurrencyConfig"] = {"ProvisionedConcurrentExecutions": 2_000}

    assert len(paid_by_the_hour(broken(all_templates, prepare))) == 2


def test_no_setting_of_a_stage_brings_it_back() -> None:
    names = {**stage_settings(), **external_settings()}
    assert "cache_maximum_ecpu" in names
    assert not [name for name in names if "provisioned" in name or "minimum" in name]


def test_in_production_mails_of_sign_up_do_not_stop_and_nobody_tries_passwords(all_templates: dict) -> None:
    assert mailers_that_stop(all_templates["prod"]) == []
    assert passwords_for_administrators(all_templates["prod"]) == []


def test_the_rules_see_the_default_mailer_and_an_administrators_way_in(all_templates: dict) -> None:
    assert mailers_that_stop(all_templates["dev"]) == ["Users"]
    assert len(passwords_for_administrators(all_templates["dev"])) == 2  # both clients


def test_a_new_address_counts_once_it_is_verified(templates: dict) -> None:
    assert addresses_taken_unverified(templates) == []


def test_the_rule_sees_addresses_that_count_at_once(all_templates: dict) -> None:
    def trust(templates: dict) -> None:
        templates["data"]["Resources"]["Users"]["Properties"].pop("UserAttributeUpdateSettings")

    assert addresses_taken_unverified(broken(all_templates, trust)) == ["Users"]


def test_production_needs_a_sender_for_mails_of_sign_up(tmp_path: Path) -> None:
    with pytest.raises(UnknownStage, match=r"stages/prod\.toml: signup_sender is missing"):
        app_of("prod", tmp_path, signup_sender="")


def test_what_happens_on_any_evening_rings_when_it_lasts_and_says_when_it_is_over(templates: dict) -> None:
    assert nervous_alarms(templates) == []


def test_every_limit_of_awss_is_watched(templates: dict, stage: str) -> None:
    assert unwatched_limits(templates, stage) == []
    assert unwatched_time_outs(templates) == []


def test_a_pager_has_three_alarms_and_each_of_them_names_alarms_that_are_there(templates: dict, stage: str) -> None:
    assert lonely_alarms(templates) == []
    names = {one["AlarmName"] for _, one in everything(templates, "AWS::CloudWatch::CompositeAlarm")}
    assert names == {f"box-office-{stage}-{what}" for what in ("money", "selling", "operators")}


def test_the_reconcilers_runs_do_not_fail_because_the_provider_is_slow(templates: dict) -> None:
    assert runs_in_each_others_way(templates) == []
    ids = functions(templates["payments"])["reconcile"]["Id"]
    its_own = {metric for _, value, metric, _ in ringing(templates["payments"]) if value == f"<{ids}>"}
    assert its_own == {"Errors", "Invocations"}  # neither Throttles nor Duration


def test_a_stage_has_a_dashboard(templates: dict, stage: str) -> None:
    (dashboard,) = everything(templates, "AWS::CloudWatch::Dashboard")
    assert dashboard[1]["DashboardName"] == f"box-office-{stage}"


def test_the_rules_see_what_rings_too_early_or_not_at_all(all_templates: dict) -> None:
    def spoil(templates: dict) -> None:
        for one in resources(templates["api"], "AWS::CloudWatch::Alarm").values():
            one["Properties"].pop("OKActions", None)
            one["Properties"].pop("AlarmName")
        drop(templates["payments"], "AWS::CloudWatch::Alarm")
        reconcile = functions(templates["payments"])["reconcile"]["Id"]
        templates["payments"]["Resources"][reconcile]["Properties"]["ReservedConcurrentExecutions"] = 1

    templates = broken(all_templates, spoil)
    assert len(nervous_alarms(templates)) > 20
    assert "InvocationDroppedCount of ScheduleGroup=box-office-prod-event-ends" in unwatched_limits(templates, "prod")
    assert "book_order" in unwatched_time_outs(templates)
    assert len(lonely_alarms(templates)) > 20
    assert runs_in_each_others_way(templates) == ["reconcile: 1"]
