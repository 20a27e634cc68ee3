"""Finding films: by words, kind, cinema, day, language and access, in an address that can be shared."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle
from typing import Any

import pytest

from tests.browser.cinema_server import CinemaServer
from tests.browser.conftest import PHONE, faults_in_any_look, rest
from tests.fakes.catalogue import FakeCatalogue
from tests.waiting import eventually

GENRES = (("drama", "crime"), ("comedy",), ("science_fiction",), ("quinqui",))
FACTS: tuple[dict[str, Any], ...] = (
    {"language": "de", "formats": ("35mm",)},
    {"language": "en", "access": ("captions",)},
    {"language": "pt", "access": ("audio_description",)},
)


SILENCE: dict[str, Any] = {"language": None, "subtitles": None, "formats": (), "access": ()}


def say_in_the_plan(
    server: CinemaServer, genres: Sequence[tuple[str, ...]], facts: Sequence[dict[str, Any]]
) -> CinemaServer:
    """The demo's films and showings, with these kinds and facts in turn."""
    catalogue = server.cinema.catalogue
    movies = [replace(movie, genres=kinds) for movie, kinds in zip(catalogue._movies.values(), cycle(genres))]
    events = [replace(event, **(SILENCE | one)) for event, one in zip(catalogue.events.values(), cycle(facts))]
    theaters, rooms = tuple(catalogue._theaters.values()), tuple(catalogue.rooms.values())
    server.cinema.catalogue = FakeCatalogue(movies, theaters, rooms, events)
    server.cinema._handlers.clear()
    return server


@pytest.fixture
def rich(server: CinemaServer) -> CinemaServer:
    return say_in_the_plan(server, GENRES, FACTS)


@pytest.fixture
def silent(server: CinemaServer) -> CinemaServer:
    """What a plan may leave out, this one leaves out."""
    return say_in_the_plan(server, [()], [{}])


def count(page: Any) -> int:
    return int(page.locator(".films-count").inner_text().split()[0])


def choose(page: Any, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=True).select_option(label=option)
    rest(page)


def test_a_cinema_s_day_shows_its_films_with_their_times(visit: Any) -> None:
    page = visit("/")
    choose(page, "Where", "Cine Tejo")
    page.wait_for_url("**/?cinema=lisboa")
    page.locator(".wall-times").first.wait_for()
    today = count(page)
    assert 0 < today < 100
    choose(page, "When", "Tomorrow")
    page.wait_for_url("**/?cinema=lisboa&day=2026-11-26")
    assert "10:35" in page.locator(".wall-times").all_inner_texts() or "10:35" in page.locator(".wall").inner_text()


def test_an_address_brings_the_same_films_to_another_browser_and_back_leads_back(
    visit: Any, rich: CinemaServer
) -> None:
    page = visit("/")
    everything = count(page)
    choose(page, "Genre", "Science fiction")
    choose(page, "Where", "The Lantern")
    choose(page, "When", "Tomorrow")
    choose(page, "Spoken", "German")
    shared, films = page.url, page.locator(".wall-title").all_inner_texts()
    assert films
    other = visit(shared.removeprefix(rich.url))
    assert other.locator(".wall-title").all_inner_texts() == films
    assert other.get_by_role("combobox", name="Spoken", exact=True).input_value() == "de"
    for _ in range(4):
        page.go_back()
    page.wait_for_url("**/")
    page.get_by_role("status").filter(has_text=f"{everything} films").wait_for()


def test_what_is_typed_makes_one_entry_of_the_history(visit: Any) -> None:
    page = visit("/theaters")
    page.get_by_role("link", name="Films").click()
    page.get_by_label("Find a film").press_sequentially("mood")
    page.wait_for_url("**/?q=mood")
    assert page.evaluate("document.activeElement.type") == "search"
    page.go_back()
    page.wait_for_url("**/theaters")


def test_access_is_a_filter_where_the_plan_speaks_of_it(visit: Any, rich: CinemaServer) -> None:
    page = visit("/?cinema=lisboa&day=2026-11-26")
    every_film = count(page)
    choose(page, "Access", "captions")
    assert 0 < count(page) < every_film
    assert "access=captions" in page.url


def test_without_facts_in_the_plan_there_is_no_filter_of_them(visit: Any, silent: CinemaServer) -> None:
    page = visit("/?cinema=lisboa&day=2026-11-26")
    labels = page.locator(".films-search .field").all_inner_texts()
    assert [one.split("\n")[0] for one in labels] == ["Find a film", "Where", "When"]


def test_on_a_phone_a_choice_without_another_beside_it_has_the_row(visit: Any, silent: CinemaServer) -> None:
    page = visit("/", size=PHONE)
    words, where = page.get_by_label("Find a film"), page.get_by_label("Where")
    where.wait_for()
    assert where.bounding_box()["width"] == words.bounding_box()["width"]
    assert faults_in_any_look(page) == []


def test_a_title_with_a_fraction_is_found_by_numbers_and_a_slash(visit: Any) -> None:
    page = visit("/?q=8%201/2")
    page.locator(".wall-title").first.wait_for()
    assert page.locator(".wall-title").all_inner_texts() == ["8½"]


def test_genres_are_words_of_the_page_s_language(visit: Any, rich: CinemaServer) -> None:
    english, spanish = visit("/"), visit("/", locale="es-ES")
    options = "option"
    assert english.get_by_label("Genre").locator(options).all_inner_texts() == [
        "All kinds", "Comedy", "Crime", "Drama", "Quinqui", "Science fiction",
    ]  # fmt: skip
    assert spanish.get_by_label("Género").locator(options).all_inner_texts() == [
        "Todos", "Comedia", "Crimen", "Drama", "Quinqui", "Ciencia ficción",
    ]  # fmt: skip
    film = visit("/film/metropolis", locale="es-ES")
    assert "Drama · Crimen" in film.locator(".film-facts").inner_text()


def test_nothing_found_is_said_kindly_and_a_press_leads_on(visit: Any) -> None:
    page = visit("/?q=zzz&cinema=lisboa", size=PHONE)
    page.get_by_text("Nothing here fits all of that.").wait_for()
    assert faults_in_any_look(page, PHONE) == []
    page.get_by_role("button", name="Show all films").click()
    page.get_by_role("status").filter(has_text="100 films").wait_for()


def test_a_cinema_that_is_not_there_is_no_failure_of_the_box_office(visit: Any) -> None:
    page = visit("/?cinema=none", expected=("404",), at_rest=False)
    page.get_by_text("Nothing here fits all of that.").wait_for()
    page.get_by_role("button", name="All cinemas").click()
    page.get_by_role("status").filter(has_text="100 films").wait_for()


def test_axe_finds_nothing_with_every_filter(visit: Any, rich: CinemaServer) -> None:
    for path in (
        "/?cinema=lisboa&day=2026-11-26&language=de",
        "/programme/lisboa/2026-11-26?language=de",
        "/programme",
    ):
        assert (path, faults_in_any_look(visit(path))) == (path, [])


def test_a_programme_s_filters_are_in_its_address_and_go_along_to_other_days(visit: Any, rich: CinemaServer) -> None:
    page = visit("/programme/lisboa/2026-11-26")
    choose(page, "Spoken", "German")
    page.wait_for_url("**/programme/lisboa/2026-11-26?language=de")
    filtered = page.locator(".entry").count()
    page.reload()
    rest(page)
    assert page.locator(".entry").count() == filtered
    page.get_by_role("navigation", name="Day").get_by_role("link").nth(2).click()
    page.wait_for_url("**/programme/lisboa/2026-11-27?language=de")
    page.go_back()
    page.wait_for_url("**/programme/lisboa/2026-11-26?language=de")


def test_the_programme_asks_for_the_cinema_first_and_then_opens_where_one_looked(visit: Any) -> None:
    page = visit("/programme")
    assert page.locator(".entry").count() == 0
    page.get_by_role("main").get_by_role("link", name="The Lantern").click()
    page.wait_for_url("**/programme/london")
    page.wait_for_selector("h1:text-is('The Lantern')")
    eventually(lambda: page.evaluate("localStorage.getItem('theater')") == "london", "where one looked is not kept")
    page.get_by_role("link", name="Films").click()
    page.get_by_role("link", name="Programme").click()
    page.wait_for_url("**/programme")
    page.wait_for_selector("h1:text-is('The Lantern')")
    page.evaluate("localStorage.setItem('theater', 'a cinema that has closed')")
    page.goto(page.url)
    page.get_by_text("Which cinema?").wait_for()
