"""What the pictures of docs/page.md show, and how a browser gets there. One way to a state serves all its pictures."""

import base64
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.cinema_server import CinemaServer, all_seats, half_sold, mark_taken
from tests.browser.conftest import rest
from tests.browser.test_holding import NO_ORDER_YET, await_booking, sign_in_and_hold
from tests.browser.test_paying import ASKS, NO_FUNDS, SLOW_BANK, VISA, choose_card, pay
from tests.browser.test_room import EVENT, await_choice, chosen

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
BYTES_MAX, BYTES_MAX_IN_ALL = 100_000, 2_000_000
# Time stands still, and of seats that are as good the first ones are chosen.
STILL = "performance.now = () => 1000; Math.random = () => 0;"


@dataclass(frozen=True)
class View:
    """A window, in its own pixels. `scale`: how many of the picture's are one of them."""

    name: str
    width: int
    height: int
    scale: float = 1
    dark: bool = False

    @property
    def size(self) -> tuple[int, int]:
        return int(self.width * self.scale), int(self.height * self.scale)


def phone(height: int = 740, *, dark: bool = False) -> View:
    return View("phone-dark" if dark else "phone", 360, height, scale=1.5, dark=dark)


def desktop(height: int = 900, *, dark: bool = False) -> View:
    return View("desktop-dark" if dark else "desktop", 1440, height, dark=dark)


@dataclass(frozen=True)
class Scene:
    """`reach(visit, server)` opens the page and brings it to the state."""

    name: str
    reach: Callable[[Any, CinemaServer], Any]
    views: tuple[View, ...] = field(default_factory=lambda: (phone(), desktop()))

    def file(self, view: View) -> Path:
        return FOLDER / f"{self.name}-{view.name}.webp"


def opened(path: str, **options: Any) -> Callable[[Any, CinemaServer], Any]:
    return lambda visit, _: open_still(visit, path, **options)


def open_still(visit: Any, path: str, **options: Any) -> Any:
    expected = (*NO_ORDER_YET, *options.pop("expected", ()))
    zone = "Europe/Lisbon"
    return visit(path, script=STILL, timezone_id=zone, reduced_motion="reduce", expected=expected, **options)


def room(visit: Any, server: CinemaServer, **options: Any) -> Any:
    half_sold(server.cinema, EVENT)
    page = open_still(visit, f"/showing/{EVENT}", **options)
    await_choice(page)
    return page


def sold_out(visit: Any, server: CinemaServer) -> Any:
    mark_taken(server.cinema, EVENT, all_seats(server.cinema, EVENT))
    return open_still(visit, f"/showing/{EVENT}")


def all_held(visit: Any, server: CinemaServer) -> Any:
    seats = all_seats(server.cinema, EVENT)
    mark_taken(server.cinema, EVENT, seats[40:])
    mark_taken(server.cinema, EVENT, seats[:40], held=True, seconds=130)
    return open_still(visit, f"/showing/{EVENT}")


def just_taken(visit: Any, server: CinemaServer) -> Any:
    page = room(visit, server)
    mark_taken(server.cinema, EVENT, chosen(page)[:1], held=True)
    server.cinema.cache.wipe()
    server.cinema.clock.advance(seconds=5)  # a map may be some seconds old
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_text("was just taken").wait_for()
    return page


def sign_in(visit: Any, server: CinemaServer) -> Any:
    page = room(visit, server)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="ada").wait_for()
    return page


def held(visit: Any, server: CinemaServer, **options: Any) -> Any:
    page = room(visit, server, **options)
    sign_in_and_hold(page)
    server.cinema.clock.advance(minutes=2, seconds=25)
    page.reload()
    rest(page)
    choose_card(page, VISA)
    return page


def declined(visit: Any, server: CinemaServer) -> Any:
    page = held(visit, server)
    pay(page, NO_FUNDS)
    page.locator(".declined").wait_for()
    return page


def bank(visit: Any, server: CinemaServer) -> Any:
    page = held(visit, server)
    pay(page, ASKS)
    page.frame_locator("dialog iframe").get_by_role("button").first.wait_for()
    return page


def slow(visit: Any, server: CinemaServer) -> Any:
    page = held(visit, server)
    pay(page, SLOW_BANK)
    page.locator(".paying").wait_for()
    server.cinema.clock.advance(seconds=61)
    page.reload()
    page.get_by_text("It is decided by").wait_for()
    return page


def booked(visit: Any, server: CinemaServer) -> Any:
    page = held(visit, server)
    pay(page, VISA)
    page.locator(".ticket").first.wait_for()
    return page


def give_back(visit: Any, server: CinemaServer) -> Any:
    page = booked(visit, server)
    page.get_by_role("button", name="Give the tickets back").click()
    page.get_by_role("dialog").wait_for()
    return page


def given_back(visit: Any, server: CinemaServer) -> Any:
    page = give_back(visit, server)
    page.get_by_role("dialog").get_by_role("button", name="Give the tickets back").click()
    page.locator(".money-back").wait_for()
    return page


def ran_out(visit: Any, server: CinemaServer) -> Any:
    page = held(visit, server)
    server.cinema.clock.advance(minutes=10)
    page.reload()
    rest(page)
    return page


def bookings(visit: Any, server: CinemaServer) -> Any:
    """Of three films: one held, two paid."""
    page = booked(visit, server)
    for event_id in ("lisboa-1-20261127-1035", "lisboa-2-20261128-1040"):
        page.goto(f"{server.url}/showing/{event_id}")
        await_choice(page)
        page.locator(".continue .button").click()
        await_booking(page)
    page.get_by_role("link", name="My bookings").click()
    page.locator(".bookings li .figure").nth(2).wait_for()
    return page


def no_answer(visit: Any, server: CinemaServer) -> Any:
    server.failing.add("get_list_of_movie")
    page = open_still(visit, "/", at_rest=False, expected=("503",))
    page.get_by_text("The box office does not answer").wait_for()
    return page


SCENES = (
    Scene("films", opened("/"), (phone(), desktop(1300), desktop(dark=True))),
    Scene("film", opened("/film/the-good-the-bad-and-the-ugly"), (phone(960), desktop())),
    Scene("programme", opened("/programme/lisboa/2026-11-26"), (phone(960), desktop(), desktop(dark=True))),
    Scene("cinemas", opened("/theaters"), (desktop(640),)),
    Scene("room", room, (phone(1280), desktop(1180))),
    Scene("just-taken", just_taken, (phone(960), desktop())),
    Scene("sold-out", sold_out, (phone(),)),
    Scene("all-held", all_held, (phone(),)),
    Scene("sign-in", sign_in, (phone(860), desktop(860))),
    Scene("held", held, (phone(1580), desktop(1210))),
    Scene("declined", declined, (phone(1800), desktop(1340))),
    Scene("bank", bank, (phone(), desktop())),
    Scene("waiting", slow, (phone(860), desktop(640))),
    Scene("tickets", booked, (phone(1720), desktop(1000), phone(1720, dark=True))),
    Scene("give-back", give_back, (phone(),)),
    Scene("given-back", given_back, (desktop(940),)),
    Scene("ran-out", ran_out, (phone(),)),
    Scene("bookings", bookings, (phone(), desktop(760))),
    Scene("no-answer", no_answer, (phone(),)),
)


def show(page: Any, view: View) -> Any:
    """Gives the page another window, as if it had been opened in it, for as long as the session that it returns."""
    session = page.context.new_cdp_session(page)
    is_phone = view.scale > 1
    metrics = {"width": view.width, "height": view.height, "deviceScaleFactor": view.scale, "mobile": is_phone}
    session.send("Emulation.setDeviceMetricsOverride", metrics)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": is_phone})
    page.emulate_media(color_scheme="dark" if view.dark else "light", reduced_motion="reduce")
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.wait_for_timeout(150)
    return session


def webp(session: Any, quality: int) -> bytes:
    return base64.b64decode(session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})["data"])


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height of a WebP file: https://developers.google.com/speed/webp/docs/riff_container."""
    if picture[:4] != b"RIFF" or picture[8:12] != b"WEBP":
        raise ValueError("this is no WebP file")
    if picture[12:16] == b"VP8X":
        return int.from_bytes(picture[24:27], "little") + 1, int.from_bytes(picture[27:30], "little") + 1
    width, height = struct.unpack("<HH", picture[26:30])
    return width & 0x3FFF, height & 0x3FFF
