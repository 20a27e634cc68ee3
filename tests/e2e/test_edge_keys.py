"""The key between the edge and the API is replaced by a deployment while people use both."""

import itertools
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.e2e.checkout import RUNNING_STACK
from tests.e2e.deployed import make
from tests.e2e.test_redeploy import PAUSE_SECONDS
from tests.waiting import eventually

CLIENTS = 6
LIST = "/GetListOfMovie/api/v0/"


@pytest.fixture
def stage_file(stack):
    """What the test deploys is taken back from a stack that is not the tests' own. Theirs goes on with the new key."""
    path = stack.checkout.directory / "stages/local.toml"
    before = path.read_text()
    yield path
    if RUNNING_STACK in os.environ:
        path.write_text(before)
        make(stack.checkout, "redeploy")


def test_a_new_origin_key_is_deployed_without_a_request_lost(stack, showing, visitors, stage_file):
    before, over = stack.checkout.stack["origin_key"], threading.Event()
    answered, lost = itertools.count(), []

    def use(visitor, seat):
        asking = [lambda: visitor.hold(showing, seat), lambda: visitor.booking(showing), lambda: visitor.get(LIST)]
        for ask in itertools.cycle(asking):
            if over.is_set():
                return
            try:
                answer = ask()
                if answer.status not in (200, 201):
                    lost.append(str(answer))
            except httpx.HTTPError as error:
                lost.append(repr(error))
            next(answered)
            time.sleep(PAUSE_SECONDS)

    with ThreadPoolExecutor(CLIENTS) as pool:
        using = [pool.submit(use, *pair) for pair in zip(visitors(CLIENTS), showing.seats, strict=False)]
        try:
            stage_file.write_text(stage_file.read_text().replace("origin_key = 1\n", "origin_key = 2\n"))
            make(stack.checkout, "redeploy")
            deployed = next(answered)
            eventually(lambda: next(answered) > deployed + 20 * CLIENTS, "no one asks any more")
        finally:
            over.set()
        for one in using:
            one.result()
    assert lost == []
    after = stack.checkout.stack["origin_key"]
    assert after != before, "the deployment replaced no key"
    for key in (before, after):  # the one before is taken until the next is deployed
        assert httpx.get(stack.facts["api_url"] + LIST, headers={"x-api-key": key}, trust_env=False).status_code == 200
