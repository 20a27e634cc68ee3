"""What the documents point to is there: pages, headings, tests, alarms, targets of make."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "layers/box_office/python/box_office"
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`]+)`")
TEST = re.compile(r"tests/\S+?\.py::\w+")
REFERENCE = re.compile(r"DESIGN(?:\.md)?,? (?:sections? )?(\d+)(?:\.(\d+))?(?:(?: and |, )(\d+))?")
CONTRACT = re.compile(r"\b([A-Z]{3,})\.md\b")
CODE_ROOTS = ("functions", "infra", "layers/box_office", "local", "tests")
# Keywords and positions by which infra names a heading of the runbook.
NAMED_BY_POSITION = {"ring": 3, "ring_if_it_lasts": 3, "watch_depth": 2, "described": 2, "rare": 3}


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def anchors(page: Path) -> frozenset[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(page)), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def broken_links(page: Path, text: str) -> Iterator[str]:
    for link in LINK.findall(FENCE.sub("", text)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"{link}: there is no such file"
        elif anchor and anchor not in anchors(target):
            yield f"{link}: {target.name} has no such heading"


@cache
def functions_of(path: Path) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def missing_tests(text: str) -> list[str]:
    named = (one.partition("::") for one in TEST.findall(text))
    return [f"{path}::{name}" for path, _, name in named if name not in functions_of(ROOT / path)]


def alarm_headings() -> set[str]:
    """What infra's alarms point to, read from its code: no template is needed for that."""
    found = set()
    for path in (ROOT / "infra").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                at = NAMED_BY_POSITION.get(name)
                given = [node.args[at]] if at is not None and len(node.args) > at else []
                given += [keyword.value for keyword in node.keywords if keyword.arg == "heading"]
                found |= {one.value for one in given if isinstance(one, ast.Constant)}
        # Rows of counters: (counter, what, heading).
        found |= set(re.findall(r'^    \("\w+", ".+", "([a-z-]+)"\),$', source, re.MULTILINE))
    # The one whose name holds its function's: see Alarms.watch_runs.
    return found | {"reconcile-silent"}


def runbook_headings() -> set[str]:
    alarms = re.search(r"^## Alarms$(.*?)^## ", text_of(ROOT / "docs/operations.md"), re.MULTILINE | re.DOTALL)
    assert alarms, "docs/operations.md has no section 'Alarms'"
    return set(re.findall(r"^### (.+)$", alarms[1], re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(broken_links(page, text_of(page))) == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    page = ROOT / "README.md"
    text = "[a](docs/none.md) [b](docs/operations.md#no-such-heading) [c](docs/operations.md#parked) [d](#two-commands)"
    assert len(list(broken_links(page, text))) == 2


def test_every_alarm_has_its_heading_in_the_runbook_and_every_heading_its_alarm() -> None:
    assert alarm_headings() == runbook_headings()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_is_named_exists(page: Path) -> None:
    assert missing_tests(text_of(page)) == []


def test_a_test_that_does_not_exist_is_missed() -> None:
    here = "tests/unit/test_documents.py"
    named = f"{here}::test_every_link_leads_somewhere {here}::test_nothing tests/unit/test_none.py::test_x"
    assert len(missing_tests(named)) == 2


def test_every_failure_has_a_test_that_causes_it() -> None:
    rows = [line for line in text_of(ROOT / "docs/failure-modes.md").splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 21
    assert [row.split("|")[1].strip() for row in rows if not TEST.search(row)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4}|^STAGE=\w+ |=prod )make ([a-z-]+)", text_of(page), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    quoted = CODE.findall(FENCE.sub("", text_of(page)))
    named = {one for one in quoted if re.fullmatch(r"[\w.]+(/[\w.]+)+\.(py|md|lua|json|in|txt)", one)}
    homes = [ROOT, ROOT / "layers/box_office/python", PACKAGE, PACKAGE / "adapters"]
    written_by_tools = {".local/stack.json", "snapshot/manifest.json"}
    assert [one for one in sorted(named - written_by_tools) if not any((home / one).exists() for home in homes)] == []


def sources() -> Iterator[tuple[Path, str]]:
    here = Path(__file__)
    for root in CODE_ROOTS:
        for path in (ROOT / root).rglob("*"):
            if path.suffix in (".py", ".lua") and "node_modules" not in path.parts and path != here:
                yield path, path.read_text(encoding="utf-8")
    yield from ((page, text_of(page)) for page in PAGES)


def lost_references(text: str) -> Iterator[str]:
    """What names a rule of docs/design.md that is not there, or a document that the repository does not have."""
    design = text_of(ROOT / "docs/design.md")
    sections = dict(re.findall(r"^## (\d+)\. .*?$(.*?)(?=^## |\Z)", design, re.MULTILINE | re.DOTALL))
    for section, item, other in REFERENCE.findall(text):
        yield from (f"DESIGN section {one}" for one in (section, other) if one and one not in sections)
        if item and not re.search(rf"^{item}\. ", sections.get(section, ""), re.MULTILINE):
            yield f"DESIGN {section}.{item}"
    yield from (name for name in CONTRACT.findall(text) if name != "README" and not documented(name))


def documented(name: str) -> bool:
    return (ROOT / f"docs/{name.lower()}.md").exists()


def test_every_rule_and_document_that_code_and_pages_name_is_in_the_repository() -> None:
    found = [(str(path.relative_to(ROOT)), lost) for path, text in sources() for lost in lost_references(text)]
    assert found == []
    assert sum(len(REFERENCE.findall(text)) for _, text in sources()) > 15, "the code names sections of the design"


def test_a_reference_that_leads_nowhere_is_found() -> None:
    text = "DESIGN section 6, DESIGN 6.9, DESIGN sections 4 and 6, API.md; DESIGN 6.99, DESIGN section 99, NONE.md"
    assert list(lost_references(text)) == ["DESIGN 6.99", "DESIGN section 99", "NONE"]
