"""Cash at the desk, behind the same port as the card's provider.

The money is in the till when the clerk submits it, so every question about it has the same answer. Paying it out is
the manager's act, and the order's record of it is the receipt.
"""

from collections.abc import Sequence

from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, RefundState
from box_office.ports import ListedRefund, Outcome, RefundOutcome


class CashTill:
    """ports.Provider."""

    def create(self, order: Order, attempt: Attempt, customer: str | None) -> str:
        return f"cash_{order.order_id}_{attempt.number}"

    def confirm(self, order: Order, attempt: Attempt) -> Outcome:
        assert attempt.intent_id is not None
        return self.look(attempt.intent_id)

    def look(self, intent_id: str) -> Outcome:
        return Outcome("CHARGED", intent_id)

    def cancel(self, intent_id: str) -> Outcome:
        return self.look(intent_id)

    def refund(self, intent_id: str, amount: int, key: str) -> RefundOutcome:
        return RefundOutcome(RefundState.DONE)

    def refunds(self, intent_id: str) -> Sequence[ListedRefund]:
        return ()
