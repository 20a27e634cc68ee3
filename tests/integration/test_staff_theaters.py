"""Over the tables; what is there in tests/scenarios/staff_theaters.py."""

from tests.scenarios.staff_theaters import *  # noqa: F403
