"""Settings of functions that show a showing, and that copy seats and blocks into the cache."""

from box_office.settings.seats import CachedSeatSettings, SeatMapSettings
from box_office.settings.shared import (
    BlockSettings,
    CacheSettings,
    CatalogueSettings,
    OrderSizeRules,
    QueueSettings,
    RefundRules,
    StaffSettings,
)


class AvailableSeatSettings(SeatMapSettings, StaffSettings):
    """GetAvailableSeat."""


class EventDetailSettings(CatalogueSettings, OrderSizeRules, RefundRules):
    """GetEventDetail."""


class RefreshSettings(CachedSeatSettings, QueueSettings):
    """The consumer that copies rows into the cache."""


class CarrySettings(BlockSettings, CacheSettings):
    """carry_blocks."""
