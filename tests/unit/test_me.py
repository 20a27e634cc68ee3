"""Over the fakes; what is there in tests/scenarios/me.py."""

from tests.scenarios.me import *  # noqa: F403
