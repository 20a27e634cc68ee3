"""Over the tables and the cache; what is there in tests/scenarios/rules_of_sale.py."""

from tests.scenarios.rules_of_sale import *  # noqa: F403
