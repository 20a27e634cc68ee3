"""Whole purchases, by the ways that people complain of elsewhere: docs/journeys.md lists them, with these tests."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from box_office.domain.orders import Status
from tests.browser.cinema_server import PASSWORD, CinemaServer, all_seats, mark_taken
from tests.browser.conftest import PHONE, rest, wider_than_its_window
from tests.browser.payments import APPROVE
from tests.browser.test_holding import NO_ORDER_YET, await_booking, sign_in_and_hold
from tests.browser.test_paying import ASKS, CARD_FORM, NO_FUNDS, VISA, captured, choose_card, codes_of, hold, pay
from tests.browser.test_room import (
    EVENT,
    WIDE,
    await_choice,
    await_target,
    chosen,
    open_room,
    poll_now,
    seat,
    width,
)
from tests.wire import Crash

TABS_MAX = 400
CLOSE_MORE_TIME = "No, thank you"
# As a page would be that forgot the theater's zone.
BROWSERS_OWN_ZONE = """
const Real = Intl.DateTimeFormat;
Intl.DateTimeFormat = function (language, options = {}) {
  const { timeZone, ...rest } = options;
  return new Real(language, timeZone === "UTC" ? options : rest);
};
"""
DARK_GROUND = ".code rect { fill: #17130f } .code { background: #17130f }"


def epoch_ms(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp() * 1000)


def click_what_is_there(buttons: Any) -> None:
    """Without waiting: a dialog goes by itself, too, when its hold is paid."""
    buttons.evaluate_all("found => found.forEach((one) => one.click())")


def the_order(server: CinemaServer) -> Any:
    (order,) = server.cinema.table.orders.values()
    return order


def left(server: CinemaServer, seconds: float) -> None:
    """So much is left of the one hold, and it stays so: the cinema's clock stands."""
    server.cinema.clock.stop_at(int(the_order(server).hold_until - seconds * 1000))


def look_again(page: Any) -> None:
    """As a page does that is seen again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


# The worker

SAFE = "Your seats are safe while we talk to your bank."


def die_before_it_records_the_charge(server: CinemaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker that has the payment in its hands: its message is gone with it."""
    table, write = server.cinema.table, server.cinema.table.write

    def killed(change: Any, now: int, token: str) -> None:
        if change.after.status == Status.PAID:
            raise Crash
        write(change, now, token)

    with monkeypatch.context() as patched, pytest.raises(Crash):
        patched.setattr(table, "write", killed)
        server.work()


@pytest.mark.journey("1 the worker is killed after the charge")
def test_a_worker_killed_after_the_charge_then_a_reload_and_back_charges_once_and_brings_the_tickets(
    visit: Any, server: CinemaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = hold(visit)
    booking = page.url
    server.workers_rest = True
    pay(page, VISA)
    page.get_by_text(SAFE).wait_for()
    die_before_it_records_the_charge(server, monkeypatch)
    assert captured(server) == [2300] and the_order(server).status == Status.PAYING
    page.reload()
    page.get_by_text(SAFE).wait_for()
    page.goto(f"{server.url}/theaters")
    page.go_back()
    page.wait_for_url(booking)
    page.get_by_text(SAFE).wait_for()
    assert page.locator(".pay-button").count() == 0, "nothing offers to pay again"
    server.workers_rest = False
    server.cinema.clock.advance(minutes=2)
    server.reconcile()
    page.locator(".ticket").first.wait_for()
    assert captured(server) == [2300] and server.cinema.broken_promises() == []


# The keyboard


def has_focus(place: Any) -> bool:
    return place.count() > 0 and place.first.evaluate("(one) => one === document.activeElement")


def tab_to(page: Any, place: Any, key: str = "Tab") -> None:
    place.first.wait_for(state="attached")
    for _ in range(TABS_MAX):
        if has_focus(place):
            return
        page.keyboard.press(key)
    pytest.fail(f"{TABS_MAX} times {key} do not lead to {place}")


def press(page: Any, place: Any, key: str = "Enter") -> None:
    tab_to(page, place)
    page.keyboard.press(key)


def a_showing_by_keyboard(page: Any) -> None:
    """From the first page, by its search."""
    tab_to(page, page.get_by_label("Find a film"))
    page.keyboard.type("Vertigo")
    press(page, page.get_by_role("link", name="Vertigo"))
    page.wait_for_selector("h1:text-is('Vertigo')")
    press(page, page.locator(".film-time").first)
    await_choice(page)


def choose_in_the_grid(page: Any) -> list[str]:
    tab_to(page, page.locator(".seat[tabindex='0']"))
    for key in ("Control+Home", "ArrowDown", "ArrowDown", "ArrowRight", "Space", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    tab_to(page, page.locator(".continue .button"), "Shift+Tab")
    return ["C2", "C3"]


def choose_in_the_list(page: Any) -> list[str]:
    press(page, page.get_by_text("Choose from a list"))
    row = page.get_by_role("group", name="Row B")
    for number in ("3", "4"):
        press(page, row.get_by_label(re.compile(f"^{number} ")), "Space")
    tab_to(page, page.locator(".continue .button"), "Shift+Tab")
    return ["B3", "B4"]


def pay_by_keyboard(page: Any, card: str) -> None:
    page.locator(".card-fields[data-state=ready]").wait_for()
    tab_to(page, page.locator(CARD_FORM))
    while not (radio := page.frame_locator(CARD_FORM).get_by_role("radio", name=card)).is_checked():
        page.keyboard.press("Space" if has_focus(radio) else "ArrowDown")
    tab_to(page, page.locator(".pay-button"))
    page.keyboard.press("Enter")


@pytest.mark.journey("5 keyboard alone, and the list alone")
@pytest.mark.parametrize("choose", [choose_in_the_grid, choose_in_the_list], ids=["grid", "list"])
def test_a_whole_purchase_by_keyboard_alone(visit: Any, server: CinemaServer, choose: Any) -> None:
    page = visit("/", expected=NO_ORDER_YET)
    a_showing_by_keyboard(page)
    wanted = choose(page)
    assert sorted(chosen(page)) == wanted
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("E-mail"))
    page.keyboard.type("ada@example.com")
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    await_booking(page)
    assert page.locator(".stub-seats b").all_inner_texts() == wanted
    pay_by_keyboard(page, VISA)
    page.locator(".ticket").first.wait_for()
    press(page, page.get_by_role("button", name="Calendar file"), "Tab")
    assert server.cinema.broken_promises() == [] and len(captured(server)) == 1


@pytest.mark.journey("5 keyboard alone, and the list alone")
def test_a_button_that_no_key_reaches_is_found(visit: Any) -> None:
    """The control of the purchases by keyboard."""
    page = open_room(visit)
    page.evaluate("document.querySelector('.continue .button').tabIndex = -1")
    with pytest.raises(pytest.fail.Exception, match="do not lead to"):
        tab_to(page, page.locator(".continue .button"))


# A phone


def spread_two_fingers(page: Any, place: Any) -> None:
    box = place.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)

    def touch(kind: str, apart: float | None) -> None:
        points = [] if apart is None else [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 20)
    for apart in (30, 40, 60):
        touch("touchMove", apart)
    touch("touchEnd", None)


@pytest.mark.journey("6 a phone, and rows of 26 seats")
@pytest.mark.parametrize("larger", ["the first tap", "two fingers", "the button"])
def test_a_whole_purchase_on_a_phone_with_rows_of_26(visit: Any, server: CinemaServer, larger: str) -> None:
    page = open_room(visit, WIDE, size=PHONE, has_touch=True, is_mobile=True, expected=NO_ORDER_YET)
    offered = chosen(page)
    wanted = ["C5", "C6"]
    seat(page, "C5").scroll_into_view_if_needed()
    assert width(page, "C5") < 24
    if larger == "the first tap":
        seat(page, "C5").tap()
    elif larger == "two fingers":
        spread_two_fingers(page, seat(page, "C5"))
    else:
        for _ in range(3):
            page.get_by_role("button", name="Larger").tap()
    await_target(page, "C5")
    assert chosen(page) == offered, "what makes the room larger chooses nothing"
    for one in wanted:
        seat(page, one).tap()
        page.locator(".chosen li", has_text=one).wait_for()
    assert chosen(page) == wanted
    page.locator(".continue .button").tap()
    page.get_by_role("button", name="ada").tap()
    await_booking(page)
    assert page.locator(".stub-seats b").all_inner_texts() == wanted
    page.locator(".card-fields[data-state=ready]").wait_for()
    page.frame_locator(CARD_FORM).get_by_text(VISA).tap()
    page.locator(".pay-button").tap()
    page.locator(".ticket").first.wait_for()
    assert page.locator("svg.code").first.bounding_box()["width"] >= 240
    assert wider_than_its_window(page) == 0
    assert server.cinema.broken_promises() == []


# Time


@pytest.mark.journey("2 a declined card, and another with 40 s left")
def test_a_decline_then_another_card_with_forty_seconds_left(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    seats = page.locator(".stub-seats").inner_text()
    server.workers_rest = True  # so that the page shows it as being paid first
    pay(page, NO_FUNDS)
    page.locator(".paying").wait_for()
    server.workers_rest = False
    server.work()
    page.get_by_text("There is not enough money on this card.").wait_for()
    left(server, 40)
    look_again(page)
    page.get_by_role("timer").filter(has_text=re.compile(r"^0:(40|3\d)$")).wait_for()
    assert page.get_by_text("There is not enough money on this card.").is_visible()
    assert page.locator(".stub-seats").inner_text() == seats
    form = page.frame_locator(CARD_FORM)
    assert form.get_by_role("radio", name=NO_FUNDS).is_checked(), "the fields are as the customer left them"
    page.add_locator_handler(page.get_by_role("button", name=CLOSE_MORE_TIME), click_what_is_there, no_wait_after=True)
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    assert sorted(captured(server)) == [0, 2300]


@pytest.mark.journey("3 paying at the last second, and more time at its limit")
def test_what_is_paid_at_the_last_second_is_booked_after_it(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    choose_card(page, VISA)
    left(server, 1)
    look_again(page)
    page.get_by_role("timer").filter(has_text=re.compile(r"^0:0[01]$")).wait_for()
    server.workers_rest = True
    page.locator(".pay-button").click()
    page.get_by_text("Your seats are safe while we talk to your bank.").wait_for()
    assert page.get_by_role("timer").count() == 0
    server.cinema.clock.advance(minutes=5)
    assert [server.cinema.seat(one, EVENT)["pinned"] for one in the_order(server).selected_seat] == [True, True]
    page.reload()
    page.get_by_text("Your seats are safe while we talk to your bank.").wait_for()
    server.workers_rest = False
    server.work()
    page.locator(".ticket").first.wait_for()
    assert captured(server) == [2300]


@pytest.mark.journey("3 paying at the last second, and more time at its limit")
def test_more_time_is_given_until_thirty_minutes_and_then_the_page_says_so(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    for then in ("(10:00|9:)", "(10:00|9:)", "(5:00|4:)"):  # at 8:20, 16:40 and 25:00 of the thirty minutes
        left(server, 100)
        look_again(page)
        page.get_by_role("timer").filter(has_text=re.compile("^1:")).wait_for()
        page.get_by_role("button", name="More time").last.click()  # the dialog's, once it is there
        page.get_by_role("timer").filter(has_text=re.compile(f"^{then}")).wait_for()
    page.get_by_text("These seats have been held for as long as they can be.").wait_for()
    assert page.get_by_role("button", name="More time").count() == 0
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()


# The bank


def at_the_bank(visit: Any, server: CinemaServer) -> tuple[Any, str, str]:
    """A page that paying with a kept card has led to the bank's own page; the booking's address, and the bank's."""
    page = hold(visit)
    choose_card(page, ASKS)
    page.get_by_label("Keep this card for next time").check()
    page.locator(".pay-button").click()
    page.frame_locator("dialog iframe").get_by_role("button", name=APPROVE["en"]).click()
    page.locator(".ticket").first.wait_for()
    page.goto(f"{server.url}/showing/{EVENT}")
    await_choice(page)
    page.locator(".continue .button").click()
    page.get_by_label("Visa, ending in").wait_for()
    booking = page.url
    page.locator(".pay-button").click()
    page.get_by_role("button", name=APPROVE["en"]).wait_for()
    assert page.url.startswith(server.sandbox.url)
    return page, booking, page.url


@pytest.mark.journey("4 back from the bank by back, by forward, and in another browser")
def test_back_and_forward_between_the_bank_and_the_booking(visit: Any, server: CinemaServer) -> None:
    page, booking, bank = at_the_bank(visit, server)
    page.go_back()
    page.wait_for_url(booking)
    page.get_by_role("button", name="Confirm with your bank").wait_for()
    assert page.locator(".pay-button").count() == 0, "nothing is paid twice"
    page.go_forward()
    page.wait_for_url(bank)
    page.get_by_role("button", name=APPROVE["en"]).click()
    page.wait_for_url(booking)
    page.locator(".ticket").first.wait_for()
    page.go_back()
    page.wait_for_url(bank)
    page.go_forward()
    page.locator(".ticket").first.wait_for()
    assert len(captured(server)) == 2 and all(captured(server))


@pytest.mark.journey("4 back from the bank by back, by forward, and in another browser")
def test_what_the_bank_asked_is_answered_in_another_browser(visit: Any, server: CinemaServer) -> None:
    page, booking, bank = at_the_bank(visit, server)
    page.go_back()
    page.get_by_role("button", name="Confirm with your bank").wait_for()
    other = visit("/sign-in")
    other.get_by_role("button", name="ada").click()
    other.wait_for_url(f"{server.url}/")
    other.goto(bank)
    other.get_by_role("button", name=APPROVE["en"]).click()
    other.wait_for_url("**/bookings")
    page.locator(".ticket").first.wait_for()
    other.goto(booking)
    other.locator(".ticket").first.wait_for()
    assert len(captured(server)) == 2 and all(captured(server))


# All held


@pytest.mark.journey("7 two browsers and one seat, and all held is not sold out")
def test_where_all_are_held_the_page_waits_and_offers_what_comes_free(visit: Any, server: CinemaServer) -> None:
    seats = all_seats(server.cinema, EVENT)
    mark_taken(server.cinema, EVENT, seats[2:])
    mark_taken(server.cinema, EVENT, seats[:2], held=True, seconds=100)
    page = visit(f"/showing/{EVENT}", expected=NO_ORDER_YET)
    page.get_by_role("heading", name="All held").wait_for()
    assert page.get_by_text("The next may come free in 1:").is_visible()
    assert page.get_by_text("Sold out").count() == 0
    server.cinema.clock.advance(seconds=110)
    server.cinema.cache.wipe()
    poll_now(page)
    page.locator(".chosen li").nth(1).wait_for()
    assert sorted(chosen(page)) == sorted(seats[:2])
    sign_in_and_hold(page)
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()


# The clocks change

# The theater's days, each with a showing over the hour that is left out, or that comes twice
CLOCKS_CHANGE = {
    "spring": ("2027-03-27T12:00:00+00:00", "2027-03-28", "2027-03-28T00:30:00+00:00", 130, "00:30", "03:40"),
    "autumn": ("2026-10-24T12:00:00+00:00", "2026-10-25", "2026-10-24T23:30:00+00:00", 130, "00:30", "01:40"),
}


def on_the_night(server: CinemaServer, begins: str, minutes: int) -> str:
    """The id of a showing in Lisboa that runs over the change."""
    events = server.cinema.catalogue.events
    event_id = next(one for one in events if one.startswith("lisboa-3-"))
    movie_time = epoch_ms(begins)
    events[event_id] = replace(
        events[event_id],
        movie_time=movie_time,
        sales_end=movie_time,
        end_time=movie_time + minutes * 60_000,
    )
    return event_id


def page_in(visit: Any, server: CinemaServer, zone: str, path: str, **options: Any) -> Any:
    """A page in a browser of this zone, whose own clock is right."""
    page = visit("/theaters", timezone_id=zone, expected=NO_ORDER_YET, **options)
    page.clock.set_fixed_time(server.cinema.clock.now_ms() / 1000)
    page.goto(server.url + path)
    rest(page)
    return page


@pytest.mark.journey("8 a browser in Tokyo, a cinema in Lisboa, on the day the clocks change")
@pytest.mark.parametrize(
    ("cinema", "day", "begins", "minutes", "shown", "ends"),
    [pytest.param(epoch_ms(one[0]), *one[1:], id=name) for name, one in CLOCKS_CHANGE.items()],
    indirect=["cinema"],
)
def test_a_whole_purchase_from_tokyo_on_the_day_that_lisboas_clocks_change(
    visit: Any, server: CinemaServer, day: str, begins: str, minutes: int, shown: str, ends: str
) -> None:
    event_id = on_the_night(server, begins, minutes)
    tokyo, lisboa = (
        page_in(visit, server, zone, f"/programme/lisboa/{day}") for zone in ("Asia/Tokyo", "Europe/Lisbon")
    )
    assert tokyo.locator("main").inner_text() == lisboa.locator("main").inner_text()
    for page in (tokyo, lisboa):
        page.goto(f"{server.url}/showing/{event_id}")
        await_choice(page)
    assert tokyo.locator(".hall-head").inner_text() == lisboa.locator(".hall-head").inner_text()
    assert tokyo.locator(".hall-when b").inner_text() == shown
    assert f"Ends {ends}" in tokyo.locator(".hall-head").inner_text()
    server.cinema.clock.stop_at(server.cinema.clock.now_ms())
    sign_in_and_hold(tokyo)
    tokyo.get_by_role("timer").filter(has_text=re.compile(r"^(10:00|9:5\d)$")).wait_for()
    pay(tokyo, VISA)
    tokyo.locator(".ticket").first.wait_for()
    assert f"28 March, {shown}" in (ticket := tokyo.locator(".ticket").first.inner_text()) or (
        f"25 October, {shown}" in ticket
    )
    with tokyo.expect_download() as download:
        tokyo.get_by_role("button", name="Calendar file").click()
    utc = datetime.fromisoformat(begins).strftime("%Y%m%dT%H%M%SZ")
    assert f"DTSTART:{utc}" in download.value.path().read_text()


@pytest.mark.journey("8 a browser in Tokyo, a cinema in Lisboa, on the day the clocks change")
def test_a_page_that_took_the_browsers_zone_would_be_found(visit: Any, server: CinemaServer) -> None:
    """The control of the purchase from Tokyo."""
    page = visit("/theaters", timezone_id="Asia/Tokyo", expected=NO_ORDER_YET)
    page.add_init_script(BROWSERS_OWN_ZONE)
    page.goto(f"{server.url}/showing/{EVENT}")
    page.locator(".hall-when b").wait_for()
    assert page.locator(".hall-when b").inner_text() == "04:30"  # of 19:30 in Lisboa


@pytest.mark.journey("9 a dark screenshot's code is read")
def test_a_code_on_a_dark_ground_would_not_be_read(visit: Any, browser: Any) -> None:
    """The control of the screenshots in the dark."""
    page = hold(visit, size=PHONE, color_scheme="dark")
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    page.evaluate(
        "(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);document.adoptedStyleSheets = [sheet]; }",
        DARK_GROUND,
    )
    assert codes_of(browser, page.screenshot(full_page=True)) == []
