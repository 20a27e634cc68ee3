"""The two layers, built without docker: our code, and the locked third-party packages.

A build is kept under .build/ by the hash of all that goes into it, so nothing is built twice.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.stages import Stage

ROOT = Path(__file__).resolve().parent.parent
BUILDS = ROOT / ".build" / "layers"
CODE = ROOT / "layers" / "box_office" / "python"
LOCK = ROOT / "layers" / "third_party" / "requirements.txt"
# The Lambda runtime brings these with it; a second copy would only slow the start.
IN_THE_RUNTIME = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")
BUILD_SECONDS_MAX = 600


class LayerBuildFailed(RuntimeError):
    """A layer could not be built; the message says why, and what to do."""


class Layers(Construct):
    """`versions`: what each function is given."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage, runtime: lambda_.Runtime) -> None:
        super().__init__(scope, id)
        # `cdk ls` or `cdk destroy` need no layers, and the CLI says so.
        needed = cdk.Stack.of(self).bundling_required
        sources = {
            "ThirdParty": third_party_layer(stage) if needed else LOCK.parent,
            "BoxOffice": code_layer(stage) if needed else CODE.parent,
        }
        self.versions = [
            lambda_.LayerVersion(
                self,
                name,
                code=lambda_.Code.from_asset(str(directory), exclude=[] if needed else ["**/__pycache__"]),
                compatible_runtimes=[runtime],
                compatible_architectures=[architecture_of(stage)],
            )
            for name, directory in sources.items()
        ]


def architecture_of(stage: Stage) -> lambda_.Architecture:
    return lambda_.Architecture.ARM_64 if stage.architecture == "arm64" else lambda_.Architecture.X86_64


def third_party_layer(stage: Stage) -> Path:
    """The directory of the packages that the lock names, for the stage's architecture and Python."""
    if not LOCK.exists():
        raise LayerBuildFailed(f"{LOCK.relative_to(ROOT)} is missing: run `make lock`.")

    def install(target: Path) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as excluded:
            excluded.write("\n".join(IN_THE_RUNTIME))
            excluded.flush()
            run(install_command(stage, target, excluded.name))

    return built("third-party", [*target_of(stage), *IN_THE_RUNTIME, LOCK.read_text()], install, stage)


def install_command(stage: Stage, target: Path, excluded: str) -> list[str]:
    platform = ["--python-platform", stage.wheel_platform] if stage.wheel_platform else []
    return [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-config"),
        *("--target", str(target), "--python-version", stage.python_version, *platform),
        *("--only-binary", ":all:", "--no-deps", "--require-hashes", "--excludes", excluded),
        *("--requirement", str(LOCK)),
    ]


def code_layer(stage: Stage) -> Path:
    files = sorted(path for path in CODE.rglob("*.py"))
    contents = [part for path in files for part in (str(path.relative_to(CODE)), path.read_text())]

    def copy(target: Path) -> None:
        shutil.copytree(CODE, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))

    return built("box-office", [*target_of(stage), *contents], copy, stage)


def target_of(stage: Stage) -> tuple[str, str, str]:
    platform = stage.wheel_platform or stage.architecture
    return stage.python_version, platform, "byte-code" if compiles(stage) else "source"


def compiles(stage: Stage) -> bool:
    """Byte code halves the time that importing takes, but only the same Python can make it."""
    return stage.python_version == f"{sys.version_info.major}.{sys.version_info.minor}"


def built(name: str, inputs: Iterable[str], fill, stage: Stage) -> Path:
    """The directory that holds `python/`, filled by `fill(target)` unless one with the same inputs is there already."""
    digest = hashlib.sha256("\0".join(inputs).encode()).hexdigest()[:16]
    directory = BUILDS / f"{name}-{digest}"
    if directory.exists():
        return directory
    BUILDS.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{name}-", suffix=".unfinished", dir=BUILDS))
    try:
        target = unfinished / "python"
        target.mkdir()
        fill(target)
        if compiles(stage):
            # Lambda mounts layers read-only and with times of its own: never check the source's.
            run([sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", str(target)])
        unfinished.chmod(0o755)
        unfinished.replace(directory)
    except OSError as error:
        if not directory.exists():  # else another build of the same inputs was faster
            raise LayerBuildFailed(f"The layer {name} could not be written: {error}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return directory


def run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=BUILD_SECONDS_MAX)
    except subprocess.CalledProcessError as error:
        raise LayerBuildFailed(f"`{' '.join(command)}` failed:\n{error.stderr.strip()}") from error
    except subprocess.TimeoutExpired as error:
        raise LayerBuildFailed(f"`{' '.join(command)}` took over {BUILD_SECONDS_MAX} s.") from error
