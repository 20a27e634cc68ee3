"""The HTTP functions: one row each. Routes, roles, alarms, settings and tests all come from this table."""

from dataclasses import dataclass
from enum import Enum, auto

from box_office.names import TABLES, Names
from box_office.settings import CatalogueSettings, HoldSettings, OrderSettings, SeatMapSettings, Settings
from infra.stages import Stage


class Need(Enum):
    """What a function may touch; infra/permissions.py says what each comes to in IAM."""

    READ_CATALOGUE = auto()
    READ_SEATS = auto()
    WRITE_SEATS = auto()
    READ_ORDERS = auto()
    WRITE_ORDERS = auto()
    CACHE = auto()


@dataclass(frozen=True, kw_only=True)
class HttpFunction:
    verb: str  # the file under functions/api/
    method: str
    path: str
    settings: type[Settings]
    needs: frozenset[Need]
    signed_in: bool = True
    memory_mb: int = 512
    timeout_seconds: int = 10

    @property
    def in_vpc(self) -> bool:
        """Inside the VPC is only what touches the cache."""
        return Need.CACHE in self.needs


CATALOGUE = frozenset({Need.READ_CATALOGUE})
ORDERS = CATALOGUE | {Need.READ_ORDERS}
SEAT_MAP = CATALOGUE | {Need.READ_SEATS, Need.CACHE}
HOLD = SEAT_MAP | ORDERS | {Need.WRITE_SEATS, Need.WRITE_ORDERS}

HTTP_FUNCTIONS = (
    HttpFunction(
        verb="get_list_of_movie",
        method="GET",
        path="/GetListOfMovie/api/v0",
        settings=CatalogueSettings,
        needs=CATALOGUE,
        signed_in=False,
    ),
    HttpFunction(
        verb="get_movie_detail",
        method="GET",
        path="/GetMovieDetail/api/v0/{movie_id}",
        settings=CatalogueSettings,
        needs=CATALOGUE,
        signed_in=False,
    ),
    HttpFunction(
        verb="get_theater_detail",
        method="GET",
        path="/GetTheaterDetail/api/v0/{theater_id}",
        settings=CatalogueSettings,
        needs=CATALOGUE,
    ),
    HttpFunction(
        verb="get_available_seat",
        method="GET",
        path="/GetAvailableSeat/api/v0/{movie_id}/{theater_id}",
        settings=SeatMapSettings,
        needs=SEAT_MAP,
        memory_mb=1_024,
    ),
    HttpFunction(
        verb="seat_map",
        method="GET",
        path="/SeatMap/api/v0/{event_id}",
        settings=SeatMapSettings,
        needs=SEAT_MAP,
        signed_in=False,
        memory_mb=1_024,
    ),
    HttpFunction(
        verb="hold_seat",
        method="POST",
        path="/HoldSeat/api/v0/{movie_id}",
        settings=HoldSettings,
        needs=HOLD,
        memory_mb=1_024,
    ),
    HttpFunction(
        verb="release_seat",
        method="POST",
        path="/ReleaseSeat/api/v0/{event_id}",
        settings=HoldSettings,
        needs=HOLD,
        memory_mb=1_024,
    ),
    HttpFunction(
        verb="get_booking",
        method="GET",
        path="/GetBooking/api/v0/{event_id}",
        settings=OrderSettings,
        needs=ORDERS,
    ),
    HttpFunction(
        verb="get_my_bookings",
        method="GET",
        path="/GetMyBookings/api/v0",
        settings=OrderSettings,
        needs=ORDERS,
    ),
)


def settings_of(function: HttpFunction, *, stage: Stage, catalogue_bucket: str, cache_url: str) -> Settings:
    """The function's settings, as infra renders them and as the function reads them back."""
    names = Names(stage.name)
    values = {f"{role}_table": names.table(role) for role in TABLES} | {
        "stage": stage.name,
        "log_level": stage.log_level,
        "catalogue_bucket": catalogue_bucket,
        "cache_url": cache_url,
        "cache_user": names.cache_user if stage.tls else "",
        "cache_name": names.cache if stage.tls else "",
        "cache_shards": stage.cache_shards,
    }
    fields = function.settings.model_fields
    return function.settings(**{name: value for name, value in values.items() if name in fields})
