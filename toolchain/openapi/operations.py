"""What each verb takes and answers, beside its route in infra/http_functions.py: shapes, codes, roles.

tests/documented.py holds every answer that a test's client gets to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from box_office.http_api import answers, bodies
from box_office.http_api.bodies import payments, staff

Schema = dict[str, Any]
BY_ID = {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$"}


@dataclass(frozen=True, kw_only=True)
class Query:
    name: str
    description: str
    schema: Schema = field(default_factory=lambda: dict(BY_ID))
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Operation:
    tag: str
    answers: Mapping[int, Any]  # status -> the shape of its body; None: no body
    codes: frozenset[str] = frozenset()  # beyond those that the gateway and every function may answer
    body: type[bodies.Body] | None = None
    body_required: bool = True
    query: tuple[Query, ...] = ()
    roles: tuple[str, ...] = ()  # one of them is needed; none: any user
    takes_key: bool = False  # Idempotency-Key
    tagged: bool = False  # ETag and If-None-Match
    signed_by_provider: bool = False


def codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


def limit(default: int, most: int) -> Query:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return Query(name="limit", description="So many at most.", schema=schema)


CURSOR = Query(name="cursor", description="`next_cursor` of the page before.", schema={"type": "string"})
ORDER_ID = Query(name="order_id", description="The order that is meant; without it the open one, else the newest.")
EVENT_ID = Query(name="event_id", description="The showing; without it the next one on sale.")
DATE = Query(
    name="date",
    description="A local day of the theater; without it its today.",
    schema={"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
)
SINCE = Query(
    name="since",
    description="`as_of` of the list before: what changed since.",
    schema={"type": "string", "format": "date-time", "pattern": f"^{staff.TIME.pattern}$"},
)
SAVED_METHODS = Query(
    name="saved_methods", description="Says what is to be forgotten.", schema={"type": "string"}, required=True
)
OF_A_KEY = codes("idempotency_key_in_use idempotency_key_reused")

OPERATIONS: Mapping[str, Operation] = {
    "get_list_of_movie": Operation(
        tag="Catalogue", query=(limit(100, 100), CURSOR), answers={200: answers.MovieList}, tagged=True
    ),
    "get_movie_detail": Operation(
        tag="Catalogue", answers={200: answers.MovieDetail}, codes=codes("unknown_movie"), tagged=True
    ),
    "get_programme": Operation(
        tag="Catalogue",
        query=(DATE,),
        answers={200: answers.Programme},
        codes=codes("unknown_theater"),
        tagged=True,
    ),
    "get_event_detail": Operation(
        tag="Catalogue", answers={200: answers.EventDetail}, codes=codes("unknown_event"), tagged=True
    ),
    "get_list_of_theater": Operation(
        tag="Catalogue", query=(limit(100, 100), CURSOR), answers={200: answers.TheaterList}, tagged=True
    ),
    "get_theater_detail": Operation(
        tag="Catalogue", answers={200: answers.TheaterDetail}, codes=codes("unknown_theater")
    ),
    "get_available_seat": Operation(
        tag="Seats",
        query=(EVENT_ID,),
        answers={200: answers.AvailableSeat},
        codes=codes("unknown_movie unknown_theater unknown_event"),
        tagged=True,
    ),
    "seat_map": Operation(tag="Seats", answers={200: answers.SeatMap}, codes=codes("unknown_event"), tagged=True),
    "hold_seat": Operation(
        tag="Seats",
        body=bodies.HoldBody,
        answers={200: answers.Hold, 201: answers.Hold, 202: answers.QueuedHold},
        codes=OF_A_KEY
        | codes(
            "duplicate_seat too_many_seats companion_without_wheelchair unknown_movie unknown_theater unknown_event"
            " unknown_seat seats_unavailable sales_closed event_cancelled payment_in_progress already_booked"
            " hold_limit_reached"
        ),
        takes_key=True,
    ),
    "extend_hold": Operation(
        tag="Seats",
        body=bodies.ExtendBody,
        body_required=False,
        answers={200: answers.Hold},
        codes=OF_A_KEY
        | codes(
            "unknown_event unknown_order event_cancelled payment_in_progress already_booked hold_limit_reached"
            " hold_expired"
        ),
        takes_key=True,
    ),
    "release_seat": Operation(
        tag="Seats",
        body=bodies.ReleaseBody,
        body_required=False,
        answers={204: None},
        codes=codes("unknown_event unknown_order payment_in_progress already_booked"),
    ),
    "get_booking": Operation(
        tag="Bookings", query=(ORDER_ID,), answers={200: answers.Booking}, codes=codes("unknown_event unknown_order")
    ),
    "get_my_bookings": Operation(tag="Bookings", query=(limit(50, 100), CURSOR), answers={200: answers.BookingList}),
    "submit_payment": Operation(
        tag="Payments",
        body=payments.SubmitBody,
        answers={202: answers.SubmittedPayment},
        codes=OF_A_KEY | codes("unknown_order payment_in_progress already_booked hold_expired"),
        takes_key=True,
    ),
    "refund_booking": Operation(
        tag="Payments",
        body=payments.RefundBody,
        body_required=False,
        answers={200: answers.RefundTaken, 202: answers.RefundTaken},
        codes=OF_A_KEY
        | codes("unknown_event unknown_order unknown_ticket payment_in_progress refund_closed not_refundable"),
        takes_key=True,
    ),
    "get_me": Operation(tag="Account", answers={200: answers.Me}),
    "forget_saved_methods": Operation(tag="Account", query=(SAVED_METHODS,), answers={204: None}),
    "check_in_ticket": Operation(
        tag="Gate",
        body=staff.CheckInBody,
        answers={200: answers.CheckedInTicket},
        codes=codes("unknown_ticket wrong_event event_over ticket_refunded already_checked_in"),
        roles=("gate",),
    ),
    "undo_check_in": Operation(
        tag="Gate",
        body=staff.UndoBody,
        answers={200: answers.UndoneCheckIn},
        codes=codes("unknown_ticket ticket_refunded undo_not_possible"),
        roles=("manager",),
    ),
    "get_gate_list": Operation(
        tag="Gate",
        query=(CURSOR, SINCE),
        answers={200: answers.TicketsOfShowing},
        codes=codes("unknown_event wrong_event"),
        roles=("gate", "manager"),
    ),
    "get_ticket_keys": Operation(tag="Gate", answers={200: answers.TicketKeys}, tagged=True),
    "find_order": Operation(
        tag="Desk",
        body=staff.FindBody,
        answers={200: answers.FoundOrders},
        codes=codes("unknown_ticket"),
        roles=("desk", "manager"),
    ),
    "payment_webhook": Operation(
        tag="Provider",
        answers={200: answers.CallbackRecorded},
        codes=codes("unauthenticated"),
        signed_by_provider=True,
    ),
}

# Members of a problem beside those of every problem, by its code.
PROBLEM_MEMBERS: Mapping[str, Any] = {
    **dict.fromkeys(
        ("invalid_request", "duplicate_seat", "too_many_seats", "companion_without_wheelchair"), answers.WrongParam
    ),
    "seats_unavailable": answers.SeatsInTheWay,
    "wrong_event": answers.WhereItIsGood,
    "already_checked_in": answers.UsedBefore,
    **dict.fromkeys(("event_over", "ticket_refunded", "undo_not_possible"), answers.TicketNamed),
}

TAGS: Mapping[str, str] = {
    "Catalogue": "Films, theaters, showings: the same for all.",
    "Seats": "Maps and holds.",
    "Bookings": "A customer's orders and tickets.",
    "Payments": "Paying, and giving back.",
    "Account": "Who is signed in.",
    "Gate": "Checking tickets in.",
    "Desk": "Finding a customer's order.",
    "Provider": "What the payment provider calls; no client does.",
}
