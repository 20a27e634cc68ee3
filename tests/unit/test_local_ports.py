"""Free ports unless set, and a clear word when a set one cannot be had."""

import random

import pytest

from local import ports
from local.ports import CANDIDATES, PortTaken, choose

PURPOSES = {"the API": "AWS_PORT", "the cache": "CACHE_PORT"}


@pytest.fixture
def taken(monkeypatch):
    taken: set[int] = set()
    monkeypatch.setattr(ports, "is_free", lambda port: port not in taken)
    return taken


def test_unset_ports_are_chosen_free_and_different(taken, monkeypatch):
    monkeypatch.setattr(ports, "CANDIDATES", range(20_000, 20_010))
    taken.update(set(ports.CANDIDATES) - {20_007, 20_008})
    chosen = choose(PURPOSES, {}, random.Random(1))
    assert set(chosen.values()) == {20_007, 20_008}


def test_a_set_port_is_used(taken):
    assert choose(PURPOSES, {"AWS_PORT": "4566"}, random.Random(1))["the API"] == 4566


def test_a_set_port_in_use_is_named_with_its_variable(taken):
    taken.add(4566)
    with pytest.raises(PortTaken, match="Port 4566, set by AWS_PORT for the API, is in use"):
        choose(PURPOSES, {"AWS_PORT": "4566"}, random.Random(1))


@pytest.mark.parametrize("wanted", ["0", "65536", "-1", "http", "45.6", "٣"])
def test_what_is_no_port_is_refused(taken, wanted):
    with pytest.raises(PortTaken, match="is no port"):
        choose(PURPOSES, {"CACHE_PORT": wanted}, random.Random(1))


def test_the_same_port_for_two_purposes_is_refused(taken):
    with pytest.raises(PortTaken, match="twice"):
        choose(PURPOSES, {"AWS_PORT": "4566", "CACHE_PORT": "4566"}, random.Random(1))


def test_without_a_free_port_the_search_ends(taken):
    taken.update(CANDIDATES)
    with pytest.raises(PortTaken, match="No free port"):
        choose(PURPOSES, {}, random.Random(1))


def test_a_preferred_port_is_taken_unless_it_is_taken_already_or_another_is_set(taken):
    preferred = {"the API": 20_500}
    assert choose(PURPOSES, {}, random.Random(1), preferred)["the API"] == 20_500
    assert choose(PURPOSES, {"AWS_PORT": "4566"}, random.Random(1), preferred)["the API"] == 4566
    taken.add(20_500)
    assert choose(PURPOSES, {}, random.Random(1), preferred)["the API"] != 20_500
