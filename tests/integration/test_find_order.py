"""Over the tables; what is there in tests/scenarios/find_order.py."""

from tests.scenarios.find_order import *  # noqa: F403
