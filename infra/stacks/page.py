"""The page's files, in the region of the stage: a new page is deployed without touching the distribution before it."""

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from box_office.names import Names
from infra.page_config import page_config
from infra.page_files import BUILT_PAGE, PageFiles
from infra.stages import ExternalConfig, Stage


class PageStack(cdk.Stack):
    def __init__(self, scope: Construct, *, stage: Stage, external: ExternalConfig) -> None:
        self.names = Names(stage.name)
        super().__init__(
            scope,
            self.names.stack("page"),
            description="Box Office: the page's files",
            termination_protection=stage.retain,
        )
        build = cdk.FileSystem.fingerprint(str(BUILT_PAGE))[:12] if BUILT_PAGE.is_dir() else None
        config = page_config(stage=stage, external=external, published=self._published, build=build)
        PageFiles(self, "Page", stage=stage, name=self.names.page_bucket(self.account), config=config)

    def _published(self, what: str) -> str:
        return ssm.StringParameter.value_for_string_parameter(self, self.names.parameter(what))
