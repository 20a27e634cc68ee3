"""The only package that knows both sides: which adapter stands behind which port. Payments are in payments.py."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from aws_lambda_powertools import Logger

from box_office import ports
from box_office.adapters.aws_clients import AwsClient, DeferredClient
from box_office.adapters.aws_clients import client as client  # wiring/payments.py imports it from here
from box_office.adapters.catalogue_memory import RememberedCatalogue
from box_office.adapters.cursors import cursor_of as cursor_of  # get_gate_list takes both from here
from box_office.adapters.cursors import keys_of as keys_of
from box_office.adapters.dynamodb.blocks import DynamoDBBlocks
from box_office.adapters.dynamodb.catalogue import CatalogueTables, DynamoDBCatalogue
from box_office.adapters.dynamodb.changes import DynamoDBChanges, Tables
from box_office.adapters.dynamodb.orders import DynamoDBOrders, DynamoDBSeats
from box_office.adapters.library_logs import quiet_libraries
from box_office.adapters.log_lines import LogLines
from box_office.adapters.s3_snapshot import SnapshotReader
from box_office.adapters.sqs.queues import SQSLanes
from box_office.adapters.stripe import cards as cards  # the payment provider: for another one, change this line
from box_office.adapters.system import EmfCounters, LastSeenMaps, RandomIds, SystemClock
from box_office.domain.holding import HoldLimits
from box_office.names import Names, lane
from box_office.settings import Settings
from box_office.settings.seats import CachedSeatSettings, HoldSettings, SeatMapSettings
from box_office.settings.shared import CacheSettings, CatalogueSettings, ChangeSettings, OrderSettings, QueueSettings
from box_office.use_cases.hold_in_progress import HoldPorts, HoldSeatLimits

if TYPE_CHECKING:
    from box_office.adapters.secrets import SecretsManager
    from box_office.adapters.valkey.connection import ValkeyConnection
    from box_office.domain.ticket_keys import KeyRing
    from box_office.http_api.bookings import BookingRules
    from box_office.settings.bookings import BookingSettings, GetBookingSettings, TicketKeySettings
    from box_office.settings.payments import WorkerSettings
    from box_office.settings.users import SignInSettings
    from box_office.use_cases.seat_map import SeatMapPorts, SeatMapRules
    from box_office.use_cases.ticket_codes import TicketCodes

MAP_SHARED_MS = 1_000  # in a rush all who look at an event's map within so long are shown one reading of it

S = TypeVar("S", bound=Settings)
Handler = Callable[[Any, object], Mapping[str, object]]  # events differ by what calls the function


def at_cold_start(build: Callable[[S, ports.Clock], Handler], settings_class: type[S]) -> Handler:
    """The handler that Lambda calls. It is built while the environment starts, so that the first request need not wait
    for it. Outside of Lambda (in tests and tools) nothing is built on import: callers call `build` themselves."""
    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        return build(settings_class.from_environment(os.environ), SystemClock())

    def not_built(event: object, context: object) -> Mapping[str, object]:
        raise RuntimeError("outside of Lambda, call build() with settings and a clock")

    return not_built


def catalogue(settings: CatalogueSettings, dynamodb: AwsClient = None) -> ports.Catalogue:
    """`dynamodb`: the function's client, if it has one already; making another would lengthen its cold start."""
    tables = CatalogueTables(
        movies=settings.movies_table,
        theaters=settings.theaters_table,
        rooms=settings.rooms_table,
        events=settings.events_table,
    )
    return RememberedCatalogue(
        DynamoDBCatalogue(dynamodb or client("dynamodb"), tables),
        SnapshotReader(DeferredClient("s3"), settings.catalogue_bucket),
        settings.catalogue_memory_seconds,
    )


def counting(service: str, settings: Settings) -> tuple[Logger, ports.Counters]:
    quiet_libraries(cards.LIBRARIES)
    logger = Logger(service=service, level=settings.log_level, logger_formatter=LogLines(service))
    return logger, EmfCounters(Names(settings.stage).metrics, service, logger)


def second_factors() -> Callable[[str], ports.SecondFactors]:
    """By the user pool's id. The client is made at the first look-up, as a customer's token needs none."""
    from box_office.adapters.cognito_second_factors import CognitoSecondFactors

    cognito = DeferredClient("cognito-idp")
    return lambda user_pool_id: CognitoSecondFactors(cognito, user_pool_id)


def code_records(settings: "SignInSettings") -> ports.CodeRecords:
    """The client is made at the first call, as a customer's token needs none."""
    from box_office.adapters.dynamodb.code_records import DynamoDBCodeRecords

    return DynamoDBCodeRecords(DeferredClient("dynamodb"), settings.users_table)


def random_ids() -> ports.Ids:
    return RandomIds()


# What few functions need is imported where it is made: the cache's client, seat maps, bookings and tickets' codes. The
# others do not pay for it at their cold start.


def cache_connection(settings: CacheSettings, clock: ports.Clock) -> "ValkeyConnection":
    from box_office.adapters.valkey.connection import ValkeyConnection, connect_to

    credentials = None
    if settings.cache_user:
        from box_office.adapters.valkey.elasticache_token import ElastiCacheToken

        credentials = ElastiCacheToken(settings.cache_user, settings.cache_name)
    return ValkeyConnection(
        lambda: connect_to(settings.cache_url, settings.cache_timeout_ms, credentials), clock.now_ms
    )


def seat_cache(settings: CachedSeatSettings, clock: ports.Clock) -> ports.SeatCache:
    from box_office.adapters.valkey.seats import AdmissionLimits, Bucket, ValkeySeats

    limits = AdmissionLimits(
        hold=Bucket(settings.user_hold_requests_per_second, settings.user_hold_burst),
        look=Bucket(settings.user_map_requests_per_second, settings.user_map_burst),
        address=Bucket(settings.address_requests_per_second, settings.address_burst),
        desk_factor=settings.desk_factor,
        user_refusals_max=settings.user_refusals_max,
        address_refusals_max=settings.address_refusals_max,
        block_ms=settings.self_block_minutes * 60_000,
        live_holds_max=settings.live_holds_max,
        marks_per_minute_max=settings.marks_per_minute_max,
    )
    return ValkeySeats(
        cache_connection(settings, clock),
        limits,
        shards=settings.cache_shards,
        lanes=settings.lanes,
        reload_ms=settings.reload_seconds * 1000,
        clock_skew_ms=settings.clock_skew_ms,
        map_shared_ms=MAP_SHARED_MS,
    )


def orders(settings: OrderSettings) -> ports.Orders:
    return DynamoDBOrders(client("dynamodb"), settings.orders_table)


def hold_ports(settings: HoldSettings, clock: ports.Clock, counters: ports.Counters) -> HoldPorts:
    ids, dynamodb = RandomIds(), client("dynamodb")
    return HoldPorts(
        catalogue=catalogue(settings, dynamodb),
        orders=changing_orders(settings, clock, ids, dynamodb),
        seats=DynamoDBSeats(dynamodb, settings.seats_table),
        cache=seat_cache(settings, clock),
        lanes=lanes(settings),
        counters=counters,
        clock=clock,
        ids=ids,
        blocks=DynamoDBBlocks(dynamodb, settings.blocks_table),
    )


def changing_orders(settings: ChangeSettings, clock: ports.Clock, ids: ports.Ids, dynamodb: AwsClient) -> ports.Orders:
    tables = Tables(seats=settings.seats_table, orders=settings.orders_table)
    changes = DynamoDBChanges(dynamodb, tables, clock, ids, settings.clock_skew_ms)
    return DynamoDBOrders(dynamodb, settings.orders_table, changes)


def lanes(settings: QueueSettings) -> ports.Lanes:
    names = map(lane, range(settings.lanes))
    # Deferred: HoldSeat needs a queue only when it cannot write the hold.
    return SQSLanes(DeferredClient("sqs"), {name: settings.queue_url_base + name for name in names})


def hold_limits(settings: "HoldSettings | WorkerSettings") -> HoldLimits:
    return HoldLimits(
        hold_ms=settings.hold_seconds * 1000,
        hold_ms_max=settings.hold_seconds_max * 1000,
        hold_ms_min=settings.hold_seconds_min * 1000,
        seats_per_order_max=settings.seats_per_order_max,
        seats_per_event_max=settings.seats_per_event_max,
        clock_skew_ms=settings.clock_skew_ms,
    )


def hold_seat_limits(settings: HoldSettings) -> HoldSeatLimits:
    return HoldSeatLimits(hold_limits(settings), settings.live_holds_max)


def seat_map_ports(settings: SeatMapSettings, clock: ports.Clock, ids: ports.Ids | None = None) -> "SeatMapPorts":
    from box_office.use_cases.seat_map import SeatMapPorts

    dynamodb = client("dynamodb")
    return SeatMapPorts(
        catalogue=catalogue(settings, dynamodb),
        seats=DynamoDBSeats(dynamodb, settings.seats_table),
        cache=seat_cache(settings, clock),
        last_seen=LastSeenMaps(),
        clock=clock,
        ids=ids or RandomIds(),
        blocks=DynamoDBBlocks(dynamodb, settings.blocks_table),
    )


def seat_map_rules(settings: SeatMapSettings, keep_ms: int = 0) -> "SeatMapRules":
    from box_office.use_cases.seat_map import SeatMapRules

    return SeatMapRules(settings.reload_seconds * 1000, settings.clock_skew_ms, keep_ms)


def secrets_manager(clock: ports.Clock) -> "SecretsManager":
    from box_office.adapters.secrets import SecretsManager

    return SecretsManager(DeferredClient("secretsmanager"), clock.now_ms)


def key_ring(settings: "TicketKeySettings", clock: ports.Clock) -> "Callable[[], KeyRing]":
    """Reads the keys when they are first needed: most bookings that customers open have no tickets yet."""
    from box_office.domain.ticket_keys import ring_of

    secrets = secrets_manager(clock)
    return lambda: ring_of(secrets.get(settings.tickets_secret))


def signatures() -> ports.Signatures:
    # Imported here: libsodium takes as long to load as a thousand signatures take, and few bookings have tickets.
    from box_office.adapters.ed25519 import Ed25519

    return Ed25519()


def ticket_codes(settings: "BookingSettings", clock: ports.Clock) -> "TicketCodes":
    from box_office.use_cases.ticket_codes import TicketCodes

    return TicketCodes(key_ring(settings, clock), signatures, clock)


def booking_rules(settings: "GetBookingSettings") -> "BookingRules":
    from box_office.http_api.bookings import BookingRules

    return BookingRules(
        hold_ms_max=settings.hold_seconds_max * 1000,
        refund_closes_ms=settings.refund_closes_minutes * 60_000,
        cap_ms=settings.pin_minutes_max * 60_000,
        unreached_ms=settings.unreached_minutes_max * 60_000,
    )


def queue_prefix(settings: Settings) -> str:
    return Names(settings.stage).queue("")
