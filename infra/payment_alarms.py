"""The alarms on the figures of DESIGN section 14 that concern money, and their thresholds.

A figure that should never count rings at the first; one that counts on any ordinary evening rings when it is a flood.
"""

from box_office import names
from infra.alarms import CounterAlarm
from infra.stages import Stage

HTTP_COUNTER_ALARMS = (
    CounterAlarm(
        service="hold_seat",
        counter="CacheErrors",
        what="could not reach the cache: holds go on, slower, and no customer is limited",
        heading="cache-errors",
        threshold=10,
        periods=2,
    ),
    CounterAlarm(
        service="hold_seat",
        counter="UnknownWrites",
        what="did not learn whether its writes were made; a customer who tries again finds out",
        heading="unknown-writes",
        threshold=10,
    ),
    CounterAlarm(
        service="hold_seat",
        counter="WriteConflicts",
        what="met other transactions on the same seats at every try",
        heading="write-conflicts",
        threshold=100,
    ),
    CounterAlarm(
        service="hold_seat",
        counter="StaleRefusals",
        what="lets holds through that the table then refuses: the cache is behind",
        heading="stale-refusals",
        threshold=500,
        periods=3,
    ),
    CounterAlarm(
        service="submit_payment",
        counter="LaneSendErrors",
        what="could not send an accepted payment to its lane; the reconciler does within a minute",
        heading="lane-send-errors",
    ),
    CounterAlarm(
        service="submit_payment",
        counter="PaymentsPushedBack",
        what="asks customers to pay later: their lane has work for three quarters of an hour",
        heading="payments-pushed-back",
    ),
    CounterAlarm(
        service="payment_webhook",
        counter="CallbacksRefused",
        what="refuses callbacks whose signature is wrong: a stranger sends them, or the secret is not the provider's",
        heading="callbacks-refused",
        threshold=5,
        period_minutes=5,
    ),
    CounterAlarm(
        service="payment_webhook",
        counter="Chargebacks",
        what="got a callback that a customer disputes a charge; a person answers the provider",
        heading="chargebacks",
    ),
)

# Counted by the worker or the reconciler, whichever reads the order first.
OF_AN_ORDER = (
    ("PaymentsUnresolved", "could not learn within the cap whether an order was charged", "payments-unresolved"),
    ("LatePayments", "found that an order was charged after the cap", "late-payments"),
    ("DoubleCaptures", "found a second charge of an order, and gave it back", "double-captures"),
    ("ProviderRequestsRefused", "had a request or its key refused by the provider: ours to mend", "requests-refused"),
    ("RefundsRefused", "had a refund refused for good; a person settles it", "refunds-refused"),
    ("SeatsGone", "found seats of an order that are no longer its own, and gave its money back", "seats-gone"),
    ("CashOwed", "refunded by itself an order that was paid in cash; a person pays it out", "cash-owed"),
)
OF_THE_WORKER = (
    ("UnknownCharges", "found a charge of ours that no order waits for, and gives it back", "unknown-charges"),
    ("PartialProviderRefunds", "found a part of an order given back at the provider's dashboard", "dashboard-refunds"),
)
OF_THE_RECONCILER = (
    ("LatePins", "found an order that no worker has reached for five minutes", "late-pins"),
    ("ReconcileErrors", "failed over an order, and went on with the others", "reconcile-errors"),
    ("LateRefunds", "found a refund that the provider has not answered for 15 minutes", "late-refunds"),
    ("RefundsOwed", "found an order that owes its customer money that only a person can give back", "refunds-owed"),
    ("PaidWithoutTicket", "found an order that was paid, without a ticket, for three minutes", "paid-without-ticket"),
)
CONSUMERS = ("work_on_lane", "redrive", "book_order", "refresh_seats", "end_event")
PROVIDER_ERRORS_A_MINUTE, PROVIDER_ERROR_MINUTES = 5, 2
BUSY_A_MINUTE, BUSY_MINUTES = 20, 5


# The composite alarms, which an operator's pager tells apart: each names the alarms that make it ring.
MONEY = (
    *(f"{service}-{counter}" for service in ("work_on_lane", "reconcile") for counter, _, _ in OF_AN_ORDER),
    *(f"work_on_lane-{counter}" for counter, _, _ in OF_THE_WORKER),
    *(f"reconcile-{counter}" for counter, _, _ in OF_THE_RECONCILER),
    "work_on_lane-ProviderErrors",
    "book_order-errors",
    "reconcile-silent",
    "payment_webhook-Chargebacks",
    "payment_webhook-CallbacksRefused",
)
SELLING = (
    "api-5xx",
    "hold_seat-errors",
    "hold_seat-throttles",
    "hold_seat-refusals",
    "hold_seat-CacheErrors",
    "hold_seat-UnknownWrites",
    "submit_payment-errors",
    "Available_seat-write-throttles",
    "orders-write-throttles",
    "cache-throttles",
    "concurrency",
)
OPERATORS = (
    f"{names.PARKED}-depth",
    f"{names.RECONCILE_FAILURES}-depth",
    f"{names.BLOCK_FAILURES}-depth",
    *(f"{names.dead_letters(name)}-depth" for name in (names.PAYMENT_COMPLETE, names.REFRESH, names.EVENT_ENDS)),
    "event-ends-InvocationDroppedCount",
    "payment-complete-NumberOfNotificationsFailed",
    *(f"{service}-ParseFailures" for service in CONSUMERS),
)


def payment_counter_alarms(stage: Stage) -> tuple[CounterAlarm, ...]:
    return (
        *(rare("work_on_lane", *row) for row in OF_AN_ORDER + OF_THE_WORKER),
        *(rare("reconcile", *row) for row in OF_AN_ORDER + OF_THE_RECONCILER),
        provider_errors("work_on_lane"),  # the reconciler calls the same provider: one alarm is enough
        CounterAlarm(
            service="work_on_lane",
            counter="ProviderBusy",
            what="gets 429 from the provider: payments_per_second is too high",
            heading="provider-busy",
            threshold=BUSY_A_MINUTE,
            periods=BUSY_MINUTES,
        ),
        CounterAlarm(
            service="work_on_lane",
            counter="Declines",
            what="sees many payments declined",
            heading="declines",
            threshold=stage.declines_per_five_minutes,
            period_minutes=5,
        ),
        rare(
            "book_order",
            "SeatsGone",
            "could not book a paid order whose seats are gone; its money goes back",
            "seats-gone",
        ),
        CounterAlarm(
            service="carry_blocks",
            counter="SelfBlocks",
            what="finds many users and addresses blocked by themselves",
            heading="self-blocks",
            threshold=stage.self_blocks_max + 1,
            statistic="Maximum",  # each run counts all of them
        ),
        *(
            rare(service, "BlocksLeftOut", "left blocks out: there are more than it can carry", "blocks-left-out")
            for service in ("carry_blocks", "carry_blocks_to_edge")
        ),
        rare("redrive", "Parked", "gave a message up after all its tries", "parked"),
        *(parse_failures(service) for service in CONSUMERS),
    )


def rare(service: str, counter: str, what: str, heading: str) -> CounterAlarm:
    return CounterAlarm(service=service, counter=counter, what=what, heading=heading)


def provider_errors(service: str) -> CounterAlarm:
    return CounterAlarm(
        service=service,
        counter="ProviderErrors",
        what="gets no answer from the payment provider",
        heading="provider-errors",
        threshold=PROVIDER_ERRORS_A_MINUTE,
        periods=PROVIDER_ERROR_MINUTES,
    )


def parse_failures(service: str) -> CounterAlarm:
    what = "parked a message that it cannot parse: a release writes messages that another cannot read"
    return rare(service, "ParseFailures", what, "parse-failures")
