"""The CDK app: `cdk deploy --all -c stage=dev`. Synthesis asks no cloud anything."""

import sys
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# Names and settings are the functions' own: infra imports them, so that neither side can drift.
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "box_office" / "python")]

from infra.node_runtime import use_bundled_node  # noqa: E402

use_bundled_node()

import aws_cdk as cdk  # noqa: E402

from infra.stacks.api import ApiStack  # noqa: E402
from infra.stacks.cache import CacheStack  # noqa: E402
from infra.stacks.data import DataStack  # noqa: E402
from infra.stacks.payments import PaymentsStack  # noqa: E402
from infra.stages import Outside, UnknownStage, check_context, check_outside, overridable, stage_named  # noqa: E402


def build(app: cdk.App) -> None:
    """Adds the stage's stacks to the app. Raises UnknownStage for what cannot be deployed, or is called otherwise."""
    check_context(app.node.get_all_context())
    overrides = {name: app.node.try_get_context(name) for name in overridable()}
    stage = stage_named(
        app.node.try_get_context("stage") or "dev",
        {name: value for name, value in overrides.items() if value is not None},
    )
    outside = Outside(**{field.name: app.node.try_get_context(field.name) or "" for field in fields(Outside)})
    check_outside(stage, outside)
    data = DataStack(app, stage=stage, outside=outside)
    cache = CacheStack(app, stage=stage)
    api = ApiStack(app, stage=stage, outside=outside, alarm_email=app.node.try_get_context("alarm_email"))
    api.add_stack_dependency(data)
    api.add_stack_dependency(cache)
    # Last: it rings the API's alarms, and customers come back from their bank to the API's address.
    payments = PaymentsStack(app, stage=stage, outside=outside)
    payments.add_stack_dependency(api)
    cdk.Tags.of(app).add("application", "box-office")
    cdk.Tags.of(app).add("stage", stage.name)


if __name__ == "__main__":
    app = cdk.App()
    try:
        build(app)
    except UnknownStage as wrong:
        sys.exit(str(wrong))
    app.synth()
