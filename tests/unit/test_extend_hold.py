"""Over the fakes; what is there in tests/scenarios/extend_hold.py."""

from tests.scenarios.extend_hold import *  # noqa: F403
