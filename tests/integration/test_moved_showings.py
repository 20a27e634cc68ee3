"""Over the tables and the cache; what is there in tests/scenarios/moved_showings.py."""

from tests.scenarios.moved_showings import *  # noqa: F403
