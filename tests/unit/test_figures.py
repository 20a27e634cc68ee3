"""The lines that CloudWatch reads figures from."""

import json

import pytest

from box_office import wiring
from box_office.names import Names
from box_office.settings import Settings


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stages_figures_are_in_a_namespace_of_its_own(stage: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, counters = wiring.counting("hold_seat", Settings(stage=stage))
    counters.count("CacheErrors")
    counters.flush()
    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line)
    assert {one["Namespace"] for one in line["_aws"]["CloudWatchMetrics"]} == {Names(stage).metrics}
    assert stage in Names(stage).metrics
