"""A new, empty stack on this machine: starts the servers, deploys, signs people in, loads the demo."""

import json
import os
import random
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from box_office.domain.errors import Unavailable
from box_office.names import ORIGIN_KEY_HEADER, TABLES, Names
from local import accounts, deployment, front_door, page_config, payments, stack_file
from local.demo_programme import DEMO
from local.ports import choose
from local.processes import Processes
from local.progress import Progress
from local.running import STACK_FILE, processes
from local.services import (
    ACCOUNT,
    AWS,
    CACHE,
    CACHE_BUS,
    EDGE,
    FAULTS,
    PAYMENTS,
    Addresses,
    StackFailed,
    await_cache,
    await_edge,
    forget_payments,
    shown,
    start_cache,
    start_edge,
    start_embedded_aws,
    start_faults,
    start_payment_sandbox,
    variables_of,
)
from local.settings import workers_max
from local.stack_file import Deployed, Endpoints
from local.warm_up import Broken, Request, requests_of, warm_up, warm_up_consumers
from operations import load_catalogue
from operations.catalogue import plan_file
from operations.catalogue.load import PlanRefused
from operations.target import local_target
from toolchain.install import STATE

NAMES = Names(deployment.STAGE)
LAST_PORTS = STATE / "ports.json"
NAMED_IN_TEMPLATES = (AWS, PAYMENTS, EDGE)


def bring_up(progress: Progress) -> dict[str, Any]:
    """Starts and deploys everything. Raises StackFailed, PortTaken, WrongSetting; stops what it has started if it
    cannot finish."""
    wanted_ports = variables_of(os.environ)
    workers_max(os.environ)  # before anything is stopped or started
    STACK_FILE.unlink(missing_ok=True)
    left_over = processes().stop()
    if left_over:
        progress.say(f"ended what an earlier run had left behind: {', '.join(left_over)}; this is a new, empty cinema")
    # With the same addresses in the templates, the same assembly will do.
    ports = choose(wanted_ports, os.environ, random.Random(), last_ports())
    LAST_PORTS.write_text(json.dumps({purpose: ports[purpose] for purpose in NAMED_IN_TEMPLATES}))
    addresses = Addresses(ports[AWS], ports[CACHE], ports[PAYMENTS], ports[EDGE], ports.get(FAULTS))
    try:
        return fill(addresses, ports[CACHE_BUS], progress)
    except BaseException:
        processes().stop()
        raise


def last_ports() -> dict[str, int]:
    try:
        found = json.loads(LAST_PORTS.read_text())
        return {purpose: int(found[purpose]) for purpose in NAMED_IN_TEMPLATES}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}


def fill(addresses: Addresses, bus_port: int, progress: Progress) -> dict[str, Any]:
    running, webhook_secret = processes(), payments.new_webhook_secret()
    start_servers(running, addresses, bus_port, webhook_secret, progress)
    progress.say("cdk deploy --all")
    deployment.deploy(addresses)
    url, resources = deployment.find_api(addresses, NAMES.prefix)
    origin_key = front_door.origin_key_of(addresses)
    front_door.write_config(addresses, url, origin_key)
    start_edge(running, addresses, front_door.CONFIG)
    with ThreadPoolExecutor(1) as pool:
        # Functions behind queues read no catalogue yet; those behind the API would remember an empty one for a minute.
        consumers = pool.submit(warm_up_consumers, deployment.client("lambda", addresses))
        progress.say("signing in the demo's people")
        people = sign_in(addresses, accounts.people())
        name_people_to_page(addresses)
        deployed = configured(addresses, webhook_secret)
        progress.say("loading the demo catalogue")
        load_demo(addresses, deployed.tables)
        progress.say("warming up the functions")
        warn(warm_up(url, keys(people[0], origin_key), requests_of(resources)) + consumers.result(), progress)
    await_edge(running, addresses)
    webhook_url = addresses.web_url + payments.WEBHOOK_PATH
    payments.send_callbacks_to(webhook_url, addresses.payments_url)
    endpoints = Endpoints(
        api_url=url,
        web_url=addresses.web_url,
        aws_endpoint_url=addresses.aws_url,
        cache_url=addresses.cache_url,
        faults_url=addresses.faults_url,
        payment_sandbox_url=addresses.payments_url,
        webhook_url=webhook_url,
        origin_key=origin_key,
    )
    stack = stack_file.contents(endpoints, deployed, webhook_secret, people, running.alive())
    stack_file.write(STACK_FILE, stack)
    progress.say("ready")
    return stack


def keys(person: stack_file.Account, origin_key: str) -> dict[str, str]:
    """The headers that open every route of the API, asked directly."""
    return {"AuthorizationToken": person.token, ORIGIN_KEY_HEADER: origin_key}


def warn(broken: Sequence[Broken], progress: Progress) -> None:
    for one in broken:
        log = f"{one.function}.log" if one.function else ""
        progress.say(f"WARNING: {one.message}\n          Log: {shown(STATE / 'logs' / 'functions')}/{log}")


def start_servers(
    running: Processes, addresses: Addresses, bus_port: int, webhook_secret: str, progress: Progress
) -> None:
    """Prepares the account to deploy into, and the assembly to deploy."""
    progress.say(f"starting the cache and the embedded AWS (ports {addresses.cache_port}, {addresses.aws_port})")
    start_cache(running, addresses, bus_port)
    start_embedded_aws(running, addresses)
    start_faults(running, addresses)
    forget_payments()
    progress.say("synthesizing the templates and bootstrapping the account")
    with deployment.synthesis(addresses) as synthesized, deployment.bootstrapping(addresses) as bootstrapped:
        start_payment_sandbox(running, addresses, webhook_secret)
        await_cache(running, addresses)  # a new cluster waits two seconds before it is one
        bootstrapped()
        synthesized()


def configured(addresses: Addresses, webhook_secret: str) -> Deployed:
    tables = {role: NAMES.table(role) for role in TABLES}
    payments.put_secret(deployment.client("secretsmanager", addresses), NAMES, webhook_secret)
    return Deployed(
        tables=tables,
        queues=local_target(addresses.aws_url, stack_file.REGION, tables).queues(),
        topics=payments.topics_of(deployment.client("sns", addresses), NAMES),
    )


def load_demo(addresses: Addresses, tables: Mapping[str, str]) -> None:
    target = local_target(addresses.aws_url, stack_file.REGION, tables, addresses.web_url)
    try:
        loaded = load_catalogue.load(DEMO, target, load_catalogue.Bars(sys.stderr.isatty(), lines=False))
        load_catalogue.write_film_cards(loaded.films, target)
    except PlanRefused as refused:
        raise StackFailed("\n    ".join(load_catalogue.describe(DEMO, refused))) from refused
    except (plan_file.Unreadable, Unavailable, BotoCoreError, ClientError) as error:
        raise StackFailed(f"The demo catalogue could not be loaded: {error}") from error


def sign_in(addresses: Addresses, who: Sequence[tuple[str, str]]) -> list[stack_file.Account]:
    pool = accounts.deployed_pool(deployment.client("ssm", addresses), NAMES)
    return accounts.create(deployment.client("cognito-idp", addresses), pool, who)


def name_people_to_page(addresses: Addresses) -> None:
    bucket = NAMES.page_bucket(ACCOUNT)
    page_config.add_demo_accounts(deployment.client("s3", addresses), bucket, accounts.people())


def call_each(addresses: Addresses, url: str, origin_key: str, requests: Iterable[Request]) -> list[Broken]:
    """With a new token: the first ones may have run out."""
    person = sign_in(addresses, accounts.people()[:1])[0]
    with ThreadPoolExecutor(1) as pool:
        consumers = pool.submit(warm_up_consumers, deployment.client("lambda", addresses))
        return warm_up(url, keys(person, origin_key), requests) + consumers.result()
