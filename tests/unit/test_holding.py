"""Over the fakes; what is there in tests/scenarios/holding.py."""

from tests.scenarios.holding import *  # noqa: F403
