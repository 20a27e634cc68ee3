"""What turns up between a hold and its tickets: the time is over, another device acts, the bank or the box office is
silent. The page says what is so, promises nothing else, and loses nothing that was typed."""

import re
from typing import Any

import pytest

from tests.browser.cinema_server import CinemaServer, all_seats, mark_taken
from tests.browser.conftest import faults, faults_in_any_look, held_back
from tests.browser.payments import APPROVE
from tests.browser.test_holding import NO_ORDER_YET, sign_in_and_hold
from tests.browser.test_journeys import at_the_bank, left, look_again
from tests.browser.test_offline import sign_in
from tests.browser.test_paying import ASKS, CARD_FORM, SLOW_BANK, VISA, captured, choose_card, hold, pay
from tests.browser.test_room import EVENT, await_choice, chosen, open_room, poll_now, seat
from tests.waiting import eventually

BOOKING = "**/GetBooking/**"
FORGETS = "addEventListener('pagehide', () => sessionStorage.clear())"


def held_seats(page: Any) -> list[str]:
    return page.locator(".stub-seats b").all_inner_texts()


def lapse(server: CinemaServer, page: Any) -> None:
    left(server, -2)
    look_again(page)
    page.get_by_role("heading", level=1, name="The time is over").wait_for()


def others_buy(server: CinemaServer, page: Any, seats: list[str]) -> None:
    mark_taken(server.cinema, EVENT, seats)
    server.cinema.cache.wipe()
    server.cinema.clock.advance(seconds=5)  # the function that answers maps has forgotten the last one
    poll_now(page)


def another_device(visit: Any, page: Any, server: CinemaServer) -> Any:
    """The same customer's, at the same booking."""
    other = visit("/sign-in?to=" + page.url.removeprefix(server.url), at_rest=False)
    other.get_by_role("button", name="ada").click()
    other.wait_for_url(page.url)
    other.locator(".stub").wait_for()
    return other


# The time is over


def test_when_the_time_is_over_one_tap_holds_the_seats_again_and_nothing_typed_is_lost(
    visit: Any, server: CinemaServer
) -> None:
    page = hold(visit)
    seats, first = held_seats(page), page.url
    choose_card(page, VISA)
    lapse(server, page)
    page.get_by_text("They are still free.").wait_for()
    assert held_seats(page) == seats, "what was lost"
    page.get_by_role("button", name=f"Hold {seats[0]} and {seats[1]} again").click()
    page.get_by_role("timer").wait_for()
    assert page.url != first and held_seats(page) == seats
    assert page.frame_locator(CARD_FORM).get_by_role("radio", name=VISA).is_checked()
    page.locator(".pay-button").click()
    page.locator(".ticket").first.wait_for()
    assert captured(server) == [2300] and server.cinema.broken_promises() == []
    page.reload()
    page.locator(".ticket").first.wait_for()


def test_when_the_time_is_over_what_went_is_said_and_what_is_free_is_held(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    kept, gone = held_seats(page)
    lapse(server, page)
    others_buy(server, page, [gone])
    page.get_by_text(f"Still free: {kept}. Taken: {gone}.").wait_for()
    page.get_by_role("button", name=f"Hold {kept} again").click()
    page.get_by_role("timer").wait_for()
    assert held_seats(page) == [kept]


def test_when_all_went_other_seats_are_one_tap_away(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    lost = held_seats(page)
    lapse(server, page)
    others_buy(server, page, lost)
    page.get_by_text("They have gone to other people.").wait_for()
    assert page.get_by_role("button", name=re.compile("again")).count() == 0
    page.get_by_role("link", name="Choose other seats").click()
    await_choice(page)
    assert not set(chosen(page)) & set(lost)


# One's own seats


def test_a_room_that_lies_open_shows_its_own_seats_to_no_other_user(visit: Any) -> None:
    page = hold(visit)
    page.go_back()
    page.get_by_text("You hold").first.wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    other.evaluate("localStorage.removeItem('session')")
    page.get_by_text("You hold").first.wait_for(state="detached")
    sign_in(other, "grace", "/theaters")
    await_choice(page)
    assert page.get_by_text("You hold").count() == 0
    other.evaluate("localStorage.removeItem('session')")
    sign_in(other, "ada", "/theaters")
    page.get_by_text("You hold").first.wait_for()


# One's own last seats


def last_seats_of(page: Any, server: CinemaServer) -> list[str]:
    """The visitor holds two, and every other seat is sold or held by other people."""
    sign_in_and_hold(page)
    own = held_seats(page)
    others = [one for one in all_seats(server.cinema, EVENT) if one not in own]
    mark_taken(server.cinema, EVENT, others[:5], held=True)
    mark_taken(server.cinema, EVENT, others[5:])
    server.cinema.cache.wipe()
    return own


def test_the_last_seats_that_one_holds_oneself_are_not_held_by_other_people(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    own = last_seats_of(page, server)
    booking = page.url
    page.goto(f"{server.url}/showing/{EVENT}")
    page.get_by_role("heading", name="The last seats are yours").wait_for()
    assert f"You hold {own[0]} and {own[1]}. No other seat is free." in page.locator(".truth").inner_text()
    assert page.get_by_text("other people").count() == 0 and chosen(page) == own
    assert seat(page, own[0]).get_attribute("aria-label").endswith("yours")
    page.get_by_role("link", name="Pay now").click()
    page.wait_for_url(booking)


def test_one_of_one_s_own_last_seats_can_be_given_up(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    own = last_seats_of(page, server)
    page.goto(f"{server.url}/showing/{EVENT}")
    page.get_by_role("heading", name="The last seats are yours").wait_for()
    seat(page, own[1]).click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/booking/**")
    page.get_by_role("timer").wait_for()
    assert held_seats(page) == own[:1]


def test_the_last_seats_that_one_is_paying_for_are_one_s_own(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    own = held_seats(page)
    server.workers_rest = True
    pay(page, VISA)
    page.locator(".paying").wait_for()
    mark_taken(server.cinema, EVENT, [one for one in all_seats(server.cinema, EVENT) if one not in own])
    server.cinema.cache.wipe()
    page.goto(f"{server.url}/showing/{EVENT}")
    page.get_by_role("heading", name="The last seats are yours").wait_for()
    assert f"You are paying for {own[0]} and {own[1]}." in page.locator(".truth").inner_text()
    assert page.get_by_role("button", name="Continue").count() == 0


# Another device


def test_what_another_device_pays_is_seen_here_and_is_not_paid_again(visit: Any, server: CinemaServer) -> None:
    page = hold(visit, expected=("409",))
    choose_card(page, VISA)
    with held_back(page, BOOKING):
        other = another_device(visit, page, server)
        pay(other, VISA)
        other.locator(".ticket").first.wait_for()
        page.locator(".pay-button").click()
    page.locator(".ticket").first.wait_for()
    assert captured(server) == [2300]


def test_what_another_device_is_paying_cannot_be_extended_or_let_go_here(visit: Any, server: CinemaServer) -> None:
    page = hold(visit, expected=("409",))
    left(server, 300)
    look_again(page)
    page.get_by_role("timer").filter(has_text=re.compile("^(5:00|4:)")).wait_for()
    with held_back(page, BOOKING):
        other = another_device(visit, page, server)
        server.workers_rest = True
        pay(other, VISA)
        other.locator(".paying").wait_for()
        page.get_by_role("button", name="More time").click()
    page.get_by_text("Your seats are safe while we talk to your bank.").wait_for()
    assert page.get_by_role("button", name="Let them go").count() == 0


def test_what_another_device_lets_go_is_said_when_this_one_is_seen_again(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    other = another_device(visit, page, server)
    other.get_by_role("button", name="Let them go").click()
    other.wait_for_url("**/showing/**")
    look_again(page)
    page.get_by_role("heading", level=1, name="Let go").wait_for()
    page.get_by_text("They are still free.").wait_for()


def test_a_page_that_only_lies_open_sees_what_another_device_did(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    page.clock.install()
    sign_in_and_hold(page)
    other = another_device(visit, page, server)
    pay(other, VISA)
    other.locator(".ticket").first.wait_for()
    page.clock.run_for(31_000)
    page.locator(".ticket").first.wait_for()


# The bank


def test_closing_the_bank_s_page_leads_back_to_the_form_with_seats_and_time(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    seats = held_seats(page)
    pay(page, ASKS)
    page.frame_locator("dialog iframe").get_by_role("button", name=APPROVE["en"]).wait_for()
    page.get_by_role("button", name="Close").click()
    page.get_by_text("The payment was not confirmed with your bank.").wait_for()
    assert held_seats(page) == seats and page.get_by_role("timer").is_visible()
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    assert sorted(captured(server)) == [0, 2300]


def test_another_card_takes_the_place_of_the_one_that_the_bank_asks_about(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    pay(page, ASKS)
    page.locator("dialog iframe").wait_for()
    page.reload()
    page.get_by_role("button", name="Pay with another card").click()
    page.get_by_text("takes the place of the payment that your bank asked about").wait_for()
    page.get_by_role("button", name="Back to your bank's question").click()
    page.get_by_role("button", name="Confirm with your bank").wait_for()
    page.get_by_role("button", name="Pay with another card").click()
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    assert sorted(captured(server)) == [0, 2300] and server.cinema.broken_promises() == []


def test_instead_of_a_saved_card_that_the_bank_asks_about_the_fields_are_offered_alone(
    visit: Any, server: CinemaServer
) -> None:
    page, booking, _ = at_the_bank(visit, server)
    page.go_back()
    page.wait_for_url(booking)
    page.get_by_role("button", name="Pay with another card").click()
    page.locator(".card-fields[data-state=ready]").wait_for()
    assert page.get_by_label("Visa, ending in").count() == 0
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    assert sorted(map(bool, captured(server))) == [False, True, True] and server.cinema.broken_promises() == []


def test_an_accepted_card_after_which_nothing_changes_does_not_hide_the_bank_s_question(
    visit: Any, server: CinemaServer
) -> None:
    page = hold(visit)
    pay(page, ASKS)
    page.locator("dialog iframe").wait_for()
    page.reload()
    page.get_by_role("button", name="Pay with another card").click()
    server.workers_rest = True
    to_bank = page.get_by_role("button", name="Confirm with your bank")
    with held_back(page, BOOKING):
        pay(page, VISA)
        page.locator(".pay-button").wait_for(state="hidden")
        assert to_bank.count() == 0, "the first answers may still show the question of the card before"
    to_bank.wait_for()
    assert page.locator("dialog").count() == 0, "it waits for a press"
    server.workers_rest = False
    server.work()
    page.locator(".ticket").first.wait_for()
    assert sorted(captured(server)) == [0, 2300] and server.cinema.broken_promises() == []


UNRESOLVED = {
    "en-GB": (SLOW_BANK, "Being looked into", "If you were charged, you get these seats or your money back."),
    "es-ES": (
        "Banco lento",
        "En revisión",
        "Si se te ha cobrado, te quedas con estas butacas o se te devuelve el dinero.",
    ),
}


@pytest.mark.parametrize("language", UNRESOLVED)
def test_a_payment_that_no_bank_decides_promises_seats_or_money_and_asks_for_nothing(
    visit: Any, server: CinemaServer, language: str
) -> None:
    page = hold(visit, locale=language)
    card, title, words = UNRESOLVED[language]
    pay(page, card)
    page.locator(".paying").wait_for()
    leave_unresolved(server)
    page.get_by_role("heading", level=1, name=title).wait_for()
    assert page.get_by_text(words).is_visible()
    assert page.locator(".stub-side button:visible, .stub-side a:visible").count() == 0, "there is nothing to press"
    server.sandbox.switch("mode", mode="ok")
    (intent,) = server.sandbox.ledger()["payment_intents"]
    server.sandbox.switch("settle", payment_intent=intent["id"], outcome="succeed")
    server.cinema.clock.advance(minutes=2)
    server.reconcile()
    page.locator(".ticket").first.wait_for()
    assert captured(server) == [2300] and server.cinema.broken_promises() == []


def leave_unresolved(server: CinemaServer) -> None:
    """The provider does not answer until after the cap."""
    server.sandbox.switch("mode", mode="down")
    server.cinema.clock.advance(minutes=16)
    server.reconcile()


def test_while_it_is_being_paid_nothing_can_be_paid_again(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    pay(page, SLOW_BANK)
    for minutes in (0, 2, 10):
        server.cinema.clock.advance(minutes=minutes)
        look_again(page)
        page.locator(".paying").wait_for()
        assert page.locator(".stub-side button:visible").count() == 0
        assert not re.search("again|once more", page.locator(".stub-side").inner_text())


# The box office


def test_a_hold_in_line_promises_nothing_and_is_there_when_it_is_made(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    server.workers_rest = server.cinema.table.writes_stopped = True
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="ada").click()
    page.get_by_text("Nothing is promised yet: the box office is busy, and your request is in line.").wait_for()
    assert faults(page) == []
    server.workers_rest = server.cinema.table.writes_stopped = False
    server.work()
    page.get_by_role("timer").wait_for()
    assert len(held_seats(page)) == 2
    page.wait_for_url(lambda url: "/booking/" in url and not url.endswith("queued"))


def test_a_hold_in_line_is_not_said_to_have_no_answer_while_the_table_is_away(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=("503", *NO_ORDER_YET))
    server.workers_rest = server.cinema.table.writes_stopped = True
    page.get_by_role("button", name="Continue").click()
    with page.expect_response("**/GetBooking/**"):  # the room's own question
        page.get_by_role("button", name="ada").click()
    server.failing.add("get_booking")
    in_line = page.get_by_text("Nothing is promised yet: the box office is busy, and your request is in line.")
    in_line.wait_for()
    for _ in range(2):
        with page.expect_response("**/GetBooking/**"):
            look_again(page)
        page.wait_for_timeout(100)
        assert in_line.is_visible() and page.get_by_text("The box office does not answer").count() == 0
    server.failing.clear()
    server.workers_rest = server.cinema.table.writes_stopped = False
    server.work()
    page.get_by_role("timer").wait_for()
    page.wait_for_url(lambda url: not url.endswith("queued"))


def test_a_hold_in_line_that_comes_too_late_says_that_nothing_was_held(visit: Any, server: CinemaServer) -> None:
    page = open_room(visit, expected=NO_ORDER_YET)
    server.workers_rest = server.cinema.table.writes_stopped = True
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="ada").click()
    page.get_by_text("Nothing is promised yet: the box office is busy").wait_for()
    mark_taken(server.cinema, EVENT, all_seats(server.cinema, EVENT)[60:])
    server.workers_rest = server.cinema.table.writes_stopped = False
    server.work()
    page.get_by_text("These seats went to somebody else while your request was in line. Nothing was held.").wait_for()


@pytest.mark.parametrize("act", ["More time", "Let them go"])
def test_an_act_that_the_box_office_does_not_answer_is_said_beside_it(
    visit: Any, server: CinemaServer, act: str
) -> None:
    page = hold(visit, expected=("503",))
    left(server, 300)
    look_again(page)
    verb = {"More time": "extend_hold", "Let them go": "release_seat"}[act]
    server.failing.add(verb)
    page.get_by_role("button", name=act).click()
    page.get_by_role("alert").filter(has_text="The box office did not answer").wait_for()
    assert page.get_by_role("timer").is_visible()
    server.failing.clear()
    page.get_by_role("button", name=act).click()
    page.get_by_text("The box office did not answer").wait_for(state="detached")


@pytest.mark.parametrize(("lost", "sent"), [("on its way there", 2), ("on its way back", 1)])
def test_a_reload_between_pay_and_its_answer_charges_once_by_the_same_key(
    visit: Any, server: CinemaServer, lost: str, sent: int
) -> None:
    """What the booking shows as paid, or being paid, is not sent again."""
    page = hold(visit)
    keys = keys_of_payments(page, lost)
    pay(page, VISA)
    await_first(page, keys)
    page.reload()
    page.locator(".ticket").first.wait_for()
    assert keys == [keys[0]] * sent and captured(server) == [2300]


def test_a_page_that_forgot_its_key_would_lose_the_payment(visit: Any, server: CinemaServer) -> None:
    """The control of the reload between Pay and its answer."""
    page = hold(visit)
    page.evaluate(FORGETS)
    keys = keys_of_payments(page, "on its way there")
    pay(page, VISA)
    await_first(page, keys)
    page.reload()
    page.locator(".pay-button").wait_for()
    assert len(keys) == 1 and captured(server) == []


def keys_of_payments(page: Any, lost: str) -> list[str]:
    """The Idempotency-Key of each; the first gets no answer."""
    keys: list[str] = []

    def submit(route: Any) -> None:
        if keys:
            route.continue_()
        elif lost == "on its way back":
            route.fetch()
        keys.append(route.request.headers["idempotency-key"])  # once the box office has what is on its way back

    page.route("**/SubmitPayment/**", submit)
    return keys


def await_first(page: Any, keys: list[str]) -> None:
    eventually(lambda: page.wait_for_timeout(50) or keys, "the page sent no payment")


# How it looks


def test_axe_finds_nothing_in_any_turn(visit: Any, server: CinemaServer) -> None:
    def is_fine(page: Any, state: str) -> None:
        assert (state, faults_in_any_look(page)) == (state, [])

    page = hold(visit)
    pay(page, ASKS)
    page.locator("dialog iframe").wait_for()
    page.reload()
    page.get_by_role("button", name="Pay with another card").click()
    page.locator(".card-fields[data-state=ready]").wait_for()
    is_fine(page, "another card")
    pay(page, SLOW_BANK)
    page.locator(".paying").wait_for()
    leave_unresolved(server)
    page.get_by_role("heading", level=1, name="Being looked into").wait_for()
    is_fine(page, "unresolved")
    server.sandbox.switch("mode", mode="ok")

    page = open_room(visit, expected=NO_ORDER_YET)
    sign_in_and_hold(page, "grace")
    server.cinema.clock.advance(minutes=11)
    look_again(page)
    page.get_by_text("They are still free.").wait_for()
    is_fine(page, "the time is over")
    page.get_by_role("button", name=re.compile("^Hold ")).click()
    page.get_by_role("timer").wait_for()
    own = held_seats(page)
    mark_taken(server.cinema, EVENT, [one for one in all_seats(server.cinema, EVENT) if one not in own])
    server.cinema.cache.wipe()
    page.goto(f"{server.url}/showing/{EVENT}")
    page.get_by_role("heading", name="The last seats are yours").wait_for()
    is_fine(page, "the last seats")
