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

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Raises pydantic.ValidationError naming the variable that is missing or malformed."""
        names = {field: ENVIRONMENT_PREFIX + field.upper() for field in cls.model_fields}
        return cls.model_validate({field: environ[name] for field, name in names.items() if name in environ})

    def environment(self) -> dict[str, str]:
        return {ENVIRONMENT_PREFIX + field.upper(): str(value) for field, value in self.model_dump().items()}


class SeatRules(Settings):
    """Whoever reads or changes rows of seats."""

    seats_table: str
    clock_skew_ms: int = 1_000  # others may take a lapsed hold so much later: clocks differ


class HoldRules(Settings):
    """Whoever makes holds, or moves their end."""

    hold_seconds: int = 600  # of a hold, and again from when seats are added
    hold_seconds_max: int = 1_800  # from an order's first hold
    hold_seconds_min: int = 120  # what must remain of those for seats to be added
    seats_per_order_max: int = 10
    seats_per_event_max: int = 10  # a customer's, over all orders of a showing, tickets included


class AttemptRules(Settings):
    """Whoever begins attempts to pay."""

    attempts_max: int = 10  # of an order


class LaneSettings(Settings):
    """Whoever chooses among the lanes."""

    lanes: int = 8  # booking queues


class PaymentSecretSettings(Settings):
    """Whoever proves to the payment provider who we are, or is shown who it is."""

    provider_secret: str  # the name of the secret with api_key and webhook_secret


class WalletSettings(Settings):
    """Whoever knows which customer of the provider's a user is."""

    users_table: str


class CatalogueSettings(Settings):
    """Whoever reads films, theaters, rooms and events."""

    movies_table: str
    theaters_table: str
    rooms_table: str
    events_table: str
    catalogue_bucket: str
    catalogue_memory_seconds: int = 60


class OrderSettings(CatalogueSettings):
    """Whoever reads orders."""

    orders_table: str


class ChangeSettings(OrderSettings, SeatRules):
    """Whoever changes orders together with their seats."""


class TicketKeySettings(Settings):
    """Whoever signs tickets' codes, or shows with which keys that is done."""

    tickets_secret: str  # the secret's name


class BookingSettings(OrderSettings, TicketKeySettings):
    """Whoever shows or reads the codes of tickets."""


class SeatMapSettings(CatalogueSettings, SeatRules, LaneSettings):
    """Whoever passes admission: reads the cache, and the seat table behind it."""

    cache_url: str  # rediss://host:port in AWS, redis:// on one machine
    cache_user: str = ""  # the IAM user of the cache; empty: no authentication
    cache_name: str = ""  # the ElastiCache name that IAM tokens are signed for
    cache_timeout_ms: int = 300
    cache_shards: int = 64  # users share a slot by hash; one on one machine
    reload_seconds: int = 45  # under the minute within which the cache must be right again
    address_requests_per_second: int = 1_000
    address_burst: int = 4_000
    address_refusals_max: int = 20_000
    user_map_requests_per_second: int = 10
    user_map_burst: int = 40
    user_hold_requests_per_second: int = 5
    user_hold_burst: int = 20
    user_refusals_max: int = 1_000
    desk_factor: int = 5  # a desk may do five times what a customer may
    live_holds_max: int = 20  # of a customer, over all showings
    marks_per_minute_max: int = 200


class QueueSettings(LaneSettings):
    """Whoever sends to queues. A queue's address is `queue_url_base` + its name, e.g. `lane-0`."""

    queue_url_base: str


class HoldSettings(SeatMapSettings, ChangeSettings, QueueSettings, HoldRules):
    """HoldSeat and ReleaseSeat."""


class SubmitSettings(ChangeSettings, QueueSettings, WalletSettings, AttemptRules):
    """SubmitPayment."""


class RefundSettings(ChangeSettings, QueueSettings):
    """RefundBooking, and what a cancelled event gives back."""

    refund_closes_minutes: int = 0  # before the start: a customer's last moment; a manager has no such limit


class CheckInSettings(ChangeSettings, BookingSettings):
    """CheckInTicket."""


class AddressSettings(Settings):
    """Whoever reads users' addresses."""

    user_pool_id: str


class FindSettings(BookingSettings, AddressSettings):
    """FindOrder."""


class ProviderSettings(PaymentSecretSettings):
    """Whoever asks the payment provider."""

    provider_url: str = ""  # empty: the provider's own address
    provider_calls_per_second: int = 25  # an endpoint of the provider, shared by all workers
    provider_timeout_seconds: int = 20
    workers_per_lane: int = 2
    # Where the customer comes back to after a challenge: the provider takes no payment without one.
    return_url: Annotated[str, Field(min_length=1)]


class WorkerSettings(ChangeSettings, QueueSettings, ProviderSettings, WalletSettings, HoldRules, AttemptRules):
    """Lane workers: they charge, and make holds that were queued."""

    topic_arn: str
    queued_hold_seconds_max: int = 120
    pin_minutes_max: int = 15  # from the first call to the provider
    unreached_minutes_max: int = 60  # of a pin that no worker has reached
    in_hand_seconds: int = 0  # so soon a message comes back after its worker died; 0: its queue's own time
    charging_minutes_max: int = 12  # after it nobody creates or confirms
    decline_seconds: int = 120  # what a decline leaves at least, within hold_seconds_max
    dashboard_refund_voids: bool = True  # tickets whose whole price went back at the provider's dashboard


class ReconcilerSettings(WorkerSettings):
    """The reconciler."""

    orders_per_shard_max: int = 2_000  # read in a run: what waits for the provider must not hide what is paid


class WebhookSettings(QueueSettings, PaymentSecretSettings, WalletSettings):
    """PaymentWebhook."""


class BookSettings(SeatMapSettings, ChangeSettings, QueueSettings):
    """The payment-complete consumer and the event's end."""


class RefreshSettings(SeatMapSettings, QueueSettings):
    """The consumer that copies rows into the cache."""


class RedriveSettings(QueueSettings):
    """The function behind the lanes' dead-letter queues."""

    redrives_max: int = 5
    redrive_seconds: int = 30  # the first pause; doubles


class ReceiptSettings(OrderSettings, QueueSettings, AddressSettings):
    """The receipt per order."""

    sender: str  # an address that SES may send from
