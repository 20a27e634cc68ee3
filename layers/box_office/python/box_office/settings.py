"""Everything that differs between stages, one small class a function.

infra/ builds these objects and renders them with `environment()`; the function reads them back with
`from_environment()`. One class serves both sides, so the two cannot drift apart.
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

ENVIRONMENT_PREFIX = "BOX_OFFICE_"


class Settings(BaseModel):
    """Base of all settings: values are strings and integers, each an environment variable of its own."""

    # Each function reads one of these classes: the validators of the others are never built.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    stage: str
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Raises pydantic.ValidationError naming the variable that is missing or malformed."""
        names = {field: ENVIRONMENT_PREFIX + field.upper() for field in cls.model_fields}
        return cls.model_validate({field: environ[name] for field, name in names.items() if name in environ})

    def environment(self) -> dict[str, str]:
        return {ENVIRONMENT_PREFIX + field.upper(): str(value) for field, value in self.model_dump().items()}


class UserTableSettings(Settings):
    """Settings of functions that read or write rows of users."""

    users_table: str


class SignInSettings(UserTableSettings):
    """The function that Cognito calls before it makes a token."""

    staff_session_hours: int  # so long after its sign-in a session of the staff client can be refreshed


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


class AttemptRules(Settings):
    """Settings of functions that begin attempts to pay."""

    attempts_max: int = 10  # of an order


class LaneSettings(Settings):
    """Settings of functions that choose a lane."""

    lanes: int = 8  # booking queues


class PaymentSecretSettings(Settings):
    """Settings of functions that call the payment provider, or check its signatures."""

    provider_secret: str  # the name of the secret with api_key and webhook_secret


class WalletSettings(UserTableSettings):
    """Settings of functions that read or write a user's references at the provider."""


class CatalogueSettings(Settings):
    """Settings of functions that read films, theaters, rooms and events."""

    movies_table: str
    theaters_table: str
    rooms_table: str
    events_table: str
    catalogue_bucket: str
    catalogue_memory_seconds: int = 60


class RefundRules(Settings):
    """Settings of functions that refund tickets, or say until when."""

    refund_closes_minutes: int = 0  # so long before the start a customer's refunds end; a manager's do not


class EventDetailSettings(CatalogueSettings, OrderSizeRules, RefundRules):
    """GetEventDetail."""


class OrderSettings(CatalogueSettings):
    """Settings of functions that read orders."""

    orders_table: str


class ChangeSettings(OrderSettings, SeatRules):
    """Settings of functions that change orders together with their seats."""


class TicketKeySettings(Settings):
    """Settings of functions that sign tickets' codes, or show the keys that check them."""

    tickets_secret: str  # the secret's name


class BookingSettings(OrderSettings, TicketKeySettings):
    """Settings of functions that show or read the codes of tickets."""


class PinRules(Settings):
    """Settings of functions that end pins, or say when they end."""

    pin_minutes_max: int = 15  # from the first call to the provider
    unreached_minutes_max: int = 60  # of a pin that no worker has reached


class GetBookingSettings(BookingSettings, HoldRules, RefundRules, PinRules):
    """GetBooking, and what else shows bookings whole."""


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


class CarrySettings(BlockSettings, CacheSettings):
    """carry_blocks."""


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


class AvailableSeatSettings(SeatMapSettings, StaffSettings):
    """GetAvailableSeat."""


class QueueSettings(LaneSettings):
    """Settings of functions that send to queues. A queue's address is `queue_url_base` + its name, e.g. `lane-0`."""

    queue_url_base: str


class HoldSettings(SeatMapSettings, ChangeSettings, QueueSettings, HoldRules, StaffSettings):
    """HoldSeat, ExtendHold and ReleaseSeat."""


class ForgetSettings(QueueSettings, WalletSettings):
    """Settings of DELETE GetMe."""


class ProviderRate(Settings):
    provider_calls_per_second: int = 25  # an endpoint of the provider, shared by all workers


class SubmitSettings(
    ChangeSettings, QueueSettings, WalletSettings, HoldRules, AttemptRules, PinRules, StaffSettings, ProviderRate
):
    """SubmitPayment."""


class RefundSettings(ChangeSettings, QueueSettings, RefundRules, StaffSettings):
    """RefundBooking."""


class CheckInSettings(ChangeSettings, BookingSettings, StaffSettings):
    """CheckInTicket."""


class GateListSettings(OrderSettings, SeatTableSettings, StaffSettings):
    """GetGateList."""


class MeSettings(WalletSettings, StaffSettings):
    """GetMe."""


class AddressSettings(Settings):
    """Whoever reads users' addresses."""

    user_pool_id: str


class FindSettings(GetBookingSettings, AddressSettings, StaffSettings):
    """FindOrder."""


class ProviderSettings(PaymentSecretSettings, ProviderRate):
    """Settings of functions that call the payment provider."""

    provider_url: str = ""  # empty: the provider's own address
    provider_timeout_seconds: int = 20
    workers_per_lane: int = 2
    # Where the bank sends the customer back to after 3-D Secure: the provider confirms no payment without one.
    return_url: Annotated[str, Field(min_length=1)]


class WorkerSettings(
    ChangeSettings, QueueSettings, ProviderSettings, WalletSettings, HoldRules, AttemptRules, PinRules
):
    """Lane workers: they charge, and make holds that were queued."""

    topic_arn: str
    queued_hold_seconds_max: int = 120
    in_hand_seconds: int = 0  # so soon a message comes back after its worker died; 0: its queue's own time
    charging_minutes_max: int = 12  # from the first call to the provider; after it no worker creates or confirms
    decline_seconds: int = 120  # at least so long an order is held after a decline, within hold_seconds_max
    dashboard_refund_voids: bool = True  # whether a refund of the whole price at the provider's dashboard voids tickets


class ReconcilerSettings(WorkerSettings):
    """The reconciler."""

    orders_per_shard_max: int = 2_000  # read in a run; many, so that orders that wait for the provider hide no paid one


class WebhookSettings(QueueSettings, PaymentSecretSettings, WalletSettings):
    """PaymentWebhook."""


class BookSettings(CachedSeatSettings, ChangeSettings, QueueSettings):
    """The payment-complete consumer and the event's end."""


class RefreshSettings(CachedSeatSettings, QueueSettings):
    """The consumer that copies rows into the cache."""


class RedriveSettings(QueueSettings):
    """The function behind the lanes' dead-letter queues."""

    redrives_max: int = 5
    redrive_seconds: int = 30  # the first pause; doubles


class ReceiptSettings(OrderSettings, QueueSettings, AddressSettings):
    """The consumer that mails a receipt an order."""

    sender: str  # an address that SES may send from
