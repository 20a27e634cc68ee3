"""The API's readable page: it runs under the edge's Content-Security-Policy, and asks nothing of another origin."""

import json
import re
from pathlib import Path

from toolchain import api_reference
from toolchain.api_reference import LIBRARY_FILES, OWN, OWN_FILES

PAGE = (OWN / "index.html").read_text(encoding="utf-8")


def test_the_page_has_no_inline_script_or_style() -> None:
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", PAGE) == []


def test_the_page_names_only_files_that_are_built_beside_it() -> None:
    named = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+)"', PAGE)
    assert {"/api-reference/swagger-ui-bundle.js", "/api-reference/reference.js"} < set(named)
    assert set(named) - {"data:,"} <= {f"/api-reference/{name}" for name in (*OWN_FILES, *LIBRARY_FILES)}


def test_nothing_of_ours_names_another_origin() -> None:
    assert [name for name in OWN_FILES if "//" in re.sub(r"^\s*//.*|\s// .*", "", text_of(name), flags=re.M)] == []


def text_of(name: str) -> str:
    return (OWN / name).read_text(encoding="utf-8")


def test_the_lock_names_no_registry_and_its_packages_run_no_script() -> None:
    lock = json.loads(text_of("package-lock.json"))
    assert [name for name, one in lock["packages"].items() if "resolved" in one] == []
    assert "ignore-scripts=true" in text_of(".npmrc").splitlines()
    wanted = json.loads(text_of("package.json"))["dependencies"]["swagger-ui-dist"]
    assert lock["packages"]["node_modules/swagger-ui-dist"]["version"] == wanted


def test_a_build_has_our_files_the_librarys_and_its_licence_and_nothing_of_an_earlier_one(tmp_path: Path) -> None:
    library, built = tmp_path / "library", tmp_path / "built"
    library.mkdir()
    for name in (*LIBRARY_FILES, "swagger-ui-bundle.js.map"):
        (library / name).write_text(name)
    built.mkdir()
    (built / "old.js").write_text("old")
    api_reference.build(OWN, library, built)
    assert {one.name for one in built.iterdir()} == {*OWN_FILES, *LIBRARY_FILES}
    assert (built / "index.html").read_text(encoding="utf-8") == PAGE
