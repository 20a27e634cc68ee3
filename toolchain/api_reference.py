"""Builds the API's readable page, beside the page: `python -m toolchain.api_reference`, a part of `make web`.

Into web/dist/api-reference go our own files of docs/api-reference and those of Swagger UI that a browser needs. All of
them are static, and none has an inline script or style. They are deployed with the page, as /api-reference/.
"""

import shutil
import sys
from pathlib import Path

from toolchain.install import LOG, Environment, InstallFailed, install_with_npm

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "docs" / "api-reference"
LIBRARY = Environment(OWN / "node_modules", OWN / "package-lock.json")
BUILT = ROOT / "web" / "dist" / "api-reference"
OWN_FILES = ("index.html", "reference.css", "reference.js")
LIBRARY_FILES = (
    "LICENSE",
    "NOTICE",
    "swagger-ui-bundle.js",
    "swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui.css",
)


def build(own: Path = OWN, library: Path = LIBRARY.directory / "swagger-ui-dist", built: Path = BUILT) -> None:
    shutil.rmtree(built, ignore_errors=True)
    built.mkdir(parents=True)
    for folder, names in ((own, OWN_FILES), (library, LIBRARY_FILES)):
        for name in names:
            shutil.copyfile(folder / name, built / name)


if __name__ == "__main__":
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        install_with_npm(LIBRARY, "Swagger UI")
        build()
    except InstallFailed as failure:
        sys.exit(f"api-reference: {failure}")
    print(f"api-reference: {BUILT.relative_to(ROOT)}")
