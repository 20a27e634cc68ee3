"""The page's npm, of the locked Node: `python -m toolchain.npm run build`. Ctrl-C ends it without a traceback."""

import os
import subprocess
import sys
from collections.abc import Sequence

from toolchain.install import PAGE, npm_command, path_of_node

INTERRUPTED = 130  # what a shell says of a program that Ctrl-C has ended


def run(arguments: Sequence[str]) -> int:
    command = [*npm_command(), "--prefix", PAGE.directory.parent, "--silent", *arguments]
    with subprocess.Popen(list(map(str, command)), env={**os.environ, "PATH": path_of_node()}) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()  # Ctrl-C has reached it, too
            return INTERRUPTED


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
