"""A browser, and a cinema with its page for each test. Without a browser the tests are skipped, unless
BROWSER_TESTS=required (as in .ci/run)."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.browser.cinema_server import DIST, NOON, CinemaServer, RunningClock, demo_cinema
from tests.browser.payments import sandbox_of_cinema
from tests.fakes.cinema import FakeCinema
from tests.payment_sandbox_process import Sandbox

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
# Debian's Chromium, if it can be without what draws its window: a page then costs a quarter of the processor's time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PHONE, DESK = (360, 640), (1440, 900)
SHIFTS = """
window.shifts = [];
const moved = ({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 90);
new PerformanceObserver((list) => {
  for (const shift of list.getEntries())
    if (!shift.hadRecentInput) window.shifts.push([shift.value, ...shift.sources.map(moved)]);
}).observe({ type: "layout-shift", buffered: true });
"""
# A page waits half a second for the face of its titles (web/src/main.tsx), and moves them if it comes later. Which
# of the two it is would say how fast the machine is.
WAITS_FOR_ITS_FACE = """
((soon) => (window.setTimeout = (then, ms, ...rest) => soon(then, ms === 500 ? 60_000 : ms, ...rest)))(setTimeout);
"""
WITHOUT_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker;"


def missing() -> str | None:
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "the Python package playwright is not installed"
    if CHROMIUM is None:
        return "no Chromium is installed: apt-get install chromium"
    return None


def skip_unless_required(why: str | None) -> None:
    if why is not None:
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(f"the browser tests are required, but {why}")
        pytest.skip(f"NO BROWSER TEST RUNS: {why}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Of one file: Playwright keeps an event loop in its thread, beside which no other test can run one."""
    skip_unless_required(missing())
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = sandbox_of_cinema(tmp_path_factory.mktemp("payments") / "state.db")
    yield sandbox
    sandbox.end(signal.SIGTERM)


@pytest.fixture
def cinema(request: pytest.FixtureRequest) -> FakeCinema:
    """Its clock begins at NOON, or at the time that the test gives by `parametrize(..., indirect=["cinema"])`."""
    return demo_cinema(RunningClock(getattr(request, "param", NOON)))


@pytest.fixture
def server(cinema: FakeCinema, sandbox: Sandbox) -> Iterator[CinemaServer]:
    skip_unless_required(None if (DIST / "index.html").is_file() else "web/dist is missing: make web")
    server = CinemaServer(cinema, sandbox)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)  # how soon it sees that the test is over
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def service_worker() -> bool:
    """Whether the page has its service worker, which reads all files of the page once more: as long as a test itself.
    Files about it have a fixture of their own in place of this one."""
    return False


@pytest.fixture
def visit(browser: Any, server: CinemaServer, service_worker: bool) -> Iterator[Any]:
    """`visit("/path", size=PHONE, color_scheme="dark", ...)`: a page in a browser of its own, at rest. A message in its
    console, an error, or a broken rule of the page's policy fails the test, unless its text has one of `expected`.
    `script` runs before the page's own. The page's policy forbids Playwright to wait for a function: use `eventually`
    with `page.evaluate`."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_page(
        path: str,
        *,
        size: tuple[int, int] = DESK,
        expected: tuple[str, ...] = (),
        at_rest: bool = True,
        script: str = "",
        **options: Any,
    ) -> Any:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, locale=options.pop("locale", "en-GB"), **options)
        contexts.append(context)
        without = "" if service_worker else WITHOUT_SERVICE_WORKER
        context.add_init_script(SHIFTS + WAITS_FOR_ITS_FACE + without + script)
        page = context.new_page()
        page.set_default_timeout(60_000)  # what never comes; a busy machine is no failure

        def complain(text: str) -> None:
            if not any(one in text for one in expected):
                complaints.append(f"{path}: {text}")

        page.on("console", lambda message: complain(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complain(str(error)))
        page.goto(server.url + path)
        if at_rest:
            rest(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def rest(page: Any) -> None:
    """Of a page that was opened or loaded anew. After a link the view before may stand there at rest until the file of
    the next one is loaded: wait for what the next one has."""
    page.wait_for_selector("main[aria-busy=false]")


@contextmanager
def held_back(page: Any, questions: str, but_first: int = 0) -> Iterator[None]:
    """What the page asks meanwhile, after the first so many, is answered afterwards: no poll comes between steps."""
    waiting: list[Any] = []
    let_through = float(but_first)

    def ask(route: Any) -> None:
        nonlocal let_through
        if let_through > 0:
            let_through -= 1
            route.continue_()
        else:
            waiting.append(route)

    page.route(questions, ask)
    yield
    let_through = float("inf")
    for route in waiting:
        route.continue_()
    page.unroute(questions, ask)


def faults(page: Any) -> list[str]:
    """What axe finds, a line each; of the page or frame alone, without the frames in it, once no colour is on its way
    to another. The contrast of forced colours is the visitor's own."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())  # evaluated, not added as a tag: the page's policy has no inline scripts
    found = page.evaluate("""async () => {
      const ends = ({ effect }) => effect.getComputedTiming().endTime !== Infinity;
      await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
      const contrast = { enabled: !matchMedia("(forced-colors: active)").matches };
      const rules = { "color-contrast": contrast };
      return axe.run(document, { resultTypes: ["violations"], iframes: false, rules });
    }""")
    return [
        f"{one['id']}: {one['help']}: " + "; ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found["violations"]
    ]


def faults_in_any_look(page: Any, *sizes: tuple[int, int]) -> list[str]:
    """What is wrong with the page as it stands, in each of the sizes, light and dark: what axe finds, and whether the
    page is wider than its window. It is looked at without motion, or axe would see colours on their way."""
    found = []
    for size in sizes or (PHONE, DESK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wrong = faults(page) + [f"{wider} pixels too wide" for wider in [wider_than_its_window(page)] if wider]
            found += [f"{scheme}, {size[0]} wide: {one}" for one in wrong]
    return found


def wider_than_its_window(page: Any) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def large_text(page: Any) -> None:
    """As a browser shows the page to a visitor who has set its text to 200 percent."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def cut_off(page: Any) -> list[str]:
    """Texts that are wider or higher than the box that clips them."""
    return page.evaluate("""() => [...document.querySelectorAll("main *, header *, footer *")]
      .filter((one) => !one.closest("svg, .unseen, .skeleton, [hidden], [aria-hidden=true]") && one.textContent.trim())
      .filter((one) => {
        const { overflowX, overflowY, clipPath } = getComputedStyle(one);
        const clips = (overflow, inner, outer) => ["hidden", "clip"].includes(overflow) && inner > outer + 1;
        return clipPath === "none" &&
          (clips(overflowX, one.scrollWidth, one.clientWidth) || clips(overflowY, one.scrollHeight, one.clientHeight));
      })
      .map((one) => one.outerHTML.slice(0, 120))""")
