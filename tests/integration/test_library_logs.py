"""No secret reaches a log through a library, even when the root logger is at DEBUG, as Lambda sets it for an
application log level of DEBUG. Each adapter is called with a canary; without the pins the canary is in the log."""

import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from box_office import names
from box_office.adapters.aws_clients import client
from box_office.adapters.cognito_addresses import CognitoAddresses
from box_office.adapters.cognito_second_factors import CognitoSecondFactors
from box_office.adapters.dynamodb.blocks import DynamoDBBlocks
from box_office.adapters.dynamodb.catalogue import CatalogueTables, DynamoDBCatalogue
from box_office.adapters.dynamodb.code_records import DynamoDBCodeRecords
from box_office.adapters.dynamodb.declines import DynamoDBDeclines
from box_office.adapters.dynamodb.deployment import DynamoDBDeployment
from box_office.adapters.dynamodb.events import DynamoDBEvents
from box_office.adapters.dynamodb.orders import DynamoDBOrders
from box_office.adapters.dynamodb.wallet import DynamoDBWallet
from box_office.adapters.library_logs import LIBRARIES, quiet_libraries
from box_office.adapters.s3_snapshot import SnapshotReader
from box_office.adapters.secrets import SecretsManager
from box_office.adapters.ses_mail import SESMail
from box_office.adapters.sns_announcements import SNSAnnouncements
from box_office.adapters.sqs.deliveries import SQSDeliveries
from box_office.adapters.sqs.queues import SQSLanes, SQSRefreshQueue
from box_office.adapters.stripe.callbacks import read_callback
from box_office.adapters.stripe.cards import LIBRARIES as OF_THE_PROVIDER
from box_office.adapters.stripe.provider import StripeProvider
from box_office.adapters.stripe.requests import Pace, StripeRequests, stripe_client
from box_office.adapters.valkey.blocks import ValkeyBlocks
from box_office.adapters.valkey.connection import ValkeyConnection, connect_to
from box_office.adapters.valkey.elasticache_token import ElastiCacheToken
from box_office.adapters.waf_ip_sets import WafIpSets
from box_office.domain.blocks import CachedBlock, Subject, overflow
from box_office.domain.blocks import Kind as BlockKind
from box_office.domain.errors import Unauthenticated, Unavailable
from box_office.domain.orders import OrderRef
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.ports.payments import SavedMethod
from operations.catalogue.dynamodb_store import DynamoDBCatalogueStore
from operations.catalogue.eventbridge_schedules import EventBridgeSchedules
from operations.catalogue.film_cards import FilmCards
from operations.catalogue.snapshot_writer import SnapshotWriter
from tests import moto_aws
from tests.cinema import Cinema
from tests.deliveries import TOPIC_ARN, URL_BASE
from tests.edge_sets import EdgeSets
from tests.examples import EV_1, TODAY, order
from tests.fakes.cinema import CountedIds
from tests.fakes.money import FakeCounters
from tests.payment_sandbox_process import Sandbox
from tests.sample_catalogue import MOVIE
from tests.set_clock import SetClock

CANARY = "canary5e8f2b"
ROOT = Path(__file__).parent.parent.parent
ADAPTERS = ROOT / "layers/box_office/python/box_office/adapters"
LOADERS = ROOT / "operations/catalogue"
TABLES = CatalogueTables(**{role: moto_aws.TABLE_NAMES[role] for role in ("movies", "theaters", "rooms", "events")})
# They make no call of their own: clients, rows, values, the process's clock, cash, and what others are built from.
NO_CALLS = {
    "aws_clients",
    "aws_errors",
    "cash_till",
    "catalogue_cursor",
    "catalogue_memory",
    "catalogue_rows",
    "cursors",
    "dynamodb/change_outcomes",
    "ed25519",  # libsodium computes
    "dynamodb/changes",  # called through dynamodb/orders, in a hold
    "dynamodb/order_rows",
    "dynamodb/reads",
    "dynamodb/values",
    "library_logs",
    "log_lines",
    "stripe/amounts",
    "stripe/cards",  # what the others are built by
    "stripe/declines",
    "stripe/intents",
    "stripe/refunds",  # called through stripe/provider, as is the next
    "stripe/requests",
    "sqs/lane_work",  # asks through sqs/queues
    "system",
    "valkey/admission_keys",
    "valkey/connection",  # called through valkey/seats, in a hold
}
LOADERS_WITHOUT_CALLS = {"backoff", "load", "plan_document", "plan_file", "ports"}
SILENT = {
    "stripe/callbacks",
    "valkey/blocks",
    "valkey/seats",
}  # whose library logs nothing at all: there is no control to show


class Named(CountedIds):
    """Ids that are the canary."""

    def token(self) -> str:
        return CANARY


class World:
    """What the adapters call: moto, a cache, and the payment sandbox."""

    def __init__(self, cinema: Cinema, sandbox: Sandbox) -> None:
        self.cinema = cinema
        self.sandbox = sandbox

    def user(self) -> None:
        """Asked at a closed door: moto's pools need more packages."""
        with suppress(Unavailable):
            CognitoAddresses(client("cognito-idp", endpoint_url="http://127.0.0.1:1"), "pool").of_user(CANARY)

    def second_factor(self) -> None:
        """Asked at the same closed door."""
        with suppress(Unavailable):
            CognitoSecondFactors(client("cognito-idp", endpoint_url="http://127.0.0.1:1"), "pool").has_totp(CANARY)

    def secret(self) -> None:
        client("secretsmanager").create_secret(Name="a", SecretString=f'{{"api_key": "{CANARY}"}}')
        assert SecretsManager(client("secretsmanager"), lambda: TODAY).get("a")["api_key"] == CANARY

    def store(self) -> None:
        store = DynamoDBCatalogueStore(client("dynamodb"), TABLES, moto_aws.TABLE_NAMES["seats"], print, lambda: 0.0)
        store.add_events([replace(EV_1, event_id=CANARY)], lambda *_: None)

    def snapshot(self) -> None:
        if CANARY not in {one["Name"] for one in client("s3").list_buckets()["Buckets"]}:
            client("s3").create_bucket(Bucket=CANARY)
            client("s3").put_bucket_versioning(Bucket=CANARY, VersioningConfiguration={"Status": "Enabled"})
        with SnapshotWriter(client("s3"), CANARY, TODAY) as snapshot:
            snapshot.add_event(replace(EV_1, event_id=CANARY))
            snapshot.publish(lambda *_: None)

    def film_card(self) -> None:
        self.snapshot()  # makes the bucket
        FilmCards(client("s3"), CANARY, "https://cinema.example").write([replace(MOVIE, movie_id=CANARY)])

    def read_snapshot(self) -> None:
        self.snapshot()
        SnapshotReader(client("s3"), CANARY).event(CANARY, TODAY)

    def schedule(self) -> None:
        client("scheduler").create_schedule_group(Name="group")
        scheduler = EventBridgeSchedules(client("scheduler"), "group", "arn:q", "arn:r", "arn:d", print, lambda: 0.0)
        scheduler._put(replace(EV_1, event_id=CANARY))

    def mail(self) -> None:
        client("sesv2").create_email_identity(EmailIdentity="box@cinema.example")
        SESMail(client("sesv2"), "box@cinema.example").send("ada@x.example", "Tickets", CANARY)

    def deployment(self) -> None:
        """In a table of its own: in the cinema's, somebody has written the row."""
        moto_aws.create_tables(client("dynamodb"), {"users": f"{CANARY}-users"})
        assert DynamoDBDeployment(client("dynamodb"), f"{CANARY}-users", Named()).id() == f"dep_{CANARY}"

    def hold(self) -> None:
        """Through the cache, and with a transaction; the message of a payment names them too."""
        assert self.cinema.hold("A1", user=CANARY).status == 201

    def carried_block(self) -> None:
        connection = ValkeyConnection(lambda: connect_to(self.cinema.cache_url, 30_000), SetClock().now_ms)
        ended = CachedBlock(Subject(BlockKind.USER, CANARY), TODAY, TODAY)
        ValkeyBlocks(connection, shards=1).carry([ended], TODAY)

    def block_at_edge(self) -> None:
        sets = EdgeSets(names.Names(CANARY))
        if not sets.client.list_ip_sets(Scope="CLOUDFRONT")["IPSets"]:
            sets.deploy()
        WafIpSets(sets.client, {4: names.Names(CANARY).blocked_addresses(4)}).replace({4: ["203.0.113.7/32"]})

    def orders(self) -> None:
        DynamoDBOrders(client("dynamodb"), moto_aws.TABLE_NAMES["orders"]).by_id(CANARY)

    def charge(self) -> None:
        attempt = Attempt(1, AttemptState.STARTED, Method(Kind.CARD, payment_method=f"pm_{CANARY}"), 2300)
        stripe = stripe_client(f"sk_test_{CANARY}", self.sandbox.url, 5)
        requests = StripeRequests(lambda: stripe, Pace(SetClock(), 0), FakeCounters())
        provider = StripeProvider(requests, lambda: CANARY, "http://127.0.0.1:1/back")
        of = order(attempt=1, attempts=(attempt,))
        provider.confirm(of, replace(attempt, intent_id=provider.create(of, attempt, None)))

    def callback(self) -> None:
        with pytest.raises(Unauthenticated):
            read_callback('{"id": "e"}', f"t=1,v1={CANARY}", CANARY)


def calls(world: World) -> dict[str, Callable[[], Any]]:
    """A call with the canary, of each adapter that makes any: {module: call}."""
    ref = OrderRef(CANARY, "ev_1", "or_1", None)
    users = moto_aws.TABLE_NAMES["users"]
    return {
        "cognito_addresses": world.user,
        "cognito_second_factors": world.second_factor,
        "dynamodb/blocks": lambda: DynamoDBBlocks(client("dynamodb"), moto_aws.TABLE_NAMES["blocks"]).put(
            overflow(Subject(BlockKind.USER, CANARY), 1, TODAY, TODAY + 1)
        ),
        "dynamodb/catalogue": lambda: DynamoDBCatalogue(client("dynamodb"), TABLES).event(CANARY, TODAY),
        "dynamodb/code_records": lambda: DynamoDBCodeRecords(client("dynamodb"), users).record(CANARY, TODAY),
        "dynamodb_store": world.store,
        "dynamodb/declines": lambda: DynamoDBDeclines(client("dynamodb"), users).count(CANARY, TODAY),
        "dynamodb/deployment": world.deployment,
        "dynamodb/events": lambda: DynamoDBEvents(client("dynamodb"), TABLES.events).fresh(CANARY),
        "dynamodb/orders": world.orders,
        "dynamodb/wallet": lambda: DynamoDBWallet(client("dynamodb"), users).save("ada", SavedMethod("cus_1", CANARY)),
        "valkey/elasticache_token": lambda: ElastiCacheToken(CANARY, "cache").get_credentials(),
        "eventbridge_schedules": world.schedule,
        "film_cards": world.film_card,
        "s3_snapshot": world.read_snapshot,
        "snapshot_writer": world.snapshot,
        "secrets": world.secret,
        "ses_mail": world.mail,
        "sns_announcements": lambda: SNSAnnouncements(client("sns"), TOPIC_ARN).payment_complete(ref),
        "sqs/deliveries": lambda: SQSDeliveries(client("sqs"), URL_BASE).park("lane-0", CANARY, "why"),
        "sqs/queues": lambda: (
            SQSRefreshQueue(client("sqs"), URL_BASE + names.REFRESH).send(CANARY, ["A1"]),
            SQSLanes(client("sqs"), {"lane-0": f"{URL_BASE}lane-0"}).send_order("lane-0", ref, 1),
        ),
        "stripe/callbacks": world.callback,
        "stripe/provider": world.charge,
        "valkey/blocks": world.carried_block,
        "valkey/seats": world.hold,
        "waf_ip_sets": world.block_at_edge,
    }


def let_libraries_talk() -> None:
    for name in (*LIBRARIES, *OF_THE_PROVIDER):
        logging.getLogger(name).setLevel(logging.NOTSET)


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture
def log() -> Iterator[list[str]]:
    """All that reaches a root logger at DEBUG, as long as nothing is pinned: the levels of before come back."""
    root, kept = logging.getLogger(), Kept()
    before = {name: logging.getLogger(name).level for name in ("", *LIBRARIES, *OF_THE_PROVIDER)}
    let_libraries_talk()
    root.setLevel(logging.DEBUG)
    root.addHandler(kept)
    yield kept.lines
    root.removeHandler(kept)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(Path(tmp_path_factory.mktemp("provider")) / "state.db")
    yield sandbox
    sandbox.end(signal.SIGTERM)


@pytest.fixture
def world(cache_url: str, sandbox: Sandbox) -> Iterator[World]:
    with mock_aws():
        cinema = Cinema(cache_url)
        cinema.make("sqs")
        yield World(cinema, sandbox)


CALLING = sorted(
    name
    for folder, pattern, without_calls in ((ADAPTERS, "**/*.py", NO_CALLS), (LOADERS, "*.py", LOADERS_WITHOUT_CALLS))
    for path in folder.glob(pattern)
    if (name := str(path.relative_to(folder).with_suffix(""))) not in without_calls and path.stem != "__init__"
)


def seen(lines: list[str]) -> list[str]:
    return [line[:200] for line in lines if CANARY in line]


def test_every_adapter_that_calls_is_called_here(world: World) -> None:
    assert sorted(calls(world)) == CALLING


@pytest.mark.guards("personal data and secrets")
def test_a_secret_that_goes_through_an_adapter_is_in_no_log(world: World, log: list[str]) -> None:
    found = {}
    for adapter, call in calls(world).items():
        quiet_libraries(OF_THE_PROVIDER)
        log.clear()
        call()
        found[adapter] = seen(log)
    assert found == dict.fromkeys(CALLING, [])


@pytest.mark.guards("personal data and secrets")
def test_without_the_pins_it_would_be(world: World, log: list[str]) -> None:
    found = set()
    for adapter, call in calls(world).items():
        let_libraries_talk()
        log.clear()
        call()
        if seen(log):
            found.add(adapter)
    assert found == set(CALLING) - SILENT


def test_whatever_a_function_imports_is_pinned_when_it_starts() -> None:
    """In an interpreter of its own: the test's own tools log as well."""
    code = """
import importlib, logging, pkgutil
import box_office
from box_office import settings, wiring
for module in pkgutil.walk_packages(box_office.__path__, "box_office."):
    importlib.import_module(module.name)
for service in ("dynamodb", "s3", "sqs", "sns", "sesv2", "cognito-idp", "secretsmanager"):
    wiring.client(service, region_name="us-east-1")
logging.getLogger().setLevel(logging.DEBUG)
wiring.counting("x", settings.Settings(stage="test"))
loud = {name.partition(".")[0] for name in logging.root.manager.loggerDict
        if logging.getLogger(name).getEffectiveLevel() < logging.WARNING}
print(*sorted(loud - {"box_office"} - {"x"}))
"""
    environ = {"PYTHONPATH": str(ADAPTERS.parent.parent), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ, timeout=120)
    assert (done.stdout.strip(), done.returncode) == ("", 0), done.stderr
