"""Requests under way at once, one step at a time in an order that a seed decides: a race that shows every time.

A step is one call of a port: whatever a request does between two calls, nobody else can come between.
"""

import threading
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.set_clock import SetClock

STEP_MS_MAX = 3  # a call takes so long, as every request's clock tells


class Turns:
    """Runs deeds in threads of which one goes at a time; each gives its turn back at every call of a port."""

    def __init__(self, seed: int, clock: SetClock) -> None:
        self._random, self._clock = Random(seed), clock
        self._turns: dict[int, threading.Semaphore] = {}
        self._back = threading.Semaphore(0)
        self._current = threading.local()

    def run(self, deeds: Sequence[Callable[[], Any]]) -> list[Any]:
        """What each deed returned, or the exception that it raised."""
        outcomes: list[Any] = [None] * len(deeds)
        under_way = set(range(len(deeds)))
        self._turns = {number: threading.Semaphore(0) for number in under_way}

        def go(number: int) -> None:
            self._current.number = number
            self._turns[number].acquire()
            self._current.begun = False
            try:
                outcomes[number] = deeds[number]()
            except Exception as error:
                outcomes[number] = error
            under_way.discard(number)
            self._back.release()

        threads = [threading.Thread(target=go, args=(number,), daemon=True) for number in sorted(under_way)]
        for thread in threads:
            thread.start()
        while under_way:
            self._turns[self._random.choice(sorted(under_way))].release()
            self._back.acquire()
            self._clock.advance(ms=self._random.randint(1, STEP_MS_MAX))
        for thread in threads:
            thread.join()
        return outcomes

    def port(self, port: Any) -> Any:
        """The same port; whoever calls it waits for a turn first."""
        return _InTurn(port, self)

    def wait(self) -> None:
        number = getattr(self._current, "number", None)
        if number is None:
            return
        if not self._current.begun:
            self._current.begun = True  # a request takes its time and makes its first call in one step
            return
        self._back.release()
        self._turns[number].acquire()


class _InTurn:
    def __init__(self, port: Any, turns: Turns) -> None:
        self._port, self._turns_of = port, turns

    def __getattr__(self, operation: str) -> Any:
        member = getattr(self._port, operation)
        if not callable(member):
            return member

        def call(*arguments: Any, **named: Any) -> Any:
            self._turns_of.wait()
            return member(*arguments, **named)

        return call
