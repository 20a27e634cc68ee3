"""What each request costs, as `make bench` counted it: docs/performance.json has the tables of docs/performance.md."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

COUNTED = Path(__file__).resolve().parent.parent / "docs" / "performance.json"
SEATS_WALKED = 450  # of the room whose scripts bench measured, nearly all of them held
REQUESTS, SALE = "Round trips and capacity units", "A sale, from hold to ticket"
AT_THE_CACHE = "What requests cost at the cache"


@dataclass(frozen=True)
class Cost:
    """Of one request, with two seats where it has seats."""

    seats_units: float  # write units of the table of seats
    orders_units: float  # of the table of orders
    index_units: float  # of the indexes of orders
    read_units: float
    ecpu: float = 0.0
    slot_ecpu: float = 0.0  # of these, of the showing's own slot

    @property
    def write_units(self) -> float:
        return self.seats_units + self.orders_units + self.index_units


@dataclass(frozen=True)
class Counts:
    hold: Cost
    hold_lost: Cost
    hold_lost_first: Cost  # within a second: its script walks the whole room
    look: Cost
    look_first: Cost  # within a second, or after a change: it packs the map of the whole room
    submit: Cost
    work: Cost
    book: Cost
    booking: Cost
    calls_per_sale: int

    @property
    def units_of_a_sale(self) -> float:
        return sum(one.write_units for one in (self.hold, self.submit, self.work, self.book))


def read_counts(path: Path = COUNTED) -> Counts:
    """Raises KeyError for a table or request that bench no longer names so."""
    tables = json.loads(path.read_text(encoding="utf-8"))
    asked, sale = tables[REQUESTS], tables[SALE]
    rows, cache = {**asked["rows"], **sale["rows"]}, tables[AT_THE_CACHE]["rows"]
    calls = re.search(r"asked (\d+) times", sale["how"])
    assert calls is not None, f"{SALE} no longer says how often the provider was asked"
    return Counts(
        hold=cost_of("HoldSeat, won", rows, cache["HoldSeat, won"]),
        hold_lost=cost_of("HoldSeat, lost", rows, cache["HoldSeat, lost"]),
        hold_lost_first=cost_of("HoldSeat, lost", rows, cache["HoldSeat, the first to lose within a second"]),
        look=cost_of("SeatMap, warm", rows, cache["a look"]),
        look_first=cost_of("SeatMap, the first to look in a second", rows, cache["the first look within a second"]),
        submit=cost_of("SubmitPayment", rows),
        work=cost_of("work_on_lane: charged", rows),
        book=cost_of("book_order: tickets", rows),
        booking=cost_of("GetBooking", rows),
        calls_per_sale=int(calls[1]),
    )


def cost_of(name: str, rows: Mapping[str, Mapping[str, str]], cache: Mapping[str, str] | None = None) -> Cost:
    row = rows[name]
    rows_units, _, index_units = row["write units: rows + indexes"].partition("+")
    seats = seats_units(row["in sequence"])
    ecpu, slot = (float(cache["ECPU"]), float(cache["of these, of the showing's slot"])) if cache else (0.0, 0.0)
    return Cost(seats, float(rows_units) - seats, float(index_units or 0), float(row["read units"]), ecpu, slot)


def seats_units(trips: str) -> float:
    """A seat's row is below a kilobyte, and is written in a transaction: two units."""
    return 2.0 * sum(int(number) for number in re.findall(r"TransactWriteItems [^,]*?(\d+) seats", trips))
