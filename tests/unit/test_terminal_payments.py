"""Over the fakes; what is there in tests/scenarios/terminal_payments.py."""

from tests.scenarios.terminal_payments import *  # noqa: F403
