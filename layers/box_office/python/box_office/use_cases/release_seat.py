"""ReleaseSeat: lets a hold go, once; the second time nothing is left to do."""

from contextlib import suppress

from box_office.domain.catalogue import Event
from box_office.domain.errors import Unavailable, UnknownOrder
from box_office.domain.holding import HoldRequest, decide_release
from box_office.domain.orders import Order, Status
from box_office.ports import Admission, CacheDown, ChangeConflicted, ChangeRefused, OutcomeUnknown, Visitor
from box_office.use_cases.admission import refusal
from box_office.use_cases.hold_seat import HoldPorts, check_time_left
from box_office.use_cases.queued_hold import end_unmade

ROUNDS_MAX = 3


def release_seats(event_id: str, order_id: str | None, visitor: Visitor, ports: HoldPorts) -> None:
    """Raises UnknownEvent, UnknownOrder, PaymentInProgress, AlreadyBooked, RateLimited, Unavailable.

    An `order_id` that is not the current order changes nothing: a late retry never hits the next order.
    """
    now = ports.clock.now_ms()
    event = ports.catalogue.event(event_id, now).value
    admission = ask_admission(visitor, ports, now)
    if admission.code is not None and admission.code != "blocked":
        raise refusal(admission)
    for _ in range(ROUNDS_MAX):
        if is_let_go(event, order_id, visitor, admission, ports, now):
            return
    raise Unavailable("Another request of yours is changing this hold; try again.")


def is_let_go(
    event: Event, order_id: str | None, visitor: Visitor, admission: Admission, ports: HoldPorts, now: int
) -> bool:
    """One round; False if somebody else was faster, and it is to be looked at again."""
    check_time_left(ports, now)
    order = current_order(event, order_id, visitor, ports)
    if order is None:
        return end_queued(event, order_id, visitor, ports, now)
    change = decide_release(order, now)
    if change is None:
        if admission.code == "blocked":
            raise refusal(admission)  # being blocked never stops the release of a live hold
        return True
    token = ports.ids.token()
    try:
        ports.orders.commit(change, now, token)
    except ChangeRefused as refused:
        # Not the order but its seats: it lapsed meanwhile, they went to others, and nothing is left to let go.
        return not refused.order_failed
    except ChangeConflicted:
        return False
    except OutcomeUnknown as unknown:
        raise Unavailable("It is not known yet whether your seats are free; try again.") from unknown
    with suppress(CacheDown):
        ports.cache.free(event, visitor, order, list(change.acts), token, True, now)
    return True


def ask_admission(visitor: Visitor, ports: HoldPorts, now: int) -> Admission:
    try:
        return ports.cache.admit(visitor, "hold", now)
    except CacheDown:
        return Admission()


def current_order(event: Event, order_id: str | None, visitor: Visitor, ports: HoldPorts) -> Order | None:
    assert visitor.user_id is not None
    if order_id is None:
        return ports.orders.newest(visitor.user_id, event.event_id, None)
    return ports.orders.current(visitor.user_id, event.event_id, order_id)


def end_queued(event: Event, order_id: str | None, visitor: Visitor, ports: HoldPorts, now: int) -> bool:
    """A hold that still waits on its lane is let go before it is made; False if it has been made meanwhile.

    Raises UnknownOrder for any other.
    """
    try:
        queued = ports.cache.queued(event, visitor, order_id) if order_id is not None else None
    except CacheDown:
        queued = None
    if queued is None:
        raise UnknownOrder("You hold no seats of this showing under that order." if order_id else "You hold no seats.")
    # The sale tells where the worker makes the order: there it is looked for.
    request = HoldRequest(queued.user_id, event, {}, queued.order_id, sale=queued.sale)
    try:
        return end_unmade(request, Status.RELEASED, None, ports.orders, ports.ids.token, now)
    except OutcomeUnknown as unknown:
        raise Unavailable("It is not known yet whether your seats are free; try again.") from unknown
