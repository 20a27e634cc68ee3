"""Settings of functions that show, hold and copy seats."""

from box_office.settings.shared import (
    BlockSettings,
    CacheSettings,
    CatalogueSettings,
    ChangeSettings,
    HoldRules,
    LaneSettings,
    QueueSettings,
    SeatRules,
    StaffSettings,
)


class CachedSeatSettings(CatalogueSettings, SeatRules, LaneSettings, CacheSettings):
    """Settings of functions that use the cache, and the seat table behind it."""

    behind_edge: bool = False  # the gateway takes no request without the edge's key: the edge's headers are true
    reload_seconds: int = 45  # an older entry is read again: the cache must be right again within a minute
    address_requests_per_second: int = 1_000
    address_burst: int = 4_000
    address_refusals_max: int = 20_000
    user_map_requests_per_second: int = 10
    user_map_burst: int = 40
    user_hold_requests_per_second: int = 5
    user_hold_burst: int = 20
    user_refusals_max: int = 1_000
    self_block_minutes: int = 10  # so long a user or an address is blocked that was refused so often
    desk_factor: int = 5  # a clerk's rates are so many times a customer's
    live_holds_max: int = 20  # of a customer, over all showings
    marks_per_minute_max: int = 200


class SeatMapSettings(CachedSeatSettings, BlockSettings):
    """SeatMap, and what GetAvailableSeat shares with it."""


class HoldSettings(SeatMapSettings, ChangeSettings, QueueSettings, HoldRules, StaffSettings):
    """HoldSeat, ExtendHold and ReleaseSeat."""
