"""The pictures of docs/page.md: there, small, as large as they say; and what they show still comes to be. Not compared
pixel by pixel: a change of a colour is no fault. `make pictures` takes them anew."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.cinema_server import NOON, CinemaServer, demo_cinema
from tests.browser.conftest import wider_than_its_window
from tests.browser.pictures import BYTES_MAX, BYTES_MAX_IN_ALL, FOLDER, SCENES, Scene, show, size_of, webp
from tests.fakes.cinema import FakeCinema
from tests.set_clock import SetClock

TAKES_THEM = os.environ.get("PICTURES") == "write"
QUALITIES = (80, 60, 40)
PAGE = FOLDER.parent / "page.md"
README = FOLDER.parent.parent / "README.md"
SHOWN = re.compile(r"!\[([^\]]+)\]\((?:docs/)?pictures/([\w-]+\.webp)\)")


@pytest.fixture
def cinema() -> FakeCinema:
    """Its clock stands still, so that a picture does not depend on the machine's haste."""
    return demo_cinema(SetClock(NOON))


@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
def test_what_the_pictures_show_still_comes_to_be(visit: Any, server: CinemaServer, scene: Scene) -> None:
    page = scene.reach(visit, server)
    for view in scene.views:
        session = show(page, view)
        assert (view.name, wider_than_its_window(page)) == (view.name, 0)
        if TAKES_THEM:
            write(session, scene.file(view))


def write(session: Any, file: Path) -> None:
    """As good as its bytes allow."""
    file.parent.mkdir(exist_ok=True)
    taken = (webp(session, quality) for quality in QUALITIES)
    picture = next((one for one in taken if len(one) < BYTES_MAX), None)
    assert picture is not None, f"{file.name} does not fit into {BYTES_MAX:,} bytes: show less in it"
    file.write_bytes(picture)


def test_each_picture_is_there_small_and_as_large_as_it_says() -> None:
    wanted = {scene.file(view): view.size for scene in SCENES for view in scene.views}
    assert set(FOLDER.iterdir()) == set(wanted), "make pictures takes them; remove those that no scene has"
    assert {file.name: size_of(file.read_bytes()) for file in wanted} == {
        file.name: size for file, size in wanted.items()
    }
    sizes = [file.stat().st_size for file in wanted]
    assert max(sizes) < BYTES_MAX and sum(sizes) < BYTES_MAX_IN_ALL


def test_the_document_shows_each_picture_once_with_words_for_it() -> None:
    shown = SHOWN.findall(PAGE.read_text(encoding="utf-8"))
    assert sorted(name for _, name in shown) == sorted(file.name for file in FOLDER.iterdir())
    assert len({words for words, _ in shown}) == len(shown), "two pictures have the same words"


def test_the_readme_shows_three_of_them() -> None:
    assert len(SHOWN.findall(README.read_text(encoding="utf-8"))) == 3
