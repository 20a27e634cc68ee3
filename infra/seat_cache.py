"""ElastiCache Serverless for Valkey: one hash an event, and admission's buckets. All of it may be lost at any time."""

from collections.abc import Sequence

from aws_cdk import aws_elasticache as elasticache
from constructs import Construct

from infra.stages import Stage

VALKEY_VERSION = "8"
# Functions may run scripts and plain commands on any key, but no operator's command: no FLUSHALL, KEYS, CONFIG.
ACCESS = "on ~* &* +@all -@dangerous -@admin"


class SeatCache(Construct):
    """`address` and `port` are tokens: AWS generates the endpoint."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: Stage,
        name: str,
        user: str,
        security_group_id: str,
        subnet_ids: Sequence[str],
    ) -> None:
        super().__init__(scope, id)
        functions = elasticache.CfnUser(
            self,
            "User",
            engine="valkey",
            user_id=user,
            user_name=user,
            authentication_mode={"Type": "iam"},
            access_string=ACCESS,
        )
        group = elasticache.CfnUserGroup(self, "UserGroup", engine="valkey", user_group_id=name, user_ids=[user])
        group.add_resource_dependency(functions)
        cache = elasticache.CfnServerlessCache(
            self,
            "Cache",
            engine="valkey",
            major_engine_version=VALKEY_VERSION,
            serverless_cache_name=name,
            description="Seats of events on sale, rate limits, sessions: a filter before the tables, never the lock",
            security_group_ids=[security_group_id],
            subnet_ids=list(subnet_ids),
            user_group_id=name if stage.tls else None,
            snapshot_retention_limit=0,
            cache_usage_limits=elasticache.CfnServerlessCache.CacheUsageLimitsProperty(
                data_storage=elasticache.CfnServerlessCache.DataStorageProperty(
                    maximum=stage.cache_maximum_gigabytes, unit="GB"
                ),
                # No minimum: CloudFormation could not remove it again. `make on-sale` and `on-sale-over` set it.
                ecpu_per_second=elasticache.CfnServerlessCache.ECPUPerSecondProperty(maximum=stage.cache_maximum_ecpu),
            ),
        )
        cache.override_logical_id("AvailableSeatElasticCache")
        cache.add_resource_dependency(group)
        self.address = cache.attr_endpoint_address
        self.port = cache.attr_endpoint_port
