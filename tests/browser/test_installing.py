"""The page as something to install, to link to and to be found; and its statement on accessibility."""

import json
import struct
from typing import Any

import pytest

from tests.browser.cinema_server import CinemaServer
from tests.browser.conftest import PHONE, faults_in_any_look
from tests.browser.test_offline import with_worker
from tests.waiting import eventually

TITLES = {
    "/": "Now showing · Box Office",
    "/film/vertigo": "Vertigo · Box Office",
    "/programme": "Programme · Box Office",
    "/programme/lisboa": "Programme, Cine Tejo · Box Office",
    "/theaters": "Cinemas · Box Office",
    "/showing/lisboa-3-20261126-1930": "Seats for The Third Man · Box Office",
    "/sign-in": "Sign in · Box Office",
    "/bookings": "My bookings · Box Office",
    "/accessibility": "Accessibility · Box Office",
    "/no/such/place": "This seat does not exist · Box Office",
}


@pytest.fixture
def service_worker() -> bool:
    return True


def test_a_browser_finds_nothing_that_keeps_the_page_from_being_installed(visit: Any) -> None:
    page = visit("/")
    with_worker(page)
    devtools = page.context.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["url"].endswith("/manifest.webmanifest") and manifest["errors"] == []
    found = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A browser window without a profile, as each test has, is the browser's own reason, and the only one.
    assert [one["errorId"] for one in found if one["errorId"] != "in-incognito"] == []


def test_the_icons_and_the_picture_for_links_are_served(visit: Any, server: CinemaServer) -> None:
    page = visit("/")
    manifest = page.request.get(f"{server.url}/manifest.webmanifest").json()
    for icon in manifest["icons"]:
        answer = page.request.get(server.url + icon["src"])
        assert (answer.status, answer.headers["content-type"]) == (200, icon["type"])
    card = page.request.get(f"{server.url}/card.png").body()
    assert struct.unpack(">II", card[16:24]) == (1200, 630)


def test_colours_of_the_browser_follow_light_and_dark(visit: Any) -> None:
    page = visit("/")
    themes = page.locator("meta[name=theme-color]").evaluate_all("(all) => all.map((one) => [one.media, one.content])")
    assert themes == [["(prefers-color-scheme: light)", "#f8f4ec"], ["(prefers-color-scheme: dark)", "#16120f"]]


@pytest.mark.parametrize("path", TITLES)
def test_each_place_has_a_title_of_its_own(visit: Any, path: str) -> None:
    page = visit(path)
    eventually(lambda: page.title() == TITLES[path], page.title)


def test_robots_may_find_films_and_no_one_s_bookings(visit: Any, server: CinemaServer) -> None:
    page = visit("/")
    robots = page.request.get(f"{server.url}/robots.txt")
    assert robots.status == 200 and robots.headers["content-type"].startswith("text/plain")
    assert "Disallow: /bookings" in robots.text() and "Disallow: /film" not in robots.text()


def test_a_place_that_is_not_there_is_not_to_be_collected_and_another_is(visit: Any) -> None:
    page = visit("/no/such/place")
    assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"
    page.get_by_role("link", name="See what is showing").click()
    page.wait_for_selector("h1:text-is('Now showing')")
    assert page.locator("meta[name=robots]").count() == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_statement_is_one_link_away_and_names_the_cinema_s_address(visit: Any, language: str) -> None:
    page = visit("/theaters", size=PHONE, locale={"en": "en-GB", "es": "es-ES"}[language])
    page.get_by_role("contentinfo").get_by_role("link").click()
    page.get_by_role("link", name="help@cinema.example").wait_for()
    page.get_by_text("Rua do Cais 4, Lisboa").wait_for()
    assert faults_in_any_look(page) == []


def test_without_an_address_the_statement_names_the_desks_alone(visit: Any, server: CinemaServer) -> None:
    config = {**server.config(), "contact_email": None}
    page = visit("/theaters")
    page.route("**/config.json", lambda route: route.fulfill(body=json.dumps(config), content_type="application/json"))
    page.get_by_role("link", name="Accessibility").click()
    page.get_by_text("Tell the desk of your cinema").wait_for()
    assert page.locator("a[href^=mailto]").count() == 0


def test_the_page_says_how_long_this_deployment_holds_seats(visit: Any, server: CinemaServer) -> None:
    config = {**server.config(), "hold_seconds": 900, "hold_seconds_max": 2_700}
    page = visit("/theaters")
    page.route("**/config.json", lambda route: route.fulfill(body=json.dumps(config), content_type="application/json"))
    page.get_by_role("link", name="Accessibility").click()
    page.get_by_text("Seats are held for 15 minutes.").wait_for()
    page.get_by_text("45 minutes are the longest that seats can be held").wait_for()


MISSING = {
    "/no/such/place": ("This seat does not exist", ()),
    "/film/none": ("This film is not here", ("404",)),
    "/showing/none": ("This showing is not here", ("404",)),
    "/programme/none": ("No such cinema or day", ("404",)),
}


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_leads_to_films_and_to_the_search(visit: Any, path: str) -> None:
    title, expected = MISSING[path]
    page = visit(path, size=PHONE, expected=expected)
    page.get_by_role("heading", level=1, name=title).wait_for()
    page.locator(".missing-films li").nth(5).wait_for()
    assert faults_in_any_look(page, PHONE) == []
    page.get_by_label("Find a film").fill("mood love")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=mood+love")
    page.get_by_role("status").filter(has_text="1 film").wait_for()
