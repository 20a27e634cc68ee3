"""What every part of one simulation is given: who comes, what is deployed, what it costs and takes, what is seen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rehearsal.counts import Counts
from rehearsal.crowd import Crowd
from rehearsal.deployed import Deployed
from rehearsal.seen import Seen
from rehearsal.service_times import ServiceTime


@dataclass(frozen=True)
class Numbers:
    """What the operator's command sets, and what the account is granted."""

    holds: int | None  # reserved concurrency of hold_seat; None: the template's
    warm: int
    ecpu: float  # the cache's minimum; 0: none
    quotas: Mapping[str, float]
    provider_calls: float  # a second, that the provider grants
    pushback: bool = True  # False: as before domain/pushback.py, for the comparison


@dataclass(frozen=True)
class Scene:
    crowd: Crowd
    deployed: Deployed
    numbers: Numbers
    counts: Counts
    times: Mapping[str, ServiceTime]
    seen: Seen
    dice: np.random.Generator
