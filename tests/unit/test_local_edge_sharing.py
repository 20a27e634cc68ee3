"""Which answers the local edge shares between those who ask at once, and which it shows although they are stale."""

import asyncio
from collections.abc import Callable

import pytest

from local.edge.cache import Cache
from local.edge.cache_key import Key
from local.edge.keeping import Keeper, Kept
from local.edge.lifetimes import lifetime_of
from local.edge.messages import Answer
from local.edge.policies import CachePolicy

SHARED = CachePolicy("map", 0, 1, 2)
OWN = CachePolicy("disabled", 0, 0, 0)
KEY = Key("/SeatMap/api/v0/ev", "", (), "", "")
NEVER = 0.0  # what the distribution says of each error


class Origin:
    """Answers with its script's next answer, when `gate` is open."""

    def __init__(self, *script: Answer) -> None:
        self.script, self.tags, self.gate = list(script), [], asyncio.Event()
        self.gate.set()

    async def ask(self, tag: str | None) -> Answer:
        self.tags.append(tag)
        number = len(self.tags) - 1
        await self.gate.wait()
        return self.script[min(number, len(self.script) - 1)]

    @property
    def calls(self) -> int:
        return len(self.tags)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def reply(status: int = 200, body: str = "{}", **headers: str) -> Answer:
    return Answer(status, tuple((name.replace("_", "-"), value) for name, value in headers.items()), body.encode())


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not come")


class Desk:
    """A keeper with one path, of one policy."""

    def __init__(self, origin: Origin, policy: CachePolicy = SHARED, error_seconds: float = NEVER) -> None:
        self.clock, self.origin, self.policy, self.error_seconds = Clock(), origin, policy, error_seconds
        self.keeper = Keeper(Cache(), self.clock)

    async def ask(self) -> Kept:
        way = self.keeper.shared if self.policy.caches else self.keeper.own
        return await way(KEY, self.origin.ask, self.lifetime_of)

    def lifetime_of(self, answer: Answer) -> object:
        return lifetime_of(answer, self.policy, lambda status: self.error_seconds, self.clock.now)

    async def stampede(self, count: int) -> list[Kept]:
        """All of them are waiting before the origin answers the first."""
        self.origin.gate.clear()
        waiting = [asyncio.create_task(self.ask()) for _ in range(count)]
        await until(lambda: self.origin.calls > 0)
        for _ in range(count):
            await asyncio.sleep(0)
        self.origin.gate.set()
        return await asyncio.gather(*waiting)


def run(test: Callable[[], object]) -> None:
    asyncio.run(test())


def test_a_stampede_on_a_cached_path_is_one_request_of_the_origin():
    async def test():
        desk = Desk(Origin(reply(body="map")))
        answers = await desk.stampede(200)
        assert {one.answer.body for one in answers} == {b"map"}
        assert desk.origin.calls == 1

    run(test)


def test_control_the_same_stampede_without_collapsing_asks_for_each():
    async def test():
        desk = Desk(Origin(reply(body="map")))
        desk.keeper._asking = Forgetful()
        await desk.stampede(200)
        assert desk.origin.calls == 200, "the stampede must show without the rule, or the test shows nothing"

    run(test)


class Forgetful(dict):
    def get(self, key: object, default: object = None) -> object:
        return default


@pytest.mark.parametrize(
    "one",
    [reply(503), reply(404), reply(500), reply(Cache_Control="private, no-store"), reply(Cache_Control="no-cache")],
)
def test_an_answer_that_may_not_be_kept_goes_to_the_one_who_asked_and_the_others_ask_themselves(one: Answer):
    async def test():
        answers = [Answer(one.status, one.headers, str(number).encode()) for number in range(30)]
        desk = Desk(Origin(*answers))
        bodies = [kept.answer.body for kept in await desk.stampede(30)]
        assert len(set(bodies)) == 30, "two who asked got the same answer, which only one of them may see"

    run(test)


def test_on_a_path_that_is_never_cached_nothing_is_put_together():
    async def test():
        desk = Desk(Origin(*(reply(body=str(number), Cache_Control="max-age=60") for number in range(30))), OWN)
        bodies = [kept.answer.body for kept in await desk.stampede(30)]
        assert len(set(bodies)) == 30

    run(test)


def test_control_an_error_time_that_the_distribution_leaves_out_shows_one_person_s_error_to_all():
    async def test():
        desk = Desk(Origin(reply(500, "ada's"), reply(body="bob's")), OWN, error_seconds=10)
        assert [(await desk.ask()).answer.body for _ in range(2)] == [b"ada's", b"ada's"]
        desk = Desk(Origin(reply(500, "ada's"), reply(body="bob's")), OWN, error_seconds=NEVER)
        assert [(await desk.ask()).answer.body for _ in range(2)] == [b"ada's", b"bob's"]

    run(test)


def test_a_stale_answer_is_shown_at_once_while_one_request_fetches_the_next():
    async def test():
        stale = {"Cache_Control": "s-maxage=1, stale-while-revalidate=1"}
        desk = Desk(Origin(reply(body="old", **stale), reply(body="new", **stale)))
        await desk.ask()
        desk.clock.now += 1.5
        desk.origin.gate.clear()
        shown = [await desk.ask() for _ in range(5)]
        assert [(one.answer.body, one.age, one.how) for one in shown] == [(b"old", 1.5, "Hit")] * 5
        desk.origin.gate.set()
        await until(lambda: not desk.keeper._asking)
        assert ((await desk.ask()).answer.body, desk.origin.calls) == (b"new", 2)

    run(test)


def test_after_its_time_a_stale_answer_is_waited_for():
    async def test():
        stale = {"Cache_Control": "s-maxage=1, stale-while-revalidate=60"}  # the policy's longest time is 2 s
        desk = Desk(Origin(reply(body="old", **stale), reply(body="new", **stale)))
        await desk.ask()
        desk.clock.now += 3
        assert (await desk.ask()).answer.body == b"new"

    run(test)


def test_a_stale_answer_stands_for_an_error_as_long_as_the_origin_allows_and_the_policy_bounds():
    async def test():
        desk = Desk(Origin(reply(body="old", Cache_Control="s-maxage=1, stale-if-error=60"), reply(503)))
        await desk.ask()
        desk.clock.now += 2.9
        assert {(one.answer.body, one.answer.status) for one in await desk.stampede(20)} == {(b"old", 200)}
        assert desk.origin.calls == 2
        desk.clock.now += 0.2
        assert (await desk.ask()).answer.status == 503

    run(test)


def test_without_stale_if_error_an_error_is_shown():
    async def test():
        desk = Desk(Origin(reply(Cache_Control="s-maxage=1"), reply(503)))
        await desk.ask()
        desk.clock.now += 1.1
        assert (await desk.ask()).answer.status == 503

    run(test)


def test_a_refusal_is_no_error_of_the_origin_and_is_shown():
    async def test():
        desk = Desk(Origin(reply(Cache_Control="s-maxage=1, stale-if-error=60"), reply(404)))
        await desk.ask()
        desk.clock.now += 1.1
        assert (await desk.ask()).answer.status == 404

    run(test)


def test_an_answer_that_ran_out_is_asked_for_by_its_tag_and_confirmed():
    async def test():
        first = reply(body="map", ETag='"a"', Cache_Control="s-maxage=1")
        desk = Desk(Origin(first, reply(304, "", Cache_Control="s-maxage=2")))
        await desk.ask()
        desk.clock.now += 1.1
        again = await desk.ask()
        assert (again.answer.status, again.answer.body, again.how) == (200, b"map", "RefreshHit")
        assert again.answer.header("Cache-Control") == "s-maxage=2"
        desk.clock.now += 1.9
        assert (await desk.ask()).how == "Hit"
        assert desk.origin.tags == [None, '"a"']

    run(test)


def test_a_viewer_that_hangs_up_does_not_end_the_waiting_of_the_others():
    async def test():
        desk = Desk(Origin(reply(body="map")))
        desk.origin.gate.clear()
        first, second = asyncio.create_task(desk.ask()), asyncio.create_task(desk.ask())
        await until(lambda: desk.origin.calls > 0)
        first.cancel()
        await asyncio.sleep(0)
        desk.origin.gate.set()
        assert (await second).answer.body == b"map"

    run(test)
