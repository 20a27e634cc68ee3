"""The HTTP functions: one row each. Routes, roles, alarms, settings and tests all come from this table."""

from dataclasses import dataclass

from box_office.settings import (
    BookingSettings,
    CatalogueSettings,
    CheckInSettings,
    HoldSettings,
    OrderSettings,
    RefundSettings,
    SeatMapSettings,
    SubmitSettings,
    WebhookSettings,
)
from infra.function_plan import FunctionPlan, Need


@dataclass(frozen=True, kw_only=True)
class HttpFunction(FunctionPlan):
    folder: str = "api"
    method: str
    path: str
    signed_in: bool = True


CATALOGUE = frozenset({Need.READ_CATALOGUE})
ORDERS = CATALOGUE | {Need.READ_ORDERS}
SEAT_MAP = CATALOGUE | {Need.READ_SEATS, Need.CACHE}
RELEASE = SEAT_MAP | ORDERS | {Need.WRITE_SEATS, Need.WRITE_ORDERS}
HOLD = RELEASE | {Need.SEND_TO_LANES}
ORDER_NAMED = frozenset({Need.GET_ORDERS, Need.FIND_SALES})
# A hold begins no call of the table after six seconds, one takes seven at most, and its message is still to be sent.
HOLD_TIMEOUT_SECONDS = 15

HTTP_FUNCTIONS = (
    HttpFunction(
        verb="get_list_of_movie",
        method="GET",
        path="/GetListOfMovie/api/v0",
        settings=CatalogueSettings,
        needs=CATALOGUE,
        signed_in=False,
    ),
    HttpFunction(
        verb="get_movie_detail",
        method="GET",
        path="/GetMovieDetail/api/v0/{movie_id}",
        settings=CatalogueSettings,
        needs=CATALOGUE,
        signed_in=False,
    ),
    HttpFunction(
        verb="get_theater_detail",
        method="GET",
        path="/GetTheaterDetail/api/v0/{theater_id}",
        settings=CatalogueSettings,
        needs=CATALOGUE,
    ),
    HttpFunction(
        verb="get_available_seat",
        method="GET",
        path="/GetAvailableSeat/api/v0/{movie_id}/{theater_id}",
        settings=SeatMapSettings,
        needs=SEAT_MAP,
        memory_mb=1_024,
    ),
    HttpFunction(
        verb="seat_map",
        method="GET",
        path="/SeatMap/api/v0/{event_id}",
        settings=SeatMapSettings,
        needs=SEAT_MAP,
        signed_in=False,
        memory_mb=1_024,
    ),
    HttpFunction(
        verb="hold_seat",
        method="POST",
        path="/HoldSeat/api/v0/{movie_id}",
        settings=HoldSettings,
        needs=HOLD,
        memory_mb=1_024,
        timeout_seconds=HOLD_TIMEOUT_SECONDS,
    ),
    HttpFunction(
        verb="release_seat",
        method="POST",
        path="/ReleaseSeat/api/v0/{event_id}",
        settings=HoldSettings,
        needs=RELEASE | {Need.CHECK_ORDERS},
        memory_mb=1_024,
        timeout_seconds=HOLD_TIMEOUT_SECONDS,
    ),
    HttpFunction(
        verb="get_booking",
        method="GET",
        path="/GetBooking/api/v0/{event_id}",
        settings=BookingSettings,
        needs=ORDERS | {Need.TICKETS_SECRET},
    ),
    HttpFunction(
        verb="get_my_bookings",
        method="GET",
        path="/GetMyBookings/api/v0",
        settings=OrderSettings,
        needs=ORDERS,
    ),
    HttpFunction(
        verb="submit_payment",
        method="POST",
        path="/SubmitPayment/api/v0/{event_id}",
        settings=SubmitSettings,
        needs=ORDER_NAMED | {Need.WRITE_ORDERS, Need.WRITE_SEATS, Need.SEND_TO_LANES, Need.READ_WALLET},
    ),
    HttpFunction(
        verb="refund_booking",
        method="POST",
        path="/RefundBooking/api/v0/{event_id}",
        settings=RefundSettings,
        needs=ORDER_NAMED
        | {Need.ORDERS_BY_ID, Need.WRITE_ORDERS, Need.COUNT_TICKETS, Need.READ_EVENT, Need.SEND_TO_LANES},
    ),
    HttpFunction(
        verb="check_in_ticket",
        method="POST",
        path="/CheckInTicket/api/v0",
        settings=CheckInSettings,
        needs=CATALOGUE | {Need.GET_ORDERS, Need.ORDERS_BY_ID, Need.WRITE_ORDERS, Need.TICKETS_SECRET},
    ),
    HttpFunction(
        verb="payment_webhook",
        method="POST",
        path="/PaymentWebhook/api/v0",
        settings=WebhookSettings,
        needs=frozenset({Need.PAYMENT_SECRET, Need.READ_WALLET, Need.SEND_TO_LANES}),
        signed_in=False,  # the provider signs what it sends; the function checks that
    ),
)
