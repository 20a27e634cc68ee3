"""A second deployment, with changed code in functions and layer, while people hold seats."""

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.deployed import make
from tests.waiting import eventually

CLIENTS = 8
PAUSE_SECONDS = 0.1  # leaves the deployment some of the two cores
MARK = "Code-Revision"
USED = {"hold_seat", "seat_map", "get_available_seat", "get_booking"}
HEADERS_OF = '        "Status": response.status,\n'


@contextmanager
def changed(path: Path, old: str, new: str) -> Iterator[None]:
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))
    try:
        yield
    finally:
        path.write_text(before)


@pytest.mark.shows("deployment in mid-flight")
def test_a_deployment_of_changed_code_loses_no_request_and_no_hold(stack, showing, visitors):
    people = visitors(CLIENTS)
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
            eventually(lambda: new_code == USED or trouble, lambda: f"the new code answers: {new_code}")
        finally:
            over.set()
        for one in using:
            one.result()
    assert trouble == []
    assert new_code == USED
    held = {seat["seat_id"]: seat["user_id"] for seat in stack.seats(showing) if seat["status"] == "hold"}
    assert {pair[0] for pair in pairs} <= held.keys()
    assert len(set(held.values())) == CLIENTS
