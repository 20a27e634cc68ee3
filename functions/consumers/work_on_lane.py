"""A lane's worker: advances orders, makes queued holds, checks intents that callbacks named, and has the provider
forget what users have forgotten."""

from collections.abc import Mapping
from functools import partial

from box_office import wiring
from box_office.domain.messages import NamedIntent, hold_from, intent_from, ref_from
from box_office.ports import Clock
from box_office.queue_api.consumer import Malformed, Message, QueueEvent, consumer, known_kind
from box_office.settings.payments import WorkerSettings
from box_office.use_cases.work_on_lane import (
    WorkerPorts,
    check_intent,
    detach_method,
    of_one_batch,
    work_on_hold,
    work_on_order,
)
from box_office.wiring import payments

SERVICE = "work_on_lane"


def named_intent(message: Message) -> NamedIntent:
    try:
        return intent_from(message.body)
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(f"no intent: {error!r}") from error


def build(settings: WorkerSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    all_ports, rules = payments.worker_ports(settings, clock, counters), payments.worker_rules(settings)

    def handle(ports: WorkerPorts, message: Message) -> None:
        kind = known_kind(message, ("order", "hold", "look", "detach"))
        if kind == "look":
            check_intent(named_intent(message), message.queue, ports, rules)
            return
        if kind == "detach":
            payment_method = message.body.get("payment_method")
            if not isinstance(payment_method, str) or not payment_method:
                raise Malformed("no payment method")
            detach_method(payment_method, message.queue, ports)
            return
        try:
            hold = hold_from(message.body) if kind == "hold" else None
            ref, attempt = ref_from(message.body), int(message.body.get("attempt", 0))
        except (KeyError, TypeError, ValueError) as error:
            raise Malformed(f"no {kind}: {error!r}") from error
        if hold is not None:
            work_on_hold(hold, ports, rules)
        else:
            work_on_order(ref, attempt, message.queue, ports, rules, message.body.get("waited") is True)

    deliveries, prefix = payments.deliveries(settings), wiring.queue_prefix(settings)

    def handler(event: QueueEvent, context: object) -> Mapping[str, object]:
        work = partial(handle, of_one_batch(all_ports))
        return consumer(work, deliveries, counters, logger, prefix, settings.in_hand_seconds)(event, context)

    return handler


handler = wiring.at_cold_start(build, WorkerSettings)
