"""Who may do what with whose things: one row for each route and each kind of thing of Ada's that a request can name.

Data alone: tests/exhaustive/test_access_matrix.py asks every cell in process, and a suite of tests/e2e over the
deployed stack. A new route without a row fails there.

A cell is the answer to one caller: a status or the code of a refusal, and then
  +  the answer shows of Ada's things exactly what the row says; without it none of them, changed or not
  !  something of Ada's has changed afterwards; without it nothing has
  =  it is word for word the answer to the same request for a thing that does not exist, its `request_id` aside
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Ada's things belong to a showing of Lisboa. Those who are away work at another theater.
COLUMNS = ("anonymous", "ada", "grace", "desk", "manager", "gate", "desk_away", "manager_away", "gate_away")
# A manager who signed in as customers do: roles count in the staff client's tokens alone, so this is Grace's column.
BY_PAGE = "manager_by_page"
CALLERS = (*COLUMNS, BY_PAGE)


@dataclass(frozen=True)
class Access:
    """One request. `$order` and the like in it stand for a fact of Ada's, or of an order that is gone."""

    verb: str
    names: str  # what of Ada's the request names
    answers: str  # one cell a column
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    shows: str = ""  # of PRIVATE

    @property
    def cells(self) -> Mapping[str, str]:
        cells = dict(zip(COLUMNS, self.answers.split(), strict=True))
        return cells | {BY_PAGE: cells["grace"]}


# What of Ada's no other customer may see: names of facts.
PRIVATE = ("user", "email", "order", "held", "ticket", "used_ticket", "code", "card")

SHARED = "200 200 200 200 200 200 200 200 200"
SIGNED_IN = "401 200 200 200 200 200 200 200 200"
EV = {"event_id": "$event"}  # where Ada has tickets
HELD = {"event_id": "$held_event"}  # where Ada holds seats
PAIR = {"movie_id": "$movie", "theater_id": "$theater"}
CARD = {"type": "card", "payment_method": "pm_card_visa"}
# A hold, as Ada sent it under her key.
HER_HOLD = {**PAIR, **HELD, "selected_seat": ["A1"]}
NO_ORDER = "unknown_order="
HERS_ALONE = " ".join([NO_ORDER] * 7)  # of all callers but the anonymous one and Ada

MATRIX = (
    Access("get_list_of_movie", "nothing", SHARED),
    Access("get_movie_detail", "nothing", SHARED, {"movie_id": "$movie"}),
    Access("get_programme", "nothing", SHARED, {"theater_id": "$theater"}),
    Access("get_event_detail", "the showing", SHARED, EV),
    Access("get_list_of_theater", "nothing", SHARED),
    Access("seat_map", "the showing", SHARED, EV),
    Access("get_ticket_keys", "nothing", SHARED),
    Access("get_theater_detail", "nothing", SIGNED_IN, {"theater_id": "$theater"}),
    Access("get_available_seat", "the showing", SIGNED_IN, PAIR, EV),
    Access(
        "hold_seat",
        "her tickets' seats",
        "401 already_booked" + " seats_unavailable" * 4 + " forbidden" + " seats_unavailable" * 2,
        {"movie_id": "$movie"},
        body={**PAIR, **EV, "selected_seat": ["A1"]},
    ),
    Access(
        "hold_seat",
        "her hold, by her idempotency key",
        "401 201+" + " seats_unavailable" * 4 + " forbidden" + " seats_unavailable" * 2,
        {"movie_id": "$movie"},
        body=HER_HOLD,
        headers={"Idempotency-Key": "$key"},
        shows="held",
    ),
    Access("extend_hold", "her hold, by showing", "401 200+! " + HERS_ALONE, HELD, body={}, shows="held"),
    Access(
        "extend_hold",
        "her hold, by order",
        "401 200+! " + HERS_ALONE,
        HELD,
        body={"order_id": "$held"},
    ),
    Access("release_seat", "her hold, by showing", "401 204! " + HERS_ALONE, HELD, body={}),
    Access("release_seat", "her hold, by order", "401 204! " + HERS_ALONE, HELD, body={"order_id": "$held"}),
    Access(
        "release_seat", "her tickets, by order", "401 already_booked " + HERS_ALONE, EV, body={"order_id": "$order"}
    ),
    Access(
        "submit_payment",
        "her hold, by showing",
        "401 202+! " + HERS_ALONE,
        HELD,
        body={**HELD, "paymentInfo": CARD},
        shows="held",
    ),
    Access(
        "submit_payment",
        "her hold, by order",
        "401 202+! " + HERS_ALONE,
        HELD,
        body={**HELD, "paymentInfo": CARD, "order_id": "$held"},
    ),
    Access(
        "submit_payment",
        "her hold, by order and in cash",
        "401 forbidden " + HERS_ALONE,
        HELD,
        body={**HELD, "paymentInfo": {"type": "cash", "tendered": 500}, "order_id": "$held"},
    ),
    Access("get_booking", "her tickets, by showing", "401 200+ " + HERS_ALONE, EV, shows="order ticket code"),
    Access(
        "get_booking",
        "her tickets, by order",
        "401 200+ " + HERS_ALONE,
        EV,
        {"order_id": "$order"},
        shows="ticket code",
    ),
    Access(
        "get_booking",
        "her order, under another showing",
        "401 unknown_order= " + HERS_ALONE,
        HELD,
        {"order_id": "$order"},
    ),
    Access("get_my_bookings", "nothing", "401 200+" + " 200" * 7, shows="order held"),
    Access(
        "get_my_bookings",
        "her list, by her cursor",
        "401 200+" + " 200" * 7,
        query={"cursor": "$cursor"},
        shows="order",
    ),
    Access("get_me", "her account", "401 200+" + " 200" * 7, shows="user email card"),
    Access("forget_saved_methods", "her saved card", "401 204!" + " 204" * 7, query={"saved_methods": ""}),
    Access(
        "refund_booking",
        "her tickets, by order",
        "401 202+! unknown_order= unknown_order= 202+! unknown_order= unknown_order= unknown_order= unknown_order=",
        EV,
        body={"order_id": "$order"},
    ),
    Access("refund_booking", "her tickets, by showing", "401 202+! " + HERS_ALONE, EV, body={}, shows="order"),
    Access(
        "refund_booking",
        "one ticket of hers",
        "401 forbidden unknown_order= unknown_order= 202+! unknown_order= unknown_order= unknown_order= unknown_order=",
        EV,
        body={"order_id": "$order", "tickets": ["$ticket"], "reason": "seat broken"},
    ),
    Access(
        "refund_booking",
        "her order, under another showing",
        "401 unknown_order= " + HERS_ALONE,
        HELD,
        body={"order_id": "$order", "reason": "seat broken"},
    ),
    Access(
        "check_in_ticket",
        "her ticket's code",
        "401 forbidden forbidden forbidden forbidden 200+! forbidden forbidden wrong_event+",
        body={"ticket": "$code"},
        shows="ticket",
    ),
    Access(
        "undo_check_in",
        "her used ticket's code",
        "401 forbidden forbidden forbidden 200+! forbidden forbidden unknown_ticket= forbidden",
        body={"ticket": "$used_code", "reason": "scanned by mistake"},
        shows="used_ticket",
    ),
    Access(
        "get_gate_list",
        "the showing",
        "401 forbidden forbidden forbidden 200+ 200+ forbidden wrong_event wrong_event",
        EV,
        shows="ticket",
    ),
    *(
        Access(
            "find_order",
            f"her tickets, by {name}",
            "401 forbidden forbidden 200+ 200+ forbidden 200= 200= forbidden",
            body={name: value},
            shows=shown,
        )
        for name, value, shown in (
            ("order_id", "$order", "ticket code email"),
            ("ticket_id", "$ticket", "order code email"),
            ("code", "$code", "order ticket email"),
            ("email", "$email", "order held ticket used_ticket code"),
        )
    ),
    Access("payment_webhook", "her payment", "401 401 401 401 401 401 401 401 401", body={"id": "evt_1", "type": "x"}),
)


def filled(template: Any, facts: Mapping[str, str]) -> Any:
    """The template with `$name` replaced by the fact of that name."""
    if isinstance(template, str):
        return facts[template[1:]] if template.startswith("$") else template
    if isinstance(template, Mapping):
        return {name: filled(value, facts) for name, value in template.items()}
    return [filled(value, facts) for value in template] if isinstance(template, list) else template


def shown_of(facts: Mapping[str, str], text: str, asked: str) -> set[str]:
    """Names of the private facts that an answer shows; what the request itself named, it may repeat."""
    return {name for name in PRIVATE if facts[name] in text and facts[name] not in asked}
