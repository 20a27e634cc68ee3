"""Over the fakes; what is there in tests/scenarios/blocking.py."""

from tests.scenarios.blocking import *  # noqa: F403
