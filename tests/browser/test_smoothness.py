"""How a click and a page that opens feel: by the browser's own trace, as a ratio to a click on nothing in the same run,
because a shared machine's milliseconds mean nothing; and by what the browser says has moved."""

import json
import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.cinema_server import CinemaServer
from tests.browser.conftest import DESK, PHONE, rest
from tests.browser.test_holding import NO_ORDER_YET, sign_in_and_hold
from tests.browser.test_room import EVENT, open_room
from tests.waiting import eventually

RATIO_MAX = 6
NINE_OF_TEN = 0.9
ROUNDS, ROUNDS_OF_CONTROL = 30, 8
SETTLED_MS = 100
# Each click, from its press to the second frame after it, between two marks in the trace.
MARKS = """
const mark = (name) => performance.mark(name);
addEventListener("pointerdown", () => mark("press"), true);
const frames = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
addEventListener("click", () => frames(() => setTimeout(mark, 0, "rest")), true);
"""
# The control: a click that lays out every seat anew.
LAYS_OUT_ALL = """
document.querySelector(".seats").addEventListener("click", () => {
  for (const seat of document.querySelectorAll(".seat")) {
    seat.style.marginTop = seat.style.marginTop ? "" : "1px";
    seat.getBoundingClientRect();
  }
});
"""

# The style of all that is in the room, computed anew: as it is, over as it is with a cell of a given size.
STYLE_RATIO = """() => {
  const room = document.querySelector(".map-room");
  const median = (times) => times.sort((one, other) => one - other)[times.length >> 1];
  const restyled = (cell) => {
    room.style.setProperty("--cell", cell);
    document.body.offsetWidth;
    const began = performance.now();
    document.documentElement.style.setProperty("--any", Math.random());
    document.body.offsetWidth;
    return performance.now() - began;
  };
  const asIs = [], given = [];
  for (let round = 0; round < 15; round++) { asIs.push(restyled("")); given.push(restyled("24px")); }
  return median(asIs) / median(given);
}"""
STYLE_RATIO_MAX = 2
# The control: `--cell` as words that are read, and whose container is measured, for each property of each seat.
RECKONED_BY_EACH = """() => {
  for (const sheet of document.styleSheets)
    for (let one = sheet.cssRules.length - 1; one >= 0; one--)
      if (sheet.cssRules[one] instanceof CSSPropertyRule) sheet.deleteRule(one);
}"""


class Trace:
    """Tasks of the page's main thread, by the CPU that they took: another process on the machine adds nothing to it."""

    def __init__(self, raw: bytes) -> None:
        events = json.loads(raw)["traceEvents"]
        marks = [event for event in events if "blink.user_timing" in event.get("cat", "")]
        thread = next((event["pid"], event["tid"]) for event in marks if event["name"] == "press")
        self.tasks = [
            event
            for event in events
            if event["name"].endswith("RunTask") and event["ph"] == "X" and (event["pid"], event["tid"]) == thread
        ]
        self.marks = sorted((event["ts"], event["name"]) for event in marks if event["name"] in ("press", "rest"))

    def clicks(self) -> Iterator[list[float]]:
        """Milliseconds of each task of each click."""
        for (begin, press), (end, rested) in zip(self.marks[::2], self.marks[1::2], strict=True):
            assert (press, rested) == ("press", "rest"), "a click began before the one before it had come to rest"
            yield [
                task["tdur"] / 1000  # without the thread's own time nothing is measured, so nothing stands for it
                for task in self.tasks
                if task["ts"] + task["dur"] >= begin and task["ts"] <= end
            ]


def clicks_in_turns(browser: Any, page: Any, rounds: int = ROUNDS) -> tuple[list[list[float]], list[list[float]]]:
    """Clicks on seats, and clicks on nothing: the tasks of each."""
    page.evaluate(MARKS)
    seats = page.locator(".seat[data-shown=free]")
    places = [box for box in (seats.nth(one).bounding_box() for one in range(rounds)) if box]
    nothing = page.locator(".hall-head").bounding_box()
    page.wait_for_timeout(500)
    browser.start_tracing(page=page, categories=["toplevel", "devtools.timeline", "blink.user_timing"])
    for box in places:
        for x, y in (
            (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2),
            (nothing["x"] + nothing["width"] - 9, nothing["y"] + 9),
        ):
            page.mouse.click(x, y)
            come_to_rest(page)
    clicks = list(Trace(browser.stop_tracing()).clicks())
    assert len(clicks) == 2 * rounds
    return clicks[::2], clicks[1::2]


def come_to_rest(page: Any) -> None:
    """Looks seldom: a look is a task of the main thread too."""
    page.wait_for_timeout(SETTLED_MS)
    presses, rests = "performance.getEntriesByName('press').length", "performance.getEntriesByName('rest').length"
    while not page.evaluate(f"{presses} === {rests}"):
        page.wait_for_timeout(SETTLED_MS)


def ratio(of_seats: list[list[float]], of_nothing: list[list[float]]) -> float:
    return statistics.median(map(sum, of_seats)) / statistics.median(map(sum, of_nothing))


def longest_ratio(of_seats: list[list[float]], of_nothing: list[list[float]]) -> float:
    """Of the longest task of a click, as nine clicks in ten have it: the tenth may be the browser's own work."""

    def of(clicks: list[list[float]]) -> float:
        return sorted(map(max, clicks))[int(len(clicks) * NINE_OF_TEN) - 1]

    return of(of_seats) / of(of_nothing)


def open_large_room(visit: Any) -> Any:
    """Tall enough for its 450 seats; nothing is polled meanwhile."""
    page = open_room(visit, EVENT, size=(DESK[0], 1300))
    assert page.locator(".seat").count() == 450 + page.locator(".seat.key").count()
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true}); dispatchEvent(new Event('online'))")
    return page


def style_ratio(page: Any) -> float:
    return page.evaluate(STYLE_RATIO)


def test_the_style_of_a_room_of_450_costs_little_more_than_with_seats_of_a_size_that_is_given(visit: Any) -> None:
    assert style_ratio(open_large_room(visit)) <= STYLE_RATIO_MAX


def test_a_size_that_each_seat_reckons_for_itself_would_be_seen(visit: Any) -> None:
    page = open_large_room(visit)
    page.evaluate(RECKONED_BY_EACH)
    assert style_ratio(page) > STYLE_RATIO_MAX


def test_a_click_on_a_seat_in_a_room_of_450_costs_little_more_than_one_on_nothing(visit: Any, browser: Any) -> None:
    of_seats, of_nothing = clicks_in_turns(browser, open_large_room(visit))
    assert ratio(of_seats, of_nothing) <= RATIO_MAX
    assert longest_ratio(of_seats, of_nothing) <= RATIO_MAX


def test_a_click_that_touches_every_seat_would_be_seen(visit: Any, browser: Any) -> None:
    page = open_large_room(visit)
    page.evaluate(LAYS_OUT_ALL)
    clicks = clicks_in_turns(browser, page, ROUNDS_OF_CONTROL)
    assert ratio(*clicks) > RATIO_MAX and longest_ratio(*clicks) > RATIO_MAX


ANSWER_SECONDS = 0.3  # so that what stands for an answer is seen before it
PAGES = (
    *("/", "/film/vertigo", "/programme/lisboa/2026-11-26", "/theaters", f"/showing/{EVENT}", "/sign-in"),
    *("/accessibility", "/no/such/place"),
)
# Once no question is open and no skeleton is left, what was drawn last is in a frame, and the frame has been reported.
FRAMES = """new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"""
# The control: something comes above the page when its answers are there.
MOVES_THE_PAGE = """
addEventListener("load", () => new MutationObserver((_, observer) => {
  if (!document.querySelector("main[aria-busy=false]") || document.querySelector(".skeleton")) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const late = document.createElement("div");
    late.style.height = "90px";
    document.body.prepend(late);
  }));
}).observe(document.body, { subtree: true, childList: true, attributes: true }));
"""


def slowly(page: Any) -> None:
    def answer(route: Any) -> None:
        time.sleep(ANSWER_SECONDS)
        route.continue_()

    page.route("**/api/v0/**", answer)
    page.route("**/config.json", answer)


def shifts_of_a_reload(page: Any) -> list[Any]:
    slowly(page)
    page.reload()
    rest(page)
    page.wait_for_load_state("networkidle")
    return shifts(page)


def shifts(page: Any) -> list[Any]:
    eventually(lambda: page.locator(".skeleton").count() == 0, "a skeleton stays")
    page.evaluate(FRAMES)
    return page.evaluate("window.shifts")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_when_a_slow_answer_takes_the_place_of_its_skeleton(
    visit: Any, path: str, size: tuple[int, int]
) -> None:
    assert shifts_of_a_reload(visit(path, size=size)) == []


def test_something_that_moves_after_the_answers_would_be_seen(visit: Any) -> None:
    assert shifts_of_a_reload(visit("/film/vertigo", script=MOVES_THE_PAGE)) != []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_moves_on_a_booking_s_page_when_its_answers_and_the_card_form_arrive(
    visit: Any, server: CinemaServer, size: tuple[int, int]
) -> None:
    page = open_room(visit, size=size, expected=NO_ORDER_YET)
    sign_in_and_hold(page)
    page.locator(".card-fields[data-state=ready]").wait_for()
    assert shifts_of_a_reload(page) == []
    page.locator(".card-fields[data-state=ready]").wait_for()
    assert shifts(page) == []
    page.goto(f"{server.url}/bookings")
    assert shifts_of_a_reload(page) == []
