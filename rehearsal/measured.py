"""What a crowd on the local stack measured, and its simulation with these times beside it. Pure but for the simulation.

The people buy one after the other first, then the crowd comes. The simulation runs twice: with the times of the crowd,
which must come to what was measured, and with the times of the people who came alone, as if each function had a machine
of its own, as it has in AWS. What is between the two is one machine, whose cores all share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rehearsal.counts import Counts
from rehearsal.crowd import Crowd
from rehearsal.deployed import Deployed
from rehearsal.front import UNRESERVED
from rehearsal.quotas import quotas
from rehearsal.report import table
from rehearsal.scene import Numbers
from rehearsal.service_times import ServiceTime
from rehearsal.simulation import Simulation

HOLD, LOOK, SUBMIT, BOOKING = "HoldSeat", "SeatMap", "SubmitPayment", "GetBooking"
CHARGED, BOOKED = "202 to charged", "charged to ticket"  # as GetBooking shows it
TICKET = "submit to ticket"
MOST_TIMES = 2.0  # that measured and simulated figures may differ before the page has to say why
MOST_TIMES_OF_CALLS = 1.2  # a distribution of one value has no width: so much is the least
STEP = 0.05
REFUSED = ("answers 429 or 503", "polls refused")  # as the simulation counts them
LOST = "answers 409, seats taken"
SOURCE = "measured on the local stack"
AMPLE = 1_000  # environments and workers, where the waiting for them is in the times already


@dataclass(frozen=True)
class Took:
    step: str
    begin: float  # seconds, of one clock
    seconds: float


@dataclass
class Measured:
    """Of one person."""

    took: list[Took] = field(default_factory=list)
    refused: int = 0  # answers 429 and 503
    lost: int = 0  # answers 409: another was faster
    ended: str = "nothing"


def seconds_of(people: Sequence[Measured], step: str) -> list[float]:
    return [one.seconds for person in people for one in person.took if one.step == step]


def most_at_once(people: Sequence[Measured], step: str) -> int:
    """How many of this step's requests were under way together."""
    begins = [(one.begin, 1) for person in people for one in person.took if one.step == step]
    ends = [(one.begin + one.seconds, -1) for person in people for one in person.took if one.step == step]
    changes = [change for _, change in sorted([*begins, *ends])]
    return int(np.cumsum([0, *changes]).max())


def service_times(people: Sequence[Measured]) -> dict[str, ServiceTime]:
    """The worker's time is what GetBooking shows of it. The client is on the same machine: there is no way to go, and
    no cold start, because `make start` calls each function once."""

    def of(step: str, part: float = 1.0) -> ServiceTime:
        milliseconds = np.array(seconds_of(people, step)) * 1_000 * part
        median = float(np.median(milliseconds))
        return ServiceTime(median, max(float(np.percentile(milliseconds, 99)), MOST_TIMES_OF_CALLS * median), SOURCE)

    nothing = ServiceTime(0.5, 1.0, SOURCE)
    answers = {"hold_seat": of(HOLD), "hold_lost": of(HOLD), "seat_map": of(LOOK), "get_booking": of(BOOKING)}
    answers |= {"submit_payment": of(SUBMIT), "payment_webhook": of(SUBMIT, 0.5)}
    # The sandbox answers within a millisecond or two: a worker's time is its own, and not the provider's.
    behind = {"provider_call": ServiceTime(2, 4, SOURCE), "work_on_lane": of(CHARGED), "book_order": of(BOOKED)}
    return {**answers, **behind, "cold_start": nothing, "way": nothing}


def simulated(
    crowd: Crowd, stage: Deployed, environments: int, counts: Counts, times: Mapping[str, ServiceTime]
) -> Simulation:
    """`environments`: that each function of the local stack may have. AMPLE: workers and calls are ample, too."""
    limits = dict.fromkeys((*UNRESERVED, "hold_seat"), environments)
    if environments == AMPLE:
        stage = replace(stage, workers_per_lane=AMPLE, book_at_once=AMPLE, calls_per_second=AMPLE * stage.lanes * AMPLE)
    granted = {**quotas(asked=False), "concurrency": 10 * AMPLE, "mapping_start": AMPLE}
    numbers = Numbers(environments, environments, 0, granted, stage.calls_per_second)
    run = Simulation(crowd, replace(stage, reserved=limits), numbers, counts, times, step=STEP)
    run.run()
    return run


@dataclass(frozen=True)
class Figure:
    what: str
    measured: float
    simulated: float  # with the crowd's times
    alone: float  # with the times of people who came alone
    unit: str = ""

    @property
    def times(self) -> float:
        """How many times the one is the other."""
        least, most = sorted((self.measured, self.simulated))
        return 1.0 if most == least else most / least if least > 0 else float("inf")

    @property
    def row(self) -> tuple[str, str, str, str, str]:
        digits = ".3f" if self.unit else ",.0f"
        values = [f"{value:{digits}}{self.unit}" for value in (self.measured, self.simulated, self.alone)]
        return self.what, values[0], values[1], f"{self.times:.2f}", values[2]


def figures(people: Sequence[Measured], run: Simulation, calm: Simulation) -> list[Figure]:
    """`calm`: with the times of people who came alone."""

    def of(what: str, step: str, name: str, percent: int) -> Figure:
        measured = float(np.percentile(seconds_of(people, step), percent))
        ran, alone = (one.seen.percentile(name, percent) for one in (run, calm))
        return Figure(f"{what}, p{percent}", measured, ran, alone, " s")

    def counted(what: str, measured: int, *names: str) -> Figure:
        ran, alone = (sum(one.seen.counted[name] for name in names) for one in (run, calm))
        return Figure(what, measured, ran, alone)

    tickets = sum(person.ended == "BOOKED" for person in people)
    return [
        Figure("got tickets", tickets, run.people.ended()["TICKET"], calm.people.ended()["TICKET"]),
        counted("answers 409, another was faster", sum(one.lost for one in people), LOST),
        counted("answers 429 or 503", sum(one.refused for one in people), *REFUSED),
        *(of("an answer of HoldSeat", HOLD, "HoldSeat", percent) for percent in (50, 99)),
        *(of("from the submit to the ticket", TICKET, "submit to ticket", percent) for percent in (50, 99)),
    ]


def steps_table(alone: Sequence[Measured], people: Sequence[Measured]) -> str:
    rows = []
    for step in (LOOK, HOLD, SUBMIT, BOOKING, TICKET):
        calm, crowded = np.array(seconds_of(alone, step)), np.array(seconds_of(people, step))
        p50, p99 = np.percentile(crowded, (50, 99))
        waited = [f"{value:.3f} s" for value in (np.median(calm), calm.max(), p50, p99)]
        rows.append((step, *waited, f"{len(crowded):,}", f"{most_at_once(people, step)}"))
    return table(("step", "alone: median", "most", "in the crowd: median", "p99", "requests", "at once at most"), rows)


def side_by_side(found: Sequence[Figure]) -> str:
    rows = [one.row for one in found]
    return table(("", "local stack", "simulated, the crowd's times", "times", "simulated, times of people alone"), rows)


def too_far_apart(found: Sequence[Figure]) -> list[str]:
    """Of the times that people wait and of the tickets: counts of rare answers differ by chance."""
    return [one.what for one in found if (one.unit or one.what == "got tickets") and one.times > MOST_TIMES]
