"""From held seats to tickets: the provider's card form, its bank, and what goes wrong between."""

import base64
import re
from typing import Any

import pytest

from tests.browser.cinema_server import CinemaServer
from tests.browser.conftest import DESK, PHONE, faults, faults_in_any_look, rest
from tests.browser.payments import APPROVE
from tests.browser.test_holding import NO_ORDER_YET, await_booking
from tests.browser.test_room import EVENT, await_choice, open_room
from tests.waiting import eventually

VISA, NO_FUNDS, EXPIRED_CARD, ASKS, SLOW_BANK = (
    "Visa: pays",
    "Declined: insufficient funds",
    "Declined: the card has expired",
    "The bank asks each time",
    "Slow bank",
)
CARD_FORM = ".card-fields iframe"
# Width, height, and a byte a pixel
GREY = """async (png) => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const { width, height } = picture;
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let grey = "";
  for (let at = 0; at < data.length; at += 4) grey += String.fromCharCode((data[at] + data[at + 1] + data[at + 2]) / 3);
  return [width, height, btoa(grey)];
}"""


def hold(visit: Any, expected: tuple[str, ...] = (), **options: Any) -> Any:
    page = open_room(visit, expected=(*NO_ORDER_YET, *expected), **options)
    page.locator(".continue .button").click()
    page.get_by_role("button", name="ada").click()
    await_booking(page)
    return page


def choose_card(page: Any, card: str) -> None:
    page.locator(".card-fields[data-state=ready]").wait_for()
    page.frame_locator(CARD_FORM).get_by_text(card).click()


def pay(page: Any, card: str) -> None:
    choose_card(page, card)
    page.locator(".pay-button").click()


def captured(server: CinemaServer) -> list[int]:
    return [intent["amount_received"] for intent in server.sandbox.ledger()["payment_intents"]]


def test_seats_are_paid_and_become_tickets_with_codes(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    price = page.locator(".pay-button").inner_text()
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    assert page.get_by_role("heading", level=1).inner_text() == "Booked"
    assert page.locator(".ticket svg[role=img]").count() == 2
    assert price == "Pay €23" and sum(captured(server)) == 2300
    assert server.cinema.broken_promises() == []
    page.get_by_role("link", name="My bookings").click()
    page.get_by_text("Booked").wait_for()


def test_a_double_click_on_pay_pays_once_and_leads_to_what_came_of_it(visit: Any, server: CinemaServer) -> None:
    page = hold(visit, size=PHONE)
    choose_card(page, VISA)
    page.locator(".pay-button").dblclick()
    page.locator(".ticket").first.wait_for()
    page.wait_for_selector("h1:focus")
    assert 0 <= page.locator("h1").bounding_box()["y"] < PHONE[1], "the view stands at the new state's name"
    assert captured(server) == [2300]


def test_a_declined_card_is_said_in_words_and_another_pays(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    pay(page, NO_FUNDS)
    page.get_by_text("There is not enough money on this card.").wait_for()
    assert page.get_by_role("timer").is_visible() and page.locator(".stub-seats b").count() == 2
    assert page.frame_locator(CARD_FORM).locator("input:checked").count() == 1, "what was chosen is still there"
    pay(page, EXPIRED_CARD)
    page.get_by_text("This card has expired.").wait_for()
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    assert sorted(captured(server)) == [0, 0, 2300]


def test_a_reload_while_paying_and_another_device_show_the_same(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    server.workers_rest = True
    pay(page, VISA)
    page.get_by_text("Your seats are safe while we talk to your bank.").wait_for()
    page.reload()
    page.get_by_text("Your seats are safe while we talk to your bank.").wait_for()
    assert page.locator(".pay-button").count() == 0
    other = visit("/sign-in?to=" + page.url.split(server.url)[1], at_rest=False)
    other.get_by_role("button", name="ada").click()
    other.get_by_text("Your seats are safe while we talk to your bank.").wait_for()
    server.workers_rest = False
    server.work()
    for seen in (page, other):
        seen.locator(".ticket").first.wait_for()
    assert captured(server) == [2300]


def test_a_slow_bank_may_be_left_alone_and_says_until_when(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    pay(page, SLOW_BANK)
    page.get_by_text("Your bank is slow. You may close this page").wait_for()
    server.cinema.clock.advance(seconds=61)
    page.reload()
    page.get_by_text(re.compile(r"It is decided by \d\d:\d\d at the latest")).wait_for()


def test_a_busy_box_office_gets_the_same_payment_again(visit: Any, server: CinemaServer) -> None:
    page = hold(visit, expected=("503",))
    server.failing.add("submit_payment")
    pay(page, VISA)
    page.get_by_text("your payment is sent again by itself").wait_for()
    assert page.locator(".pay-button").is_disabled()
    page.reload()
    page.get_by_text("your payment is sent again by itself").wait_for()
    server.failing.clear()
    page.locator(".ticket").first.wait_for()
    assert captured(server) == [2300]


def test_the_bank_asks_in_a_frame_and_the_booking_says_what_came_of_it(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    pay(page, ASKS)
    page.frame_locator("dialog iframe").get_by_role("button", name="Refuse the payment").click()
    page.get_by_text("The payment was not confirmed with your bank.").wait_for()
    pay(page, ASKS)
    page.frame_locator("dialog iframe").get_by_role("button", name=APPROVE["en"]).click()
    page.locator(".ticket").first.wait_for()
    assert sorted(captured(server)) == [0, 2300]


@pytest.mark.journey("4 back from the bank by back, by forward, and in another browser")
def test_after_a_reload_the_banks_page_waits_for_a_press(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    pay(page, ASKS)
    page.locator("dialog iframe").wait_for()
    page.reload()
    page.get_by_role("button", name="Confirm with your bank").click()
    page.frame_locator("dialog iframe").get_by_role("button", name=APPROVE["en"]).click()
    page.locator(".ticket").first.wait_for()
    assert captured(server) == [2300]


@pytest.mark.journey("4 back from the bank by back, by forward, and in another browser")
def test_the_way_back_from_a_bank_s_page_leads_to_the_booking(visit: Any) -> None:
    page = hold(visit)
    address = page.url
    pay(page, ASKS)
    page.locator("dialog iframe").wait_for()
    page.goto(address.split("/booking/")[0] + "/?payment_intent=pi_x&redirect_status=succeeded")
    page.wait_for_url(address)
    page.get_by_role("heading", level=1, name="Paying").wait_for()


def test_without_the_provider_s_script_the_seats_stay_and_it_is_loaded_again(visit: Any) -> None:
    page = open_room(visit, expected=(*NO_ORDER_YET, "ERR_FAILED"))
    page.route("**/v3/", lambda route: route.abort())
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="ada").click()
    page.get_by_text("The card form did not load.").wait_for()
    assert page.locator(".pay-button").is_disabled() and page.get_by_role("timer").is_visible()
    page.unroute("**/v3/")
    page.get_by_role("button", name="Load it again").click()
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()


def test_the_card_form_turns_dark_with_the_page_and_keeps_what_was_typed(visit: Any) -> None:
    page = hold(visit, color_scheme="light")
    choose_card(page, VISA)
    shown = "getComputedStyle(document.documentElement).colorScheme"
    for wanted in ("dark", "light"):
        page.emulate_media(color_scheme=wanted)
        eventually(lambda wanted=wanted: page.frames[1].evaluate(shown) == wanted, f"the card form is not {wanted}")
        assert page.frame_locator(CARD_FORM).locator("input:checked").count() == 1


def test_a_card_that_was_kept_pays_the_next_time(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    choose_card(page, VISA)
    page.get_by_label("Keep this card for next time").check()
    page.locator(".pay-button").click()
    page.locator(".ticket").first.wait_for()
    page.goto(f"{server.url}/showing/{EVENT}")
    await_choice(page)
    page.locator(".continue .button").click()
    page.get_by_label("Visa, ending in 4242").wait_for()
    page.locator(".pay-button").click()
    page.locator(".ticket").first.wait_for()
    assert len(captured(server)) == 2 and all(captured(server))


def test_tickets_are_given_back_and_the_money_with_them(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    pay(page, VISA)
    seats = page.locator(".stub-seats b").all_inner_texts()
    page.get_by_role("button", name="Give the tickets back").click()
    page.get_by_text("€23 goes back to the card that you paid with.").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Keep them"
    page.get_by_role("dialog").get_by_role("button", name="Give the tickets back").click()
    page.get_by_role("heading", level=1, name="Paid back").wait_for()
    assert page.locator(".ticket svg").count() == 0 and page.locator(".ticket[data-void]").count() == 2
    assert [refund["amount"] for refund in server.sandbox.ledger()["refunds"]] == [2300]
    assert [server.cinema.seat(one, EVENT)["status"] for one in seats] == ["empty", "empty"]


def test_a_ticket_that_the_cinema_gave_back_is_no_seat_and_no_price_any_more(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    seats = page.locator(".stub-seats b").all_inner_texts()
    (order,) = server.cinema.table.orders.values()
    ticket = next(one["ticket_id"] for one in order.tickets if one["seat_id"] == seats[0])
    with server.one_at_a_time:
        answer = server.cinema.refund(
            "boss", EVENT, groups=("manager",), order_id=order.order_id, tickets=[ticket], reason="a broken seat"
        )
        server.cinema.deliver()
    assert answer.status in (200, 202), answer
    page.reload()
    rest(page)
    assert page.locator(".stub-seats b").all_inner_texts() == [seats[1]]
    assert page.locator(".stub-seats s").all_inner_texts() == [seats[0]]
    assert page.locator(".stub-foot b").inner_text() == "€11.50"
    page.get_by_role("button", name="Give the tickets back").click()
    page.get_by_text("€11.50 goes back to the card that you paid with.").wait_for()
    page.get_by_role("button", name="Keep them").click()
    page.get_by_role("link", name="My bookings").click()
    page.get_by_text("1 ticket · €11.50").wait_for()
    assert page.get_by_text(seats[0]).count() == 0 and faults(page) == []


def test_a_calendar_file_has_the_showing(visit: Any) -> None:
    page = hold(visit)
    pay(page, VISA)
    with page.expect_download() as download:
        page.get_by_role("button", name="Calendar file").click()
    text = download.value.path().read_text()
    assert "DTSTART:20261126T193000Z" in text and re.search(r"SEQUENCE:\d+", text)


def test_axe_finds_nothing_in_any_state(visit: Any, server: CinemaServer) -> None:
    page = hold(visit)

    def is_fine(state: str) -> None:
        assert (state, faults_in_any_look(page)) == (state, [])

    page.locator(".card-fields[data-state=ready]").wait_for()
    is_fine("held")
    pay(page, NO_FUNDS)
    page.locator(".declined").wait_for()
    is_fine("declined")
    server.workers_rest = True
    pay(page, VISA)
    page.locator(".paying").wait_for()
    is_fine("paying")
    server.workers_rest = False
    server.work()
    page.locator(".ticket").first.wait_for()
    is_fine("booked")
    page.get_by_role("button", name="Give the tickets back").click()
    is_fine("giving back")
    page.get_by_role("dialog").get_by_role("button", name="Give the tickets back").click()
    page.locator(".money-back").wait_for()
    is_fine("given back")


@pytest.mark.journey("9 a dark screenshot's code is read")
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_dark_screenshot_s_codes_are_read(visit: Any, browser: Any, size: tuple[int, int]) -> None:
    page = hold(visit, size=size, color_scheme="dark")
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    assert page.locator("svg.code").first.bounding_box()["width"] >= 240
    read = codes_of(browser, page.screenshot(full_page=True))
    assert len(read) == 2 and all(code.startswith("BO2:") for code in read)


def test_on_a_phone_one_tap_brings_the_first_code_into_view(visit: Any, browser: Any) -> None:
    page = hold(visit, size=PHONE)
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    assert codes_of(browser, page.screenshot()) == []
    page.get_by_role("link", name="Show the codes").click()
    eventually(lambda: len(codes_of(browser, page.screenshot())) == 1, "the first code is in view")


def codes_of(browser: Any, png: bytes) -> list[str]:
    """The browser unpacks the picture: the tests have no other reader of PNG."""
    import zxingcpp

    blank = browser.new_page()
    width, height, grey = blank.evaluate(GREY, base64.b64encode(png).decode())
    blank.close()
    pixels = memoryview(base64.b64decode(grey)).cast("B", (height, width))
    return sorted(code.text for code in zxingcpp.read_barcodes(pixels))
