"""The errors of API.md that a request can end with: each class has one stable code."""

from collections.abc import Sequence


class Instant(int):
    """Epoch milliseconds that http_api shows as a time."""


class Start(int):
    """Epoch milliseconds that http_api shows as a time of the programme, in whole seconds."""


class BoxOfficeError(Exception):
    """An error that the client gets as an answer. Programs read `code`, which is stable; people read `detail`."""

    code = "invalid_request"
    retry_after_seconds: int | None = None

    def __init__(self, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members  # further members of the problem document


class InvalidRequest(BoxOfficeError):
    """Malformed input; `param` names the offending member."""

    def __init__(self, detail: str, param: str) -> None:
        super().__init__(detail, param=param)


class DuplicateSeat(InvalidRequest):
    code = "duplicate_seat"


class TooManySeats(InvalidRequest):
    code = "too_many_seats"


class CompanionWithoutWheelchair(InvalidRequest):
    code = "companion_without_wheelchair"


class Unauthenticated(BoxOfficeError):
    code = "unauthenticated"


class Forbidden(BoxOfficeError):
    code = "forbidden"


class Blocked(BoxOfficeError):
    code = "blocked"


class UnknownMovie(BoxOfficeError):
    code = "unknown_movie"


class UnknownTheater(BoxOfficeError):
    code = "unknown_theater"


class UnknownEvent(BoxOfficeError):
    code = "unknown_event"


class UnknownSeat(BoxOfficeError):
    code = "unknown_seat"


class UnknownOrder(BoxOfficeError):
    code = "unknown_order"


class SeatsUnavailable(BoxOfficeError):
    code = "seats_unavailable"

    def __init__(self, conflicts: Sequence[str], next_release: int | None) -> None:
        detail = f"{', '.join(conflicts)} {'was' if len(conflicts) == 1 else 'were'} taken a moment ago."
        release = Instant(next_release) if next_release is not None else None
        super().__init__(detail, conflicts=list(conflicts), next_release=release)


class SeatsOffSale(BoxOfficeError):
    """Seats that this showing does not sell: nobody has taken them, and none of them comes free."""

    code = "seats_unavailable"

    def __init__(self, seats: Sequence[str]) -> None:
        detail = f"{', '.join(seats)} {'is' if len(seats) == 1 else 'are'} not sold at this showing."
        super().__init__(detail, conflicts=list(seats), next_release=None)


class SalesClosed(BoxOfficeError):
    code = "sales_closed"


class EventCancelled(BoxOfficeError):
    code = "event_cancelled"


class PaymentInProgress(BoxOfficeError):
    code = "payment_in_progress"


class AlreadyBooked(BoxOfficeError):
    code = "already_booked"


class UnknownTicket(BoxOfficeError):
    code = "unknown_ticket"


class RefundClosed(BoxOfficeError):
    code = "refund_closed"


class NotRefundable(BoxOfficeError):
    code = "not_refundable"


class AlreadyCheckedIn(BoxOfficeError):
    code = "already_checked_in"


class WrongEvent(BoxOfficeError):
    code = "wrong_event"


class EventOver(BoxOfficeError):
    code = "event_over"


class UndoNotPossible(BoxOfficeError):
    code = "undo_not_possible"


class TicketRefunded(BoxOfficeError):
    code = "ticket_refunded"


class HoldLimitReached(BoxOfficeError):
    code = "hold_limit_reached"


class IdempotencyKeyInUse(BoxOfficeError):
    code = "idempotency_key_in_use"
    retry_after_seconds = 1


class IdempotencyKeyReused(BoxOfficeError):
    code = "idempotency_key_reused"


class HoldExpired(BoxOfficeError):
    code = "hold_expired"


class TooLarge(BoxOfficeError):
    code = "too_large"


class RateLimited(BoxOfficeError):
    code = "rate_limited"

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(BoxOfficeError):
    """A service that the request needs cannot be reached. Nothing was written, as far as this process knows."""

    code = "unavailable"

    def __init__(self, detail: str, retry_after_seconds: int = 2) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds
