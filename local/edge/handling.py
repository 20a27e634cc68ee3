"""What the edge makes of one request."""

from dataclasses import dataclass

from local.edge.answering import finished
from local.edge.distribution import Distribution
from local.edge.forwarding import forwarded
from local.edge.messages import Answer, Request
from local.edge.origins import ApiOrigin
from local.edge.page_files import PageFiles


@dataclass(frozen=True)
class Edge:
    distribution: Distribution
    api: ApiOrigin
    page: PageFiles

    async def answer(self, request: Request) -> Answer:
        behaviour = self.distribution.behaviour_for(request.path)
        origin = self.distribution.origins[behaviour.origin]
        if origin.is_bucket:
            answer = await self.page.answer(request.path)
        else:
            answer = await self.api.answer(forwarded(request, behaviour, origin), origin)
        return finished(answer, request, behaviour, age=None, cache="Miss")
