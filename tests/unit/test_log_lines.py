"""A line that is made with less work than Powertools' is the line that Powertools makes."""

import json
import logging

import pytest
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from box_office.adapters.log_lines import LogLines


def record(message: object, *arguments: object, exc_info: bool = False, **extra: object) -> logging.LogRecord:
    trouble = None
    if exc_info:
        try:
            raise ValueError("the row is broken")
        except ValueError as error:
            trouble = (ValueError, error, error.__traceback__)
    logger = logging.getLogger("hold_seat")
    return logger.makeRecord(
        "hold_seat", logging.INFO, "endpoint.py", 148, message, arguments, trouble, "handler", extra
    )


RECORDS = {
    "a request": record("request", request_id="request-1", status_code=201, code="HELD", duration_ms=102.2),
    "no members": record("carried"),
    "members without a value": record("request", code=None, orders=0, cause=""),
    "other scripts, and quotes": record('Café "Пушкинъ" ☕', film="Μητρόπολις"),
    "members of any kind": record(
        "roles withheld", withheld=["desk", "gate"], at={"a": 1.5, "b": True}, error=KeyError("a")
    ),
    "arguments": record("the later times of film %s are out of reach: %r", "metropolis", KeyError("a")),
    "an exception": record("request failed", exc_info=True, request_id="request-1"),
}


@pytest.mark.parametrize("trace", ["", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1"])
@pytest.mark.parametrize("what", RECORDS)
def test_a_line_is_the_one_that_powertools_writes(what: str, trace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
    line = LogLines("hold_seat").format(RECORDS[what])
    assert line == LambdaPowertoolsFormatter(service="hold_seat").format(RECORDS[what])
    assert json.loads(line)["service"] == "hold_seat"
