"""Pure and fast: `make check` runs all of it."""

from tests.over_fakes import cinema, closed_sockets

__all__ = ["cinema", "closed_sockets"]
