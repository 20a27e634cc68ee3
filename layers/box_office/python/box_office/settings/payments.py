"""Settings of functions that charge, refund and book."""

from typing import Annotated

from pydantic import Field

from box_office.settings import Settings
from box_office.settings.seats import CachedSeatSettings
from box_office.settings.shared import ChangeSettings, HoldRules, QueueSettings, RefundRules, StaffSettings
from box_office.settings.users import WalletSettings


class AttemptRules(Settings):
    """Settings of functions that begin attempts to pay."""

    attempts_max: int = 10  # of an order


class PinRules(Settings):
    """Settings of functions that end pins, or say when they end."""

    pin_minutes_max: int = 15  # from the first call to the provider
    unreached_minutes_max: int = 60  # of a pin that no worker has reached


class PaymentSecretSettings(Settings):
    """Settings of functions that call the payment provider, or check its signatures."""

    provider_secret: str  # the name of the secret with api_key and webhook_secret


class ProviderRate(Settings):
    provider_calls_per_second: int = 25  # an endpoint of the provider, shared by all workers


class SubmitSettings(
    ChangeSettings, QueueSettings, WalletSettings, HoldRules, AttemptRules, PinRules, StaffSettings, ProviderRate
):
    """SubmitPayment."""


class RefundSettings(ChangeSettings, QueueSettings, RefundRules, StaffSettings):
    """RefundBooking."""


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


class RedriveSettings(QueueSettings):
    """The function behind the lanes' dead-letter queues."""

    redrives_max: int = 5
    redrive_seconds: int = 30  # the first pause; doubles
