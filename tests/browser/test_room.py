"""The room: what is free, by map, list and keyboard, with prices and before any account."""

import re
from typing import Any

import pytest

from tests.browser.cinema_server import CinemaServer, all_seats, half_sold, mark_taken
from tests.browser.conftest import DESK, PHONE, faults, wider_than_its_window
from tests.waiting import eventually

EVENT = "lisboa-3-20261126-1930"  # 450 seats
WIDE = "new-york-1-20261126-1840"  # rows of 26


def seat(page: Any, seat_id: str) -> Any:
    return page.locator(f"[data-seat='{seat_id}']")


def chosen(page: Any) -> list[str]:
    return page.locator(".chosen li b").all_inner_texts()


def open_room(visit: Any, event_id: str = EVENT, **options: Any) -> Any:
    page = visit(f"/showing/{event_id}", **options)
    await_choice(page)
    return page


def await_choice(page: Any) -> None:
    """Seats are chosen, and listed. (What a chosen seat looks like is beside the map before there is one.)"""
    page.wait_for_selector(".chosen li", state="attached")


def poll_now(page: Any) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")


def test_the_best_two_seats_are_chosen_at_once_and_their_price_is_known(visit: Any) -> None:
    page = open_room(visit)
    assert chosen(page) == ["L13", "L14"] or chosen(page) == ["L12", "L13"]
    assert page.locator(".sum b").inner_text() == "€23"
    assert "450 seats left" in page.locator(".truth").inner_text()


def test_another_number_brings_other_seats_together(visit: Any) -> None:
    page = open_room(visit)
    for _ in range(3):
        page.get_by_role("button", name="One seat more").click()
    seats = chosen(page)
    assert len(seats) == 5
    numbers = sorted(int(one[1:]) for one in seats)
    assert {one[0] for one in seats} == {seats[0][0]} and numbers == list(range(numbers[0], numbers[0] + 5))


def test_a_wheelchair_place_comes_with_a_companion_s_seat(visit: Any) -> None:
    page = open_room(visit)
    page.get_by_label("With a wheelchair place").check()
    assert sorted(chosen(page)) in (["A1", "A2"], ["A24", "A25"])


def test_keys_move_through_the_grid_and_choose(visit: Any) -> None:
    page = open_room(visit)
    page.keyboard.press("Tab")
    seat(page, "A1").focus()
    for key in ("ArrowDown", "End", "h", "Home", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.dataset.seat") == "H2"
    page.keyboard.press("Space")
    assert seat(page, "H2").get_attribute("data-shown") == "chosen"
    assert seat(page, "H2").get_attribute("aria-label") == "Row H, seat 2, standard, €11.50, yours"
    assert page.locator(".seat[tabindex='0']").count() == 1
    page.keyboard.press("?")
    assert page.get_by_text("Arrows move").is_visible()


def test_taken_seats_can_be_reached_and_say_why(visit: Any, server: CinemaServer) -> None:
    mark_taken(server.cinema, EVENT, ["A1"])
    mark_taken(server.cinema, EVENT, ["A2"], held=True)
    page = open_room(visit)
    assert seat(page, "A1").get_attribute("aria-label").endswith("aisle, sold")
    assert seat(page, "A1").get_attribute("aria-disabled") == "true"
    assert seat(page, "A2").get_attribute("aria-label").endswith("held by somebody else")
    before = chosen(page)
    seat(page, "A1").click(force=True)
    assert chosen(page) == before


def test_a_seat_that_another_takes_is_said_and_replaced_with_one_tap(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit)
    lost, kept = chosen(page)
    seat(page, "A5").focus()
    mark_taken(server.cinema, EVENT, [lost], held=True)
    server.cinema.cache.wipe()
    poll_now(page)
    page.get_by_text(f"{lost} was just taken.").wait_for()
    assert chosen(page) == [kept]
    assert page.evaluate("document.activeElement.dataset.seat") == "A5"  # a poll never moves the focus
    page.get_by_role("button", name="Take another").click()
    assert len(chosen(page)) == 2


def test_offered_seats_that_others_take_are_said_until_the_visitor_acts(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit)
    lost = chosen(page)
    mark_taken(server.cinema, EVENT, lost, held=True)
    server.cinema.cache.wipe()
    poll_now(page)
    page.get_by_text(f"{lost[0]} was just taken.").wait_for()
    for _ in range(2):
        with page.expect_response("**/SeatMap/**"):
            poll_now(page)
    page.wait_for_timeout(200)
    assert [page.get_by_text(f"{one} was just taken.").count() for one in lost] == [1, 1]
    assert chosen(page) == [] and faults(page) == []
    for _ in lost:
        page.get_by_role("button", name="Take another").first.click()
    assert len(chosen(page)) == 2 and not set(lost) & set(chosen(page))


def test_a_poll_touches_only_the_seats_that_changed(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit)
    page.evaluate("""
        window.touched = [];
        new MutationObserver((changes) => window.touched.push(...changes.map((one) => one.target.dataset.seat)))
          .observe(document.querySelector(".seats"), {subtree: true, attributes: true, childList: true});
    """)
    mark_taken(server.cinema, EVENT, ["B7"])
    server.cinema.cache.wipe()
    poll_now(page)
    page.wait_for_selector("[data-seat=B7][data-shown=sold]")
    assert set(page.evaluate("window.touched")) == {"B7"}


def test_the_list_chooses_the_same_seats_as_the_map(visit: Any) -> None:
    page = open_room(visit, size=PHONE)
    page.get_by_text("Choose from a list").click()
    page.get_by_role("group", name="Row C").get_by_label(re.compile("^4 ")).check()
    assert "C4" in chosen(page)
    assert seat(page, "C4").get_attribute("data-shown") == "chosen"


@pytest.mark.journey("6 a phone, and rows of 26 seats")
def test_on_a_phone_the_first_tap_on_a_small_seat_makes_it_larger(visit: Any) -> None:
    page = open_room(visit, WIDE, size=PHONE, has_touch=True, is_mobile=True)
    assert wider_than_its_window(page) == 0
    before = chosen(page)
    seat(page, "C5").scroll_into_view_if_needed()
    assert seat(page, "C5").bounding_box()["width"] < 24
    seat(page, "C5").tap()
    await_target(page, "C5")
    assert chosen(page) == before
    seat(page, "C5").tap()
    page.locator(".chosen li", has_text="C5").wait_for()
    page.get_by_role("button", name="Whole room").tap()
    eventually(lambda: width(page, "C5") < 24, "the whole room does not come back")


def width(page: Any, seat_id: str) -> float:
    return seat(page, seat_id).bounding_box()["width"]


def await_target(page: Any, seat_id: str) -> None:
    """A tap is a gesture: what comes of it comes after the touch."""
    eventually(lambda: width(page, seat_id) >= 24, f"{seat_id} does not become larger")


def five(server: CinemaServer, truth: str) -> None:
    cinema, seats = server.cinema, all_seats(server.cinema, EVENT)
    if truth == "Sold out":
        mark_taken(cinema, EVENT, seats)
    elif truth == "All held":
        mark_taken(cinema, EVENT, seats[5:])
        mark_taken(cinema, EVENT, seats[:5], held=True, seconds=130)
    elif truth == "Being paid just now":
        mark_taken(cinema, EVENT, seats[5:])
        mark_taken(cinema, EVENT, seats[:5], pinned=True)
    else:
        event = cinema.catalogue.events[EVENT]
        change = (
            {"cancelled_at": cinema.clock.now_ms()} if truth == "Called off" else {"sales_end": cinema.clock.now_ms()}
        )
        cinema.catalogue.events[EVENT] = event.__class__(**{**vars(event), **change})


@pytest.mark.journey("7 two browsers and one seat, and all held is not sold out")
@pytest.mark.parametrize("truth", ["Sold out", "All held", "Being paid just now", "Sale closed", "Called off"])
def test_five_truths_read_differently(visit: Any, server: CinemaServer, truth: str) -> None:
    five(server, truth)
    page = visit(f"/showing/{EVENT}")
    page.locator(".truth h2").wait_for()
    assert page.locator(".truth h2").inner_text() == truth
    assert page.locator(".choosing").count() == 0
    if truth == "All held":
        # A map may be a second old when it is shown: so much more than 2:10 was left at its time. From then on it runs.
        assert re.fullmatch(r"2:1[01]|2:0\d|1:\d\d", page.get_by_role("timer").inner_text())
    assert faults(page) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_and_nothing_moves_when_the_map_loads(
    visit: Any, server: CinemaServer, size: tuple[int, int]
) -> None:
    half_sold(server.cinema, EVENT)
    page = open_room(visit, size=size)
    page.get_by_text("Choose from a list").click()
    assert faults(page) == []
    again = open_room(visit, size=size)
    again.wait_for_timeout(300)
    assert again.evaluate("window.shifts") == []


def test_a_map_is_asked_for_and_never_the_browsers_own_copy(visit: Any, server: CinemaServer) -> None:
    """SeatMap may be served stale while it is asked for anew, at the edge. A browser that did so, too, would show the
    seats as they were before the visitor's own purchase."""
    page = visit("/")
    with page.expect_request("**/SeatMap/**") as asked:
        page.goto(f"{server.url}/showing/{EVENT}")
    assert asked.value.all_headers()["cache-control"] in ("no-cache", "max-age=0")
