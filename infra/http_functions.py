"""The HTTP functions: one row each. Routes, roles, alarms and settings all come from this table."""

from dataclasses import dataclass

from box_office.settings.bookings import (
    CheckInSettings,
    FindSettings,
    GateListSettings,
    GetBookingSettings,
    TicketKeySettings,
)
from box_office.settings.payments import RefundSettings, SubmitSettings, WebhookSettings
from box_office.settings.seats import HoldSettings, SeatMapSettings
from box_office.settings.shared import CatalogueSettings, OrderSettings
from box_office.settings.showings import AvailableSeatSettings, EventDetailSettings
from box_office.settings.users import ForgetSettings, MeSettings
from infra.function_plan import FunctionPlan, Permission


@dataclass(frozen=True, kw_only=True)
class HttpFunction(FunctionPlan):
    folder: str = "api"
    method: str
    path: str
    signed_in: bool = True
    reserved_by: str = ""  # the stage's setting that reserves concurrency for this function alone, and caps it
    # Of the stage's requests and burst a second, the part that this route may have. All the routes that have a part may
    # have two thirds of it together, so that lookers and callbacks leave a third to holders and payers at least.
    requests_share: float = 1.0


CATALOGUE = frozenset({Permission.READ_CATALOGUE})
ORDERS = CATALOGUE | {Permission.READ_ORDERS}
SEAT_MAP = CATALOGUE | {Permission.READ_SEATS, Permission.CACHE, Permission.RECORD_BLOCKS}
RELEASE = SEAT_MAP | ORDERS | {Permission.WRITE_SEATS, Permission.WRITE_ORDERS}
HOLD = RELEASE | {Permission.SEND_TO_LANES}
ORDER_NAMED = frozenset({Permission.GET_ORDERS, Permission.FIND_SALES})
# HoldSeat begins no call of the table after six seconds, and a call takes seven at most; then it may have to queue.
HOLD_TIMEOUT_SECONDS = 15
CATALOGUE_RESERVED, MAP_RESERVED = "catalogue_reserved_concurrency", "map_reserved_concurrency"
CATALOGUE_SHARE, MAP_SHARE, WEBHOOK_SHARE = 0.05, 0.15, 0.05

HTTP_FUNCTIONS = (
    HttpFunction(
        verb="get_list_of_movie",
        method="GET",
        path="/GetListOfMovie/api/v0",
        settings=CatalogueSettings,
        permissions=CATALOGUE,
        signed_in=False,
        reserved_by=CATALOGUE_RESERVED,
        requests_share=CATALOGUE_SHARE,
    ),
    HttpFunction(
        verb="get_movie_detail",
        method="GET",
        path="/GetMovieDetail/api/v0/{movie_id}",
        settings=CatalogueSettings,
        permissions=CATALOGUE,
        signed_in=False,
        reserved_by=CATALOGUE_RESERVED,
        requests_share=CATALOGUE_SHARE,
    ),
    HttpFunction(
        verb="get_programme",
        method="GET",
        path="/GetProgramme/api/v0/{theater_id}",
        settings=CatalogueSettings,
        permissions=CATALOGUE | {Permission.READ_PROGRAMME},
        signed_in=False,
        reserved_by=CATALOGUE_RESERVED,
        requests_share=CATALOGUE_SHARE,
    ),
    HttpFunction(
        verb="get_event_detail",
        method="GET",
        path="/GetEventDetail/api/v0/{event_id}",
        settings=EventDetailSettings,
        permissions=CATALOGUE,
        signed_in=False,
        reserved_by=CATALOGUE_RESERVED,
        requests_share=CATALOGUE_SHARE,
    ),
    HttpFunction(
        verb="get_list_of_theater",
        method="GET",
        path="/GetListOfTheater/api/v0",
        settings=CatalogueSettings,
        permissions=CATALOGUE | {Permission.LIST_THEATERS},
        signed_in=False,
        reserved_by=CATALOGUE_RESERVED,
        requests_share=CATALOGUE_SHARE,
    ),
    HttpFunction(
        verb="get_theater_detail",
        method="GET",
        path="/GetTheaterDetail/api/v0/{theater_id}",
        settings=CatalogueSettings,
        permissions=CATALOGUE,
    ),
    HttpFunction(
        verb="get_available_seat",
        method="GET",
        path="/GetAvailableSeat/api/v0/{movie_id}/{theater_id}",
        settings=AvailableSeatSettings,
        permissions=SEAT_MAP,
        memory_mb=1_024,
        reserved_by=MAP_RESERVED,
        requests_share=MAP_SHARE,
    ),
    HttpFunction(
        verb="seat_map",
        method="GET",
        path="/SeatMap/api/v0/{event_id}",
        settings=SeatMapSettings,
        permissions=SEAT_MAP,
        signed_in=False,
        memory_mb=1_024,
        reserved_by=MAP_RESERVED,
        requests_share=MAP_SHARE,
    ),
    HttpFunction(
        verb="hold_seat",
        method="POST",
        path="/HoldSeat/api/v0/{movie_id}",
        settings=HoldSettings,
        permissions=HOLD,
        memory_mb=1_024,
        timeout_seconds=HOLD_TIMEOUT_SECONDS,
        reserved_by="hold_reserved_concurrency",
    ),
    HttpFunction(
        verb="extend_hold",
        method="POST",
        path="/ExtendHold/api/v0/{event_id}",
        settings=HoldSettings,
        permissions=RELEASE,
        memory_mb=1_024,
        timeout_seconds=HOLD_TIMEOUT_SECONDS,
    ),
    HttpFunction(
        verb="release_seat",
        method="POST",
        path="/ReleaseSeat/api/v0/{event_id}",
        settings=HoldSettings,
        permissions=RELEASE | {Permission.CHECK_ORDERS},
        memory_mb=1_024,
        timeout_seconds=HOLD_TIMEOUT_SECONDS,
    ),
    HttpFunction(
        verb="get_booking",
        method="GET",
        path="/GetBooking/api/v0/{event_id}",
        settings=GetBookingSettings,
        permissions=ORDERS | {Permission.ORDERS_BY_ID, Permission.TICKETS_SECRET},
    ),
    HttpFunction(
        verb="get_my_bookings",
        method="GET",
        path="/GetMyBookings/api/v0",
        settings=OrderSettings,
        permissions=ORDERS,
    ),
    HttpFunction(
        verb="get_me",
        method="GET",
        path="/GetMe/api/v0",
        settings=MeSettings,
        permissions=frozenset({Permission.READ_WALLET}),
    ),
    HttpFunction(
        verb="forget_saved_methods",
        method="DELETE",
        path="/GetMe/api/v0",
        settings=ForgetSettings,
        permissions=frozenset({Permission.READ_WALLET, Permission.WRITE_WALLET, Permission.SEND_TO_LANES}),
    ),
    HttpFunction(
        verb="submit_payment",
        method="POST",
        path="/SubmitPayment/api/v0/{event_id}",
        settings=SubmitSettings,
        permissions=ORDER_NAMED
        | {
            Permission.WRITE_ORDERS,
            Permission.WRITE_SEATS,
            Permission.SEND_TO_LANES,
            Permission.LANE_BACKLOG,
            Permission.REFRESH,
            Permission.READ_WALLET,
        },
    ),
    HttpFunction(
        verb="refund_booking",
        method="POST",
        path="/RefundBooking/api/v0/{event_id}",
        settings=RefundSettings,
        permissions=ORDER_NAMED
        | {
            Permission.ORDERS_BY_ID,
            Permission.WRITE_ORDERS,
            Permission.COUNT_TICKETS,
            Permission.READ_EVENT,
            Permission.SEND_TO_LANES,
        },
    ),
    HttpFunction(
        verb="check_in_ticket",
        method="POST",
        path="/CheckInTicket/api/v0",
        settings=CheckInSettings,
        permissions=CATALOGUE
        | {Permission.GET_ORDERS, Permission.ORDERS_BY_ID, Permission.WRITE_ORDERS, Permission.TICKETS_SECRET},
    ),
    HttpFunction(
        verb="undo_check_in",
        method="POST",
        path="/UndoCheckIn/api/v0",
        settings=CheckInSettings,
        permissions=frozenset(
            {Permission.GET_ORDERS, Permission.ORDERS_BY_ID, Permission.WRITE_ORDERS, Permission.TICKETS_SECRET}
        ),
    ),
    HttpFunction(
        verb="get_gate_list",
        method="GET",
        path="/GetGateList/api/v0/{event_id}",
        settings=GateListSettings,
        permissions=CATALOGUE | {Permission.ORDERS_WITH_TICKETS, Permission.SEATS_OF_EVENT, Permission.NAMED_ORDERS},
    ),
    HttpFunction(
        verb="find_order",
        method="POST",
        path="/FindOrder/api/v0",
        settings=FindSettings,
        permissions=ORDERS | {Permission.ORDERS_BY_ID, Permission.TICKETS_SECRET, Permission.ADDRESS_OF_USER},
    ),
    HttpFunction(
        verb="get_ticket_keys",
        method="GET",
        path="/GetTicketKeys/api/v0",
        settings=TicketKeySettings,
        permissions=frozenset({Permission.TICKETS_SECRET}),
        signed_in=False,
        reserved_by=CATALOGUE_RESERVED,
        requests_share=CATALOGUE_SHARE,
    ),
    HttpFunction(
        verb="payment_webhook",
        method="POST",
        path="/PaymentWebhook/api/v0",
        settings=WebhookSettings,
        permissions=frozenset({Permission.PAYMENT_SECRET, Permission.READ_WALLET, Permission.SEND_TO_LANES}),
        signed_in=False,  # the provider signs its callbacks, and the function checks the signature
        requests_share=WEBHOOK_SHARE,
    ),
)
