"""The licence of everything that is deployed is listed, and is one that lets us."""

import re

import pytest

from toolchain import licences

PERMISSIVE = re.compile(r"(MIT|MIT License|MIT-0|BSD.*|Apache[- ].*2.0|Apache Software License|PSF-2.0|MPL-2.0)")


def test_every_package_of_the_layer_is_listed_as_it_is_locked() -> None:
    assert licences.PAGE.read_text() == licences.page(), "run `make licences`"


def rows(text: str) -> dict[str, str]:
    lines = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")][2:]
    return {line[0][2:]: line[2].removesuffix(" |") for line in lines}


def refused(listed: dict[str, str]) -> list[str]:
    parts = {name: re.split(r" (?:AND|OR|or|and) ", licence) for name, licence in listed.items()}
    return [name for name, named in parts.items() if not all(PERMISSIVE.fullmatch(one) for one in named)]


def test_every_licence_lets_us_deploy_it_without_publishing_our_own_code() -> None:
    listed = rows(licences.PAGE.read_text())
    assert {"boto3", "stripe", "valkey", "pydantic"} <= listed.keys()
    assert refused(listed) == []


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "see its licence file", "MIT AND AGPL-3.0", "Proprietary"])
def test_the_rule_sees_a_licence_that_does_not(licence: str) -> None:
    assert refused({"six": "MIT", "other": licence}) == ["other"]
