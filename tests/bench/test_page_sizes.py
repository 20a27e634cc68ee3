"""The size of what the first page waits for, held by every run of the tests."""

import os

import pytest

from tests.bench import page_sizes


@pytest.fixture(autouse=True)
def built() -> None:
    if not (page_sizes.DIST / "manifest.json").is_file() and os.environ.get("BROWSER_TESTS") != "required":
        pytest.skip("web/dist is missing: make web")


def test_the_first_page_keeps_to_its_size() -> None:
    budgets, _ = page_sizes.measure()
    assert [budget for budget in budgets if not budget.kept] == []


def test_a_part_that_is_loaded_later_is_counted_with_what_it_brings_and_without_the_first_page() -> None:
    parts = {
        "index.html": {"file": "index.js", "imports": ["shared.js"], "dynamicImports": ["view.tsx"]},
        "shared.js": {"file": "shared.js"},
        "view.tsx": {"file": "view.js", "name": "View", "isDynamicEntry": True, "imports": ["shared.js", "own.js"]},
        "own.js": {"file": "own.js", "imports": ["index.html"]},
    }
    assert list(page_sizes.later_parts(parts)) == [("View", {"view.tsx", "own.js"})]
