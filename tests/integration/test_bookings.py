"""Over the tables and the cache; what is there in tests/scenarios/bookings.py."""

from tests.scenarios.bookings import *  # noqa: F403
