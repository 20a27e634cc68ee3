"""Pools of environments: requests wait in line, a new revision loses none, a broken handler is told."""

import threading
import time

import pytest

from local.embedded_aws import functions as module
from local.embedded_aws.environments import EnvironmentLost, InitFailed
from local.embedded_aws.functions import Pool
from tests.waiting import WAIT_SECONDS_MAX


class FakeEnvironment:
    def __init__(self):
        self.stopped = False
        self.ended = False

    def stop(self):
        self.stopped = True


class Starter:
    def __init__(self, failing: bool = False):
        self.started: list[FakeEnvironment] = []
        self.failing = failing

    def __call__(self):
        if self.failing:
            raise InitFailed({"errorType": "ImportError", "errorMessage": "no module"})
        self.started.append(FakeEnvironment())
        return self.started[-1]


def pool_of(starter, size_max=2):
    return Pool(starter, size_max, threading.Semaphore(2))


def in_threads(count, work):
    results = []
    threads = [threading.Thread(target=lambda: results.append(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, results


def join(threads):
    for thread in threads:
        thread.join(WAIT_SECONDS_MAX)
        assert not thread.is_alive()


def test_more_requests_than_environments_wait_and_are_all_served():
    starter = Starter()
    pool = pool_of(starter, size_max=3)
    at_once, most = [0], [0]
    lock = threading.Lock()

    def request():
        with pool.lend():
            with lock:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
            time.sleep(0.002)
            with lock:
                at_once[0] -= 1
        return "served"

    threads, results = in_threads(50, request)
    join(threads)
    assert results == ["served"] * 50
    assert most[0] <= 3
    assert 1 <= len(starter.started) <= 3


def test_a_retired_pool_finishes_what_it_has_and_then_ends():
    starter = Starter()
    pool = pool_of(starter)
    with pool.lend() as environment:
        pool.retire()
        assert not environment.stopped
    assert environment.stopped


def test_who_waits_for_a_retired_pool_is_served():
    starter = Starter()
    pool = pool_of(starter, size_max=1)
    release = threading.Event()

    def request():
        with pool.lend() as environment:
            release.wait(WAIT_SECONDS_MAX)
            return environment.stopped

    threads, results = in_threads(3, request)
    time.sleep(0.05)
    pool.retire()
    release.set()
    join(threads)
    assert results == [False] * 3
    assert all(environment.stopped for environment in starter.started)


def test_a_late_request_to_a_retired_pool_is_served_and_leaves_nothing():
    starter = Starter()
    pool = pool_of(starter)
    pool.retire()
    with pool.lend() as environment:
        assert not environment.stopped
    assert all(one.stopped for one in starter.started)


def test_a_handler_that_cannot_be_imported_fails_every_request_at_once():
    pool = pool_of(Starter(failing=True))
    with pytest.raises(InitFailed, match="no module"), pool.lend():
        pytest.fail("nothing to lend")


def test_an_environment_that_was_lost_is_replaced():
    starter = Starter()
    pool = pool_of(starter)
    with pytest.raises(EnvironmentLost), pool.lend() as lost:
        raise EnvironmentLost("Sandbox.Timedout", "too slow")
    with pool.lend() as environment:
        assert environment is not lost


def test_waiting_has_an_end(monkeypatch):
    pool = pool_of(Starter(), size_max=1)
    with pool.lend():
        monkeypatch.setattr(module, "WAIT_SECONDS_MAX", 0.05)
        with pytest.raises(TimeoutError), pool.lend():
            pytest.fail("the only environment is lent")


def test_an_environment_that_died_while_it_was_idle_is_given_to_nobody():
    starter = Starter()
    pool = pool_of(starter, size_max=1)
    with pool.lend() as first:
        pass
    first.ended = True
    with pool.lend() as second:
        assert second is not first
    assert first.stopped
