"""Advances an unfinished order step by step, until its next step has to wait.

Workers and the reconciler call this. Each step is a conditional write of the order, so that several callers at once, or
a message that comes late or twice, change no more than one caller would (DESIGN section 6).
"""

from contextlib import suppress
from dataclasses import dataclass, replace

from box_office.domain.captures import cash_reference
from box_office.domain.declines import CANCELLED, NO_SAVED_METHOD, SAVED_METHOD_GONE, Decline
from box_office.domain.errors import Unavailable
from box_office.domain.lost_seats import without_lost_seats
from box_office.domain.next_step import Step, next_step
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.paying import (
    PayLimits,
    asked,
    capped,
    cash_takes_over,
    charged,
    charged_for_nothing,
    charged_late,
    closed_to,
    declined,
    intent_stored,
    next_method,
    unresolved,
    wait_left,
    waits_for_customer,
)
from box_office.domain.payments import Attempt, Kind
from box_office.domain.provider_answers import Outcome, OutcomeState
from box_office.domain.seats import Change
from box_office.ports import (
    Announcements,
    ChangeConflicted,
    ChangeRefused,
    Clock,
    Counters,
    Declines,
    Events,
    Ids,
    Orders,
    RefreshQueue,
)
from box_office.ports.payments import NoAnswer, Provider, ProviderRefused, Wallet
from box_office.use_cases.provider_silence import ProviderOfOneVisit
from box_office.use_cases.saved_methods import create_intent, forget_method, remember_method
from box_office.use_cases.settle_money import settle_money

STEPS_MAX = 25  # an order of ten attempts and ten refunds needs fewer; a later message or run does the rest
REFUSALS_MAX = 2  # in a row, of an order that no other writer changes: each repeats its calls to the provider


@dataclass(frozen=True)
class AdvancePorts:
    orders: Orders
    events: Events
    card: Provider
    wallet: Wallet
    declines: Declines
    refresh: RefreshQueue
    announcements: Announcements
    counters: Counters
    clock: Clock
    ids: Ids


class TooEarly(Exception):
    """The order's attempt has to wait on its lane for so many seconds more, after the declines of its user."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Charging:
    """`may_charge`: true for a worker on the order's lane, which alone creates and confirms intents. The reconciler
    retrieves and cancels intents, and asks for refunds."""

    limits: PayLimits
    may_charge: bool
    waited: int | None = None  # the attempt of this number does not wait any more for the declines of its user


def advance_order(ref: OrderRef, ports: AdvancePorts, charging: Charging) -> Order | None:
    """The order as it is left; None if there is no such order.

    Raises TooEarly and NoAnswer (the message is to come back), Unavailable and OutcomeUnknown from the table, and
    ChangeRefused or ChangeConflicted when the row stays as it is and refuses again.
    """
    ports = replace(ports, card=ProviderOfOneVisit(ports.card, ports.clock))
    order = ports.orders.locate(ref)
    fresh, refusals = None, 0
    for _ in range(STEPS_MAX):
        if order is None or not order.unfinished:
            return order
        try:
            change = next_change(order, ports, charging, fresh)
            if change is None:
                return order
            order = commit(change, ports)
            count_decline(change, ports)
            fresh, refusals = new_intent(change), 0
        except (ChangeRefused, ChangeConflicted):
            before, order = order, ports.orders.locate(ref)
            # Another worker changed the order first: go on from its state, in which the intent may be confirmed.
            fresh, refusals = None, refusals + 1 if same_row(before, order) else 0
            if refusals == REFUSALS_MAX:
                raise
    return order


def same_row(before: Order, now: Order | None) -> bool:
    return now is not None and now.revision == before.revision


def new_intent(change: Change) -> str | None:
    """The intent that this change stored, if it stored one. No other worker can have confirmed it yet, so it is
    confirmed without being retrieved first."""
    after, before = change.after.current_attempt, change.before.current_attempt if change.before else None
    known = before.intent_id if before is not None else None
    return after.intent_id if after is not None and after.intent_id != known else None


def commit(change: Change, ports: AdvancePorts) -> Order:
    """Raises ChangeRefused when the order is not as it was read, ChangeConflicted, OutcomeUnknown, Unavailable."""
    now = ports.clock.now_ms()
    written = commit_with_own_seats(change, ports.orders, ports.counters, ports.ids, now)
    if change.acts:
        ports.refresh.send(change.after.event_id, list(change.acts))
    return replace(written.after, changed_at=now)


def commit_with_own_seats(change: Change, orders: Orders, counters: Counters, ids: Ids, now: int) -> Change:
    """Commits the change. If the table refuses it because some seats' rows do not fit the order, commits what can be
    written instead (domain/lost_seats.py). Each refusal leaves fewer acts, or an order that needs no seats."""
    for _ in range(len(change.acts) + 1):
        try:
            orders.commit(change, now, ids.token())
            return change
        except ChangeRefused as refused:
            if refused.order_failed or change.before is None or not refused.refused_seats:
                raise
            # An UNRESOLVED order gave its seats up, and other customers may hold them: that is no fault.
            if change.before.status is not Status.UNRESOLVED:
                counters.count("SeatsGone", change.before.order_id)
            change = without_lost_seats(change, refused.refused_seats, refused.seats, now)
    raise ChangeConflicted(False, list(change.acts))


def next_change(order: Order, ports: AdvancePorts, charging: Charging, fresh: str | None) -> Change | None:
    """The order's next change; None if it has to wait. Meanwhile captures, intents and refunds that do not match its
    state are settled."""
    now = ports.clock.now_ms()
    change = None
    if order.status is Status.PAYING:
        change = pay(order, ports, charging, fresh, now)
    elif order.status is Status.PAID:
        ports.announcements.payment_complete(order.ref)
    elif order.status is Status.UNRESOLVED:
        change = resolve(order, ports, now)
    return change or settle_money(order, ports.card, ports.counters, now)


def pay(order: Order, ports: AdvancePorts, charging: Charging, fresh: str | None, now: int) -> Change | None:
    attempt = order.current_attempt
    assert attempt is not None
    if attempt.method.kind is Kind.FREE:
        return charged(order, attempt.number, now)
    if attempt.in_cash:
        # The clerk has the money: no provider is asked, no cap applies, and worker or reconciler may record it.
        return charged(order, attempt.number, now, cash_reference(order, attempt.number, attempt.method.kind))
    if order.asked_at is None:
        assert order.pinned_at is not None
        if now >= order.pinned_at + charging.limits.unreached_ms:
            return capped(order, "payment_not_processed")
        if not charging.may_charge:
            return None
        wait_for_turn(order, ports.declines, charging, now)
        return asked(order, now, charging.limits)
    over = now >= order.asked_at + charging.limits.cap_ms
    may_charge = charging.may_charge and now < order.asked_at + charging.limits.worker_ms
    if attempt.intent_id is None:
        return without_intent(order, attempt, ports, charging, over, may_charge)
    try:
        outcome = ask(order, attempt, ports, over, may_charge, fresh == attempt.intent_id)
    except NoAnswer:
        if not over:
            raise
        if attempt.cash_waits:
            return cash_takes_over(order, now, charging.limits)
        ports.counters.count("PaymentsUnresolved", order.order_id)
        return unresolved(order, now, charging.limits)
    return after_outcome(order, attempt, outcome, ports, charging, over)


def wait_for_turn(order: Order, declines: Declines, charging: Charging, now: int) -> None:
    """Raises TooEarly for a user whose cards were declined too often in this hour, unless the attempt has waited. If
    the count cannot be read, it does not wait for it. A desk's sales are of one user, the clerk, and of many customers:
    none waits for the others' cards."""
    if charging.waited == order.attempt:
        return
    counted = 0
    with suppress(Unavailable):
        counted = declines.of_hour(order.user_id, now) if order.sale is None else 0
    if left := wait_left(order, counted, now):
        raise TooEarly(left)


def without_intent(
    order: Order, attempt: Attempt, ports: AdvancePorts, charging: Charging, over: bool, may_charge: bool
) -> Change | None:
    """No intent was ever stored, so nothing can have been confirmed."""
    if over:
        return capped(order, "payment_timed_out")
    if attempt.method.kind is Kind.SAVED and attempt.method.payment_method is None:
        return decline(order, attempt, NO_SAVED_METHOD, ports, charging)
    if not may_charge:
        return None
    try:
        intent_id = create_intent(order, attempt, ports.card, ports.wallet)
    except ProviderRefused as refused:
        return decline(order, attempt, refused.decline, ports, charging)
    return intent_stored(order, attempt.number, intent_id)


def ask(order: Order, attempt: Attempt, ports: AdvancePorts, over: bool, may_charge: bool, fresh: bool) -> Outcome:
    """The outcome of the attempt's intent, which a worker confirms if it is not confirmed yet. The intent is cancelled
    instead if the cap has passed, or if the customer has chosen another method."""
    provider = ports.card
    assert attempt.intent_id is not None
    if over or attempt.replaced_by is not None:
        return provider.cancel(attempt.intent_id)
    outcome = (
        Outcome(OutcomeState.UNCONFIRMED, attempt.intent_id) if fresh else provider.retrieve_intent(attempt.intent_id)
    )
    if outcome.state == OutcomeState.UNCONFIRMED and may_charge:
        outcome = provider.confirm(order, attempt)
    if outcome.state == OutcomeState.DECLINED:
        # A decline counts once the intent can never be charged any more.
        final = provider.cancel(attempt.intent_id)
        return final if final.state == OutcomeState.CHARGED else outcome
    return outcome


def after_outcome(
    order: Order, attempt: Attempt, outcome: Outcome, ports: AdvancePorts, charging: Charging, over: bool
) -> Change | None:
    now, limits = ports.clock.now_ms(), charging.limits
    match next_step(attempt, outcome, over, charging.may_charge):
        case Step.RECORD_CHARGE:
            remember_method(order, attempt, outcome, ports.card, ports.wallet)
            return charged(order, attempt.number, now)
        case Step.END_AT_CAP:
            return capped(order, "payment_timed_out")
        case Step.TRY_NEXT_METHOD:
            return next_method(order, now, limits)
        case Step.DECLINE:
            return decline(order, attempt, outcome.decline or CANCELLED, ports, charging)
        case Step.SHOW_NEXT_ACTION:
            assert outcome.next_action is not None
            return waits_for_customer(order, attempt.number, outcome.next_action, now + limits.check_ms)
        case Step.ASK_AGAIN:
            raise NoAnswer(f"the payment is {outcome.state.lower()}")
        case Step.WAIT:
            return None


def decline(order: Order, attempt: Attempt, why: Decline, ports: AdvancePorts, charging: Charging) -> Change:
    now = ports.clock.now_ms()
    event = ports.events.fresh(order.event_id)
    if why["code"] == SAVED_METHOD_GONE["code"]:
        forget_method(order, attempt, ports.wallet)
    return declined(order, attempt.number, why, now, closed_to(order, event, now) is None, charging.limits)


def count_decline(change: Change, ports: AdvancePorts) -> None:
    """Counts the decline that this change has written, if any: two workers may learn of one decline, and one of them
    writes it. The user's hour counts what was asked of the provider, and no customer of a desk's clerk."""
    before, attempt = change.before, change.after.current_attempt
    if (
        before is None
        or attempt is None
        or attempt.decline is None
        or before.attempt_numbered(attempt.number) == attempt
    ):
        return
    ports.counters.count("Declines")
    if attempt.decline["code"] == NO_SAVED_METHOD["code"] or change.after.sale is not None:
        return
    with suppress(Unavailable):  # the next decline counts, and this one is recorded in its order
        ports.declines.count(change.after.user_id, ports.clock.now_ms())


def resolve(order: Order, ports: AdvancePorts, now: int) -> Change | None:
    """Cancels the intent of an UNRESOLVED order, to learn its outcome. Raises NoAnswer: a later run asks again."""
    attempt = order.current_attempt
    assert attempt is not None and attempt.intent_id is not None
    outcome = ports.card.cancel(attempt.intent_id)
    if outcome.state != OutcomeState.CHARGED:
        return capped(order, "payment_timed_out")
    ports.counters.count("LatePayments", order.order_id)
    event = ports.events.fresh(order.event_id)
    if order.superseded or closed_to(order, event, now) is not None:
        return charged_for_nothing(order, attempt.number, now, "late_payment")
    return charged_late(order, attempt.number, now)
