"""A cinema's numbers, from the stage's file to the functions that read them."""

from pathlib import Path

import pytest

from infra.rules_of_sale import BOUNDS, WORKER_TIMEOUT_SECONDS
from infra.stage_files import UnknownStage
from infra.stage_reader import read_stage
from tests.infra.conftest import NEEDED, stages_with, synthesize
from tests.infra.template_rules import functions, verb_of
from tests.infra.test_functions import PARTS, SETTINGS, given_to

CHANGED = {
    "hold_seconds": 480,
    "hold_seconds_max": 1_500,
    "hold_seconds_min": 90,
    "seats_per_order_max": 8,
    "seats_per_event_max": 6,
    "live_holds_max": 5,
    "self_block_minutes": 30,
    "attempts_max": 4,
    "decline_seconds": 180,
    "charging_minutes_max": 7,
    "pin_minutes_max": 9,
    "unreached_minutes_max": 30,
    "refund_closes_minutes": 45,
    "sales_close_minutes": 15,
}
OF_THE_LOADER = {"sales_close_minutes"}  # `make catalogue` writes it into showings


def test_every_number_of_a_stage_reaches_exactly_the_functions_that_read_it(tmp_path: Path) -> None:
    assert CHANGED.keys() == BOUNDS.keys()
    templates = synthesize("dev", tmp_path, **CHANGED)
    reached = set()
    for part in PARTS:
        for function in functions(templates[part]).values():
            read = SETTINGS[verb_of(function)].model_fields.keys() & CHANGED.keys()
            names = {name: f"BOX_OFFICE_{name.upper()}" for name in CHANGED}
            given = given_to(function)
            assert {name: given[variable] for name, variable in names.items() if variable in given} == {
                name: str(CHANGED[name]) for name in read
            }
            reached |= read
    assert reached == CHANGED.keys() - OF_THE_LOADER, "a number that no function reads changes nothing"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"hold_seconds": 60}, r"hold_seconds = 60: 180 to 3_000 is needed, because the marks of a hold"),
        ({"hold_seconds": 1_800}, r"hold_seconds_max = 1800: at least hold_seconds \+ decline_seconds = 1920"),
        ({"pin_minutes_max": 12}, r"pin_minutes_max = 12: at least 14 is needed, because a worker begins"),
        ({"refund_closes_minutes": -1}, r"refund_closes_minutes = -1: a whole number, zero or more"),
        ({"hold_seconds": "480"}, r"hold_seconds = 480: a whole number"),
        ({"hold_second": 480}, r"hold_second: nothing has this name\. Do you mean hold_seconds\?"),
    ],
)
def test_a_wrong_number_is_refused_with_its_file_its_name_and_the_reason(
    tmp_path: Path, settings: dict, sentence: str
) -> None:
    with pytest.raises(UnknownStage, match=rf"^stages/prod\.toml: {sentence}"):
        read_stage("prod", stages_with(tmp_path / "stages", "prod", **{**NEEDED["prod"], **settings}))


def test_an_on_sale_may_shorten_holds_and_is_refused_when_it_shortens_them_too_much(tmp_path: Path) -> None:
    stages = stages_with(tmp_path / "stages", "prod", **{**NEEDED["prod"], "on_sale": True})
    file, kept = stages / "prod.toml", (stages / "prod.toml").read_text()
    file.write_text(f"{kept}\nhold_seconds = 300\n")
    assert read_stage("prod", stages).stage.hold_seconds == 300
    file.write_text(f"{kept}\nhold_seconds = 100\n")
    with pytest.raises(UnknownStage, match=r"^stages/prod\.toml: hold_seconds = 100"):
        read_stage("prod", stages)


def test_a_worker_ends_within_the_time_that_the_cap_leaves_it(payments: dict) -> None:
    workers = [one for one in functions(payments).values() if verb_of(one) == "work_on_lane"]
    assert {one["Properties"]["Timeout"] for one in workers} == {WORKER_TIMEOUT_SECONDS}
    for worker in workers:
        given = given_to(worker)
        charging, cap = (int(given[f"BOX_OFFICE_{name}_MINUTES_MAX"]) for name in ("CHARGING", "PIN"))
        assert charging * 60 + worker["Properties"]["Timeout"] <= cap * 60
