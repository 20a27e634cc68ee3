"""What the documents point to is there: pages, headings, tests, alarms, targets of make."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from box_office.names import VERSION
from infra.own_files import own_files
from tests import failure_modes

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "layers/box_office/python/box_office"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`]+)`")
MODULE = re.compile(r"python\s+-m\s+((?:tests|local|operations|rehearsal|toolchain|infra)(?:\.\w+)+)")
TEST = re.compile(r"tests/\S+?\.py::\w+")
REFERENCE = re.compile(r"DESIGN(?:\.md)?,? (?:sections? )?(\d+)(?:\.(\d+))?(?:(?: and |, )(\d+))?")
CONTRACT = re.compile(r"\b([A-Z]{3,})\.md\b")
CODE_ROOTS = ("functions", "infra", "layers/box_office", "local", "operations", "rehearsal", "tests", "toolchain")
NAME = re.compile(r"`([A-Za-z_]\w*(?:\.\w+)*)(?:\(\))?`")  # a variable, a function, a member
FILE = re.compile(r"(?<![\w./{*])([\w./-]*\w\.(?:py|lua|toml))\b")
# Words of others: AWS's, CDK's, Stripe's, the failure injection's, a placeholder.
OF_OTHERS = set("ILocalBundling RetainExceptOnCreate sk_test_ pm_ ttl_s _warm_writes".split())
DATE = r"\b20\d\d-\d\d-\d\d\b"
WRITTEN_BY_TOOLS = {".local/stack.json", "snapshot/manifest.json"}
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
    # Those of the functions of every minute: see PaymentsStack.every_minute.
    return found | {"reconcile-silent", "blocks-not-carried"}


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


@pytest.mark.parametrize(("mark", "rows_min"), [("shows", 40), ("guards", 11), ("journey", 9)])
def test_failures_risks_and_journeys_name_the_tests_that_show_them(mark: str, rows_min: int) -> None:
    page = text_of(failure_modes.PAGES[mark])
    tests = failure_modes.tests_by_failure(mark=mark)
    assert len(tests) >= rows_min
    assert page == failure_modes.with_tests(page, tests), "python -m tests.failure_modes writes it anew"


def test_a_failure_without_a_test_and_a_test_without_its_failure_are_refused() -> None:
    page = "| failure | sees | done | alarm | tests |\n|---|---|---|---|---|\n| fire | smoke | water | none | - |\n"
    assert "| fire | smoke | water | none | `a.py::test_a`<br>`b.py::test_b` |" in failure_modes.with_tests(
        page, {"fire": ["a.py::test_a", "b.py::test_b"]}
    )
    for tests in ({}, {"fire": ["a.py::test_a"], "flood": ["b.py::test_b"]}):
        with pytest.raises(KeyError, match="failure"):
            failure_modes.with_tests(page, tests)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4}|^STAGE=\w+ |=prod )make ([a-z-]+)", text_of(page), re.MULTILINE))
    assert named <= targets


def test_the_changelog_names_the_version_first() -> None:
    (newest, *_) = re.findall(r"^## \[(.+)\] - \d{4}-\d\d-\d\d$", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert newest == VERSION


def test_decisions_stand_in_order_each_with_its_date() -> None:
    decided = text_of(ROOT / "docs/decisions.md").partition("## Libraries")[0]
    entries = re.split(r"^(?=\*\*\d+\. )", decided, flags=re.MULTILINE)
    numbers = [int(entry[2:].partition(".")[0]) for entry in entries[1:]]
    assert len(numbers) >= 130 and numbers == sorted(set(numbers))
    assert [number for number, entry in zip(numbers, entries[1:], strict=True) if not re.search(DATE, entry)] == []


def test_the_readme_fits_its_page() -> None:
    assert len(text_of(ROOT / "README.md").splitlines()) < 100


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    quoted = CODE.findall(FENCE.sub("", text_of(page)))
    named = {one for one in quoted if re.fullmatch(r"[\w.]+(/[\w.]+)+\.(py|md|lua|json|in|txt)", one)}
    homes = [ROOT, ROOT / "layers/box_office/python", PACKAGE, PACKAGE / "adapters"]
    assert [one for one in sorted(named - WRITTEN_BY_TOOLS) if not any((home / one).exists() for home in homes)] == []


def sources() -> Iterator[tuple[Path, str]]:
    here = Path(__file__)
    for root in CODE_ROOTS:
        for path in own_files(ROOT / root, (".py", ".lua")):
            if "node_modules" not in path.parts and path != here:
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
    yield from (name for name in CONTRACT.findall(text) if not documented(name))


def documented(name: str) -> bool:
    return (ROOT / f"docs/{name.lower()}.md").exists() or (ROOT / f"{name}.md").exists()


def test_every_rule_and_document_that_code_and_pages_name_is_in_the_repository() -> None:
    found = [(str(path.relative_to(ROOT)), lost) for path, text in sources() for lost in lost_references(text)]
    assert found == []
    assert sum(len(REFERENCE.findall(text)) for _, text in sources()) > 15, "the code names sections of the design"


def test_a_reference_that_leads_nowhere_is_found() -> None:
    text = "DESIGN section 6, DESIGN 6.9, DESIGN sections 4 and 6, API.md; DESIGN 6.99, DESIGN section 99, NONE.md"
    assert list(lost_references(text)) == ["DESIGN 6.99", "DESIGN section 99", "NONE"]


# Python's tokenizer, itself in Python, takes ten times as long. A docstring begins with three quotes and no prefix.
TRIPLE = "{0}(?:[^{1}\\\\]|\\\\.|{1}(?!{1}{1}))*{0}"
DOCSTRING, OTHER_TRIPLE = TRIPLE.format('"""', '"'), TRIPLE.format("'''", "'")
STRING = r'"(?:[^"\\\n]|\\.)*"|' + r"'(?:[^'\\\n]|\\.)*'"
PROSE_OR_STRING = re.compile(rf"(?P<prose>\#[^\n]*|(?<!\w){DOCSTRING})|{DOCSTRING}|{OTHER_TRIPLE}|{STRING}", re.DOTALL)


def prose_of(source: str) -> str:
    """Docstrings and comments: what a reader is told of the code."""
    return "\n".join(match["prose"] for match in PROSE_OR_STRING.finditer(source) if match["prose"])


def code_of(source: str) -> str:
    """The source without its docstrings and comments."""
    return PROSE_OR_STRING.sub(lambda match: " " if match["prose"] else match[0], source)


def test_prose_is_told_from_strings_as_the_tokenizer_does() -> None:
    for _, source in (one for one in sources() if one[0].name in ("breaking.py", "endpoint.py", "conftest.py")):
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        prose = [one.string for one in tokens if one.type == tokenize.COMMENT or one.string.startswith('"""')]
        assert prose_of(source) == "\n".join(prose)
    tricky = 'a = "# no" # yes\nb = f"""no # no"""\nc = \'"\' + "\'\\"" + \'\'\'# no\'\'\' # yes\n"""yes\n# yes"""\n'
    assert re.findall(r"yes|no", prose_of(tricky)) == ["yes"] * 4
    assert re.findall(r"yes|no", code_of(tricky)) == ["no"] * 4


@cache
def words_of_the_code() -> frozenset[str]:
    """Every name, and every word in a short string, of what runs; prose aside."""
    words: set[str] = set()
    for path, text in sources():
        words.add(path.stem)
        if path.suffix == ".py":
            words.update(re.findall(r"\w+", code_of(text)))
        elif path.suffix == ".lua":
            words.update(re.findall(r"\w+", text))
    for folder in ("web/src", "local/payment_sandbox"):
        for path in own_files(ROOT / folder, (".ts", ".tsx", ".js")):
            words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    for path in (ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "app.py", *(ROOT / "stages").glob("*.toml")):
        words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return frozenset(words)


def gone_names(text: str) -> list[str]:
    """Names in backticks that look like code's, and that no code has."""
    named = set(NAME.findall(FENCE.sub("", text)))
    like_code = {one for one in named if "_" in one or "." in one or re.search(r"[a-z][A-Z]", one)}
    known = words_of_the_code() | OF_OTHERS
    return sorted(one for one in like_code if not (set(one.split(".")) <= known or is_file(one)))


def gone_files(text: str, beside: Path) -> list[str]:
    homes = [ROOT, ROOT / "docs", ROOT / "layers/box_office/python", PACKAGE, PACKAGE / "adapters", *beside.parents]
    named = set(FILE.findall(re.sub(r"https?://\S+", "", text))) - WRITTEN_BY_TOOLS
    found = {one for one in named if "/" not in one and is_file(one) or any((home / one).exists() for home in homes)}
    return sorted(named - found)


def is_file(name: str) -> bool:
    """By its last part alone: prose says "seats.py", and the sentence around it which."""
    return Path(name).name in names_of_files()


@cache
def names_of_files() -> frozenset[str]:
    return frozenset(path.name for path, _ in sources()) | {path.name for path in ROOT.glob("stages/*")} | {"app.py"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_name_of_code_that_a_page_points_to_is_still_there(page: Path) -> None:
    assert gone_names(text_of(page)) == []


def test_every_name_and_file_that_a_docstring_or_comment_points_to_is_still_there() -> None:
    told = {path: prose_of(text) for path, text in sources() if path.suffix == ".py"}
    assert [(str(path.relative_to(ROOT)), one) for path, text in told.items() for one in gone_names(text)] == []
    assert [(str(path.relative_to(ROOT)), one) for path, text in told.items() for one in gone_files(text, path)] == []


def test_what_is_gone_is_found() -> None:
    # Written apart, so that these very words are not taken for code's.
    page = "`write" + "_marked` there, `HoldLimits.hold" + "_hours`, `hold_seat`, `stages/dev.toml`, a `word`"
    assert gone_names(page) == ["HoldLimits.hold" + "_hours", "write" + "_marked"]
    assert gone_files("see settings.py, and settings" + "_old.py", ROOT / "infra/stages.py") == ["settings" + "_old.py"]


def test_every_module_that_a_page_runs_is_found_with_the_checkout_alone_on_the_path() -> None:
    modules = sorted({name for page in PAGES for name in MODULE.findall(text_of(page))})
    assert "tests.bench.connections" in modules and "local.token" in modules
    imports = "\n".join(f"import {name}" for name in modules)
    done = subprocess.run(
        [sys.executable, "-c", imports],
        cwd=ROOT,
        env={"PYTHONPATH": ".", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
