"""The front door, in us-east-1: CloudFront takes certificates and firewalls from there alone. It holds nothing but
logs."""

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from box_office import names
from box_office.names import Names
from infra.alarms import Alarms
from infra.edge.access_logs import AccessLogs
from infra.edge.distribution import Distribution
from infra.edge.firewall import Firewall
from infra.edge.page_bucket import PageOrigin
from infra.stages import EDGE_REGION, ExternalConfig, Stage


class EdgeStack(cdk.Stack):
    def __init__(self, scope: Construct, *, stage: Stage, external: ExternalConfig) -> None:
        self.names = Names(stage.name)
        super().__init__(
            scope,
            self.names.stack("edge"),
            description="Box Office: the distribution and its firewall",
            env=cdk.Environment(region=EDGE_REGION),
            termination_protection=stage.retain,
        )
        firewall = Firewall(self, "Firewall", stage=stage, names=self.names)
        page = PageOrigin(
            self,
            "Page",
            bucket_name=self.names.page_bucket(self.account),
            region=stage.region,
            prefix=self.names.prefix,
        )
        edge = Distribution(
            self,
            "Edge",
            stage=stage,
            external=external,
            names=self.names,
            page=page,
            web_acl_arn=firewall.acl.attr_arn,
        )
        AccessLogs(
            self,
            "AccessLogs",
            stage=stage,
            name=self.names.stack("edge"),
            bucket_name=self.names.access_log_bucket(self.account),
            distribution_arn=edge.distribution.distribution_arn,
        )
        alarms = Alarms(
            self, "Alarms", names=self.names, topic_name=self.names.edge_alarm_topic, email=external.alarm_subscriber
        )
        alarms.watch_distribution(edge.distribution.distribution_id)
        alarms.watch_firewall(self.names.firewall)
        ssm.StringParameter(
            self, names.EDGE_URL, parameter_name=self.names.parameter(names.EDGE_URL), string_value=edge.url
        )
        cdk.CfnOutput(self, "Url", value=edge.url)
