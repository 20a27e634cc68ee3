"""`python -m local.stack run|start|stop|redeploy`: the whole stack on this machine. Called by the Makefile."""

import argparse
import contextlib
import fcntl
import json
import os
import random
import signal
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from box_office.domain.errors import Unavailable
from box_office.names import ORIGIN_KEY_HEADER, TABLES, Names
from local import accounts, deployment, front_door, page_config, payments, stack_file
from local.demo_programme import DEMO
from local.examples import examples
from local.ports import PortTaken, choose
from local.processes import Processes
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
    answers,
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
from local.settings import WrongSetting, workers_max
from local.stack_file import Deployed, Endpoints
from local.warm_up import Broken, Request, requests_of, warm_up, warm_up_consumers
from operations import load_catalogue
from operations.catalogue import plan_file
from operations.catalogue.load import PlanRefused
from operations.local_stack import read_stack
from operations.output import counted
from operations.target import local_target
from toolchain.install import STATE

STACK_FILE = STATE / "stack.json"
NAMES = Names(deployment.STAGE)
WATCH_SECONDS = 1.0
LAST_PORTS = STATE / "ports.json"
NAMED_IN_TEMPLATES = (AWS, PAYMENTS, EDGE)


class Progress:
    def __init__(self) -> None:
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        print(f"{time.monotonic() - self._began:6.1f} s  {text}", flush=True)


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Two makes in one checkout take turns. The lock ends with the process that holds it, also if it is killed."""
    STATE.mkdir(exist_ok=True)
    with (STATE / "stack.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make is starting or stopping this stack: waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def processes() -> Processes:
    return Processes(STATE / "run", STATE / "logs")


def running_stack() -> dict[str, Any] | None:
    """The stack's file if every process that it names is alive and answers; None otherwise."""
    stack = read_stack(STACK_FILE)
    if not stack:
        return None
    complete = set(stack["pids"].values()) <= set(processes().alive().values())
    return stack if complete and answers(f"{stack['aws_endpoint_url']}/_ministack/health") else None


def addresses_of(stack: dict[str, Any]) -> Addresses:
    def port(member: str) -> int:
        return int(stack[member].rpartition(":")[2])

    return Addresses(
        aws_port=port("aws_endpoint_url"),
        cache_port=port("cache_url"),
        payments_port=port("payment_sandbox_url"),
        edge_port=port("web_url"),
        faults_port=port("faults_url") if stack["faults_url"] else None,
    )


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
        loaded = load_catalogue.load(DEMO, target, load_catalogue.Bars(sys.stderr.isatty()))
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


def describe(stack: dict[str, Any]) -> str:
    lines = [
        "",
        f"  page     {stack['web_url']}/",
        f"  API      {stack['web_url']}/GetListOfMovie/api/v0/",
        f"  AWS      {stack['aws_endpoint_url']}   (region {stack['region']}, key and secret: test)",
        f"  cache    {stack['cache_url']}",
        f"  payments {stack['payment_sandbox_url']}/_sandbox/ledger   (the sandbox: no money moves)",
        *([f"  faults   {stack['faults_url']}/_microburst/rules"] if stack["faults_url"] else []),
        f"  people   {len(stack['accounts'])} signed-in accounts, and all of the above: {shown(STACK_FILE)}",
        f"  logs     {shown(STATE / 'logs')}/",
        *not_enforced(stack["web_url"]),
        "",
        "Try:",
        *(f"  {line}" for line in examples(stack)),
        "",
    ]
    return "\n".join(lines)


def not_enforced(web_url: str) -> list[str]:
    missing = front_door.not_enforced(web_url)
    if not missing:
        return []
    text = f"does not enforce: {', '.join(missing)}"
    return textwrap.wrap(text, 110, initial_indent="  edge     ", subsequent_indent=" " * 11)


def start() -> None:
    with only_one_at_a_time():
        stack = running_stack()
        if stack:
            print("The stack is already running." + describe(stack))
            return
        print(describe(bring_up(Progress())) + "Stop it with: make stop", flush=True)


def stop() -> None:
    with only_one_at_a_time():
        STACK_FILE.unlink(missing_ok=True)
        ended = processes().stop()
        print(f"Stopped: {', '.join(ended)}." if ended else "Nothing is running.")


def run() -> None:
    """In the foreground: until Ctrl-C, `make stop`, or the end of one of the servers."""
    with only_one_at_a_time():
        if running_stack():
            raise StackFailed(
                "the stack is already running, in the background or in another terminal (with Ctrl-C there it ends). "
                "`make stop` ends it wherever it runs; then type make run again."
            )
        stack = bring_up(Progress())
        print(describe(stack) + "Ctrl-C stops everything.", flush=True)
    expected = set(stack["pids"])
    try:
        while set(processes().alive()) >= expected:
            time.sleep(WATCH_SECONDS)
    finally:
        mine = read_stack(STACK_FILE)
        if mine and mine["pids"] == stack["pids"]:
            ended = expected - set(processes().alive())
            stop()
    if mine:
        raise StackFailed(f"{', '.join(sorted(ended))} ended by itself. Logs: {shown(STATE / 'logs')}/")


def redeploy() -> None:
    with only_one_at_a_time():
        stack = running_stack()
        if not stack:
            raise StackFailed("No stack is running: make start.")
        progress = Progress()
        progress.say("synthesizing the templates")
        addresses = addresses_of(stack)
        with deployment.synthesis(addresses) as synthesized:
            synthesized()
        progress.say("cdk deploy --all")
        deployment.deploy(addresses)
        name_people_to_page(addresses)
        url, resources = deployment.find_api(addresses, NAMES.prefix)
        origin_key = front_door.origin_key_of(addresses)
        if front_door.write_config(addresses, url, origin_key):
            progress.say("the edge takes its new template")
            stack_file.write(STACK_FILE, {**stack, "origin_key": origin_key})
        progress.say("calling each function once")
        broken = call_each(addresses, url, origin_key, requests_of(resources))
        warn(broken, progress)
        if broken:
            calls = counted(len(broken), "function call")
            raise StackFailed(f"the code is deployed, but {calls} failed, see above. Correct it and redeploy.")
        progress.say("ready")


def call_each(addresses: Addresses, url: str, origin_key: str, requests: Iterable[Request]) -> list[Broken]:
    """With a new token: the first ones may have run out."""
    person = sign_in(addresses, accounts.people()[:1])[0]
    with ThreadPoolExecutor(1) as pool:
        consumers = pool.submit(warm_up_consumers, deployment.client("lambda", addresses))
        return warm_up(url, keys(person, origin_key), requests) + consumers.result()


COMMANDS = {"run": run, "start": start, "stop": stop, "redeploy": redeploy}


def interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.stack", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args().command
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        COMMANDS[command]()
    except (StackFailed, PortTaken, WrongSetting, httpx.HTTPError) as failure:
        print(f"make {command}: {failure}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `make start | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"make {command}: its output is closed, so it stops what it had begun.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nmake {command}: stopped; nothing was left behind.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
