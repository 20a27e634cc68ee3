"""Over the fakes; what is there in tests/scenarios/idempotency.py."""

from tests.scenarios.idempotency import *  # noqa: F403
