"""Builds the API's readable page: `python -m toolchain.api_reference`, which `make api-reference` calls.

Into docs/api-reference/dist go our own files of docs/api-reference and those of Swagger UI that a browser needs. All of
them are static, and none has an inline script or style. They are served beside /openapi.json, as /api-reference/.
"""

import os
import shutil
import sys
from pathlib import Path

from toolchain.install import (
    LOG,
    Environment,
    InstallFailed,
    is_complete,
    node_command,
    node_directory,
    registries,
    run_logged,
    stamp_of,
)

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "docs" / "api-reference"
LIBRARY = Environment(OWN / "node_modules", OWN / "package-lock.json")
BUILT = OWN / "dist"
OWN_FILES = ("index.html", "reference.css", "reference.js")
LIBRARY_FILES = (
    "LICENSE",
    "NOTICE",
    "swagger-ui-bundle.js",
    "swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui.css",
)


def install_library() -> None:
    """Raises InstallFailed. No script of a package runs: one of them would call its maker's server."""
    if is_complete(LIBRARY):
        return
    LOG.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(LIBRARY.directory, ignore_errors=True)
    npm = node_directory() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node_command().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    options = ["--prefix", OWN, "--no-audit", "--no-fund", "--ignore-scripts"]
    run_logged("Installing Swagger UI", [node_command(), npm, "ci", *options], {**registries(), "PATH": path})
    LIBRARY.stamp.write_text(stamp_of(LIBRARY))


def build(own: Path = OWN, library: Path = LIBRARY.directory / "swagger-ui-dist", built: Path = BUILT) -> None:
    shutil.rmtree(built, ignore_errors=True)
    built.mkdir(parents=True)
    for folder, names in ((own, OWN_FILES), (library, LIBRARY_FILES)):
        for name in names:
            shutil.copyfile(folder / name, built / name)


if __name__ == "__main__":
    try:
        install_library()
        build()
    except InstallFailed as failure:
        sys.exit(f"api-reference: {failure}")
    print(f"api-reference: {BUILT.relative_to(ROOT)}")
