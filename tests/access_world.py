"""The world that the access matrix speaks of: what Ada has, who else comes, and whether a cell holds there."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from box_office.ports.payments import SavedMethod
from tests.access_matrix import Access, filled, shown_of
from tests.examples import HOUR, ROOM, SMALL_ROOM, TODAY, event
from tests.fakes.cinema import FakeCinema
from tests.verbs import CUSTOMERS_CLIENT, Answer, Verbs

ADA, ADAS_EMAIL = "ada-5b1e", "lovelace@example.com"
LISBOA, LONDON = {"custom:theater_id": "lisboa"}, {"custom:theater_id": "london"}
CALLER: Mapping[str, dict[str, Any]] = {
    "anonymous": {"user": None},
    "ada": {"user": ADA, "claims": {"email": ADAS_EMAIL}},
    "grace": {"user": "grace", "claims": {"email": "grace@example.com"}},
    "desk": {"user": "clerk", "groups": ("desk",), "claims": LISBOA},
    "manager": {"user": "boss", "groups": ("manager",), "claims": LISBOA},
    "gate": {"user": "porter", "groups": ("gate",), "claims": LISBOA},
    "desk_away": {"user": "clerk-2", "groups": ("desk",), "claims": LONDON},
    "manager_away": {"user": "boss-2", "groups": ("manager",), "claims": LONDON},
    "gate_away": {"user": "porter-2", "groups": ("gate",), "claims": LONDON},
    "manager_by_page": {"user": "boss", "groups": ("manager",), "claims": LISBOA | {"aud": CUSTOMERS_CLIENT}},
}
HELD_EVENT, USED_EVENT, EMPTY_EVENT = "ev_2", "ev_used", "ev_empty"
KEY = "key-of-ada"


@dataclass
class World:
    """Ada has tickets, a used ticket, a hold made under a key and a saved card; an order of Alan's is gone."""

    cinema: Verbs
    facts: Mapping[str, str]  # of Ada's things
    gone: Mapping[str, str]  # of the same kinds, that no table has

    def ask(self, row: Access, caller: str, facts: Mapping[str, str]) -> Answer:
        path, query, body, headers = (filled(one, facts) for one in (row.path, row.query, row.body or {}, row.headers))
        sent = None if row.body is None else body
        return self.cinema.call(row.verb, path, sent, query=query, headers=headers, **CALLER[caller])

    def adas(self) -> list[Any]:
        """All rows that are Ada's."""
        orders = [one for one in self.cinema.rows("orders") if one["user_id"] == ADA]
        seats = [one for one in self.cinema.rows("seats") if one.get("user_id") == ADA]
        wallets = [one for one in self.cinema.wallets() if one["user_id"] == ADA]
        return [sorted(map(repr, rows)) for rows in (orders, seats, wallets)]


def world(**settings: Any) -> World:
    """Over the fakes."""
    cinema = FakeCinema(settings_changes=settings)

    def forget(user: str) -> None:
        for table in (cinema.table.orders, cinema.table.seats):
            for key in [key for key, row in table.items() if row.user_id == user]:
                del table[key]

    return furnished(cinema, forget, lambda method: cinema.wallet.save(ADA, method))


def furnished(cinema: Verbs, forget: Callable[[str], None], save: Callable[[SavedMethod], None]) -> World:
    """`forget(user)` deletes all rows of a user; `save` gives Ada a saved card."""
    cinema.seed_event(event(USED_EVENT, ROOM, TODAY + 8 * HOUR))
    cinema.seed_event(event(EMPTY_EVENT, SMALL_ROOM, TODAY + 8 * HOUR))
    tickets, used, alans = (bought(cinema, *one) for one in ((ADA, "ev_1"), (ADA, USED_EVENT), ("alan", USED_EVENT)))
    assert cinema.check_in(used["tickets"][0]["code"]).status == 200
    cinema.clock.advance(seconds=1)  # the newest of her orders: her cursor leads past it
    held = cinema.hold("A1", user=ADA, event_id=HELD_EVENT, key=KEY, groups=("customer",))
    cinema.clock.advance(minutes=2)
    save(SavedMethod("cus_ada", "pm_ada", "visa", "7391", "12/29"))
    cursor = cinema.call("get_my_bookings", user=ADA, query={"limit": "1"}).body["next_cursor"]
    forget("alan")
    public = {"movie": "metropolis", "theater": "lisboa", "key": KEY, "cursor": cursor, "card": "7391", "user": ADA}
    facts = facts_of(tickets) | {"held": held.body["order_id"], "email": ADAS_EMAIL, "held_event": HELD_EVENT}
    gone = facts_of(alans) | {"held": alans["order_id"], "email": "alan@example.com", "event": EMPTY_EVENT}
    used_ticket = {"used_ticket": used["tickets"][0]["ticket_id"], "used_code": used["tickets"][0]["code"]}
    return World(cinema, public | facts | used_ticket, public | gone | {"held_event": EMPTY_EVENT})


def bought(cinema: Verbs, user: str, event_id: str) -> dict[str, Any]:
    cinema.hold("A1" if user == ADA else "B1", user=user, event_id=event_id)
    cinema.submit(user=user, event_id=event_id)
    cinema.deliver()
    booking = cinema.booking(user, event_id).body
    assert booking["status"] == "BOOKED"
    return dict(booking)


def facts_of(booking: Mapping[str, Any]) -> dict[str, str]:
    ticket = booking["tickets"][0]
    names = {"order": booking["order_id"], "event": booking["event_id"], "ticket": ticket["ticket_id"]}
    return names | {"code": ticket["code"], "used_code": ticket["code"], "used_ticket": ticket["ticket_id"]}


def complaints(world: World, row: Access, caller: str) -> list[str]:
    """What this cell promises and is not so; empty when all is."""
    cell = row.cells[caller]
    wanted = cell.rstrip("+!=")
    before = world.adas()
    answer = world.ask(row, caller, world.facts)
    given = [str(answer.status), *([answer.code] if answer.code else [])]
    found = [] if wanted in given else [f"answered {' '.join(given)}, not {wanted}"]
    asked = json.dumps([filled(one, world.facts) for one in (row.path, row.query, row.body or {}, row.headers)])
    text = json.dumps([answer.body, answer.headers], ensure_ascii=False)
    shown, may = shown_of(world.facts, text, asked), set(row.shows.split()) if "+" in cell else set()
    if shown != may:
        found.append(f"showed {shown or 'nothing'}, not {may or 'nothing'}")
    if (world.adas() != before) != ("!" in cell):
        found.append("did not change her things" if "!" in cell else "changed her things")
    if "=" in cell and told(answer) != told(world.ask(row, caller, world.gone)):
        found.append("told her thing from one that does not exist")
    return found


def told(answer: Answer) -> Any:
    return (
        answer.status,
        answer.headers,
        {name: value for name, value in (answer.body or {}).items() if name != "request_id"},
    )
