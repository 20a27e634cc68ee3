"""The on-sale's minutes as a picture: an SVG small enough for the documents, the same for the same seed."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

from rehearsal.report import resources
from rehearsal.seen import Times
from rehearsal.simulation import Simulation

MOST_POINTS = 150
COLOURS = ("#1f4e79", "#b5472f", "#5f7f3f")
PANELS = (
    ("requests a second", (("API Gateway", "api"), ("refused there", "refused by the gateway"))),
    ("holds and payments a second", (("seats held", "held"), ("202 to a payment", "paid"), ("tickets", "tickets"))),
    ("payments waiting on the lanes", (("on the lanes", "lanes"),)),
    ("cache, ECPU a second", (("ECPU", "ecpu"),)),
)


def draw(run: Simulation, file: Path) -> None:
    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "box office", "svg.fonttype": "none", "font.size": 8, "path.simplify": True})
    from matplotlib import pyplot

    last = last_second(run)
    allowed = {row.what: row.quota for row in resources(run)}
    figure, axes = pyplot.subplots(2, 2, figsize=(9, 5), layout="constrained")
    for axis, (title, lines) in zip(axes.flat, PANELS, strict=True):
        for colour, (label, name) in zip(COLOURS, lines, strict=False):
            seconds, values = thinned(run.seen.by_second(name)[:last])
            axis.plot(seconds, values, color=colour, label=label, linewidth=1)
        axis.set_title(title, loc="left")
        axis.set_ylim(bottom=0)
        axis.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    for axis, what in ((axes.flat[0], "API Gateway requests a second"), (axes.flat[3], "cache, ECPU a second")):
        axis.axhline(allowed[what], color="#777777", linestyle="--", linewidth=0.8, label="allowed")
    for axis in axes.flat:
        axis.legend(frameon=False)
        axis.set_xlabel("seconds after the doors open")
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)


def last_second(run: Simulation) -> int:
    """Until 99 of a hundred tickets are made."""
    made = np.cumsum(run.seen.by_second("tickets"))
    return int(np.searchsorted(made, 0.99 * made[-1])) + 30


def thinned(values: Times) -> tuple[Times, Times]:
    """At most so many points, each the highest of its seconds."""
    width = max(1, -(-len(values) // MOST_POINTS))
    padded = np.append(values, np.zeros(-len(values) % width)).reshape(-1, width)
    return np.arange(len(padded), dtype=np.float64) * width, np.asarray(padded.max(axis=1))
