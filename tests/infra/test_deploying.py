"""What the pages say of deployments: their flags exist, and the figures of what is idle are the templates'."""

import re
import shlex

from tests import edge_prices
from tests.infra.conftest import ROOT
from tests.infra.template_rules import figures_of

TEXT = (ROOT / "docs/deploying.md").read_text(encoding="utf-8")
RUNBOOK = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
DEPLOYMENTS = [
    shlex.split(command.replace("\\\n", " "))
    for command in re.findall(r"^cdk deploy (?:.*\\\n)*.*$", TEXT + RUNBOOK, re.MULTILINE)
]

ALARMS = r"\$(\d+\.\d\d) for (\d+) alarms in `(\w+)`"


def flags_of(words: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for flag, word in zip(words, words[1:], strict=False) if flag == "-c")


def test_a_deployment_is_told_the_stages_name_alone() -> None:
    assert [flags_of(words) for words in DEPLOYMENTS] == [{"stage": "dev"}, {"stage": "prod"}]


def test_no_page_and_no_message_tells_a_setting_on_the_command_line() -> None:
    """What is typed for one deployment is forgotten by the next, which takes back what it had made."""
    pages = [
        ROOT / "README.md",
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "local").glob("*.py"),
        *(ROOT / "operations").rglob("*.py"),
        *(ROOT / "toolchain").glob("*.py"),
        *ROOT.glob("infra/**/*.py"),
    ]
    told = {flag for page in pages for flag in re.findall(r"-c\s+(\w+)=", page.read_text(encoding="utf-8"))}
    assert told == {"stage"}


def test_the_alarms_that_are_deployed_are_counted(all_templates: dict[str, dict[str, dict]]) -> None:
    told = {stage: (float(price), int(count)) for price, count, stage in re.findall(ALARMS, TEXT)}
    for stage in ("dev", "prod"):
        # $0.10 a month for each figure that an alarm looks at, $0.50 for a composite.
        resources = [one for template in all_templates[stage].values() for one in template["Resources"].values()]
        alarms = [one for one in resources if one["Type"] == "AWS::CloudWatch::Alarm"]
        composites = [one for one in resources if one["Type"] == "AWS::CloudWatch::CompositeAlarm"]
        price = 0.10 * sum(len(figures_of(one)) for one in alarms) + 0.50 * len(composites)
        assert told[stage] == (round(price, 2), len(alarms) + len(composites))


def test_what_the_edge_costs_is_counted(all_templates: dict[str, dict[str, dict]]) -> None:
    table = edge_prices.table(all_templates["dev"])
    assert table in TEXT, f"python -m tests.edge_prices prints what docs/deploying.md should have:\n{table}"


def test_the_secret_that_the_runbook_fills_is_deployed(all_templates: dict[str, dict[str, dict]]) -> None:
    told = re.search(r"--secret-id \$P(/\S+)", RUNBOOK)
    resources = all_templates["dev"]["data"]["Resources"].values()
    secrets = {one["Properties"]["Name"] for one in resources if one["Type"] == "AWS::SecretsManager::Secret"}
    assert told and f"box-office-dev{told[1]}" in secrets


def test_the_alarm_that_the_runbook_rings_by_hand_is_deployed(all_templates: dict[str, dict[str, dict]]) -> None:
    (name,) = re.findall(r"^ALARM=\$P-(\S+)$", RUNBOOK, re.MULTILINE)
    resources = [one for template in all_templates["prod"].values() for one in template["Resources"].values()]
    names = {one["Properties"]["AlarmName"] for one in resources if one["Type"] == "AWS::CloudWatch::Alarm"}
    assert f"box-office-prod-{name}" in names
