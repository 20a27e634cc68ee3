"""Over the tables; what is there in tests/scenarios/gate.py."""

from tests.scenarios.gate import *  # noqa: F403
