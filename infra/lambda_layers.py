"""The two layers, built without docker: our code, and the locked third-party packages.

A build is kept under .build/ by the hash of all that goes into it, so nothing is built twice.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.own_files import own_files
from infra.registries import environ_for
from infra.stages import Stage
from infra.target_python import NoTargetPython, target_python

ROOT = Path(__file__).resolve().parent.parent
BUILDS = ROOT / ".build" / "layers"
CODE = ROOT / "layers" / "box_office" / "python"
LOCK = ROOT / "layers" / "third_party" / "requirements.txt"
# Of botocore's four hundred services; the others are 40 times as large. Clients are made in wiring/ alone.
SERVICES = ("cognito-idp", "dynamodb", "s3", "secretsmanager", "sesv2", "sns", "sqs", "wafv2")
KINDS = (".py", ".lua")  # of files that are ours
BUILD_SECONDS_MAX = 600
BUILDS_KEPT = 12  # of each layer: stages and a few changes back


class LayerBuildFailed(RuntimeError):
    """A layer could not be built; the message says why, and what to do."""


@dataclass(frozen=True)
class Build:
    """A directory that holds `python/`, and the hash of all that it was made from."""

    directory: Path
    digest: str


class Layers(Construct):
    """`versions`: what each function is given."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage, runtime: lambda_.Runtime) -> None:
        super().__init__(scope, id)
        # `cdk ls` and `cdk destroy` need no layers, and the CLI says so: then the sources are used as they are.
        needed = cdk.Stack.of(self).bundling_required
        sources = {"ThirdParty": (third_party_layer, LOCK.parent), "BoxOffice": (code_layer, CODE.parent)}
        self.versions = [
            lambda_.LayerVersion(
                self,
                name,
                code=code_of(build(stage)) if needed else lambda_.Code.from_asset(str(source)),
                compatible_runtimes=[runtime],
                compatible_architectures=[architecture_of(stage)],
            )
            for name, (build, source) in sources.items()
        ]


def code_of(build: Build) -> lambda_.Code:
    return lambda_.Code.from_asset(
        str(build.directory), asset_hash=build.digest, asset_hash_type=cdk.AssetHashType.CUSTOM
    )


def architecture_of(stage: Stage) -> lambda_.Architecture:
    return lambda_.Architecture.ARM_64 if stage.architecture == "arm64" else lambda_.Architecture.X86_64


def third_party_layer(stage: Stage) -> Build:
    """The packages that the lock names, for the stage's architecture and Python."""
    if not LOCK.exists():
        raise LayerBuildFailed(f"{LOCK} is missing: run `make lock`.")

    def install(target: Path) -> None:
        run(install_command(stage, target), environ_for())
        forget_other_services(target)

    return built("third-party", [LOCK.read_text(encoding="utf-8")], install, stage)


def forget_other_services(target: Path) -> None:
    for model in (target / "botocore" / "data").glob("*/"):
        if model.name not in SERVICES:
            shutil.rmtree(model)


def install_command(stage: Stage, target: Path) -> list[str]:
    platform = ["--python-platform", stage.wheel_platform] if stage.wheel_platform else []
    return [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-config"),
        *("--target", str(target), "--python-version", stage.python_version, *platform),
        *("--only-binary", ":all:", "--no-deps", "--require-hashes"),
        *("--requirement", str(LOCK)),
    ]


def code_layer(stage: Stage) -> Build:
    files = own_files(CODE, KINDS)
    contents = [part for path in files for part in (str(path.relative_to(CODE)), path.read_text(encoding="utf-8"))]

    def copy(target: Path) -> None:
        for path in files:
            place = target / path.relative_to(CODE)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)

    return built("box-office", contents, copy, stage)


def compile_command(stage: Stage, target: Path) -> list[str]:
    """Raises LayerBuildFailed without the Python that the functions run on: no layer is deployed without byte code.

    Lambda mounts layers with times of its own, so the source is never checked; tracebacks name the mounted file."""
    mode = ("--invalidation-mode", "unchecked-hash")
    return [
        str(python_of(stage)),
        "-I",
        "-m",
        "compileall",
        "-q",
        *mode,
        "-s",
        str(target),
        "-p",
        "/opt/python",
        str(target),
    ]


def python_of(stage: Stage) -> Path:
    try:
        return target_python(stage.python_version)
    except NoTargetPython as error:
        raise LayerBuildFailed(str(error)) from error


def built(name: str, sources: Iterable[str], fill: Callable[[Path], None], stage: Stage) -> Build:
    """The build that `fill(target)` makes, or an earlier one from the same sources for the same target."""
    recipe = Path(__file__).read_text(encoding="utf-8")
    target_of = (stage.python_version, stage.wheel_platform or stage.architecture)
    digest = hashlib.sha256("\0".join([recipe, *target_of, *sources]).encode()).hexdigest()
    directory = BUILDS / f"{name}-{digest[:16]}"
    if directory.exists():
        os.utime(directory)
        return Build(directory, digest)
    BUILDS.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{name}-", suffix=".unfinished", dir=BUILDS))
    try:
        target = unfinished / "python"
        target.mkdir()
        fill(target)
        run(compile_command(stage, target))
        unfinished.chmod(0o755)
        unfinished.replace(directory)
    except OSError as error:
        if not directory.exists():  # else another build of the same inputs was faster
            raise LayerBuildFailed(f"The layer {name} could not be written: {error}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    forget_old_builds(name)
    return Build(directory, digest)


def forget_old_builds(name: str) -> None:
    newest_first = sorted(BUILDS.glob(f"{name}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for directory in newest_first[BUILDS_KEPT:]:
        shutil.rmtree(directory, ignore_errors=True)


def run(command: list[str], environ: Mapping[str, str] | None = None) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=BUILD_SECONDS_MAX, env=environ)
    except subprocess.CalledProcessError as error:
        raise LayerBuildFailed(f"`{' '.join(command)}` failed:\n{error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise LayerBuildFailed(f"`{' '.join(command)}` took over {BUILD_SECONDS_MAX} s.") from error
