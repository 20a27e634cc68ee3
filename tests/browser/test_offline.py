"""Without a connection: tickets that were seen are readable on their owner's device, and nothing else is answered from
memory."""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser import cinema_server
from tests.browser.cinema_server import NOON, CinemaServer
from tests.browser.conftest import PHONE, faults_in_any_look, rest
from tests.browser.test_paying import codes_of
from tests.browser.test_room import EVENT
from tests.waiting import eventually

NO_CONNECTION = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "ERR_FAILED")
WITHOUT_ANSWER = "the box office cannot be reached at the moment"
STORED = "Object.entries(localStorage).map((one) => one.join(' ')).join(' ')"
CONTROLLED = """navigator.serviceWorker.ready.then(() => new Promise((done) => {
  if (navigator.serviceWorker.controller) done(true);
  else navigator.serviceWorker.addEventListener("controllerchange", () => done(true), { once: true });
}))"""
# As the page asks (web/src/api/client.ts): past the browser's own copies, which Cache-Control may allow for a while.
ASKED_ANEW = """(path) => fetch(path, { cache: "no-cache" })
  .then((answer) => answer.status, () => "no answer")"""
CACHED = """(async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
})()"""


@pytest.fixture
def service_worker() -> bool:
    return True


def book(server: CinemaServer, *seats: str, user: str = "ada") -> str:
    """The address of a booking that is paid."""
    cinema = server.cinema
    event = cinema.catalogue.events[EVENT]
    body = {
        "movie_id": event.movie_id,
        "theater_id": event.theater_id,
        "event_id": EVENT,
        "selected_seat": list(seats),
    }
    with server.one_at_a_time:
        held = cinema.call("hold_seat", {"movie_id": event.movie_id}, body, user)
        assert held.status == 201, held
        cinema.submit("pm_card_visa", user, EVENT, held.body["order_id"])
        cinema.deliver()
        assert cinema.booking(user, EVENT).body["status"] == "BOOKED"
    return f"/booking/{EVENT}/{held.body['order_id']}"


def sign_in(page: Any, name: str, to: str) -> None:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    page.goto(f"{origin}/sign-in?to={to}")
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(origin + to)  # whole: the address of the sign-in ends with it too
    rest(page)


def with_worker(page: Any) -> None:
    """Once the service worker has the page's files."""
    page.evaluate(CONTROLLED)


def seen_ticket(visit: Any, server: CinemaServer, *seats: str, **options: Any) -> tuple[Any, str]:
    address = book(server, *(seats or ("L13", "L14")))
    page = visit("/theaters", expected=(*NO_CONNECTION, "503"), **options)
    sign_in(page, "ada", address)
    page.locator(".ticket").first.wait_for()
    with_worker(page)
    return page, address


def test_a_ticket_that_was_seen_is_readable_without_a_connection(
    visit: Any, server: CinemaServer, browser: Any
) -> None:
    page, _ = seen_ticket(visit, server, size=PHONE)
    page.clock.set_fixed_time(NOON / 1000)
    page.context.set_offline(True)
    page.reload()
    page.locator(".ticket").first.wait_for()
    assert WITHOUT_ANSWER in page.locator(".stale").inner_text()
    codes = codes_of(browser, page.screenshot(full_page=True))
    assert len(codes) == 2 and all(code.startswith("BO2:") for code in codes)
    page.get_by_role("link", name="My bookings").click()
    page.wait_for_url("**/bookings")
    page.get_by_text("You are offline").wait_for()  # a list that was never seen is not made up
    page.get_by_role("main").get_by_role("link").first.click()
    page.locator(".ticket").first.wait_for()
    page.context.set_offline(False)
    page.locator(".stale").wait_for(state="detached")
    page.locator(".ticket").first.wait_for()


def test_my_bookings_that_were_seen_are_readable_without_a_connection(visit: Any, server: CinemaServer) -> None:
    page, _ = seen_ticket(visit, server)
    page.get_by_role("link", name="My bookings").click()
    page.locator(".bookings:not([aria-hidden]) h2").wait_for()
    film = page.locator(".bookings:not([aria-hidden]) h2").inner_text()
    page.context.set_offline(True)
    page.reload()
    page.locator(".bookings:not([aria-hidden]) h2").wait_for()
    assert page.locator(".bookings:not([aria-hidden]) h2").inner_text() == film
    assert WITHOUT_ANSWER in page.locator(".stale").inner_text()


def test_a_box_office_that_is_down_does_not_take_a_ticket_away(visit: Any, server: CinemaServer) -> None:
    page, _ = seen_ticket(visit, server)
    server.failing.add("get_booking")
    page.goto(page.url)
    page.locator(".stale").wait_for()
    assert page.locator(".ticket").count() == 2
    server.failing.clear()
    page.locator(".stale").wait_for(state="detached")


@pytest.mark.guards("personal data and secrets")
def test_signing_out_removes_the_tickets_from_the_device(visit: Any, server: CinemaServer) -> None:
    page, address = seen_ticket(visit, server)
    assert "BO2:" in page.evaluate(STORED)
    page.get_by_role("link", name="My bookings").click()
    page.get_by_role("button", name="Sign out").click()
    assert "BO2:" not in page.evaluate(STORED) and "tickets" not in page.evaluate(STORED)
    page.context.set_offline(True)
    page.goto(server.url + address)
    page.get_by_text("Sign in to see your bookings.").wait_for()
    assert page.locator(".ticket").count() == 0


@pytest.mark.guards("personal data and secrets")
def test_another_user_of_the_device_never_sees_the_tickets(visit: Any, server: CinemaServer) -> None:
    page, address = seen_ticket(visit, server)
    page.evaluate("localStorage.removeItem('session')")  # as if ada's browser had lost it: no sign-out was pressed
    sign_in(page, "grace", "/theaters")
    assert "BO2:" not in page.evaluate(STORED)
    page.context.set_offline(True)
    page.goto(server.url + address)
    page.get_by_text("You are offline").wait_for()
    assert page.locator(".ticket").count() == 0 and page.locator(".readable").count() == 0


@pytest.mark.guards("personal data and secrets")
@pytest.mark.parametrize("signs_out", [True, False], ids=["after the sign-out", "without a sign-out, which keeps it"])
def test_an_answer_that_comes_after_the_sign_out_is_not_kept(visit: Any, server: CinemaServer, signs_out: bool) -> None:
    address = book(server, "L13")
    page = visit("/theaters")
    sign_in(page, "ada", "/bookings")
    page.locator(".bookings:not([aria-hidden]) h2").wait_for()

    def sign_out_elsewhere_then_answer(route: Any) -> None:
        """As another tab's sign-out of which this tab has not heard yet."""
        answer = route.fetch()
        if signs_out:
            page.evaluate("localStorage.removeItem('session')")
        route.fulfill(response=answer)

    page.route("**/GetBooking/**", sign_out_elsewhere_then_answer)
    with page.expect_response("**/GetBooking/**") as answered:
        page.evaluate(f"history.pushState(null, '', '{address}'); dispatchEvent(new PopStateEvent('popstate'))")
    assert answered.value.json()["status"] == "BOOKED"
    page.locator(".ticket").first.wait_for()
    assert ("BO2:" in page.evaluate(STORED)) is not signs_out


def test_tickets_that_were_given_back_are_not_kept(visit: Any, server: CinemaServer) -> None:
    page, _ = seen_ticket(visit, server)
    page.get_by_role("button", name="Give the tickets back").click()
    page.get_by_role("dialog").get_by_role("button", name="Give the tickets back").click()
    page.get_by_role("heading", level=1, name="Paid back").wait_for()
    assert "BO2:" not in page.evaluate(STORED)


def test_tickets_that_were_given_back_are_not_shown_when_the_box_office_is_not_reached_afterwards(
    visit: Any, server: CinemaServer
) -> None:
    page, address = seen_ticket(visit, server)
    page.get_by_role("link", name="My bookings").click()
    page.locator(".bookings:not([aria-hidden]) h2").wait_for()
    page.go_back()
    page.get_by_role("button", name="Give the tickets back").click()
    server.failing |= {"get_booking", "get_my_bookings"}
    page.get_by_role("dialog").get_by_role("button", name="Give the tickets back").click()
    page.get_by_role("heading", level=1, name="The box office does not answer").wait_for()
    assert page.locator(".ticket").count() == 0 and "BO2:" not in page.evaluate(STORED)
    page.context.set_offline(True)
    for path in (address, "/bookings"):
        page.goto(server.url + path)
        page.get_by_text("You are offline").wait_for() if path == address else page.locator(".stale").wait_for()
        assert page.locator(".ticket, .bookings:not([aria-hidden]) h2, .readable").count() == 0


def test_the_caches_have_the_page_s_files_and_no_answer_of_the_box_office(visit: Any, server: CinemaServer) -> None:
    page, _ = seen_ticket(visit, server)
    page.goto(f"{server.url}/showing/{EVENT}")
    page.wait_for_selector("[data-shown=chosen], [data-seat]", state="attached")
    cached = page.evaluate(CACHED)
    assert "/index.html" in cached and len(cached) > 20
    assert [path for path in cached if path != "/index.html" and not path.startswith("/assets/")] == []
    kept = json.loads(page.evaluate("localStorage.getItem('tickets')"))
    assert kept.keys() == {"owner", "list", "bookings"} and "token" not in json.dumps(kept).lower()


def test_what_is_true_now_is_never_answered_from_memory(visit: Any, server: CinemaServer) -> None:
    page, address = seen_ticket(visit, server)
    page.goto(f"{server.url}/showing/{EVENT}")
    page.wait_for_selector("[data-seat]", state="attached")
    page.context.set_offline(True)
    for path in (f"/SeatMap/api/v0/{EVENT}", f"/GetBooking/api/v0/{EVENT}", "/GetMyBookings/api/v0", "/config.json"):
        told = page.evaluate(ASKED_ANEW, path)
        assert (path, told) == (path, "no answer")


def test_the_offline_page_says_what_can_be_read_and_goes_on_by_itself(visit: Any, server: CinemaServer) -> None:
    page, address = seen_ticket(visit, server, size=PHONE)
    page.clock.set_fixed_time(NOON / 1000)  # the offer ends a day after the showing
    page.context.set_offline(True)
    page.goto(server.url + "/film/vertigo")
    page.get_by_text("Your tickets can be read without a connection:").wait_for()
    assert page.locator(".readable a").get_attribute("href") == address
    assert faults_in_any_look(page, PHONE) == []
    page.context.set_offline(False)
    page.get_by_role("heading", level=1, name="Vertigo").wait_for()


def test_the_browser_is_asked_once_to_keep_what_is_stored(visit: Any, server: CinemaServer) -> None:
    address = book(server, "L13")
    page = visit("/theaters")
    count = (
        "navigator.storage.persist = async () => (sessionStorage.asked = Number(sessionStorage.asked ?? 0) + 1, true)"
    )
    page.context.add_init_script(count)
    sign_in(page, "ada", address)
    page.locator(".ticket").first.wait_for()
    assert page.evaluate("sessionStorage.asked") == "1"
    page.reload()
    page.locator(".ticket").first.wait_for()
    assert page.evaluate("sessionStorage.asked") == "1"


def test_a_new_build_is_shown_at_once_and_its_worker_takes_over(
    visit: Any, server: CinemaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit("/theaters")
    with_worker(page)
    before = page.evaluate("caches.keys()")
    built = Path(shutil.copytree(cinema_server.DIST, tmp_path / "dist"))
    for name in ("index.html", "sw.js"):
        text = (built / name).read_text()
        changed = text.replace("<body>", "<body data-build='next'>") if name == "index.html" else "// next\n" + text
        (built / name).write_text(changed.replace("`page ${", "`page next ${"))
    monkeypatch.setattr(cinema_server, "DIST", built)
    page.reload()
    assert page.locator("body[data-build=next]").count() == 1, "the page comes from the network while there is one"

    def names() -> Any:
        return page.evaluate("caches.keys()")

    eventually(lambda: names() != before and [one.startswith("page next") for one in names()] == [True], names)
