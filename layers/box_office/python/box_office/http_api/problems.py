"""Errors on the wire: one table from code to HTTP status and title (API.md, RFC 9457)."""

STATUS_OF_CODE = {
    "invalid_request": 400,
    "duplicate_seat": 400,
    "too_many_seats": 400,
    "companion_without_wheelchair": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "blocked": 403,
    "unknown_movie": 404,
    "unknown_theater": 404,
    "unknown_event": 404,
    "unknown_seat": 404,
    "unknown_order": 404,
    "unknown_ticket": 404,
    "unknown_path": 404,
    "wrong_event": 409,
    "event_over": 409,
    "undo_not_possible": 409,
    "seats_unavailable": 409,
    "sales_closed": 409,
    "event_cancelled": 409,
    "payment_in_progress": 409,
    "already_booked": 409,
    "hold_limit_reached": 409,
    "refund_closed": 409,
    "not_refundable": 409,
    "already_checked_in": 409,
    "ticket_refunded": 409,
    "idempotency_key_in_use": 409,
    "hold_expired": 410,
    "too_large": 413,
    "idempotency_key_reused": 422,
    "rate_limited": 429,
    "internal_error": 500,
    "unavailable": 503,
}


def title_of(code: str) -> str:
    return code.replace("_", " ").capitalize()


def problem(code: str, detail: str, request_id: str, **members: object) -> dict[str, object]:
    """The problem document of one error, e.g. `{"type": "/problems#unknown_seat", "status": 404, ...}`."""
    return {
        "type": f"/problems#{code}",
        "title": title_of(code),
        "status": STATUS_OF_CODE[code],
        "code": code,
        "detail": detail,
        **members,
        "request_id": request_id,
    }


def status_word(code: str) -> str:
    """The `Status` header's word for an error."""
    return code.upper()
