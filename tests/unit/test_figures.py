"""The lines that CloudWatch reads figures from."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from box_office import wiring
from box_office.domain.errors import RateLimited, Unavailable
from box_office.http_api.endpoint import Request, Response, endpoint
from box_office.names import Names
from box_office.settings import Settings


def figures(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    return [line for line in lines if "_aws" in line]


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stages_figures_are_in_a_namespace_of_its_own(stage: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, counters = wiring.counting("hold_seat", Settings(stage=stage))
    counters.count("CacheErrors")
    counters.flush()
    (line,) = figures(capsys)
    assert {one["Namespace"] for one in line["_aws"]["CloudWatchMetrics"]} == {Names(stage).metrics}
    assert stage in Names(stage).metrics


def test_a_line_is_in_the_form_that_cloudwatch_reads(capsys: pytest.CaptureFixture[str]) -> None:
    _, counters = wiring.counting("hold_seat", Settings(stage="test"))
    counters.count("CacheErrors")
    counters.count("Requests", number=3)
    counters.count("CacheErrors")
    counters.count("ServerErrors", number=0)
    counters.flush()
    counters.flush()
    (line,) = figures(capsys)
    assert type(line["_aws"].pop("Timestamp")) is int
    assert line == {
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": "BoxOffice/test",
                    "Dimensions": [["service"]],
                    "Metrics": [{"Name": "CacheErrors", "Unit": "Count"}, {"Name": "Requests", "Unit": "Count"}],
                }
            ]
        },
        "service": "hold_seat",
        "CacheErrors": [1.0, 1.0],
        "Requests": [3.0],
    }


def test_a_line_has_no_more_values_of_a_figure_than_cloudwatch_reads(capsys: pytest.CaptureFixture[str]) -> None:
    _, counters = wiring.counting("reconcile", Settings(stage="test"))
    for _ in range(250):
        counters.count("Swept")
    counters.flush()
    assert [len(line["Swept"]) for line in figures(capsys)] == [100, 100, 50]


def answering(error: Exception | None) -> Callable[[Request], Response]:
    def handle(request: Request) -> Response:
        if error is not None:
            raise error
        return Response(200, {})

    return handle


@pytest.mark.parametrize(
    ("error", "counted"),
    [
        (None, {"Requests"}),
        (RateLimited("Too many requests.", 1), {"Requests", "RateLimited"}),
        (Unavailable("The table is away."), {"Requests", "ServerErrors"}),
        (KeyError("a bug"), {"Requests", "ServerErrors"}),
    ],
)
def test_every_answer_is_counted_in_one_line(
    error: Exception | None, counted: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    logger, counters = wiring.counting("hold_seat", Settings(stage="test"))
    counters.count("CacheErrors")  # what a use case counted goes out with it
    endpoint(answering(error), logger, counters)({}, None)
    (line,) = figures(capsys)
    expected = counted | {"CacheErrors"}
    assert {one["Name"] for one in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]} == expected
    assert {name: line[name] for name in expected} == dict.fromkeys(expected, [1.0])
