"""The CDK app: `cdk deploy --all -c stage=dev`. Synthesis makes no call to AWS."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# infra imports the functions' own names and settings, so that neither side can drift.
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "box_office" / "python")]

from infra.node_runtime import use_bundled_node  # noqa: E402

use_bundled_node()

import aws_cdk as cdk  # noqa: E402

from infra.lambda_layers import LayerBuildFailed  # noqa: E402
from infra.stacks.api import ApiStack  # noqa: E402
from infra.stacks.cache import CacheStack  # noqa: E402
from infra.stacks.data import DataStack  # noqa: E402
from infra.stacks.edge import EdgeStack  # noqa: E402
from infra.stacks.page import PageStack  # noqa: E402
from infra.stacks.payments import PaymentsStack  # noqa: E402
from infra.stage_files import STAGES, UnknownStage  # noqa: E402
from infra.stage_reader import deployment_of  # noqa: E402
from infra.stages import Stage  # noqa: E402


def build(app: cdk.App, stages: Path = STAGES) -> None:
    """Adds the stage's stacks to the app. Raises UnknownStage for a stage that cannot be deployed, or that has no file;
    LayerBuildFailed."""
    deployment = deployment_of(app.node.get_all_context(), stages)
    stage, external = deployment.stage, deployment.external
    refuse_another_region(stage)
    data = DataStack(app, stage=stage, external=external)
    cache = CacheStack(app, stage=stage)
    api = ApiStack(app, stage=stage, external=external, alarm_email=external.alarm_subscriber)
    api.add_stack_dependency(data)
    api.add_stack_dependency(cache)
    # After the API's: these alarms publish to its topic, and customers come back from their bank to its address.
    payments = PaymentsStack(app, stage=stage, external=external)
    payments.add_stack_dependency(api)
    if stage.edge:
        page = PageStack(app, stage=stage, external=external)
        page.add_stack_dependency(data)
        # After the API's: the API takes a new key before CloudFront sends it.
        edge = EdgeStack(app, stage=stage, external=external)
        for first in (api, data, page):
            edge.add_stack_dependency(first)
    cdk.Tags.of(app).add("application", "box-office")
    cdk.Tags.of(app).add("stage", stage.name)


def refuse_another_region(stage: Stage) -> None:
    """Raises UnknownStage: the edge would look for the API, and for the key that it sends, in the wrong region.
    `cdk` says in CDK_DEFAULT_REGION where it deploys."""
    here = os.environ.get("CDK_DEFAULT_REGION", stage.region)
    if stage.edge and here != stage.region:
        raise UnknownStage(
            f'region = "{stage.region}" in the file of stage {stage.name}, but this deployment is into {here}. '
            "The edge looks for the API in the region that the file names."
        )


if __name__ == "__main__":
    app = cdk.App()
    try:
        build(app)
    except (UnknownStage, LayerBuildFailed) as wrong:
        sys.exit(str(wrong))
    app.synth()
