"""A second deployment, with changed code in functions and layer and a new key between edge and API, while people use
both."""

import itertools
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.checkout import RUNNING_STACK
from tests.e2e.deployed import make
from tests.waiting import eventually

CLIENTS = 8
PAUSE_SECONDS = 0.1  # leaves the deployment some of the two cores
MARK = "Code-Revision"
USED = {"hold_seat", "seat_map", "get_available_seat", "get_booking"}
HEADERS_OF = '        "Status": response.status,\n'
LIST = "/GetListOfMovie/api/v0/"


@contextmanager
def changed(path: Path, old: str, new: str) -> Iterator[None]:
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))
    try:
        yield
    finally:
        path.write_text(before)


@pytest.fixture
def new_origin_key(stack):
    """Asked for by the stage's file. A stack that is not the tests' own is given its old key back."""
    path = stack.checkout.directory / "stages/local.toml"
    with changed(path, "origin_key = 1\n", "origin_key = 2\n"):
        yield
    if RUNNING_STACK in os.environ:
        make(stack.checkout, "redeploy")


@pytest.mark.shows("deployment in mid-flight")
def test_a_deployment_of_changed_code_and_a_new_origin_key_loses_no_request_and_no_hold(
    stack, showing, visitors, new_origin_key
):
    people, key_before = visitors(CLIENTS), stack.checkout.stack["origin_key"]
    seats = iter(showing.seats)
    pairs = [[next(seats), next(seats)] for _ in people]
    over = threading.Event()
    revision = f"{time.time_ns():x}"
    trouble: list[str] = []
    new_code: set[str] = set()

    def use(visitor, pair):
        steps = itertools.cycle(
            [
                ("hold_seat", lambda: visitor.hold(showing, *pair), {200, 201}),
                ("seat_map", lambda: visitor.small_map(showing), {200}),
                ("hold_seat", lambda: visitor.hold(showing, pair[0]), {200}),
                ("get_available_seat", lambda: visitor.map(showing), {200}),
                ("get_booking", lambda: visitor.booking(showing), {200}),
                ("get_list_of_movie", lambda: visitor.get(LIST), {200}),
            ]
        )
        for verb, step, good in steps:
            if over.is_set():
                return
            try:
                answer = step()
            except httpx.HTTPError as error:
                trouble.append(repr(error))
                continue
            if answer.status not in good:
                trouble.append(f"{verb}: {answer}")
            if answer.headers.get(MARK) == revision:
                new_code.add(verb)
            time.sleep(PAUSE_SECONDS)

    directory = stack.checkout.directory
    layer = directory / "layers/box_office/python/box_office/http_api/endpoint.py"
    function = directory / "functions/api/hold_seat.py"
    with ThreadPoolExecutor(CLIENTS) as pool:
        using = [pool.submit(use, visitor, pair) for visitor, pair in zip(people, pairs, strict=True)]
        try:
            with (
                changed(layer, HEADERS_OF, f'{HEADERS_OF}        "{MARK}": "{revision}",\n'),
                changed(function, 'SERVICE = "hold_seat"\n', f'SERVICE = "hold_seat"  # {revision}\n'),
            ):
                make(stack.checkout, "redeploy")
            eventually(lambda: new_code >= USED or trouble, lambda: f"the new code answers: {new_code}")
        finally:
            over.set()
        for one in using:
            one.result()
    assert trouble == []
    assert new_code >= USED
    key = stack.checkout.stack["origin_key"]
    assert key != key_before, "the deployment replaced no key"
    for one in (key_before, key):  # the one before is taken until the next is deployed
        assert httpx.get(stack.facts["api_url"] + LIST, headers={"x-api-key": one}, trust_env=False).status_code == 200
    held = {seat["seat_id"]: seat["user_id"] for seat in stack.seats(showing) if seat["status"] == "hold"}
    assert {pair[0] for pair in pairs} <= held.keys()
    assert len(set(held.values())) == CLIENTS
