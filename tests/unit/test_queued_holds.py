"""Over the fakes; what is there in tests/scenarios/queued_holds.py."""

from tests.scenarios.queued_holds import *  # noqa: F403
