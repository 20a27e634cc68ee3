"""Settings that several functions have, by what they are for."""

from box_office.settings import Settings


class StaffSettings(Settings):
    """Settings of functions that ask for the caller's role or theater."""

    staff_client_id: str  # of the app client whose tokens' roles count


class SeatTableSettings(Settings):
    """Settings of functions that read rows of seats."""

    seats_table: str


class SeatRules(SeatTableSettings):
    """Settings of functions that judge or change rows of seats."""

    clock_skew_ms: int = 1_000  # so long after a hold lapsed others may take its seats: servers' clocks differ


class OrderSizeRules(Settings):
    """Settings of functions that make holds, or say how large one may be."""

    seats_per_order_max: int = 10


class HoldRules(OrderSizeRules):
    """Settings of functions that make holds, or move their end."""

    hold_seconds: int = 600  # a hold's length; starts again when the customer adds seats
    hold_seconds_max: int = 1_800  # from an order's first hold to the latest end of its holds
    hold_seconds_min: int = 120  # so long before that latest end no seats can be added any more
    seats_per_event_max: int = 10  # of a customer, over all orders of a showing, tickets included


class RefundRules(Settings):
    """Settings of functions that refund tickets, or say until when."""

    refund_closes_minutes: int = 0  # so long before the start a customer's refunds end; a manager's do not


class LaneSettings(Settings):
    """Settings of functions that choose a lane."""

    lanes: int = 8  # booking queues


class QueueSettings(LaneSettings):
    """Settings of functions that send to queues. A queue's address is `queue_url_base` + its name, e.g. `lane-0`."""

    queue_url_base: str


class CatalogueSettings(Settings):
    """Settings of functions that read films, theaters, rooms and events."""

    movies_table: str
    theaters_table: str
    rooms_table: str
    events_table: str
    catalogue_bucket: str
    catalogue_memory_seconds: int = 60


class OrderSettings(CatalogueSettings):
    """Settings of functions that read orders."""

    orders_table: str


class ChangeSettings(OrderSettings, SeatRules):
    """Settings of functions that change orders together with their seats."""


class CacheSettings(Settings):
    """Settings of functions that use the cache."""

    cache_url: str  # rediss://host:port in AWS, redis:// on one machine
    cache_user: str = ""  # the IAM user of the cache; empty: no authentication
    cache_name: str = ""  # the ElastiCache name that IAM tokens are signed for
    cache_timeout_ms: int = 300
    cache_shards: int = 128  # slots among which users are spread by hash; on one machine there is one


class BlockSettings(Settings):
    """Settings of functions that read or write the table of blocks: carry_blocks_to_edge has no others."""

    blocks_table: str
