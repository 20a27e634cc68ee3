"""What the edge makes of one request: the firewall first, then the behaviour of its path."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from local.edge.answering import compressed, finished
from local.edge.cache_key import key_of
from local.edge.distribution import READS, Behaviour, Distribution, Origin
from local.edge.firewall import Firewall
from local.edge.forwarding import Forwarded, forwarded
from local.edge.keeping import MISS, Keeper, Kept
from local.edge.lifetimes import lifetime_of
from local.edge.messages import Answer, Request
from local.edge.page_files import PageFiles
from local.edge.viewer_functions import ViewerFunctions

NOT_ALLOWED = Answer(
    403, (("Content-Type", "text/plain"),), b"This method is not allowed at this path, or has no body.\n"
)


class Api(Protocol):
    async def answer(self, asked: Forwarded, origin: Origin) -> Answer:
        """502 or 504 without a body when none comes."""


@dataclass(frozen=True)
class Edge:
    distribution: Distribution
    firewall: Firewall
    functions: ViewerFunctions
    keeper: Keeper
    api: Api
    page: PageFiles
    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic

    def refusal(self, request: Request, body_goes_on: bool) -> Answer | None:
        """The firewall's. `body_goes_on`: `request` has only the beginning of its body."""
        return self.firewall.judge(request, self.monotonic(), body_goes_on)

    async def answer(self, request: Request) -> Answer:
        """To a request that the firewall lets pass."""
        behaviour = self.distribution.behaviour_for(request.path)
        if request.method not in behaviour.methods or (request.body and request.method in READS):
            return finished(NOT_ALLOWED, request, behaviour, age=None, cache="Error")
        if behaviour.function:
            made = await self.functions.apply(behaviour.function, request)
            if isinstance(made, Answer):
                return finished(made, request, behaviour, age=None, cache="FunctionGeneratedResponse")
            request = made
        kept = await self._from_behaviour(self._with_root(request), behaviour)
        kept = await self._replaced(kept, request)
        return finished(kept.answer, request, behaviour, age=kept.age, cache=kept.how)

    async def close(self, unless_used_by: "Edge | None" = None) -> None:
        if unless_used_by is None or unless_used_by.functions is not self.functions:
            await self.functions.stop()

    def _with_root(self, request: Request) -> Request:
        root = self.distribution.root
        return replace(request, path=f"/{root}") if root and request.path == "/" else request

    async def _from_behaviour(self, request: Request, behaviour: Behaviour) -> Kept:
        async def ask(tag: str | None) -> Answer:
            return compressed(await self._ask_origin(asked, behaviour, tag), asked, behaviour)

        policy = behaviour.cache
        asked = replace(request, method="GET") if policy.caches and request.method in READS else request
        if asked.method not in READS:
            return Kept(await ask(None), None, MISS)
        fetch = self.keeper.shared if policy.caches else self.keeper.own
        times = self.distribution.error_seconds
        return await fetch(key_of(asked, policy), ask, lambda answer: lifetime_of(answer, policy, times, self.clock()))

    async def _ask_origin(self, request: Request, behaviour: Behaviour, tag: str | None) -> Answer:
        origin = self.distribution.origins[behaviour.origin]
        if origin.is_bucket:
            return await self.page.answer(request.path)
        return await self.api.answer(forwarded(request, behaviour, origin).if_none_match(tag), origin)

    async def _replaced(self, kept: Kept, request: Request) -> Kept:
        """By the page that the distribution has for errors of this status, if it has one and the page is there."""
        rule = self.distribution.errors.get(kept.answer.status)
        if rule is None or rule.page is None:
            return kept
        asked = Request("GET", rule.page, "", (), b"", request.viewer)
        page = await self._from_behaviour(asked, self.distribution.behaviour_for(rule.page))
        if page.answer.status != 200:
            return kept
        return Kept(replace(page.answer, status=rule.status or kept.answer.status), None, "Error")
