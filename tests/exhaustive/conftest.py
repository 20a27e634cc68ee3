"""Every step, every caller, every order of acts: over the fakes as tests/unit is, and too long for `make check`."""

from tests.over_fakes import cinema, closed_sockets

__all__ = ["cinema", "closed_sockets"]
