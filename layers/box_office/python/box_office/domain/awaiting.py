"""Whom an unfinished order waits for (a worker, the provider, the customer), and until when. Pure."""

from box_office.domain.orders import UNFINISHED, Order, Status
from box_office.domain.paying import PayLimits
from box_office.domain.payments import Refund, RefundState

DAY_MS = 86_400_000
OWED_MS = DAY_MS  # between two checks of a refund that only a person can end: its alarm rings again each time
PENDING_REFUND_MS_MAX = DAY_MS // 4  # between two questions about a refund that the provider has accepted
UNANSWERED_MS_MAX = DAY_MS // 24  # between two questions, once the provider has not answered for a day


def needs_provider(order: Order) -> bool:
    """Whether the next step of the order asks the provider something."""
    if order.status is Status.UNRESOLVED or order.has_money_to_settle:
        return True
    attempt = order.current_attempt
    return order.status is Status.PAYING and attempt is not None and attempt.intent_id is not None


def waits_only_for_customer(order: Order, now: int, limits: PayLimits) -> bool:
    """Whether nothing but the customer's own action can move the order on before its cap."""
    attempt = order.current_attempt
    if order.status is not Status.PAYING or attempt is None or attempt.next_action is None:
        return False
    if attempt.replaced_by is not None or order.has_money_to_settle:
        return False
    return now < cap_of(order, limits)


def waits_for_worker(order: Order, now: int, limits: PayLimits) -> bool:
    """Whether the next step is to create or confirm an intent, which a worker alone may do, and may still do."""
    attempt = order.current_attempt
    if order.status is not Status.PAYING or attempt is None or not attempt.needs_provider:
        return False
    if order.asked_at is not None and now >= order.asked_at + limits.worker_ms:
        return False
    return attempt.next_action is None


def cap_of(order: Order, limits: PayLimits) -> int:
    """When the order's pin ends at the latest, in epoch milliseconds. An order that is not PAYING has no cap: 2**63."""
    if order.status is not Status.PAYING:
        return 2**63
    if order.asked_at is not None:
        return order.asked_at + limits.cap_ms
    return (order.pinned_at or 0) + limits.unreached_ms


def patience_with(order: Order, now: int) -> int:
    """Milliseconds until the reconciler checks the order again; the longer the order has waited, the more. A callback
    of the provider is worked on at once, whatever this says. 0: the reconciler checks the order in its next run."""
    if not order.unfinished:
        return OWED_MS
    if order.status is Status.UNRESOLVED or order.surplus_captures or order.orphaned_attempts:
        return UNANSWERED_MS_MAX if now - order.changed_at > DAY_MS else 0
    if order.status in UNFINISHED:
        return 0
    return min(patience_with_refund(refund, now) for refund in order.open_refunds)


def patience_with_refund(refund: Refund, now: int) -> int:
    waited = now - refund.asked_at
    if refund.state is RefundState.PENDING:
        return min(waited // 2, PENDING_REFUND_MS_MAX)
    return UNANSWERED_MS_MAX if waited > DAY_MS else 0
