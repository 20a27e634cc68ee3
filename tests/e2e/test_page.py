"""The page in a real browser over the deployed stack: through the edge, with a real sign-in and real workers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local import accounts
from tests.browser.conftest import PHONE, browser, rest  # noqa: F401
from tests.browser.test_paying import CARD_FORM, VISA, choose_card
from tests.e2e.deployed import DeployedStack
from tests.e2e.visitor import Showing, Visitor
from tests.waiting import WAIT_SECONDS_MAX

PRICE = 2300  # of the two seats that a page chooses by itself
NO_ORDER_YET = "404"  # a visitor who is signed in is asked for an open order of the showing


@pytest.fixture
def page(browser: Any, stack: DeployedStack) -> Iterator[Any]:  # noqa: F811
    """A phone's. A message in its console or an error fails the test."""
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en-GB", base_url=stack.facts["web_url"]
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_SECONDS_MAX * 1000)
    complaints: list[str] = []
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" and NO_ORDER_YET not in said.text else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def hold(page: Any, showing: Showing, customer: Visitor) -> str:
    """The seats that the page offers, held after a sign-in by the page's own form; the order's id."""
    page.goto(f"/showing/{showing.event_id}")
    page.locator(".chosen li").nth(1).wait_for()
    page.locator(".continue .button").click()
    page.get_by_label("E-mail").fill(accounts.email_of(customer.name))
    page.get_by_label("Password").fill(accounts.password_of(customer.name))
    page.locator("form").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/booking/**")
    rest(page)
    return str(page.url.rsplit("/", 1)[1])


def test_a_whole_purchase_through_the_edge(
    stack: DeployedStack, showing: Showing, visitors: Callable[[int], list[Visitor]], page: Any
) -> None:
    (ada,) = visitors(1)
    order = hold(page, showing, ada)
    choose_card(page, VISA)
    assert page.frame_locator(CARD_FORM).get_by_role("radio", name=VISA).is_checked()
    page.locator(".pay-button").click()
    page.locator(".ticket").first.wait_for()
    assert page.locator(".ticket svg[role=img]").count() == 2
    assert stack.provider.captures(order) == [PRICE]
    page.reload()
    page.locator(".ticket").first.wait_for()
    page.goto("/bookings")
    page.locator(f"a[href$='{order}']").click()
    page.locator(".ticket").first.wait_for()
