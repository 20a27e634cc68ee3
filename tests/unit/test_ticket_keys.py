"""Over the fakes; what is there in tests/scenarios/ticket_keys.py."""

from tests.scenarios.ticket_keys import *  # noqa: F403
