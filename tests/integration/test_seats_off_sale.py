"""Over the tables and the cache; what is there in tests/scenarios/seats_off_sale.py."""

from tests.scenarios.seats_off_sale import *  # noqa: F403
