"""The cache and the network around it. Nothing in this network can reach the internet, and nothing needs to."""

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from box_office import names
from box_office.names import Names
from infra.function_plan import FunctionPlan
from infra.http_functions import HTTP_FUNCTIONS
from infra.network import Network
from infra.permissions import Arns, statements_for
from infra.queue_functions import queue_functions
from infra.queues import used_from_the_network
from infra.seat_cache import SeatCache
from infra.stages import Stage


def all_functions(stage: Stage) -> tuple[FunctionPlan, ...]:
    return (*HTTP_FUNCTIONS, *queue_functions(stage))


class CacheStack(cdk.Stack):
    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        self.names = Names(stage.name)
        super().__init__(
            scope,
            self.names.stack("cache"),
            description="Box Office: the cache and its isolated network",
            termination_protection=stage.retain,
        )
        network = Network(self, "Network", name=self.names.prefix, zone_ids=stage.zones)
        arns = Arns(self, self.names, self.names.catalogue_bucket(self.account, self.region))
        permissions = {permission for plan in all_functions(stage) if plan.in_vpc for permission in plan.permissions}
        network.reach_tables_and_snapshots(statements_for(permissions, arns=arns, stage=stage, inputs={}))
        network.reach_queues(
            [
                self.format_arn(service="sqs", resource=self.names.queue(queue))
                for queue in used_from_the_network(stage.lanes)
            ]
        )
        cache = SeatCache(
            self,
            "SeatCache",
            stage=stage,
            name=self.names.cache,
            user=self.names.cache_user,
            security_group_id=network.cache_security_group.security_group_id,
            subnet_ids=network.subnet_ids,
        )
        scheme = "rediss" if stage.tls else "redis"
        parameters = {
            names.CACHE_URL: f"{scheme}://{cache.address}:{cache.port}",
            names.FUNCTION_SECURITY_GROUP: network.function_security_group.security_group_id,
            **dict(zip(names.FUNCTION_SUBNETS, network.subnet_ids, strict=True)),
        }
        for what, value in parameters.items():
            ssm.StringParameter(self, what, parameter_name=self.names.parameter(what), string_value=value)
