"""/parts: every part in every state, by the components of the real pages. In light, dark, the visitor's own colours and
with text at 200 percent axe finds nothing, nothing is cut off and nothing is wider than a phone."""

from typing import Any

from tests.browser.conftest import PHONE, cut_off, faults, faults_in_any_look, large_text, wider_than_its_window

DIALOGS = ("More time is offered", "Give the tickets back")


def test_axe_finds_nothing_in_any_part_or_state(visit: Any) -> None:
    page = visit("/parts", size=PHONE)

    def is_fine(state: str) -> None:
        page.emulate_media(forced_colors="none")
        assert (state, faults_in_any_look(page, PHONE)) == (state, [])
        page.emulate_media(forced_colors="active")
        assert (state, faults(page), wider_than_its_window(page)) == (state, [], 0)

    is_fine("at rest")
    for name in DIALOGS:
        page.locator(".state").get_by_role("button", name=name).last.click()
        page.get_by_role("dialog").wait_for()
        is_fine(name)
        page.get_by_role("dialog").get_by_role("button").last.click()
        page.get_by_role("dialog").wait_for(state="detached")


def test_with_text_at_200_percent_no_part_is_cut_off_or_wider_than_a_phone(visit: Any) -> None:
    page = visit("/parts", size=PHONE)
    large_text(page)
    assert cut_off(page) == []
    assert wider_than_its_window(page) == 0


def test_what_only_a_colour_would_tell_has_an_edge_in_the_visitor_s_own_colours(visit: Any) -> None:
    page = visit("/parts", size=PHONE, forced_colors="active")
    for part in (".button", ".stub", ".ticket", ".declined", ".tool"):
        width = page.locator(part).first.evaluate("(one) => getComputedStyle(one).borderTopWidth")
        assert (part, width != "0px") == (part, True)
    page.goto(page.url.replace("/parts", "/theaters"))
    page.wait_for_selector("main[aria-busy=false]")
    edges = page.evaluate(
        "[...document.querySelectorAll('.header nav a')].map((one) => getComputedStyle(one).borderBottomColor)"
    )
    assert edges[0] == edges[1] != edges[2], "the page that one is on looks like the others"


def test_no_part_moves_when_another_arrives(visit: Any) -> None:
    page = visit("/parts", size=PHONE)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifts") == []


def test_nothing_moves_by_itself_for_a_visitor_who_asked_for_no_motion(visit: Any) -> None:
    """The control: without that preference there are parts that move."""

    def moving(page: Any) -> int:
        return page.evaluate("""() => [...document.querySelectorAll("*")]
          .flatMap((one) => [null, "::before", "::after"].map((part) => getComputedStyle(one, part)))
          .filter(({ animationName, transitionDuration }) =>
            animationName !== "none" || transitionDuration.split(", ").some((one) => parseFloat(one) > 0))
          .length""")

    assert moving(visit("/parts", size=PHONE)) > 0
    assert moving(visit("/parts", size=PHONE, reduced_motion="reduce")) == 0
