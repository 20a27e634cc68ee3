"""Data flows one way (DESIGN section 11): which part of the code may import which."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.own_files import is_left_behind, own_files

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "layers/box_office/python/box_office"
FUNCTIONS = ROOT / "functions"
BESIDE_IT = ("infra", "toolchain", "operations", "local", "rehearsal")
OURS = ("box_office", "functions", "infra", "local", "operations", "rehearsal", "tests", "toolchain")

# Who may import whom of ours; longest prefix first. What is not named here may import nothing of ours.
MAY_IMPORT = {
    "box_office.domain": ("box_office.domain",),
    "box_office.use_cases": ("box_office.domain", "box_office.ports", "box_office.use_cases"),
    "box_office.ports": ("box_office.domain", "box_office.ports"),
    "box_office.adapters": (
        "box_office.domain",
        "box_office.ports",
        "box_office.names",
        "box_office.wrong_values",
        "box_office.adapters",
    ),
    "box_office.http_api": (
        "box_office.domain",
        "box_office.ports",
        "box_office.wrong_values",
        "box_office.http_api",
        "box_office.use_cases",
    ),
    "box_office.settings": ("box_office.settings",),
    "box_office.queue_api": ("box_office.domain", "box_office.ports", "box_office.queue_api"),
    "box_office.wiring": ("box_office",),
    "functions": (
        "box_office.wiring",
        "box_office.http_api",
        "box_office.queue_api",
        "box_office.settings",
        "box_office.names",
        "box_office.ports",
        "box_office.use_cases",
        "box_office.domain.errors",
        "box_office.domain.messages",
        "functions",
    ),
    # Beside the product: each of these knows those before it, and none of those after it.
    "infra.payment_capacity": ("box_office.domain.pushback",),
    "infra": ("box_office.names", "box_office.settings", "box_office.http_api.problems", "infra"),
    "toolchain.install": ("infra.registries",),
    "toolchain.openapi": (
        "box_office.http_api",
        "infra.edge.provider",
        "infra.gateway_problems",
        "infra.http_functions",
        "toolchain.openapi",
    ),
    "toolchain": ("infra", "toolchain"),
    "operations.catalogue.planning": ("box_office.domain", "operations.catalogue.planning"),
    "operations.catalogue.load": (
        "box_office.domain",
        "box_office.ports",
        "box_office.use_cases",
        "operations.catalogue.planning",
        "operations.catalogue.ports",
    ),
    "operations.catalogue": (
        "box_office.domain",
        "box_office.adapters",
        "box_office.names",
        "box_office.wrong_values",
        "operations.catalogue",
    ),
    "operations": (
        "box_office.domain",
        "box_office.ports",
        "box_office.adapters",
        "box_office.use_cases",
        "box_office.names",
        "box_office.settings",
        "box_office.wrong_values",
        "infra.payment_capacity",
        "infra.rules_of_sale",
        "infra.stage_files",
        "toolchain",
        "operations",
    ),
    "local.embedded_aws": ("local.embedded_aws",),
    "local.edge": ("local.edge",),
    "local.payment_sandbox": ("local.payment_sandbox",),
    "rehearsal": (
        "box_office.domain.polling",
        "box_office.domain.pushback",
        "infra",
        "operations.commands",
        "operations.local_stack",
        "operations.on_sale",
        "operations.prices",
        "rehearsal",
    ),
    "local": ("box_office.domain.errors", "box_office.names", "infra", "toolchain", "operations", "local"),
}
PURE = ("box_office.domain", "operations.catalogue.planning")
# In the layer although no function needs it: the rules by which an operator's command ends what an order owes.
OF_OPERATORS = {"box_office.domain.settling", "box_office.use_cases.settle_owed"}
NO_NAMES = {"utils", "util", "common", "helpers", "helper", "core", "base", "manager", "managers", "misc"}


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent if PACKAGE in path.parents or path == PACKAGE else ROOT).with_suffix("")
    return ".".join(part for part in parts.parts if part != "__init__")


def imported(tree: ast.AST, module: str) -> Iterator[str]:
    """Every module that the code names, wherever in the file the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                package = module.split(".")[: -node.level]
                origin = ".".join([*package, origin] if origin else package)
            # `from box_office import wiring` names a module, not a member.
            yield from (f"{origin}.{alias.name}" if origin in OURS else origin for alias in node.names)


def complaints(module: str, source: str) -> list[str]:
    """What in this module's imports goes against the flow."""
    layer = next((prefix for prefix in MAY_IMPORT if is_in(module, prefix)), "")
    allowed = MAY_IMPORT.get(layer, ())
    found = []
    for name in imported(ast.parse(source), module):
        if name.split(".")[0] in OURS:
            if not any(is_in(name, prefix) for prefix in allowed):
                found.append(
                    f"{module} imports {name}: {layer or 'it'} may import only {', '.join(allowed) or 'nothing'}"
                )
        elif layer in PURE and name.split(".")[0] not in sys.stdlib_module_names:
            found.append(f"{module} imports {name}: what is pure knows the standard library alone")
        elif layer == "functions" and name.split(".")[0] not in sys.stdlib_module_names:
            found.append(f"{module} imports {name}: wiring makes what comes from packages, loggers and figures too")
    return found


def is_in(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def product_files() -> list[Path]:
    return sorted(path for root in (PACKAGE, FUNCTIONS) for path in root.rglob("*.py"))


def files_beside_it() -> list[Path]:
    return [path for name in BESIDE_IT for path in own_files(ROOT / name, [".py"]) if "node_modules" not in path.parts]


def test_there_is_a_product_to_look_at() -> None:
    assert len(product_files()) > 40


@pytest.mark.parametrize("path", [*product_files(), *files_beside_it()], ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    found = complaints(module_name(path), path.read_text(encoding="utf-8"))
    assert not found, "\n".join(found) + "\nmove what is needed down a layer, or pass it in through a port"


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("box_office.domain.orders", "import boto3"),
        ("box_office.domain.orders", "from box_office.ports import Orders"),
        ("box_office.domain.orders", "def late():\n    from box_office.adapters import aws_clients"),
        ("box_office.domain.orders", "from ..ports import Orders"),
        ("box_office.use_cases.hold_seat", "from box_office.adapters.valkey.seats import ValkeySeats"),
        ("box_office.use_cases.hold_seat", "from box_office import wiring"),
        ("box_office.use_cases.hold_seat", "from box_office.http_api.endpoint import Request"),
        ("box_office.adapters.valkey.seats", "from box_office.use_cases.hold_in_progress import Held"),
        ("box_office.adapters.valkey.seats", "import box_office.settings"),
        ("box_office.http_api.seats", "from box_office.adapters.dynamodb.orders import DynamoDBOrders"),
        ("box_office.ports", "from box_office.adapters import aws_clients"),
        ("box_office.names", "from box_office.domain.orders import Order"),
        ("functions.api.hold_seat", "from box_office.adapters.aws_clients import client"),
        ("functions.api.hold_seat", "from box_office.domain.holding import decide_hold"),
        ("functions.api.hold_seat", "from tests.fakes.table import FakeTable"),
        ("functions.api.hold_seat", "import local.ports"),
        ("functions.api.hold_seat", "from operations.target import Target"),
        ("infra.stages", "from operations.target import Target"),
        ("toolchain.install", "from infra.stages import Stage"),
        ("toolchain.audit", "from operations.output import counted"),
        ("operations.target", "from local import stack_file"),
        ("operations.target", "from infra.stages import Stage"),
        ("operations.catalogue.planning.plan", "import pydantic"),
        ("operations.catalogue.planning.plan", "from operations.catalogue.ports import CatalogueStore"),
        ("operations.catalogue.load", "from operations.catalogue.dynamodb_store import DynamoDBCatalogueStore"),
        ("local.embedded_aws.functions", "from local.services import Addresses"),
        ("local.stack", "from tests.waiting import eventually"),
        ("operations.on_sale", "from rehearsal.simulation import Simulation"),
        ("infra.stages", "import rehearsal"),
        ("functions.api.hold_seat", "from aws_lambda_powertools import Logger"),
    ],
)
def test_an_import_against_the_flow_is_found(module: str, source: str) -> None:
    assert complaints(module, source), f"{module}: {source}"


def test_imports_with_the_flow_are_not_found() -> None:
    assert not complaints(
        "functions.api.x", "from box_office import wiring\nfrom box_office.http_api.etag import tagged"
    )
    assert not complaints(
        "box_office.domain.x", "from dataclasses import dataclass\nfrom box_office.domain import orders"
    )


def test_each_function_has_a_use_case_of_its_own_name() -> None:
    use_cases = {path.stem for path in (PACKAGE / "use_cases").glob("*.py")}
    assert {path.stem for path in FUNCTIONS.rglob("*.py")} - {"__init__"} <= use_cases


def needed_by_functions() -> set[str]:
    """Every module of the layer that a function imports, whatever lies between."""
    modules = {module_name(path): path for path in product_files()}
    found, left = set(), [name for name in modules if is_in(name, "functions")]
    while left:
        name = left.pop()
        tree = ast.parse(modules[name].read_text(encoding="utf-8"))
        named = {one for whole in members(tree) for one in whole if one in modules} - found
        found |= named
        left += named
    return {name for name in found if is_in(name, "box_office")}


def members(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """Of each import, all that it may name: `from a.b import c` names a.b and perhaps a.b.c."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Import):
            yield tuple(alias.name for alias in node.names)


def test_the_layer_holds_what_functions_need_and_no_more() -> None:
    in_layer = {module_name(path) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}
    assert in_layer - needed_by_functions() == OF_OPERATORS


@pytest.mark.parametrize("root", ["layers/box_office", "functions", *BESIDE_IT, "tests", "web"])
def test_nothing_has_a_name_that_says_nothing(root: str) -> None:
    skipped = {"node_modules", "dist"}
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / root).rglob("*")
        if path.stem in NO_NAMES and not skipped & set(path.parts) and not is_left_behind(path.relative_to(ROOT))
    ]
    assert not found, f"name what is in them: {found}"
