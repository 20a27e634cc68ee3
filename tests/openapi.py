"""`python -m tests.openapi`: writes docs/openapi.json, with examples from answers that the real handlers gave.

The tour calls every verb over the fakes, with a clock that stands still and ids that are counted: the file is the same
on every machine. tests/unit/test_openapi.py fails when it is not what this writes.
"""

from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from typing import Any
from unittest.mock import patch

from box_office.ports import ChangeConflicted, OutcomeUnknown
from tests.callbacks import about, call_back
from tests.examples import EV_1
from tests.fakes.cinema import FakeCinema
from tests.fakes.provider import CHALLENGED
from tests.sample_catalogue import HOUR, MINUTE, ROOM, event
from tests.verbs import Call
from toolchain.openapi.document import DOCUMENT, Seen, document, written

LISBOA, LONDON = {"custom:theater_id": "lisboa"}, {"custom:theater_id": "london"}
EV = {"event_id": "ev_1"}
PAIR = {"movie_id": "metropolis", "theater_id": "lisboa"}
DESK: dict[str, Any] = {"user": "clerk", "groups": ("desk",)}
ADA = {"email": "ada@example.com"}


def a_visitor_looks_around(cinema: FakeCinema) -> None:
    cinema.call("get_list_of_movie", user=None)
    cinema.call("get_list_of_theater", user=None)
    cinema.call("get_movie_detail", {"movie_id": "metropolis"}, user=None)
    cinema.call("get_programme", {"theater_id": "lisboa"}, user=None)
    cinema.call("get_event_detail", EV, user=None)
    cinema.call("get_ticket_keys", user=None)
    cinema.small_map()
    cinema.map()
    cinema.call("get_theater_detail", {"theater_id": "lisboa"})
    cinema.call("get_me", claims=ADA)


def what_is_not_there(cinema: FakeCinema) -> None:
    cinema.call("get_movie_detail", {"movie_id": "none"}, user=None)
    cinema.call("get_programme", {"theater_id": "none"}, user=None)
    cinema.call("get_event_detail", {"event_id": "none"}, user=None)
    cinema.call("get_theater_detail", {"theater_id": "none"})
    for wrong in ({"movie_id": "none"}, {"theater_id": "none"}, {"event_id": "none"}):
        asked: dict[str, Any] = PAIR | EV | wrong
        cinema.call("hold_seat", {"movie_id": asked["movie_id"]}, {**asked, "selected_seat": ["A1"]})
        query = {"event_id": asked.pop("event_id")}
        cinema.call("get_available_seat", asked, query=query)
    cinema.small_map("none")
    cinema.booking(event_id="ev_2")
    cinema.booking(event_id="none")
    cinema.call("find_order", {}, {"code": "BO2:ABC"}, "clerk", ("desk",), claims=LISBOA)
    cinema.release()
    cinema.release(event_id="none")
    cinema.extend()
    cinema.extend(event_id="none")
    cinema.submit()
    cinema.refund()
    cinema.refund(event_id="none")
    cinema.check_in("BO2:ABC")
    cinema.undo("BO2:ABC")
    cinema.call("get_gate_list", {"event_id": "none"}, groups=("gate",))


def two_seats_are_held_paid_and_used(cinema: FakeCinema) -> None:
    cinema.hold("A1", "A3", key="7d1f")
    cinema.hold("A1", "A3")
    cinema.hold("A2", key="7d1f")
    cinema.clock.advance(minutes=2)
    cinema.extend(key="e1")
    cinema.booking()
    cinema.extend(order_id=cinema.rows("orders")[0]["order_id"], key="e1")
    cinema.submit(key="p1")
    cinema.submit("pm_other")
    cinema.submit("pm_other", key="p1")
    cinema.hold("A2")
    cinema.extend()
    cinema.release()
    cinema.booking()
    cinema.refund()
    cinema.deliver()
    cinema.booking()
    cinema.submit()
    cinema.release()
    cinema.extend()
    cinema.hold("A1")
    cinema.hold("A1", user="grace")
    cinema.call("get_my_bookings")
    code = cinema.booking().body["tickets"][0]["code"]
    scan = {"ticket": code, "event_ids": ["ev_1"], "scan_id": "sc_1", "device": "door-1"}
    gate: dict[str, Any] = {"user": "porter", "groups": ("gate",), "claims": LISBOA}
    cinema.undo(code)
    cinema.call("check_in_ticket", {}, {"ticket": code, "look": True}, **gate)
    cinema.call("check_in_ticket", {}, {**scan, "event_ids": ["ev_2"]}, **gate)
    cinema.call("get_gate_list", EV, **gate)
    cinema.call("get_gate_list", EV, user="porter", groups=("gate",), claims=LONDON)
    cinema.call("check_in_ticket", {}, scan, **gate)
    cinema.check_in(code)
    cinema.undo(code)
    cinema.call("find_order", {}, {"email": "ada@example.com"}, "clerk", ("desk",), claims=LISBOA)
    cinema.refund(tickets=["tk_none"], groups=("manager",))
    cinema.refund(key="r1")
    cinema.refund(key="r1", reason="another")
    cinema.deliver()
    cinema.booking()
    cinema.refund()
    cinema.undo(code)
    cinema.check_in(code)


def the_bank_asks(cinema: FakeCinema) -> None:
    cinema.hold("A1")
    cinema.submit(CHALLENGED)
    cinema.deliver()
    cinema.booking()


def what_a_hold_may_not_be(cinema: FakeCinema) -> None:
    cinema.hold("A1", "A1")
    cinema.hold("Z9")
    cinema.hold("C2")
    cinema.hold(*(f"B{number}" for number in range(1, 12)))
    cinema.hold()


def too_late(cinema: FakeCinema) -> None:
    cinema.hold("A1")
    cinema.submit()
    cinema.deliver()
    code = cinema.booking().body["tickets"][0]["code"]
    cinema.hold("A2", user="grace")
    cinema.clock.now = EV_1.sales_end
    cinema.hold("A3", user="linus")
    cinema.submit(user="grace")
    cinema.extend(user="grace")
    cinema.refund()
    cinema.clock.now = EV_1.end_time
    cinema.check_in(code)


def held_as_long_as_can_be(cinema: FakeCinema) -> None:
    cinema.hold("A1")
    for _ in range(3):
        cinema.clock.advance(minutes=9)
        cinema.extend()
    cinema.extend()
    for number in range(21):
        cinema.seed_event(event(f"ev_a{number}", ROOM, cinema.clock.now + 8 * HOUR))
        cinema.hold("B1", event_id=f"ev_a{number}", user="hoarder")
        cinema.clock.advance(seconds=1)


def called_off(cinema: FakeCinema) -> None:
    cinema.hold("A1")
    cinema.seed_event(replace(EV_1, cancelled_at=cinema.clock.now))
    cinema.clock.advance(ms=MINUTE)
    cinema.hold("A2", user="grace")
    cinema.extend()


def let_go(cinema: FakeCinema) -> None:
    cinema.hold("A1")
    cinema.release()
    cinema.call("forget_saved_methods", query={"saved_methods": ""})
    cinema.booking()


def the_table_is_away(cinema: FakeCinema) -> None:
    cinema.hold("C1", user="zed")
    cinema.stop_writes()
    cinema.hold("A1", "A3", user="grace")


def at_a_desk(cinema: FakeCinema) -> None:
    cinema.hold("A1", "A3", sale="window-2-17", **DESK)
    cinema.submit({"type": "cash", "tendered": 40}, order_id=cinema.rows("orders")[0]["order_id"], **DESK)


def the_provider_calls(cinema: FakeCinema) -> None:
    call_back(cinema, about("payment_intent.succeeded", "pi_1"))
    call_back(cinema, about("payment_intent.succeeded", "pi_1"), "t=1,v1=of-another-secret")


def refusals_of_every_verb(cinema: FakeCinema) -> None:
    cinema.call("get_my_bookings", query={"limit": "0"})
    cinema.call("get_me", user=None)
    cinema.call("check_in_ticket", {}, {"ticket": "BO2:ABC"})
    cinema.call("release_seat", EV, '{"order_id":"' + "x" * 9_000 + '"}')
    narrow = {"user_map_requests_per_second": 1, "user_map_burst": 1, "user_refusals_max": 2}
    hasty = cinema.another_environment(settings_changes=narrow)
    for _ in range(6):
        hasty.map()
    cinema.hold("A1", user="grace")
    with patch.object(cinema.orders, "commit", side_effect=OutcomeUnknown()):
        cinema.release(user="grace")
    with patch.object(cinema.orders, "history", side_effect=RuntimeError("a bug")):
        cinema.call("get_my_bookings")


def others_are_always_faster(cinema: FakeCinema) -> None:
    cinema.hold("A1", "A3")
    cinema.clock.advance(minutes=2)
    busy = patch.object(cinema.orders, "commit", side_effect=ChangeConflicted(order_conflicted=True, seats=()))
    with busy:
        cinema.hold("A1", key="k1")
        cinema.extend(key="k1")
        cinema.submit(key="k1")
    cinema.submit()
    cinema.deliver()
    with busy:
        cinema.refund()
        cinema.refund(key="k1")
    del cinema.catalogue.events["ev_1"]
    cinema.refund()


SCENES: tuple[Callable[[FakeCinema], None], ...] = (
    a_visitor_looks_around,
    two_seats_are_held_paid_and_used,
    the_bank_asks,
    at_a_desk,
    let_go,
    what_is_not_there,
    what_a_hold_may_not_be,
    too_late,
    held_as_long_as_can_be,
    called_off,
    the_table_is_away,
    the_provider_calls,
    others_are_always_faster,
    refusals_of_every_verb,
)


def tour() -> Iterator[Seen]:
    for scene in SCENES:
        seen: list[Seen] = []

        def see(call: Call, seen: list[Seen] = seen) -> None:
            answer = call.answer
            seen.append(Seen(answer.status, answer.headers, answer.body, call.request, call.verb))

        cinema = FakeCinema()
        cinema.watchers = [see]  # the document that is made here may differ from the one that is kept
        scene(cinema)
        yield from seen


def main() -> None:
    with redirect_stdout(StringIO()):  # the functions' logs
        seen = list(tour())
    DOCUMENT.write_text(written(document(seen)), encoding="utf-8")


if __name__ == "__main__":
    main()
