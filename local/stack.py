"""`python -m local.stack run|start|stop|redeploy`: the whole stack on this machine. Called by the Makefile."""

import argparse
import contextlib
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx

from local import deployment, front_door, stack_file
from local.beginning import NAMES, bring_up, call_each, name_people_to_page, warn
from local.description import describe
from local.ports import PortTaken
from local.progress import Progress
from local.running import HOLDS_THE_DATA, STACK_FILE, addresses_of, processes, running_stack, start_again
from local.services import StackFailed, shown
from local.settings import WrongSetting
from local.warm_up import requests_of
from operations.local_stack import read_stack
from operations.output import counted
from toolchain.install import STATE

WATCH_SECONDS = 1.0


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


def start() -> None:
    with only_one_at_a_time():
        stack = running_stack()
        if stack:
            print("The stack is already running." + describe(mended(stack)))
            return
        print(describe(bring_up(Progress())) + "Stop it with: make stop", flush=True)


def mended(stack: dict[str, Any]) -> dict[str, Any]:
    stack, ended = start_again(stack)
    for name in ended:
        log = shown(processes().earlier_log_of(name))
        print(f"The stack's {name} had ended by itself, and was started again. Its log: {log}", flush=True)
    return stack


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
            raise StackFailed(none_runs())
        stack = mended(stack)
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


def none_runs() -> str:
    if not read_stack(STACK_FILE):
        return "No stack is running: make start."
    log = shown(processes().log_of(HOLDS_THE_DATA))
    return (
        "The embedded AWS ended by itself, and what this cinema had sold with it; `make start` begins a new, empty "
        f"cinema. Log: {log}"
    )


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
