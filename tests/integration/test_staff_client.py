"""Over the tables; what is there in tests/scenarios/staff_client.py."""

from tests.scenarios.staff_client import *  # noqa: F403
