"""Which adapter stands behind which port of the functions that pay, refund and book.

A module of its own, so that HoldSeat's cold start does not import it."""

from dataclasses import replace

from box_office import ports, wiring
from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.dynamodb.declines import DynamoDBDeclines
from box_office.adapters.dynamodb.deployment import DynamoDBDeployment
from box_office.adapters.dynamodb.events import DynamoDBEvents, DynamoDBRooms
from box_office.adapters.dynamodb.orders import DynamoDBOrders, DynamoDBSeats
from box_office.adapters.dynamodb.wallet import DynamoDBWallet
from box_office.adapters.sns_announcements import SNSAnnouncements
from box_office.adapters.sqs.deliveries import SQSDeliveries
from box_office.adapters.sqs.lane_work import QueuedLaneWork
from box_office.adapters.sqs.queues import SQSRefreshQueue
from box_office.adapters.system import RandomIds
from box_office.domain.paying import PayLimits
from box_office.domain.pushback import CALLS_PER_PAYMENT
from box_office.domain.refunding import RefundLimits
from box_office.names import REFRESH, Names
from box_office.ports.payments import Callbacks, Deployment, Provider, Wallet
from box_office.settings.bookings import CheckInSettings, FindSettings, GateListSettings, ReceiptSettings
from box_office.settings.payments import (
    BookSettings,
    ProviderSettings,
    ReconcilerSettings,
    RefundSettings,
    SubmitSettings,
    WebhookSettings,
    WorkerSettings,
)
from box_office.settings.shared import CatalogueSettings, ChangeSettings, QueueSettings
from box_office.settings.showings import RefreshSettings
from box_office.settings.users import WalletSettings
from box_office.use_cases.advance_order import AdvancePorts, Charging
from box_office.use_cases.book_order import BookPorts
from box_office.use_cases.cancel_event import Progress, sweep_cancelled
from box_office.use_cases.check_in_ticket import CheckInPorts
from box_office.use_cases.end_event import ClosePorts
from box_office.use_cases.find_order import FindPorts
from box_office.use_cases.get_gate_list import GateListPorts
from box_office.use_cases.payment_webhook import CallbackPorts
from box_office.use_cases.queued_hold import QueuedHoldLimits, QueuedHoldPorts
from box_office.use_cases.reconcile import ReconcilePorts
from box_office.use_cases.refresh_seats import RefreshPorts
from box_office.use_cases.refund_booking import RefundPorts
from box_office.use_cases.send_receipt import ReceiptPorts
from box_office.use_cases.submit_payment import SubmitPorts
from box_office.use_cases.ticket_codes import TicketCodes
from box_office.use_cases.undo_check_in import UndoPorts
from box_office.use_cases.work_on_lane import WorkerPorts, WorkerRules


def pay_limits(settings: WorkerSettings | SubmitSettings) -> PayLimits:
    limits = PayLimits(
        cap_ms=settings.pin_minutes_max * 60_000,
        unreached_ms=settings.unreached_minutes_max * 60_000,
        hold_ms_max=settings.hold_seconds_max * 1000,
        attempts_max=settings.attempts_max,
    )
    if isinstance(settings, SubmitSettings):
        return limits
    return replace(limits, worker_ms=settings.charging_minutes_max * 60_000, decline_ms=settings.decline_seconds * 1000)


def submit_ports(settings: SubmitSettings, clock: ports.Clock, counters: ports.Counters) -> SubmitPorts:
    ids = RandomIds()
    dynamodb = wiring.client("dynamodb")
    orders = wiring.changing_orders(settings, clock, ids, dynamodb)
    wallet = DynamoDBWallet(dynamodb, settings.users_table)
    lanes = wiring.lanes(settings)
    work = QueuedLaneWork(lanes, payments_per_second(settings), clock)
    return SubmitPorts(orders, lanes, work, wallet, refresh_queue(settings), counters, clock, ids)


def payments_per_second(settings: SubmitSettings | ReconcilerSettings) -> float:
    """That the workers of one lane can make, at the provider's rate."""
    return settings.provider_calls_per_second / settings.lanes / CALLS_PER_PAYMENT


def wallet(settings: WalletSettings) -> Wallet:
    return DynamoDBWallet(wiring.client("dynamodb"), settings.users_table)


def events(settings: CatalogueSettings, dynamodb: AwsClient) -> ports.Events:
    return DynamoDBEvents(dynamodb, settings.events_table)


def refund_ports(settings: RefundSettings, clock: ports.Clock) -> RefundPorts:
    ids, dynamodb = RandomIds(), wiring.client("dynamodb")
    orders = wiring.changing_orders(settings, clock, ids, dynamodb)
    return RefundPorts(orders, events(settings, dynamodb), wiring.lanes(settings), clock, ids)


def refund_limits(settings: RefundSettings) -> RefundLimits:
    return RefundLimits(closes_ms=settings.refund_closes_minutes * 60_000)


def refresh_queue(settings: QueueSettings) -> ports.RefreshQueue:
    return SQSRefreshQueue(wiring.client("sqs"), settings.queue_url_base + REFRESH)


def deployment_of(settings: WorkerSettings | WebhookSettings) -> Deployment:
    return DynamoDBDeployment(wiring.client("dynamodb"), settings.users_table, RandomIds())


def card_provider(
    settings: ProviderSettings,
    clock: ports.Clock,
    counters: ports.Counters,
    workers: int,
    deployment: Deployment,
) -> Provider:
    """`workers`: how many of all lanes may call at once; together they keep to the provider's rate."""
    secrets = wiring.secrets_manager(clock)
    return wiring.cards.provider(
        api_key=lambda: secrets.get(settings.provider_secret)["api_key"],
        url=settings.provider_url,
        timeout_seconds=settings.provider_timeout_seconds,
        interval_seconds=workers / settings.provider_calls_per_second,
        return_url=settings.return_url,
        deployment_id=deployment.id,
        clock=clock,
        counters=counters,
    )


def method_tokens() -> ports.MethodTokens:
    return wiring.cards.METHOD_TOKENS


def advance_ports(settings: WorkerSettings, clock: ports.Clock, counters: ports.Counters, workers: int) -> AdvancePorts:
    """`workers`: how many of all lanes may call the provider at once."""
    ids, dynamodb = RandomIds(), wiring.client("dynamodb")
    return AdvancePorts(
        orders=wiring.changing_orders(settings, clock, ids, dynamodb),
        events=events(settings, dynamodb),
        card=card_provider(settings, clock, counters, workers, deployment_of(settings)),
        wallet=DynamoDBWallet(dynamodb, settings.users_table),
        declines=DynamoDBDeclines(dynamodb, settings.users_table),
        refresh=refresh_queue(settings),
        announcements=SNSAnnouncements(wiring.client("sns"), settings.topic_arn),
        counters=counters,
        clock=clock,
        ids=ids,
    )


def worker_ports(settings: WorkerSettings, clock: ports.Clock, counters: ports.Counters) -> WorkerPorts:
    advance = advance_ports(settings, clock, counters, settings.lanes * settings.workers_per_lane)
    queued = QueuedHoldPorts(
        advance.orders, advance.events, wiring.catalogue(settings), advance.refresh, advance.clock, advance.ids
    )
    return WorkerPorts(advance, queued, wiring.lanes(settings), deployment_of(settings), Names(settings.stage).prefix)


def worker_rules(settings: WorkerSettings) -> WorkerRules:
    charging = Charging(pay_limits(settings), may_charge=True)
    queued = QueuedHoldLimits(wiring.hold_limits(settings), settings.queued_hold_seconds_max * 1000)
    return WorkerRules(charging, queued, settings.dashboard_refund_voids)


def close_ports(settings: ChangeSettings, clock: ports.Clock) -> ClosePorts:
    ids, dynamodb = RandomIds(), wiring.client("dynamodb")
    return ClosePorts(
        orders=wiring.changing_orders(settings, clock, ids, dynamodb),
        seats=DynamoDBSeats(dynamodb, settings.seats_table),
        events=events(settings, dynamodb),
        clock=clock,
        ids=ids,
    )


def reconcile_ports(settings: ReconcilerSettings, clock: ports.Clock, counters: ports.Counters) -> ReconcilePorts:
    # One reconciler runs at a time, and makes one call after the other. At a worker's pace it could check two
    # dozen orders a run; with workers=1 it checks a few a second, as fast as the provider answers.
    advance = advance_ports(settings, clock, counters, workers=1)
    booking_lanes, closing = wiring.lanes(settings), close_ports(settings, clock)

    def sweep(event_id: str, progress: Progress) -> int:
        return sweep_cancelled(event_id, closing, booking_lanes, advance.refresh, progress).left

    return ReconcilePorts(advance, booking_lanes, sweep)


def book_ports(settings: BookSettings, clock: ports.Clock, counters: ports.Counters) -> BookPorts:
    ids, dynamodb = RandomIds(), wiring.client("dynamodb")
    return BookPorts(
        orders=wiring.changing_orders(settings, clock, ids, dynamodb),
        events=events(settings, dynamodb),
        seats=DynamoDBSeats(dynamodb, settings.seats_table),
        cache=wiring.seat_cache(settings, clock),
        counters=counters,
        clock=clock,
        ids=ids,
        rooms=DynamoDBRooms(dynamodb, settings.rooms_table),
    )


def refresh_ports(settings: RefreshSettings, clock: ports.Clock) -> RefreshPorts:
    dynamodb = wiring.client("dynamodb")
    seats = DynamoDBSeats(dynamodb, settings.seats_table)
    return RefreshPorts(events(settings, dynamodb), seats, wiring.seat_cache(settings, clock), clock)


def deliveries(settings: QueueSettings) -> SQSDeliveries:
    return SQSDeliveries(wiring.client("sqs"), settings.queue_url_base)


def check_in_ports(settings: CheckInSettings, clock: ports.Clock) -> CheckInPorts:
    ids, dynamodb = RandomIds(), wiring.client("dynamodb")
    return CheckInPorts(
        wiring.changing_orders(settings, clock, ids, dynamodb), wiring.catalogue(settings, dynamodb), clock, ids
    )


def gate_list_ports(settings: GateListSettings) -> GateListPorts:
    seats = DynamoDBSeats(wiring.client("dynamodb"), settings.seats_table)
    return GateListPorts(wiring.orders(settings), seats, wiring.catalogue(settings))


def undo_ports(settings: CheckInSettings, clock: ports.Clock) -> UndoPorts:
    ids = RandomIds()
    return UndoPorts(wiring.changing_orders(settings, clock, ids, wiring.client("dynamodb")), clock, ids)


def callback_ports(settings: WebhookSettings, counters: ports.Counters) -> CallbackPorts:
    return CallbackPorts(wiring.lanes(settings), counters, deployment_of(settings), Names(settings.stage).prefix)


def callbacks(settings: WebhookSettings, clock: ports.Clock) -> Callbacks:
    secrets = wiring.secrets_manager(clock)
    return wiring.cards.callbacks(lambda: secrets.get(settings.provider_secret)["webhook_secret"])


def find_ports(settings: FindSettings, codes: TicketCodes) -> FindPorts:
    from box_office.adapters.cognito_addresses import CognitoAddresses

    people = CognitoAddresses(wiring.client("cognito-idp"), settings.user_pool_id)
    return FindPorts(wiring.orders(settings), users=people, addresses=people, read_code=codes.read)


def receipt_ports(settings: ReceiptSettings, clock: ports.Clock) -> ReceiptPorts:
    from box_office.adapters.cognito_addresses import CognitoAddresses
    from box_office.adapters.ses_mail import SESMail

    dynamodb = wiring.client("dynamodb")
    return ReceiptPorts(
        orders=DynamoDBOrders(dynamodb, settings.orders_table),
        catalogue=wiring.catalogue(settings, dynamodb),
        addresses=CognitoAddresses(wiring.client("cognito-idp"), settings.user_pool_id),
        mail=SESMail(wiring.client("sesv2"), settings.sender),
        clock=clock,
    )
