"""Films, programmes, theaters, before any account."""

from typing import Any

import pytest

from tests.browser.cinema_server import CinemaServer
from tests.browser.conftest import PHONE, faults_in_any_look, held_back, large_text, rest, wider_than_its_window
from tests.waiting import eventually

PAGES = {
    "films": "/",
    "film": "/film/the-good-the-bad-and-the-ugly",
    "programme": "/programme/lisboa/2026-11-26",
    "theaters": "/theaters",
    "accessibility": "/accessibility",
    "nowhere": "/no/such/place",
}

# What web/src/intent.ts loads once the browser is idle, which may be long after the page is at rest.
VIEWS_ARE_HERE = """(() => {
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  const here = (view) => files.some((file) => file.includes(`/${view}View-`) && file.endsWith(".js"));
  return ["Film", "Programme", "Theaters", "Showing", "Booking", "SignIn"].every(here)
    && [...document.querySelectorAll("link[href^='/assets/']")].every(({ href }) => files.includes(href));
})()"""


def test_every_film_has_a_poster_and_a_word_of_its_director_finds_it(visit: Any) -> None:
    page = visit("/")
    assert page.locator(".wall li svg.poster").count() == 100
    page.get_by_label("Find a film").fill("mood LOVE")
    page.get_by_role("status").filter(has_text="1 film").wait_for()
    assert "In the Mood for Love" in page.locator(".wall").inner_text()
    assert page.get_by_role("status").inner_text() == "1 film"


def test_from_the_wall_to_a_film_to_its_showing_without_a_reload(visit: Any) -> None:
    page = visit("/")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("link", name="Vertigo").click()
    page.wait_for_selector("h1:text-is('Vertigo')")
    assert page.evaluate("document.activeElement.ariaLabel") == "Vertigo"  # so that a screen reader says it
    assert page.title() == "Vertigo · Box Office"
    page.locator(".film-time").first.click()
    page.wait_for_url("**/showing/**")
    assert page.evaluate("window.sameDocument") is True


FOCUS_WITH_THE_VIEW = """(path) => new Promise((done) => {
  const observer = new MutationObserver(() => {
    if (!document.querySelector("main .wall")) return;
    observer.disconnect();
    done([document.activeElement.tagName, document.title]);
  });
  observer.observe(document.body, { subtree: true, childList: true });
  document.querySelector(`a[href="${path}"]`).click();
})"""


def test_the_focus_is_in_a_view_as_soon_as_there_is_one(visit: Any) -> None:
    """Later it would be taken from a field that the visitor is in already."""
    page = visit("/theaters")
    assert page.evaluate(FOCUS_WITH_THE_VIEW, "/") == ["MAIN", "Now showing · Box Office"]


def test_a_programme_is_not_at_rest_before_its_cinema_has_its_name(visit: Any, server: CinemaServer) -> None:
    page = visit("/sign-in")
    with held_back(page, "**/GetListOfTheater/**"):
        page.goto(f"{server.url}/programme/lisboa")
        page.locator(".entry").first.wait_for()
        assert page.locator("main").get_attribute("aria-busy") == "true"
    rest(page)
    assert page.locator("h1").inner_text() == "Cine Tejo"


def test_a_programme_s_times_are_the_theater_s_in_a_browser_anywhere(visit: Any) -> None:
    at_home = visit("/programme/lisboa/2026-11-26", timezone_id="Europe/Lisbon")
    far_away = visit("/programme/lisboa/2026-11-26", timezone_id="Asia/Tokyo")
    assert at_home.locator("main").inner_text() == far_away.locator("main").inner_text()
    assert at_home.locator(".entry time").first.inner_text() == "10:35"


def test_prices_are_in_the_theater_s_currency_and_language_of_the_page(visit: Any) -> None:
    tokyo = visit("/programme/tokyo/2026-11-27")
    assert "from ¥1,500" in tokyo.locator(".entry-price").first.inner_text()
    spanish = visit("/programme/lisboa/2026-11-26", locale="es-ES")
    assert "desde 9\xa0€" in spanish.locator(".entry-price").first.inner_text()
    assert spanish.evaluate("document.documentElement.lang") == "es"


def test_a_language_that_was_chosen_is_still_there_after_a_reload(visit: Any) -> None:
    page = visit("/theaters")
    page.get_by_role("button", name="Español").click()
    page.wait_for_selector("h1:text-is('Cines')")
    page.reload()
    rest(page)
    assert page.locator("h1").inner_text() == "Cines"


def test_another_day_and_theater_are_one_choice_away(visit: Any) -> None:
    page = visit("/programme/lisboa")
    page.get_by_label("Cinemas").select_option("london")
    page.wait_for_url("**/programme/london")
    page.get_by_role("link", name="Tomorrow").click()
    page.wait_for_url("**/programme/london/2026-11-26")
    page.get_by_role("link", name="Programme").click()
    page.wait_for_url("**/programme")
    page.wait_for_selector("h1:text-is('The Lantern')")  # where one looked last


def test_a_link_is_asked_for_before_it_is_followed(visit: Any, server: CinemaServer) -> None:
    page = visit("/")
    page.get_by_role("link", name="Vertigo").hover()
    eventually(lambda: "get_movie_detail vertigo" in server.asked, "the film is not asked for")


def test_no_answer_is_said_and_asked_again_by_itself(visit: Any, server: CinemaServer) -> None:
    server.failing.add("get_list_of_movie")
    page = visit("/", at_rest=False, expected=("503",))
    page.wait_for_selector("text=The box office does not answer")
    server.failing.clear()
    page.wait_for_selector(".wall svg.poster")


def test_offline_is_said(visit: Any) -> None:
    page = visit("/", expected=("ERR_INTERNET_DISCONNECTED",))
    eventually(lambda: page.evaluate(VIEWS_ARE_HERE), "the views are not loaded")
    page.context.set_offline(True)
    page.get_by_role("link", name="Vertigo").click()
    page.wait_for_selector("text=You are offline")
    page.context.set_offline(False)
    page.wait_for_selector("h1:text-is('Vertigo')")


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(visit: Any, path: str) -> None:
    assert faults_in_any_look(visit(path, size=PHONE), PHONE) == []


@pytest.mark.parametrize("path", [*PAGES.values(), "/showing/lisboa-3-20261126-1930", "/sign-in"])
def test_with_text_at_200_percent_nothing_is_wider_than_a_phone(visit: Any, path: str) -> None:
    page = visit(path, size=PHONE)
    large_text(page)
    assert wider_than_its_window(page) == 0
