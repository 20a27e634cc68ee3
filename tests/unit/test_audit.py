"""`make audit`: nothing known, something known, and not looked up are three different answers."""

import json

import pytest

from toolchain import audit
from toolchain.audit import Audited, read, report_lines, verdict
from toolchain.install import LAYER_LOCK, ROOT

ADVISORY = {"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.9.1"], "description": "..."}


def answer(*packages: dict) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


def clean(name: str) -> dict:
    return {"name": name, "version": "1", "vulns": []}


def skipped(name: str) -> dict:
    return {"name": name, "skip_reason": f"Dependency not found on PyPI and could not be audited: {name} (1)"}


def test_what_was_skipped_was_not_audited() -> None:
    """pip-audit itself exits 0 and says "No known vulnerabilities found" when it skipped all of them."""
    found = read(answer(skipped("urllib3"), clean("six")), "No known vulnerabilities found")
    assert (found.left, found.clean, found.advisories) == ({"urllib3"}, {"six"}, [])
    assert verdict([found]) == audit.NOT_AUDITED
    assert "1 package not audited (urllib3): Dependency not found" in report_lines(LAYER_LOCK, found)[0]


def test_an_advisory_is_named_with_the_version_that_mends_it() -> None:
    found = read(answer({"name": "urllib3", "version": "2.8.0", "vulns": [ADVISORY]}, clean("six")), "")
    assert found.advisories == ["urllib3 2.8.0: PYSEC-1 = CVE-2026-1; mended in 2.9.1"]
    assert verdict([found, Audited()]) == audit.KNOWN


@pytest.mark.parametrize("silence", ["", "not json", "[]"])
def test_without_an_answer_nothing_is_said_to_be_clean(silence: str) -> None:
    found = read(silence, "Tip: ...\nERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed\n")
    assert verdict([found]) == audit.NOT_AUDITED
    (line,) = report_lines(LAYER_LOCK, found)
    assert line.startswith("layers/third_party/requirements.txt: nothing of it audited: ERROR")


def asked(answers: dict[str, Audited]) -> Audited:
    return audit.audit(LAYER_LOCK, lambda lock, database: answers[database])


def test_the_second_database_is_asked_for_what_the_first_does_not_know() -> None:
    first, second = Audited(clean={"six"}, left={"urllib3"}, why="not found"), Audited(clean={"six", "urllib3"})
    assert asked({"pypi": first, "osv": second}).left == set()
    assert verdict([asked({"pypi": first, "osv": second})]) == audit.CLEAN
    assert verdict([asked({"pypi": Audited(why="no route"), "osv": second})]) == audit.CLEAN
    assert asked({"pypi": first, "osv": Audited(why="no route")}).left == {"urllib3"}
    bad = Audited(clean={"six"}, advisories=["urllib3 2.8.0: PYSEC-1"])
    together = asked({"pypi": first, "osv": bad})
    assert (together.left, together.clean, verdict([together])) == (set(), {"six"}, audit.KNOWN)


def test_all_four_locks_are_audited() -> None:
    locks = set(audit.LOCKS)
    hashed = {path for path in ROOT.glob("[!.]*/**/*.txt") if "node_modules" not in path.parts} | {
        ROOT / "requirements.txt"
    }
    assert locks == {path for path in hashed if "--hash=" in path.read_text()}
