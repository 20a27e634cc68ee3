"""From chosen seats to held ones: the sign-in between, two browsers for one seat, the booking's one address."""

import json
import re
from typing import Any

import pytest

from tests.browser.cinema_server import PASSWORD, CinemaServer
from tests.browser.conftest import DESK, PHONE, faults, faults_in_any_look, held_back, rest, wider_than_its_window
from tests.browser.test_room import EVENT, await_choice, chosen, open_room, seat
from tests.browser.user_pool import CODE

NO_ORDER_YET = ("404",)  # a visitor who is signed in is asked for an open order of the showing


def sign_in_and_hold(page: Any, name: str = "ada") -> None:
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=name).click()
    await_booking(page)


def await_booking(page: Any) -> None:
    page.wait_for_url("**/booking/**")
    page.locator(".stub").wait_for()


def test_what_was_chosen_survives_the_sign_in_and_is_held_at_once(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit)
    page.get_by_role("button", name="One seat more").click()
    seats = chosen(page)
    server.cinema.clock.stop_at(server.cinema.clock.now_ms())
    sign_in_and_hold(page)
    assert page.locator(".stub-seats b").all_inner_texts() == sorted(seats)
    assert [server.cinema.seat(one, EVENT)["status"] for one in seats] == ["hold"] * 3
    page.get_by_role("timer").filter(has_text=re.compile(r"^(10:00|9:5\d)$")).wait_for()


def test_the_booking_s_address_shows_the_same_after_a_reload_and_back(visit: Any) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    sign_in_and_hold(page)
    address, seats = page.url, page.locator(".stub-seats").inner_text()
    page.reload()
    rest(page)
    assert page.locator(".stub-seats").inner_text() == seats
    page.go_back()
    page.go_forward()
    page.wait_for_selector(".stub-seats")
    assert (page.url, page.locator(".stub-seats").inner_text()) == (address, seats)


def test_back_after_a_sign_in_leads_past_the_room_once(visit: Any) -> None:
    page = visit("/theaters", expected=NO_ORDER_YET)
    page.goto(page.url.replace("/theaters", f"/showing/{EVENT}"))
    await_choice(page)
    sign_in_and_hold(page)
    page.go_back()
    page.wait_for_url("**/showing/**")
    page.go_back()
    page.wait_for_url("**/theaters")


def test_back_in_the_room_one_s_own_seats_are_said_and_nothing_is_offered(visit: Any) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    sign_in_and_hold(page)
    held, booking = page.locator(".stub-seats b").all_inner_texts(), page.url
    page.go_back()
    page.get_by_text(f"You hold {held[0]} and {held[1]}.").first.wait_for()
    assert chosen(page) == held
    assert page.get_by_text("Chosen for you").count() == 0
    page.get_by_role("link", name="To your booking").click()
    page.wait_for_url(booking)


@pytest.mark.journey("7 two browsers and one seat, and all held is not sold out")
def test_two_browsers_one_seat_the_second_is_offered_another(visit: Any, server: CinemaServer) -> None:
    first, second = open_room(visit), open_room(visit, expected=("409", *NO_ORDER_YET))
    for page in (first, second):
        for one in chosen(page):
            seat(page, one).click()
        for one in ("C3", "C4"):
            seat(page, one).click()
    asked: list[Any] = []
    # The second's hold waits until the first has the seats: its map could tell it before, and no hold would be refused.
    second.route("**/HoldSeat/**", lambda route: asked.append(route))
    second.get_by_role("button", name="Continue").click()
    with second.expect_request("**/HoldSeat/**"):
        second.get_by_role("button", name="grace").click()
    sign_in_and_hold(first, "ada")
    asked[0].continue_()
    second.unroute("**/HoldSeat/**")
    second.get_by_text("C3 was just taken.").wait_for()
    second.get_by_text("C4 was just taken.").wait_for()
    for _ in range(2):
        second.get_by_role("button", name="Take another").first.click()
    assert len(chosen(second)) == 2 and not {"C3", "C4"} & set(chosen(second))
    second.get_by_role("button", name="Continue").click()
    second.wait_for_url("**/booking/**")
    assert server.cinema.broken_promises() == []


def test_held_seats_can_be_changed_and_stay_one_order(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    sign_in_and_hold(page)
    before, held = page.url, page.locator(".stub-seats b").all_inner_texts()
    page.get_by_role("link", name="Change seats").click()
    for one in held:
        page.wait_for_selector(f"[data-seat={one}][data-shown=chosen]")
    seat(page, "C3").click()
    page.get_by_role("button", name="Continue").click()
    await_booking(page)
    assert page.url == before
    assert page.locator(".stub-seats b").all_inner_texts() == sorted(["C3", held[1]])
    assert server.cinema.seat(held[0], EVENT)["status"] == "empty"


def test_seats_that_are_let_go_are_free_again(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    sign_in_and_hold(page)
    held = page.locator(".stub-seats b").all_inner_texts()
    page.get_by_role("button", name="Let them go").click()
    page.wait_for_url("**/showing/**")
    assert [server.cinema.seat(one, EVENT)["status"] for one in held] == ["empty", "empty"]


@pytest.mark.journey("3 paying at the last second, and more time at its limit")
def test_at_two_minutes_more_time_is_offered_and_the_button_has_the_focus(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    sign_in_and_hold(page)
    held = next(iter(server.cinema.table.orders.values()))
    server.cinema.clock.stop_at(held.hold_until - 122_000)  # two seconds before, by the page's own clock alone
    page.reload()
    page.get_by_role("dialog").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "More time"
    page.keyboard.press("Enter")
    page.get_by_role("timer").filter(has_text=re.compile("^(10:00|9:)")).wait_for()
    assert page.get_by_role("dialog").count() == 0


def test_more_time_waits_until_a_minute_can_be_gained(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    sign_in_and_hold(page)
    more = page.get_by_role("button", name="More time")
    too_early = page.locator("button:disabled", has_text="More time")
    too_early.wait_for()
    server.cinema.clock.advance(seconds=61)
    page.reload()
    page.get_by_role("timer").filter(has_text=re.compile("^8:")).wait_for()
    more.click()
    page.get_by_role("timer").filter(has_text=re.compile("^(10:00|9:)")).wait_for()
    too_early.wait_for()


def test_a_hold_that_lapsed_says_so_and_leads_back_to_the_seats(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    sign_in_and_hold(page)
    server.cinema.clock.advance(minutes=10, seconds=1)
    page.reload()
    page.wait_for_selector("h1:text-is('The time is over')")
    page.get_by_role("link", name="Choose other seats").click()
    await_choice(page)


def test_a_busy_box_office_promises_nothing_and_is_asked_again(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=("503", *NO_ORDER_YET))
    server.failing.add("hold_seat")
    with held_back(page, "**/HoldSeat/**", but_first=1):
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="ada").click()
        page.get_by_text("Nothing is promised yet").wait_for()
        server.failing.clear()
    page.wait_for_url("**/booking/**")


def test_another_account_does_not_see_the_booking(visit: Any) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    sign_in_and_hold(page)
    address = page.url
    page.get_by_role("link", name="My bookings").click()
    page.get_by_role("heading", level=2).first.wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="grace").click()
    page.get_by_text("Nothing is booked yet.").wait_for()
    page.goto(address)
    page.wait_for_selector("h1:text-is('No such booking')")


def test_the_bookings_of_a_visitor_who_is_not_signed_in_have_their_own_name(visit: Any) -> None:
    page = visit("/bookings")
    page.get_by_role("heading", level=1, name="My bookings").wait_for()
    assert page.get_by_text("Sign in to see your bookings.").is_visible() and faults(page) == []


def with_a_password_refused(visit: Any, path: str) -> Any:
    page = visit(path, expected=("400",))
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill("not the password")
    page.locator("form").get_by_role("button", name="Sign in").click()
    page.get_by_text("E-mail or password is not right.").wait_for()
    return page


def test_a_password_is_proved_and_a_wrong_one_is_said(visit: Any) -> None:
    page = with_a_password_refused(visit, "/sign-in?to=/bookings")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("form").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/bookings")


def test_a_token_is_renewed_before_it_lapses(visit: Any, server: CinemaServer) -> None:
    server.user_pool.token_seconds = 120
    page = visit("/sign-in?to=/bookings")
    page.get_by_role("button", name="ada").click()
    page.get_by_text("Nothing is booked yet.").wait_for()
    assert server.user_pool.refreshed == ["ada"]


def test_an_account_is_made_confirmed_and_signed_in_without_losing_the_way(visit: Any) -> None:
    page = visit("/sign-in?to=/theaters", expected=("400",))
    page.get_by_role("button", name="Make an account").click()
    page.get_by_label("E-mail").fill("new@example.com")
    page.get_by_label("Password").fill("A-long-password-1")
    page.get_by_role("button", name="Make an account").click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("That is not the code.").wait_for()
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/theaters")


def test_a_code_that_is_too_old_is_sent_again(visit: Any, server: CinemaServer) -> None:
    page = visit("/sign-in?to=/theaters", expected=("400",))
    page.get_by_role("button", name="Make an account").click()
    page.get_by_label("E-mail").fill("new@example.com")
    page.get_by_label("Password").fill("A-long-password-1")
    page.get_by_role("button", name="Make an account").click()
    page.get_by_role("heading", level=1, name="Confirm your e-mail").wait_for()
    server.user_pool.codes_are_too_old()
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("That code is too old. Ask for another.").wait_for()
    page.get_by_role("button", name="Send another code").click()
    page.get_by_role("status").filter(has_text="Another code was sent to your e-mail.").wait_for()
    assert page.get_by_text("too old").count() == 0 and faults_in_any_look(page) == []
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/theaters")


def test_a_forgotten_password_is_set_anew_by_a_code_that_was_sent_again(visit: Any, server: CinemaServer) -> None:
    page = visit("/sign-in?to=/bookings", expected=("400",))
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_role("button", name="Password forgotten").click()
    page.get_by_role("button", name="Send a code").click()
    page.get_by_role("heading", level=1, name="New password").wait_for()
    server.user_pool.codes_are_too_old()
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("textbox", name="New password").fill("Another-password-1")
    page.get_by_role("button", name="Set the new password").click()
    page.get_by_text("That code is too old. Ask for another.").wait_for()
    page.get_by_role("button", name="Send another code").click()
    page.get_by_role("status").filter(has_text="Another code was sent to your e-mail.").wait_for()
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Set the new password").click()
    page.wait_for_url("**/bookings")


def test_a_password_that_was_refused_is_not_carried_into_a_new_account(visit: Any) -> None:
    page = with_a_password_refused(visit, "/sign-in")
    page.get_by_role("button", name="Make an account").click()
    page.get_by_role("heading", level=1, name="Make an account").wait_for()
    assert page.get_by_label("Password").input_value() == ""
    assert page.get_by_label("E-mail").input_value() == "ada@example.com"


def test_axe_finds_nothing_on_the_way_to_a_hold(visit: Any) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="ada").wait_for()
    assert faults_in_any_look(page) == []
    page.get_by_role("button", name="ada").click()
    await_booking(page)
    assert faults_in_any_look(page) == []
    page.goto(page.url.split("/booking/")[0] + "/bookings")
    rest(page)
    assert faults_in_any_look(page) == []


def refuse_holds(page: Any, code: str) -> None:
    problem = json.dumps({"code": code, "detail": "No.", "status": 403})
    page.route(
        "**/HoldSeat/**", lambda route: route.fulfill(status=403, content_type="application/problem+json", body=problem)
    )


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_refusal_is_an_alert_beside_the_button_and_not_small_print(visit: Any, size: tuple[int, int]) -> None:
    page = open_room(visit, size=size, expected=("403", *NO_ORDER_YET))
    refuse_holds(page, "blocked")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="ada").click()
    refusal = page.locator(".continue").get_by_role("alert")
    refusal.wait_for()
    assert "You cannot hold seats at the moment. Please ask the cinema." in refusal.inner_text()
    assert refusal.count() == 1 and refusal.is_visible()
    assert wider_than_its_window(page) == 0
    assert faults(page) == []
