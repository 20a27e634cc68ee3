"""Decides which transition of an order follows from the provider's answer about its intent. Pure.

`advance_order` carries the step out.
"""

from enum import StrEnum

from box_office.domain.payments import Attempt
from box_office.domain.provider_answers import Outcome, OutcomeState


class Step(StrEnum):
    RECORD_CHARGE = "record_charge"
    END_AT_CAP = "end_at_cap"
    TRY_NEXT_METHOD = "try_next_method"  # the method that the customer submitted while the first was still open
    DECLINE = "decline"
    SHOW_NEXT_ACTION = "show_next_action"  # the customer has to act: 3-D Secure
    ASK_AGAIN = "ask_again"  # when the message comes back
    WAIT = "wait"  # for the customer, or for a worker that may charge


def next_step(attempt: Attempt, outcome: Outcome, over: bool, may_charge: bool) -> Step:
    """`over`: the cap of the pin has passed. `may_charge`: the caller is a worker on the order's lane."""
    match outcome.state:
        case OutcomeState.CHARGED:
            return Step.RECORD_CHARGE
        case OutcomeState.CANCELLED if over and not attempt.cash_waits:
            return Step.END_AT_CAP
        case OutcomeState.CANCELLED if attempt.replaced_by is not None:
            return Step.TRY_NEXT_METHOD
        case OutcomeState.DECLINED | OutcomeState.CANCELLED:
            return Step.DECLINE
        case OutcomeState.WAITS if outcome.next_action and outcome.next_action != attempt.next_action:
            return Step.SHOW_NEXT_ACTION
        case OutcomeState.PROCESSING | OutcomeState.UNCONFIRMED if may_charge:
            return Step.ASK_AGAIN
    return Step.WAIT
