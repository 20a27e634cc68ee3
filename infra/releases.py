"""Records each release: its name, and the version of each function that it put live. `make rollback` reads them.

The name is a hash of all that versions are made of, the same in every stack of a deployment. SSM keeps a parameter's
last hundred values: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
"""

import hashlib
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.lambda_function import LambdaFunction

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("functions", "infra", "layers/box_office/python", "layers/third_party/requirements.txt")


def release_name(*inputs: object) -> str:
    """Twelve hex digits. `inputs`: what differs between deployments of the same files, such as the stage's numbers."""
    digest = hashlib.sha256("\n".join(map(repr, inputs)).encode())
    for source in SOURCES:
        path = ROOT / source
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for one in files:
            if one.is_file() and "__pycache__" not in one.parts:
                digest.update(f"{one.relative_to(ROOT)} {hashlib.sha256(one.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:12]


class Release(Construct):
    def __init__(
        self, scope: Construct, id: str, *, parameter_name: str, name: str, functions: dict[str, LambdaFunction]
    ) -> None:
        """`functions`: by their physical names."""
        super().__init__(scope, id)
        versions = {physical: built.alias.version.version for physical, built in functions.items()}
        ssm.StringParameter(
            self,
            "Parameter",
            parameter_name=parameter_name,
            description="Which versions of its functions the last deployment put live",
            string_value=cdk.Stack.of(self).to_json_string({"release": name, "versions": versions}),
        )
