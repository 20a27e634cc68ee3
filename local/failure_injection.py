"""`python -m local.failure_injection ...`: microburst, which forwards requests to the host that they were signed for.

The embedded AWS checks signatures, and a signature covers the Host header. microburst writes its upstream there
instead, and every call through it would be refused as forged. Signing anew is no way out: then whatever a function's
role forbids would be allowed behind the proxy. A private method of a pinned version; another one fails here, by name.
"""

import sys

from aiohttp import web
from microburst.cli import main
from microburst.forward import Upstream

with_upstream_as_host = Upstream._outbound_headers


def with_host_as_signed(upstream: Upstream, request: web.Request) -> dict[str, str]:
    return {**with_upstream_as_host(upstream, request), "host": request.headers["Host"]}


if __name__ == "__main__":
    Upstream._outbound_headers = with_host_as_signed
    sys.exit(main())
