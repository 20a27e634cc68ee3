"""Over the fakes; what is there in tests/scenarios/seat_maps.py."""

from tests.scenarios.seat_maps import *  # noqa: F403
