"""`make licences`: the licence of each package in a layer, from its own metadata, into docs/licences.md."""

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement

from infra.node_runtime import use_bundled_node

use_bundled_node()  # before anything imports the CDK

from infra.stages import Stage  # noqa: E402
from toolchain.install import LAYER_LOCK, ROOT, TOOLS, Environment  # noqa: E402

PAGE = ROOT / "docs" / "licences.md"
LICENCE_WORDS_MAX = 40
HEAD = """# Licences

What is deployed besides our own code: every package in the third-party layer, with the licence that its own metadata
states. Each package's licence text is in the layer, in its `dist-info`. Written by `make licences`; a test compares it
with the lock.

| package | version | licence |
| --- | --- | --- |
"""


def deployed(lock: Path = LAYER_LOCK) -> dict[str, str]:
    """{package: version} of the lock's lines that hold on the functions' Python and system."""
    target = {
        "python_version": Stage(name="any").python_version,
        "python_full_version": f"{Stage(name='any').python_version}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
    }
    lines = [line.removesuffix("\\").strip() for line in lock.read_text().splitlines() if line[:1].isalnum()]
    pins = [Requirement(line) for line in lines]
    return {pin.name: str(pin.specifier)[2:] for pin in pins if pin.marker is None or pin.marker.evaluate(target)}


def installed(environment: Environment) -> dict[str, Distribution]:
    found = environment.directory.glob("lib/python3*/site-packages")
    return {
        one.metadata["Name"].lower().replace("_", "-"): one for one in distributions(path=[str(path) for path in found])
    }


def licence_of(package: Distribution) -> str:
    def values(name: str) -> list[str]:
        return package.metadata.get_all(name) or []

    stated = next(iter(values("License-Expression") or values("License")), "").split("\n")[0]
    classified = [line.split(" :: ")[-1] for line in values("Classifier") if line.startswith("License :: OSI")]
    if stated and stated != "Dual License" and len(stated) <= LICENCE_WORDS_MAX and not stated.startswith("Copyright"):
        return stated
    return " or ".join(classified) or "see its licence file"


def page() -> str:
    """Raises KeyError for a package of the layer that the tools do not have, and so nothing tests."""
    packages = installed(TOOLS)
    rows = [f"| {name} | {version} | {licence_of(packages[name])} |" for name, version in sorted(deployed().items())]
    return HEAD + "\n".join(rows) + "\n"


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(deployed())} packages.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
