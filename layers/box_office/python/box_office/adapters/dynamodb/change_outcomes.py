"""What became of one try to commit a change: DynamoDB's errors and reasons in our words."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, NoCredentialsError

from box_office.adapters.aws_errors import THROTTLED, error_code, is_unavailable
from box_office.adapters.dynamodb.order_rows import order_from, seat_from
from box_office.adapters.dynamodb.values import to_value
from box_office.domain.errors import Unavailable
from box_office.domain.seats import Change
from box_office.ports import ChangeConflicted, ChangeRefused, OutcomeUnknown

NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)
# A single write's errors, as a transaction's reasons name them.
CODE_OF_ONE = {
    "ConditionalCheckFailedException": "ConditionalCheckFailed",
    "TransactionConflictException": "TransactionConflict",
}
BUSY = "Seats cannot be held just now."


def written_before(error: Exception, token: str) -> bool:
    """A repeat whose conditions fail because an earlier try was written: our own change lies there already."""
    item = reasons(error)[0].get("Item") or {}
    return item.get("change_token") == to_value(token)


def reasons(error: Exception) -> Sequence[Mapping[str, Any]]:
    """Why each item of a cancelled transaction failed, in the order of its items; one empty reason for other errors."""
    if not isinstance(error, ClientError):
        return [{}]
    if (code := error_code(error)) in CODE_OF_ONE:
        return [{"Code": CODE_OF_ONE[code], "Item": error.response.get("Item")}]
    return error.response.get("CancellationReasons") or [{}]


def outcome(error: Exception, change: Change) -> Exception:
    """One try's failure in our words. Raises what is our own bug, such as a malformed transaction."""
    if not isinstance(error, ClientError):
        # Only a connection that was never made leaves no doubt.
        return Unavailable(BUSY) if isinstance(error, NEVER_SENT) else OutcomeUnknown()
    code = error_code(error)
    if code == "TransactionCanceledException" or code in CODE_OF_ONE:
        return cancellation(error, change)
    if code in THROTTLED:
        return Unavailable(BUSY)
    if code == "TransactionInProgressException" or is_unavailable(error):
        return OutcomeUnknown()
    raise error


def cancellation(error: ClientError, change: Change) -> Exception:
    """Why a transaction was cancelled. Conditions first: a conflict beside them changes nothing."""
    why = reasons(error)
    seats_from = len(why) - len(change.acts)
    of_seats = list(zip(change.acts, why[seats_from:], strict=True))
    of_orders = {reason.get("Code") for reason in why[:seats_from]}
    codes = of_orders | {reason.get("Code") for _, reason in of_seats}
    if "ConditionalCheckFailed" in codes:
        refused = [(seat, reason) for seat, reason in of_seats if reason.get("Code") == "ConditionalCheckFailed"]
        newest = why[0].get("Item")
        return ChangeRefused(
            order_failed="ConditionalCheckFailed" in of_orders,
            order=order_from(newest) if newest else None,
            seats=[seat_from(reason["Item"]) for _, reason in refused if reason.get("Item")],
            refused_seats=[seat for seat, _ in refused],
        )
    if "TransactionConflict" in codes:
        seats = [seat for seat, reason in of_seats if reason.get("Code") == "TransactionConflict"]
        return ChangeConflicted("TransactionConflict" in of_orders, seats)
    if codes & (THROTTLED | {"ThrottlingError", "ProvisionedThroughputExceeded"}):
        return Unavailable(BUSY)
    raise error
