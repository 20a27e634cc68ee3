"""Every stage is synthesized once a session, in process, without building layers."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

# The tests run cfn-lint; CDK's own validator would do it again, in four seconds more.
os.environ["CDK_VALIDATION"] = "false"

import aws_cdk as cdk
from aws_cdk.cx_api import CloudAssembly

from app import build
from infra.stage_files import STAGES

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = ("local", "dev", "prod")
STACKS = ("data", "cache", "api", "payments", "page", "edge")
SENDER = "box@cinema.example"
ON_CALL = "oncall@cinema.example"
# As a stage that has its edge has it.
EDGE = {"edge": True, "region": "us-east-1", "origin_key": 1}
# Without these a stage is refused, EDGE aside.
NEEDED = {
    "prod": {
        "alarm_email": ON_CALL,
        "return_url": "https://cinema.example/paid",
        "signup_sender": "hello@cinema.example",
        **EDGE,
    }
}


def stages_with(directory: Path, stage: str, **settings: object) -> Path:
    """The repository's stage files, with what a deployer would write into one of them at its beginning."""
    shutil.copytree(STAGES, directory)
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    text = (directory / f"{stage}.toml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in text if line.partition(" ")[0] not in settings]
    (directory / f"{stage}.toml").write_text("\n".join([*lines, *kept]), encoding="utf-8")
    return directory


def app_of(stage: str, outdir: Path, **settings: object) -> cdk.App:
    """The app before it is synthesized, `settings` being in the stage's file."""
    told = {**NEEDED.get(stage, {}), **settings}
    return app_with({"stage": stage}, outdir, stages_with(outdir / "stages", stage, **told))


def app_with(context: Mapping[str, object], outdir: Path, stages: Path = STAGES) -> cdk.App:
    """`context` is what `-c name=value` gives."""
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    no_layers = {"aws:cdk:bundling-stacks": []}
    app = cdk.App(context={**flags, **no_layers, **context}, outdir=str(outdir / "assembly"))
    build(app, stages)
    return app


def synthesize(stage: str, outdir: Path, **settings: object) -> dict[str, dict]:
    """The templates by the stack's part: see STACKS."""
    return templates_of(stage, app_of(stage, outdir, **settings).synth())


def templates_of(stage: str, assembly: CloudAssembly) -> dict[str, dict]:
    return {stack.stack_name.removeprefix(f"box-office-{stage}-"): stack.template for stack in assembly.stacks}


@pytest.fixture(scope="session")
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CloudAssembly]:
    """{stage: what CDK made of it}, `local` with receipts."""
    flags = {"local": {"receipt_sender": SENDER}}
    return {stage: app_of(stage, tmp_path_factory.mktemp(stage), **flags.get(stage, {})).synth() for stage in DEPLOYED}


@pytest.fixture(scope="session")
def all_templates(assemblies: dict[str, CloudAssembly]) -> dict[str, dict[str, dict]]:
    """{stage: {part: template}}. Shared by all tests: copy before changing."""
    return {stage: templates_of(stage, assembly) for stage, assembly in assemblies.items()}


@pytest.fixture(params=DEPLOYED)
def stage(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def templates(stage: str, all_templates: dict[str, dict[str, dict]]) -> dict[str, dict]:
    return all_templates[stage]


@pytest.fixture
def api(templates: dict[str, dict]) -> dict:
    return templates["api"]


@pytest.fixture
def data(templates: dict[str, dict]) -> dict:
    return templates["data"]


@pytest.fixture
def cache(templates: dict[str, dict]) -> dict:
    return templates["cache"]


@pytest.fixture
def payments(templates: dict[str, dict]) -> dict:
    return templates["payments"]
